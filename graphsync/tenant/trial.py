"""A password reset and a revocation, tried on one named test account and read back.

A person names the account, `graphsync.doctor.trial` judges whether it may be used, and these two
requests are all that can be sent. Each is sent once.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import quote

from msgspec import Struct

from graphsync.tenant import signing_in
from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door

_SELECT = (
    "id,userPrincipalName,userType,accountEnabled,onPremisesSyncEnabled,"
    "lastPasswordChangeDateTime,signInSessionsValidFromDateTime"
)


class Subject(Struct, frozen=True, rename="camel"):
    """The account that a trial is about."""

    id: str
    user_principal_name: str
    user_type: str | None = None
    account_enabled: bool | None = None
    on_premises_sync_enabled: bool | None = None
    last_password_change_date_time: datetime | None = None
    sign_in_sessions_valid_from_date_time: datetime | None = None

    def __repr__(self) -> str:
        return f"Subject({self.id})"


async def subject(door: Door, name: str) -> Subject | None:
    """The account of this sign-in name or id; None when there is none."""
    answer = await door.get(f"/users/{quote(name, safe='@')}?$select={_SELECT}")
    return None if answer.status == 404 else demanded(answer).json(Subject)


async def set_password(door: Door, account: Subject, password: str) -> Answer | None:
    """Set it, to be changed at the next sign-in; None when we cannot tell."""
    return await _answer(signing_in.set_password(door, account.id, password, must_change=True))


async def revoke_sessions(door: Door, account: Subject) -> Answer | None:
    """End every session; None when we cannot tell."""
    return await _answer(signing_in.revoke_sessions(door, account.id))


async def seen_later(
    door: Door, account: Subject, moment: Callable[[Subject], datetime | None], wait: float
) -> bool:
    """Whether the tenant shows a later `moment` of the account within `wait` seconds."""
    before = moment(account)
    pause, waited = 0.25, 0.0
    while True:
        now = await subject(door, account.id)
        shown = moment(now) if now else None
        if shown is not None and (before is None or shown > before):
            return True
        if waited >= wait:
            return False
        await door.sleep(pause)
        waited, pause = waited + pause, min(2.0, pause * 2)


async def _answer(exchange: Awaitable[Answer | None]) -> Answer | None:
    try:
        return await exchange
    except signing_in.NotSent:
        return None
