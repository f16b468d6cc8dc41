"""How one account signs in, changed by a person and by no plan: password, sessions, access pass.

Graph docs: user-update (example 3), user-revokesigninsessions,
authentication-post-temporaryaccesspassmethods. A request is sent once, or again after a 429, which
did nothing; a lost answer is told from reading the account.
"""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.tenant import reading
from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door
from graphsync.tenant.problems import AnswerMalformed, AnswerTooLarge
from graphsync.tenant.wire import NoAnswer, NotSent

PERMISSION = {
    "disable_user": "User.ReadWrite.All",
    "set_password": "User-PasswordProfile.ReadWrite.All",
    "require_change": "User-PasswordProfile.ReadWrite.All",
    "revoke_sessions": "User.RevokeSessions.All",
    "issue_pass": "UserAuthMethod-TAP.ReadWrite.All",
}
TRIES, LONGEST_REST = 3, 30.0  # after a 429; seconds, for a person waits
Sent = Awaitable[Answer | None]  # None when the answer is lost


class AccessPass(Struct, frozen=True, rename="camel"):
    """A Temporary Access Pass, as only the answer that makes it shows it."""

    temporary_access_pass: str
    lifetime_in_minutes: int
    start_date_time: datetime

    def __repr__(self) -> str:
        return "AccessPass()"


async def account(door: Door, object_id: str) -> Account | None:
    """The account as it is now; None when it is gone."""
    answer = await door.get(reading.user_path(object_id, door.settings.stamp))
    if answer.status == 404:
        return None
    return reading.account(demanded(answer).body, door.settings.stamp)


def set_password(door: Door, object_id: str, password: str, *, must_change: bool) -> Sent:
    """PATCH passwordProfile; raises NotSent when it did not leave."""
    profile = {"password": password, "forceChangePasswordNextSignIn": must_change}
    return sent(door, "PATCH", f"/users/{object_id}", {"passwordProfile": profile})


def require_change(door: Door, object_id: str) -> Sent:
    """PATCH passwordProfile with the mark alone; raises NotSent when it did not leave."""
    profile = {"forceChangePasswordNextSignIn": True}
    return sent(door, "PATCH", f"/users/{object_id}", {"passwordProfile": profile})


def block(door: Door, object_id: str) -> Sent:
    """PATCH accountEnabled alone; raises NotSent when it did not leave."""
    return sent(door, "PATCH", f"/users/{object_id}", {"accountEnabled": False})


def revoke_sessions(door: Door, object_id: str) -> Sent:
    """POST revokeSignInSessions; raises NotSent when it did not leave."""
    return sent(door, "POST", f"/users/{object_id}/revokeSignInSessions", None)


def issue_pass(door: Door, object_id: str, minutes: int) -> Sent:
    """POST a pass for one sign-in, in the place of an earlier one; raises NotSent."""
    body = {"lifetimeInMinutes": minutes, "isUsableOnce": True}
    path = f"/users/{object_id}/authentication/temporaryAccessPassMethods"
    return sent(door, "POST", path, body)


async def sent(door: Door, method: str, path: str, body: Any) -> Answer | None:
    """The answer; None when it is lost, NotSent raised when nothing left."""
    url = door.settings.graph_url.rstrip("/") + path
    headers = {"Content-Type": "application/json"} if body is not None else {}
    encoded = None if body is None else msgspec.json.encode(body)
    for attempt in range(1, TRIES + 1):
        try:
            answer = await door.exchange(method, url, headers, encoded)
        except (NoAnswer, AnswerTooLarge, AnswerMalformed):
            return None
        rest = answer.retry_after or 1.0
        if answer.status != 429 or attempt == TRIES or rest > LONGEST_REST:
            break
        await door.sleep(rest)
    return answer if answer.from_graph or answer.status >= 500 else None


__all__ = [
    "PERMISSION",
    "AccessPass",
    "NotSent",
    "account",
    "block",
    "issue_pass",
    "require_change",
    "revoke_sessions",
    "sent",
    "set_password",
]
