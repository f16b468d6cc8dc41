"""The register of requests about somebody's data as it is kept: rows are added and never edited.

The journal tells of every row: the request, the act and the account.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from graphsync.store import tables
from graphsync.store.database import AnySelect, Database, among, lock_table
from graphsync.store.journal import Entry, Journal
from policies.request_records import Row

_ROWS = tables.data_requests
ERASED = "erase_request"
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(Row).decode
# Made once: every Today asks.
_ORDERED = select(_ROWS.c.school, _ROWS.c.body).order_by(_ROWS.c.seq)
_OF_REQUEST = _ORDERED.where(_ROWS.c.request == bindparam("request"))
_OF_SCHOOLS = _ORDERED.where(_ROWS.c.school.in_(among("schools")))


class DataRequests:
    """Every row about every request, in the order in which they were added."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def add(self, school: str, row: Row, person: str) -> None:
        """Add a row about a request of a school, and tell the journal: both or neither.

        `person` is the key of whom the request is about, empty where nobody knows it.
        """
        kept = {
            "id": row.id,
            "school": school,
            "request": row.request,
            "act": row.act,
            "person": person,
            "by": row.by,
            "at": row.at,
            "body": _ENCODE(row).decode(),
        }
        told = _told(school, f"request_{row.act}", f"{row.request} {row.id}", row.by)
        with self._database.writing() as connection:
            connection.execute(insert(_ROWS), kept)
            self._journal.append([told])

    def of(self, request: str) -> tuple[str, tuple[Row, ...]] | None:
        """A request's school and rows; None where there is no such request."""
        found = self._read(_OF_REQUEST, request=request)
        return next(((school, rows) for (school, _), rows in found.items()), None)

    def of_schools(self, schools: Collection[str]) -> dict[tuple[str, str], tuple[Row, ...]]:
        """The rows of each request of these schools, by school and request."""
        return self._read(_OF_SCHOOLS, schools=sorted(schools))

    def lock(self) -> None:
        """Nobody else adds a row until the transaction ends: looking and writing is one step."""
        with self._database.writing() as connection:
            lock_table(connection, _ROWS)

    def erase(self, school: str, requests: Iterable[str]) -> int:
        """Take out these requests whole, told by the journal; how many rows went."""
        gone = 0
        with self._database.writing() as connection:
            for request in requests:
                its = (_ROWS.c.school == school, _ROWS.c.request == request)
                rows = connection.execute(delete(_ROWS).where(*its)).rowcount
                self._journal.append([_told(school, ERASED, request, str(rows))])
                gone += rows
        return gone

    def _read(self, query: AnySelect, **asked: object) -> dict[tuple[str, str], tuple[Row, ...]]:
        found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        with self._database.reading() as connection:
            for school, body in connection.execute(query, asked):
                row = _DECODE(body)
                found[school, row.request].append(row)
        return {key: tuple(rows) for key, rows in found.items()}


def _told(school: str, operation: str, item: str, result: str) -> Entry:
    return Entry(school=school, run="", item=item, what="event", operation=operation, result=result)
