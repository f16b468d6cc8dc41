"""One mail from one mailbox, and the call that says a night has ended.

Graph docs: user-sendmail. A mail is sent once: where its answer is lost it is not sent again, since
two mails about one night are worse than a line that says we cannot tell.
"""

from collections.abc import Sequence
from urllib.parse import quote

import aiohttp
import msgspec

from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.door import Door
from graphsync.tenant.wire import NoAnswer, NotSent, trusted

PING_SECONDS = 10


async def send_mail(
    door: Door, sender: str, recipients: Sequence[str], subject: str, text: str
) -> str:
    """Send a plain text; what went wrong in words, or nothing."""
    message = {
        "message": {
            "subject": subject,
            "body": {"contentType": "Text", "content": text},
            "toRecipients": [{"emailAddress": {"address": address}} for address in recipients],
        },
        "saveToSentItems": True,
    }
    url = f"{door.settings.graph_url.rstrip('/')}/users/{quote(sender, safe='@')}/sendMail"
    headers = {"Content-Type": "application/json"}
    try:
        answer = await door.exchange("POST", url, headers, msgspec.json.encode(message))
    except NotSent:
        return "Graph could not be reached"
    except NoAnswer:
        return "the answer was lost: it may have been sent"
    if answer.succeeded:
        return ""
    if answer.status == 403:
        return "the app lacks Mail.Send, or may not send from this mailbox"
    return f"Graph refused it (HTTP {answer.status} {answer.code})".replace(" )", ")")


async def ping(address: str, settings: TenantSettings) -> str:
    """Call the address once, trusting whom the door trusts; what went wrong, or nothing."""
    timeout = aiohttp.ClientTimeout(total=PING_SECONDS)
    connector = aiohttp.TCPConnector(ssl=trusted(settings))
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            return "" if answer.status < 400 else f"it answered {answer.status}"
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return f"it did not answer ({type(error).__name__})"
