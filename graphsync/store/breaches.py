"""The breach register as it is kept: rows are added and never edited (law A12; Article 33(5)).

Every row stands in the journal as well, with its salted digest, so that one that was changed, added
or taken out behind our back shows (`verify`). The journal names the entry, the act and the account;
what the row says stands here alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from graphsync.store import tables
from graphsync.store.chain import payload_hash
from graphsync.store.database import AnyRow, AnySelect, Database, lock_table
from graphsync.store.journal import Entry, Journal
from graphsync.store.problems import BrokenRegister
from policies.breach_records import Act, Row

_BREACHES, _JOURNAL = tables.breaches, tables.journal
ACT = "breach_"  # before the act, in the operation of a row's event
ERASED = "erase_breach"
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Row).decode


class Breaches:
    """Every row about every breach, in the order in which they were added."""

    def __init__(self, database: Database, journal: Journal, salt: Callable[[], bytes]) -> None:
        self._database = database
        self._journal = journal
        self._salt = salt

    def add(self, school: str, rows: Sequence[Row]) -> None:
        """Add rows about breaches of a school, and their digests to the journal: all or none."""
        kept, events = [], []
        for row in rows:
            body, salt = _ENCODE(row).decode(), self._salt()
            kept.append(
                {
                    "id": row.id,
                    "school": school,
                    "breach": row.breach,
                    "act": row.act,
                    "reference": row.reference if row.act is Act.OPENED else "",
                    "at": row.at,
                    "salt": salt,
                    "body": body,
                }
            )
            events.append(_event(school, row, _digest(salt, school, body)))
        if kept:
            with self._database.writing() as connection:
                connection.execute(insert(_BREACHES), kept)
                self._journal.append(events)

    def of(self, breach: str) -> tuple[str, tuple[Row, ...]] | None:
        """A breach's school and rows; None where there is no such breach."""
        found = self._read(_OF_BREACH, {"breach": breach})
        return next(((school, rows) for (school, _), rows in found.items()), None)

    def all(self, school: str | None = None) -> dict[tuple[str, str], tuple[Row, ...]]:
        """The rows of each breach, by school and breach, those of all schools with None."""
        if school is None:
            return self._read(_IN_ORDER)
        return self._read(_OF_SCHOOL, {"school": school})

    def opened_for(self, school: str, reference: str) -> str | None:
        """The breach that was opened for this reference, such as `dlp:ITEM`; None for none."""
        query = select(_BREACHES.c.breach).where(
            _BREACHES.c.school == school, _BREACHES.c.reference == reference
        )
        with self._database.reading() as connection:
            return connection.scalars(query).first()

    def lock(self) -> None:
        """Nobody else adds a row until the transaction ends: looking and writing is one step."""
        with self._database.writing() as connection:
            lock_table(connection, _BREACHES)

    def erase(self, school: str, breaches: Iterable[str]) -> int:
        """Take out these entries whole, told by the journal; how many rows went."""
        gone = 0
        with self._database.writing() as connection:
            for breach in breaches:
                its = (_BREACHES.c.school == school, _BREACHES.c.breach == breach)
                rows = connection.execute(delete(_BREACHES).where(*its)).rowcount
                self._journal.append([_told(school, ERASED, breach, str(rows))])
                gone += rows
        return gone

    def verify(self) -> int:
        """How many rows there are, when each is the one that the journal tells of.

        Raises BrokenRegister with the first that differs, is missing, or was never told of.
        """
        with self._database.reading() as connection:
            stated = self._stated()
            rows = connection.execute(select(_BREACHES).order_by(_BREACHES.c.seq)).all()
        for row in rows:
            digest = stated.pop((row.breach, row.id), None)
            if digest is None:
                raise BrokenRegister(row.id, "the journal tells of no such row")
            if digest != _digest(row.salt, row.school, row.body) or not _agrees(row):
                raise BrokenRegister(row.id, "the row was changed after it was written")
        for _, missing in stated:
            raise BrokenRegister(missing, "the row is gone, and nothing erased it")
        return len(rows)

    def _stated(self) -> dict[tuple[str, str], str]:
        """The digest of each row that must stand, by breach and id, as the journal has them."""
        query = (
            select(_JOURNAL.c.operation, _JOURNAL.c.item)
            .where(
                _JOURNAL.c.what == "event",
                _JOURNAL.c.operation.startswith(ACT, autoescape=True)
                | (_JOURNAL.c.operation == ERASED),
            )
            .order_by(_JOURNAL.c.seq)
        )
        stated: defaultdict[str, dict[str, str]] = defaultdict(dict)
        with self._database.reading() as connection:
            for operation, item in connection.execute(query):
                breach, *rest = item.split()
                if operation == ERASED:
                    stated.pop(breach, None)
                else:
                    row, digest = rest
                    stated[breach][row] = digest
        return {
            (breach, row): digest for breach, its in stated.items() for row, digest in its.items()
        }

    def _read(
        self, query: AnySelect, asked: dict[str, str] | None = None
    ) -> dict[tuple[str, str], tuple[Row, ...]]:
        found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        with self._database.reading() as connection:
            for school, body in connection.execute(query, asked):
                row = _DECODE(body)
                found[school, row.breach].append(row)
        return {key: tuple(rows) for key, rows in found.items()}


_IN_ORDER = select(_BREACHES.c.school, _BREACHES.c.body).order_by(_BREACHES.c.seq)
# Made once: every school of every night asks.
_OF_SCHOOL = _IN_ORDER.where(_BREACHES.c.school == bindparam("school"))
_OF_BREACH = _IN_ORDER.where(_BREACHES.c.breach == bindparam("breach"))


def _agrees(row: AnyRow) -> bool:
    """Whether the columns that are asked by say what the body says."""
    body = _DECODE(row.body)
    reference = body.reference if body.act is Act.OPENED else ""
    return (row.id, row.breach, row.act, row.reference, row.at) == (
        body.id,
        body.breach,
        body.act,
        reference,
        body.at,
    )


def _digest(salt: bytes, school: str, body: str) -> str:
    return payload_hash(salt, f"{school}\n{body}".encode())


def _event(school: str, row: Row, digest: str) -> Entry:
    return _told(school, f"{ACT}{row.act}", f"{row.breach} {row.id} {digest}", row.by)


def _told(school: str, operation: str, item: str, result: str) -> Entry:
    return Entry(school=school, run="", item=item, what="event", operation=operation, result=result)
