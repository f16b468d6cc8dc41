"""The journal: an intent before the tenant is changed, an outcome after (decision 23).

Rows are append-only and hash-chained (`chain`), which triggers and `verify` guard; payloads lie
apart, so that retention may purge them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from graphsync.store import chain, tables
from graphsync.store.chain import Head
from graphsync.store.database import AnyRow, AnySelect, Database, upsert
from graphsync.store.journal_export import write_export
from graphsync.store.moments import moment_text
from graphsync.store.problems import Broken
from policies.people import PersonKey

_JOURNAL, _HEAD, _PAYLOADS, _OPEN = (
    tables.journal,
    tables.journal_head,
    tables.payloads,
    tables.open_intents,
)
_CHAINED = tuple(_JOURNAL.c[name] for name in (*chain.FIELDS, "hash"))
# Made once: every school of every night asks and writes.
_READ_HEAD = select(_HEAD.c.seq, _HEAD.c.hash)
_LOCK_HEAD = _READ_HEAD.with_for_update()
_MOVE_HEAD = update(_HEAD).values(seq=bindparam("last"), hash=bindparam("its_hash"))
_INSERT = insert(_JOURNAL)
_ROWS = (
    select(_JOURNAL, _PAYLOADS.c.body)
    .outerjoin(_PAYLOADS, _PAYLOADS.c.seq == _JOURNAL.c.seq)
    .order_by(_JOURNAL.c.seq)
)
_UNRESOLVED = _ROWS.where(
    _JOURNAL.c.seq.in_(select(_OPEN.c.seq).where(_OPEN.c.school == bindparam("of_school")))
)
_AT_ONCE = 10_000
PURGE = "purge_payloads"  # a row of it names in `item` the moment up to which payloads may be gone

What = Literal["intent", "outcome", "event"]


class Entry(Struct, frozen=True, kw_only=True):
    """What is to be journalled.

    `item` names a change within its run, the same in its intent and its outcome; `population` is
    the person's kind; `result` is an outcome's word, such as "done".
    """

    school: str
    run: str
    item: str
    what: What
    operation: str
    person: PersonKey | None = None
    object_id: str | None = None
    population: str = ""
    result: str = ""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.run}, {self.item}, {self.what})"


class JournalRow(Entry, frozen=True, kw_only=True):
    """An entry as it stands; before and after are empty once the payload is purged."""

    seq: int
    at: datetime
    hash: str


class Journal:
    """Appending, asking, verifying and exporting."""

    def __init__(self, database: Database, salt: Callable[[], bytes]) -> None:
        self._database = database
        self._salt = salt

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Write entries, all or none, in this order; returns their numbers.

        Writers take turns: SQLite lets in one at a time, PostgreSQL waits for the head's row.
        """
        at = moment_text(self._database.now())
        with self._database.writing() as connection:
            head = _read_head(connection, for_update=True)
            rows, payloads = self._rows(entries, at, head)
            if rows:
                last = rows[-1]
                connection.execute(_INSERT, rows)
                connection.execute(_MOVE_HEAD, {"last": last["seq"], "its_hash": last["hash"]})
                _mark_open(connection, rows)
            if payloads:
                connection.execute(insert(_PAYLOADS), payloads)
        return [row["seq"] for row in rows]

    def _rows(
        self, entries: Iterable[Entry], at: str, head: Head
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        rows, payloads = [], []
        seq, previous = head.rows, head.hash
        for entry in entries:
            seq += 1
            payload = self._payload(seq, entry)
            fields = _fields(entry, seq, at, payload["sha256"] if payload else "", previous)
            previous = chain.row_hash(fields)
            rows.append({**dict(zip(chain.FIELDS, fields, strict=True)), "hash": previous})
            if payload:
                payloads.append(payload)
        return rows, payloads

    def _payload(self, seq: int, entry: Entry) -> dict[str, Any] | None:
        if not (entry.before or entry.after):
            return None
        body = msgspec.json.encode({"before": entry.before, "after": entry.after})
        salt = self._salt()
        return {"seq": seq, "sha256": chain.payload_hash(salt, body), "salt": salt, "body": body}

    def unresolved(self, school: str) -> list[JournalRow]:
        """The intents of a school that have no outcome: what a killed run left open."""
        return self._found(_UNRESOLVED, of_school=school)

    def of_run(self, run: str) -> list[JournalRow]:
        """What a run intended and what came of it, in order."""
        return self._found(_ROWS.where(_JOURNAL.c.run == run))

    def of_person(self, person: PersonKey) -> list[JournalRow]:
        """Everything that was done to one person, in order."""
        return self._found(_ROWS.where(_JOURNAL.c.person == str(person)))

    def count_events(self, school: str, operation: str, result: str, since: datetime) -> int:
        """How many events of this operation and result the school had since then."""
        query = select(func.count()).where(
            text(tables.EVENT),
            _JOURNAL.c.school == school,
            _JOURNAL.c.operation == operation,
            _JOURNAL.c.result == result,
            _JOURNAL.c.at >= moment_text(since),
        )
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def events(
        self, schools: Collection[str], operation: str, since: datetime
    ) -> list[tuple[PersonKey, datetime, str]]:
        """Of whom, when and with which result events of an operation were, since then, in order."""
        query = (
            select(_JOURNAL.c.person, _JOURNAL.c.at, _JOURNAL.c.result)
            .where(
                text(tables.EVENT),
                _JOURNAL.c.school.in_(schools),
                _JOURNAL.c.operation == operation,
                _JOURNAL.c.at >= moment_text(since),
                _JOURNAL.c.person.is_not(None),
            )
            .order_by(_JOURNAL.c.at, _JOURNAL.c.seq)
        )
        with self._database.reading() as connection:
            return [
                (PersonKey.parse(person), datetime.fromisoformat(at), result)
                for person, at, result in connection.execute(query)
            ]

    def last_done(self, school: str, operation: str) -> dict[PersonKey, JournalRow]:
        """The newest intent of this operation that was done to each person of a school."""
        same = (_JOURNAL.c.school == school, _JOURNAL.c.operation == operation)
        runs = select(_JOURNAL.c.run).where(text(tables.DONE), *same)
        rows = self._found(
            _ROWS.where(*same, _JOURNAL.c.what == "intent", _JOURNAL.c.run.in_(runs))
        )
        return {row.person: row for row in rows if row.person is not None}

    def done(self, school: str, operation: str, since: datetime | None = None) -> list[JournalRow]:
        """The outcomes of a school that say that this operation was done, since then, in order."""
        query = _ROWS.where(
            text(tables.DONE), _JOURNAL.c.school == school, _JOURNAL.c.operation == operation
        )
        if since is not None:
            query = query.where(_JOURNAL.c.at >= moment_text(since))
        return self._found(query)

    def _found(self, query: AnySelect, **asked: str) -> list[JournalRow]:
        with self._database.reading() as connection:
            return [_journal_row(row) for row in connection.execute(query, asked)]

    def applied_counts(
        self, school: str, operations: Collection[str], since: datetime, lately: datetime
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """How many people each of these operations was done to since then, by (operation, kind).

        The second number is how many of them since `lately`. Summed over runs: what the guard's
        sums over 7 and 30 days are made of (decision 15). A run that a person approved is an
        exception and does not count against the nights that follow.
        """
        kinds = (_JOURNAL.c.operation, _JOURNAL.c.population)
        who = _JOURNAL.c.run + " " + _JOURNAL.c.person
        late = case((_JOURNAL.c.at >= moment_text(lately), who))
        query = (
            select(*kinds, func.count(who.distinct()), func.count(late.distinct()))
            .where(
                text(tables.DONE),
                _JOURNAL.c.school == school,
                _JOURNAL.c.operation.in_(sorted(operations)),
                _JOURNAL.c.at >= moment_text(since),
                _JOURNAL.c.run.not_in(select(tables.approvals.c.run)),
            )
            .group_by(*kinds)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {(operation, kind): (n, n_lately) for operation, kind, n, n_lately in rows}

    def head(self) -> Head:
        """How many rows were written and the hash of the last, as it is stated: not verified."""
        with self._database.reading() as connection:
            return _read_head(connection, for_update=False)

    def hash_of(self, row: int) -> str | None:
        """The hash of a row as it stands; None where there is no such row."""
        with self._database.reading() as connection:
            return connection.scalar(select(_JOURNAL.c.hash).where(_JOURNAL.c.seq == row))

    def row_of(self, its_hash: str) -> int | None:
        """The row that has this hash; None where none has. It looks through all of them."""
        with self._database.reading() as connection:
            return connection.scalar(select(_JOURNAL.c.seq).where(_JOURNAL.c.hash == its_hash))

    def school_of(self, row: int) -> str | None:
        """The school of a row as it stands; None where there is no such row."""
        with self._database.reading() as connection:
            return connection.scalar(select(_JOURNAL.c.school).where(_JOURNAL.c.seq == row))

    def verify(self) -> Head:
        """The head, when every row, every kept payload and the tail are whole; raises Broken."""
        with self._database.reading() as connection:
            purged = _purged_before(connection)
            stated = _read_head(connection, for_update=False)
            found = Head()
            for row in _with_payloads(connection):
                *fields, sha256, salt, body = row
                why = chain.fault(fields, found) or _payload_fault(
                    dict(zip(chain.FIELDS, fields, strict=False)), (sha256, salt, body), purged
                )
                if why:
                    raise Broken(found.rows + 1, why)
                found = Head(rows=fields[0], hash=fields[-1])
            _check_tail(found, stated)
            _check_strays(connection, found)
        return found

    def export(self, path: Path) -> Head:
        """Write the whole chain, without payloads, as JSON lines; `verify_export` reads them."""
        with self._database.reading() as connection:
            head = _read_head(connection, for_update=False)
            write_export(path, head, (chain.Link(*row) for row in _chained(connection)))
        return head


def _fields(entry: Entry, seq: int, at: str, payload_sha256: str, previous: str) -> tuple[Any, ...]:
    return (
        seq,
        at,
        entry.school,
        entry.run,
        entry.item,
        entry.what,
        entry.operation,
        None if entry.person is None else str(entry.person),
        entry.object_id,
        entry.population,
        entry.result,
        payload_sha256,
        previous,
    )


def _read_head(connection: Connection, *, for_update: bool) -> Head:
    row = connection.execute(_LOCK_HEAD if for_update else _READ_HEAD).one_or_none()
    if row is None:
        raise Broken(0, "the head of the journal is missing; restore the store from a backup")
    return Head(rows=row.seq, hash=row.hash)


def _mark_open(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    opened: dict[tuple[str, str, str], int] = {}
    closed: set[tuple[str, str, str]] = set()
    for row in rows:
        key = (row["school"], row["run"], row["item"])
        if row["what"] == "intent":
            opened[key] = row["seq"]
        elif row["what"] == "outcome":
            opened.pop(key, None)
            closed.add(key)
    names = ("school", "run", "item")
    if closed:
        connection.execute(
            delete(_OPEN).where(*(_OPEN.c[name] == bindparam(f"the_{name}") for name in names)),
            [{f"the_{name}": one for name, one in zip(names, key, strict=True)} for key in closed],
        )
    upsert(
        connection,
        _OPEN,
        [dict(zip((*names, "seq"), (*key, seq), strict=True)) for key, seq in opened.items()],
    )


def _journal_row(row: AnyRow) -> JournalRow:
    fields = row._asdict()
    body = fields.pop("body")
    for name in ("payload_sha256", "previous"):
        del fields[name]
    person = fields.pop("person")
    return JournalRow(
        **{**fields, "at": datetime.fromisoformat(row.at)},
        person=None if person is None else PersonKey.parse(person),
        **(msgspec.json.decode(body) if body else {}),
    )


def _chained(connection: Connection) -> Iterator[AnyRow]:
    """Every row in order, a part at a time: a journal of years is larger than memory likes."""
    last: int | None = None
    while True:
        query = select(*_CHAINED).order_by(_JOURNAL.c.seq).limit(_AT_ONCE)
        part = connection.execute(query if last is None else query.where(_JOURNAL.c.seq > last))
        rows = part.all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].seq


def _with_payloads(connection: Connection) -> Iterator[tuple[Any, ...]]:
    kept: dict[int, tuple[Any, ...]] = {}
    for number, row in enumerate(_chained(connection)):
        if number % _AT_ONCE == 0:
            query = select(_PAYLOADS).where(
                _PAYLOADS.c.seq >= row.seq, _PAYLOADS.c.seq < row.seq + _AT_ONCE
            )
            kept = {seq: tuple(rest) for seq, *rest in connection.execute(query)}
        yield (*row, *kept.get(row.seq, (None, None, None)))


def _purged_before(connection: Connection) -> dict[str, str]:
    """Up to which moment payloads may be gone, by school.

    The purge's own row is in the chain, so a forged one is found as any other.
    """
    query = (
        select(_JOURNAL.c.school, func.max(_JOURNAL.c.item).label("horizon"))
        .where(_JOURNAL.c.what == "event", _JOURNAL.c.operation == PURGE)
        .group_by(_JOURNAL.c.school)
    )
    return {row.school: row.horizon for row in connection.execute(query)}


def _payload_fault(
    row: dict[str, Any], payload: tuple[str | None, bytes, bytes], purged: Mapping[str, str]
) -> str | None:
    stated, (sha256, salt, body) = row["payload_sha256"], payload
    if sha256 is None:
        gone = stated and row["at"] >= purged.get(row["school"], "")
        return "its payload is gone, and no purge took it" if gone else None
    if sha256 != stated or chain.payload_hash(salt, body) != stated:
        return "its payload was changed"
    return None


def _check_tail(found: Head, stated: Head) -> None:
    if found.rows < stated.rows:
        raise Broken(found.rows + 1, f"the tail is cut: {stated.rows} rows were written")
    if found != stated:
        raise Broken(found.rows, "the head does not name this row as the last")


def _check_strays(connection: Connection, found: Head) -> None:
    last = connection.scalar(select(func.max(_PAYLOADS.c.seq)))
    if last is not None and last > found.rows:
        raise Broken(last, "there is a payload but no row")
