"""Decisions of data loss that stand until a day: those that do, and those that have ended."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, func, insert, select, update

from graphsync.store import tables
from graphsync.store.database import Database, among, chunks

_ALLOWED = tables.dlp_allowances
_STANDS = _ALLOWED.c.ended_at.is_(None)
_ROWS = select(
    _ALLOWED.c.item, _ALLOWED.c.at, _ALLOWED.c.school, _ALLOWED.c.until, _ALLOWED.c.by
).where(_STANDS)
# Made once: every Today asks.
_ENDING = select(func.count()).where(
    _STANDS,
    _ALLOWED.c.school.in_(among("schools")),
    _ALLOWED.c.until <= bindparam("by_then"),
)


class Allowance(Struct, frozen=True, kw_only=True):
    """An item that is allowed until a day, its last, and who decided so when."""

    item: str
    at: datetime
    school: str
    until: date
    by: str


class DlpAllowances:
    """Of one item at most one stands, since its decision does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, allowances: Sequence[Allowance]) -> None:
        """Keep these."""
        rows = [msgspec.structs.asdict(one) for one in allowances]
        with self._database.writing() as connection:
            connection.execute(insert(_ALLOWED), rows)

    def end(self, items: Iterable[str], at: datetime) -> None:
        """What stands about these items stands no longer."""
        with self._database.writing() as connection:
            for some in chunks(items):
                ended = update(_ALLOWED).where(_STANDS, _ALLOWED.c.item.in_(some))
                connection.execute(ended.values(ended_at=at))

    def standing(self, schools: Collection[str] | None) -> list[Allowance]:
        """Those of these schools, or of all, that stand; the first to end first."""
        query = _ROWS.order_by(_ALLOWED.c.until, _ALLOWED.c.item)
        if schools is not None:
            query = query.where(_ALLOWED.c.school.in_(schools))
        with self._database.reading() as connection:
            return [Allowance(**row._asdict()) for row in connection.execute(query)]

    def over(self, today: date) -> list[str]:
        """The items whose last day was before today."""
        query = select(_ALLOWED.c.item).where(_STANDS, _ALLOWED.c.until < today)
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(_ALLOWED.c.item)))

    def ending(self, schools: Collection[str], by_then: date) -> int:
        """How many of these schools end by a day."""
        asked = {"schools": list(schools), "by_then": by_then}
        with self._database.reading() as connection:
            return connection.scalar(_ENDING, asked) or 0
