"""Who looked at whose record: the one register, which the head and the DPO read (law B0)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database

_LOOKS = tables.looks
_COLUMNS = [one for one in _LOOKS.c if one.name != "seq"]
_LATEST = select(*_COLUMNS).order_by(_LOOKS.c.seq.desc())


class Look(Struct, frozen=True, kw_only=True):
    """One look: at an item, with the reason if one was given, or at a list of so many.

    `kind` says what was looked at: account, breach, consent, departure, export, hold, mail. `item`
    is the person's key or the record's number; `school` is empty for a list of mail that goes
    across schools.
    """

    at: datetime
    by: str
    kind: str
    school: str = ""
    item: str = ""
    filter: str = ""
    shown: int = 1
    reason: str = ""


class Looks:
    """Every look; none is ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, look: Look) -> None:
        """Write it down."""
        with self._database.writing() as connection:
            connection.execute(insert(_LOOKS), msgspec.structs.asdict(look))

    def latest(
        self,
        limit: int,
        since: datetime | None = None,
        kinds: Iterable[str] = (),
        schools: Iterable[str] | None = None,
    ) -> list[Look]:
        """The last looks, the newest first; from a moment on, of some kinds, of some schools."""
        query = _LATEST.limit(limit)
        if since is not None:
            query = query.where(_LOOKS.c.at >= since)
        if wanted := sorted(kinds):
            query = query.where(_LOOKS.c.kind.in_(wanted))
        if schools is not None:
            query = query.where(_LOOKS.c.school.in_(sorted(schools)))
        with self._database.reading() as connection:
            return [Look(**row._asdict()) for row in connection.execute(query).all()]

    def gave_reason(self, by: str, kind: str, item: str, since: datetime) -> bool:
        """Whether this person gave a reason for this record since a moment."""
        query = select(_LOOKS.c.seq).where(
            _LOOKS.c.by == by,
            _LOOKS.c.item == item,
            _LOOKS.c.at >= since,
            _LOOKS.c.kind == kind,
            _LOOKS.c.reason != "",
        )
        with self._database.reading() as connection:
            return connection.execute(query.limit(1)).one_or_none() is not None
