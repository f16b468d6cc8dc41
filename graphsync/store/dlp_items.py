"""The items of the queue, as their records and moves make them; a page of them is one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, tuple_, update

from graphsync.store import tables
from graphsync.store.database import (
    AnyRow,
    AnySelect,
    Database,
    chunks,
    chunks_by_first,
    lock_table,
    upsert,
)
from policies.mail import Kind, Severity
from policies.mail_items import ItemKey, Summary
from policies.mail_queue import State

_ITEMS = tables.dlp_items
_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_decode = msgspec.msgpack.Decoder(tuple[ItemKey, Summary]).decode
_ORDER = (_ITEMS.c.thread_due, _ITEMS.c.thread, _ITEMS.c.item)
_SHOWN = select(
    _ITEMS.c.item,
    _ITEMS.c.school,
    _ITEMS.c.state,
    _ITEMS.c.assignee,
    _ITEMS.c.due_from,
    _ITEMS.c.due,
    _ITEMS.c.thread,
    _ITEMS.c.thread_due,
    _ITEMS.c.body,
)
_BETWEEN = "|"  # stands in no kind, class or digest
_RULES = 100  # of one item that a filter finds; a tenant has at most 600 (Microsoft's limit)


class Item(Struct, frozen=True, kw_only=True):
    """An item as it stands. Items of one mail share the `thread`, and its first due moment."""

    item: str
    key: ItemKey
    school: str
    state: State
    assignee: str
    due_from: datetime
    due: datetime
    thread: str
    thread_due: datetime
    summary: Summary

    def __repr__(self) -> str:
        return f"Item({self.item}, {self.state})"


class Cursor(Struct, frozen=True):
    """The place of an item in the order of the queue."""

    thread_due: datetime
    thread: str
    item: str


class Wanted(Struct, frozen=True, kw_only=True):
    """Which items; an empty filter asks for every one.

    `schools` are those that the asker reaches, None for all. `rules` are ids of Purview's rules.
    `due_before` leaves those that were due earlier. Without `closed` only what is open.
    """

    schools: tuple[str, ...] | None = None
    states: tuple[State, ...] = ()
    severities: tuple[Severity, ...] = ()
    kinds: tuple[Kind, ...] = ()
    classes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    assignee: str | None = None
    due_before: datetime | None = None
    closed: bool = False


class Tally(Struct, frozen=True, kw_only=True):
    """How many items of a school stand so, and how many of them are overdue."""

    school: str
    state: State
    severity: Severity
    items: int
    overdue: int


class DlpItems:
    """Every item that is or was in the queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def locked(self, items: Iterable[str]) -> dict[str, Item]:
        """These items, which nobody else changes until the transaction ends."""
        with self._database.writing() as connection:
            lock_table(connection, _ITEMS)
            return self.of(items)

    def of(self, items: Iterable[str]) -> dict[str, Item]:
        """Those of these items that there are, by id."""
        found: dict[str, Item] = {}
        with self._database.reading() as connection:
            for some in chunks(items):
                rows = connection.execute(_SHOWN.where(_ITEMS.c.item.in_(some))).all()
                found.update({row.item: _item(row) for row in rows})
        return found

    def put(self, items: Sequence[Item]) -> None:
        """Keep these, replacing those of the same ids."""
        with self._database.writing() as connection:
            upsert(connection, _ITEMS, [_row(one) for one in items])

    def remove(self, items: Iterable[str]) -> None:
        """Forget these, of which no record is left and with which nobody did anything."""
        with self._database.writing() as connection:
            for some in chunks(items):
                connection.execute(delete(_ITEMS).where(_ITEMS.c.item.in_(some)))

    def join_threads(self, threads: Iterable[tuple[str, str]]) -> None:
        """Let all items of each of these (school, thread) stand where the first due one does."""
        with self._database.writing() as connection:
            for school, some in chunks_by_first(threads):
                here = (_ITEMS.c.school == school) & _ITEMS.c.thread.in_(some)
                first = func.min(_ITEMS.c.due)
                apart = or_(
                    func.min(_ITEMS.c.thread_due) != first, func.max(_ITEMS.c.thread_due) != first
                )
                by = (_ITEMS.c.school, _ITEMS.c.thread)
                query = select(*by, first.label("due")).where(here).group_by(*by).having(apart)
                rows = [
                    {"of_school": row.school, "of_thread": row.thread, "first": row.due}
                    for row in connection.execute(query).all()
                ]
                if rows:
                    connection.execute(_JOIN, rows)

    def page(self, wanted: Wanted, after: Cursor | None, limit: int) -> list[Item]:
        """The first so many of these items, or those after a place; the most urgent mail first."""
        query = _SHOWN.where(*_conditions(wanted)).order_by(*_ORDER).limit(limit)
        if after is not None:
            query = query.where(tuple_(*_ORDER) > _place(after))
        return self._read(query)

    def alike(self, school: str, likeness: str) -> list[Item]:
        """The items of a school that are alike, in the order of the queue."""
        mine = (_ITEMS.c.school == school) & (_ITEMS.c.likeness == likeness)
        return self._read(_SHOWN.where(mine).order_by(*_ORDER))

    def of_thread(self, school: str, thread: str) -> list[Item]:
        """The items of one mail."""
        mine = (_ITEMS.c.school == school) & (_ITEMS.c.thread == thread)
        return self._read(_SHOWN.where(mine).order_by(*_ORDER))

    def tallies(self, schools: Collection[str] | None, now: datetime) -> list[Tally]:
        """How many there are, by school, state and severity."""
        late = and_(_ITEMS.c.open, _ITEMS.c.due < now)
        by = (_ITEMS.c.school, _ITEMS.c.state, _ITEMS.c.severity)
        query = select(*by, func.count().label("items"), func.count().filter(late).label("overdue"))
        if schools is not None:
            query = query.where(_ITEMS.c.school.in_(schools))
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(*by).order_by(*by)).all()
        return [
            Tally(
                school=row.school,
                state=State(row.state),
                severity=Severity(row.severity),
                items=row.items,
                overdue=row.overdue,
            )
            for row in rows
        ]

    def _read(self, query: AnySelect) -> list[Item]:
        with self._database.reading() as connection:
            return [_item(row) for row in connection.execute(query).all()]


