"""``sendMail``: nothing is sent; the message goes to an outbox that a person or a test can read."""

from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.lookups import find_user
from graphsync.sandbox.mailbox import require_mailbox
from graphsync.sandbox.problems import Refusal, invalid_value, required_value, unknown_property
from graphsync.sandbox.schema import check_properties


def send_mail(call: Call) -> Answer:
    """202 and nothing; the sender needs a mailbox (Graph docs: user-sendmail)."""
    entry = find_user(call, call.keys[0])
    message = _message(call.properties)
    properties = entry.current.properties
    require_mailbox(call.tenant, entry)
    call.tenant.outbox.append(
        {
            "time": call.tenant.clock.stamp(),
            "from": properties.get("mail") or properties["userPrincipalName"],
            "message": message,
        }
    )
    return Answer(202)


def _message(body: dict[str, Any]) -> dict[str, Any]:
    by_lower = {name.lower(): value for name, value in body.items()}
    for name in body:
        if name.lower() not in {"message", "savetosentitems"}:
            raise unknown_property(name)
    if not isinstance(by_lower.get("savetosentitems", True), bool):
        raise invalid_value("SaveToSentItems", "message")
    message = by_lower.get("message")
    if not isinstance(message, dict):
        raise required_value("Message", "message")
    plain = {name: value for name, value in message.items() if name != "attachments"}
    check_properties(plain, "message", "message")
    if not any(message.get(name) for name in ("toRecipients", "ccRecipients", "bccRecipients")):
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    return message
