"""Sessions of people at the console: only the digest of a cookie is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, select, update

from graphsync.store import tables
from graphsync.store.database import Database

_SESSIONS = tables.sessions
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
# Made once: every page asks.
_OF_COOKIE = select(_SESSIONS).where(_SESSIONS.c.token_sha256 == bindparam("token"))
# A page a second is one write a minute.
_SEEN_EVERY = timedelta(minutes=1)


class Session(Struct, frozen=True, kw_only=True):
    """One person signed in; `roles` are those of the id token, `expires_at` is final.

    `proved_at` is when they last proved who they are; None where the tenant did not say.
    """

    token_sha256: str
    account: str
    name: str
    roles: tuple[str, ...]
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    proved_at: datetime | None

    def __repr__(self) -> str:
        return f"Session({self.account})"


class Sessions:
    """Everybody who is signed in; those whose time is over are gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self,
        token_sha256: str,
        account: str,
        name: str,
        roles: Iterable[str],
        now: datetime,
        proved_at: datetime | None,
    ) -> None:
        """Sign a person in for eight hours at most; dead sessions are swept out."""
        row = {
            "token_sha256": token_sha256,
            "account": account,
            "name": name,
            "roles": msgspec.json.encode(sorted(roles)).decode(),
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LONGEST,
            "proved_at": proved_at,
        }
        dead = (_SESSIONS.c.expires_at <= now) | (_SESSIONS.c.seen_at <= now - IDLE)
        with self._database.writing() as connection:
            connection.execute(delete(_SESSIONS).where(dead))
            connection.execute(insert(_SESSIONS), row)

    def of(self, token_sha256: str, now: datetime) -> Session | None:
        """The session of this cookie while it lives: used within 30 minutes, begun within 8 h."""
        with self._database.reading() as connection:
            found = connection.execute(_OF_COOKIE, {"token": token_sha256}).one_or_none()
        if found is None or now >= found.expires_at or now >= found.seen_at + IDLE:
            return None
        if now >= found.seen_at + _SEEN_EVERY:
            with self._database.writing() as connection:
                row = _SESSIONS.c.token_sha256 == token_sha256
                connection.execute(update(_SESSIONS).where(row).values(seen_at=now))
        return _session(found)

    def live(self, now: datetime) -> list[Session]:
        """Everybody who is signed in, the latest sign-in first."""
        query = select(_SESSIONS).where(_alive(now)).order_by(_SESSIONS.c.created_at.desc())
        with self._database.reading() as connection:
            return [_session(row) for row in connection.execute(query).all()]

    def end(self, token_sha256: str) -> None:
        """Sign out; a session that is gone already stays so."""
        gone = delete(_SESSIONS).where(_SESSIONS.c.token_sha256 == token_sha256)
        with self._database.writing() as connection:
            connection.execute(gone)

    def end_all_of(self, account: str) -> int:
        """Sign a person out everywhere; how many sessions that were."""
        gone = delete(_SESSIONS).where(_SESSIONS.c.account == account)
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount

    def count(self, now: datetime) -> int:
        """How many live."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(_alive(now))) or 0


def _alive(now: datetime) -> ColumnElement[bool]:
    return (_SESSIONS.c.expires_at > now) & (_SESSIONS.c.seen_at > now - IDLE)


def _session(row: Row[Any]) -> Session:
    fields = row._asdict()
    roles = msgspec.json.decode(fields.pop("roles"), type=tuple[str, ...])
    return Session(roles=roles, **fields)