_JOIN = (
    update(_ITEMS)
    .where(_ITEMS.c.school == bindparam("of_school"), _ITEMS.c.thread == bindparam("of_thread"))
    .values(thread_due=bindparam("first"))
)


def _place(after: Cursor) -> ColumnElement[tuple[datetime, str, str]]:
    return tuple_(after.thread_due, after.thread, after.item, types=[one.type for one in _ORDER])


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    column = _ITEMS.c
    found: list[ColumnElement[bool]] = []
    if not wanted.closed and State.CLOSED not in wanted.states:
        found.append(column.open.is_(True))
    if wanted.schools is not None:
        found.append(column.school.in_(wanted.schools))
    if wanted.states:
        found.append(column.state.in_([str(one) for one in wanted.states]))
    if wanted.severities:
        found.append(column.severity.in_([str(one) for one in wanted.severities]))
    words: Mapping[str, Sequence[str]] = {
        "kinds": [one.name for one in wanted.kinds],
        "classes": wanted.classes,
        "rules": [_short(one) for one in wanted.rules],
    }
    for name, several in words.items():
        if several:
            texts = [f"{_BETWEEN}{word}{_BETWEEN}" for word in several]
            found.append(or_(*(column[name].contains(one, autoescape=True) for one in texts)))
    if wanted.assignee is not None:
        found.append(column.assignee == wanted.assignee)
    if wanted.due_before is not None:
        found.append(column.due < wanted.due_before)
    return found


def _row(one: Item) -> dict[str, object]:
    summary = one.summary
    return {
        "item": one.item,
        "school": one.school,
        "state": str(one.state),
        "open": one.state is not State.CLOSED,
        "assignee": one.assignee,
        "severity": str(summary.severity),
        "due_from": one.due_from,
        "due": one.due,
        "thread": one.thread,
        "thread_due": one.thread_due,
        "kinds": _joined(kind.name for kind in summary.kinds),
        "classes": _joined(summary.classes),
        "rules": _joined(_short(rule.id) for rule in summary.rules[:_RULES]),
        "likeness": summary.likeness,
        "evidence": summary.evidence,
        "body": _encode((one.key, summary)),
    }


def _short(rule: str) -> str:
    """A rule in few letters: PostgreSQL takes at most 2,700 bytes a row of an index."""
    return sha256(rule.encode()).hexdigest()[:8]


def _joined(words: Iterable[str]) -> str:
    return "".join(f"{_BETWEEN}{word}" for word in words) + _BETWEEN


def _item(row: AnyRow) -> Item:
    fields = row._asdict()
    key, summary = _decode(fields.pop("body"))
    return Item(**{**fields, "state": State(row.state)}, key=key, summary=summary)
