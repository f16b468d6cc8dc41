"""What of the queue is old: closed items with their moves, looks, settled gaps, tests of rules."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, select

from graphsync.store import tables
from graphsync.store.database import Database, chunks
from graphsync.store.dlp_events import DlpEvents, EventCuts
from graphsync.store.dlp_items import DlpItems

_ITEMS, _MOVES = tables.dlp_items, tables.dlp_moves
_ALLOWED = tables.dlp_allowances
_LOOKS, _GAPS = tables.looks, tables.dlp_feed_gaps
_PROOFS, _BITES = tables.dlp_proofs, tables.dlp_bites
# Made once: every school of every night asks.
_HERE = _ITEMS.c.school == bindparam("school")
_OPEN = select(_ITEMS.c.item).where(_HERE, _ITEMS.c.open.is_(True))
_OLD_ITEMS = select(_ITEMS.c.item).where(
    _HERE,
    _ITEMS.c.open.is_(False),
    _ITEMS.c.item.not_in(select(_ALLOWED.c.item).where(_ALLOWED.c.ended_at.is_(None))),
    _ITEMS.c.item.in_(
        select(_MOVES.c.item)
        .where(_MOVES.c.school == bindparam("school"))
        .group_by(_MOVES.c.item)
        .having(func.max(_MOVES.c.at) < bindparam("before"))
    ),
)


class DlpAgeing:
    """Items go by school; looks, gaps and tests of rules by age alone."""

    def __init__(self, database: Database, events: DlpEvents, items: DlpItems) -> None:
        self._database = database
        self._events = events
        self._items = items

    def open_items(self, school: str) -> frozenset[str]:
        """The items of a school that somebody is still to decide."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(_OPEN, {"school": school}))

    def old_items(
        self, school: str, cuts: EventCuts, going: Collection[tuple[str, str]]
    ) -> list[str]:
        """Closed items whose last move is old, once the events `going` are gone: none is left.

        Not those that are allowed until a day, about somebody in `keep`, or of an entry of the
        breach register.
        """
        asked = {"school": school, "before": cuts.exceptions}
        with self._database.reading() as connection:
            found = self._items.of(connection.scalars(_OLD_ITEMS, asked).all())
            records = self._events.of_items([one.key for one in found.values()])
        gone = frozenset(going)
        return [
            item
            for item, one in found.items()
            if item not in cuts.incidents
            and cuts.keep.isdisjoint((*one.summary.senders, *one.summary.people))
            and all((r.event.organisation, r.event.id) in gone for r in records[one.key])
        ]

    def erase_items(self, items: Collection[str]) -> int:
        """Take these out with their moves; how many items."""
        with self._database.writing() as connection:
            for some in chunks(items):
                connection.execute(delete(_MOVES).where(_MOVES.c.item.in_(some)))
                connection.execute(delete(_ALLOWED).where(_ALLOWED.c.item.in_(some)))
        self._items.remove(items)
        return len(items)

    def old_looks(self, before: datetime) -> int:
        """How many looks are older than this."""
        return self._count(_LOOKS, _LOOKS.c.at < before)

    def erase_looks(self, before: datetime) -> int:
        """Forget these; how many."""
        return self._erase(_LOOKS, _LOOKS.c.at < before)

    def old_gaps(self, before: datetime) -> int:
        """How many gaps somebody acknowledged before this; no other is ever old."""
        return self._count(_GAPS, _GAPS.c.acknowledged_at < before)

    def erase_gaps(self, before: datetime) -> int:
        """Forget these; how many."""
        return self._erase(_GAPS, _GAPS.c.acknowledged_at < before)

    def old_proofs(self, before: datetime) -> int:
        """How many test messages, and events that tell of one, are older than this."""
        return self._count(_PROOFS, _PROOFS.c.sent_at < before) + self._count(
            _BITES, _BITES.c.at < before
        )

    def erase_proofs(self, before: datetime) -> int:
        """Forget these; how many."""
        with self._database.writing():
            return self._erase(_PROOFS, _PROOFS.c.sent_at < before) + self._erase(
                _BITES, _BITES.c.at < before
            )

    def _count(self, table: Table, old: ColumnElement[bool]) -> int:
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(table).where(old)) or 0

    def _erase(self, table: Table, old: ColumnElement[bool]) -> int:
        with self._database.writing() as connection:
            return connection.execute(delete(table).where(old)).rowcount
