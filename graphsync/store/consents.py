"""The register of consent as it is kept: rows are added and never edited (SNMAT-F2; law A9.14).

Every row stands in the journal as well, with its digest, so that a row that was changed, added or
taken out behind our back shows (`verify`). The digest is salted: when a row goes for its age its
salt goes with it, and what the journal keeps leads back to nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import accumulate, pairwise

import msgspec
from sqlalchemy import Text, bindparam, cast, delete, exists, func, insert, select

from graphsync.store import tables
from graphsync.store.chain import payload_hash
from graphsync.store.database import Database
from graphsync.store.journal import Entry as JournalEntry
from graphsync.store.journal import Journal
from graphsync.store.problems import BrokenRegister
from policies.consent_records import Entry
from policies.people import PersonKey

_CONSENTS, _JOURNAL = tables.consents, tables.journal
ROW = "consent_"  # before the act, in the operation of a row's event
ERASED = "erase_consents"
_BETWEEN = "\n"  # stands in no MIS person id
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(tuple[Entry, ...]).decode
_HERE = _CONSENTS.c.school == bindparam("school")
# A school's rows come joined into one JSON list, pupil after pupil, and are told apart by how many
# each has: to fetch 60,000 rows one by one costs more than all that a night then does with them.
_IN_ORDER = (
    select(_CONSENTS.c.body).where(_HERE).order_by(_CONSENTS.c.mis_id, _CONSENTS.c.seq).subquery()
)
_ROWS = select(func.aggregate_strings(_IN_ORDER.c.body, ","))
_COUNTED = (
    select(_CONSENTS.c.mis_id, cast(func.count(), Text).label("rows"))
    .where(_HERE)
    .group_by(_CONSENTS.c.mis_id)
    .order_by(_CONSENTS.c.mis_id)
    .subquery()
)
_PUPILS = select(
    func.aggregate_strings(_COUNTED.c.mis_id, _BETWEEN),
    func.aggregate_strings(_COUNTED.c.rows, _BETWEEN),
)
_OF_PUPIL = (
    select(_CONSENTS.c.body)
    .where(_HERE, _CONSENTS.c.mis_id == bindparam("mis_id"))
    .order_by(_CONSENTS.c.seq)
)


_VERSION = select(func.max(_CONSENTS.c.seq), func.count()).where(_HERE)
_NEWEST = select(func.max(_CONSENTS.c.seq))


class Register:
    """Every row about every pupil's consent, in the order in which they were added."""

    def __init__(self, database: Database, journal: Journal, salt: Callable[[], bytes]) -> None:
        self._database = database
        self._journal = journal
        self._salt = salt

    def add(self, entries: Iterable[tuple[PersonKey, Entry]]) -> None:
        """Add rows, and their digests to the journal, all or none. A repeated id is refused."""
        rows, events = [], []
        for pupil, entry in entries:
            body, salt = _ENCODE(entry).decode(), self._salt()
            rows.append(
                {
                    "id": entry.id,
                    "school": pupil.school,
                    "mis_id": pupil.mis_id,
                    "act": entry.act,
                    "at": entry.at,
                    "batch": entry.batch,
                    "salt": salt,
                    "body": body,
                }
            )
            events.append(_event(pupil, entry, _digest(salt, pupil, body)))
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(_CONSENTS), rows)
                self._journal.append(events)

    def of_school(self, school: str) -> dict[PersonKey, tuple[Entry, ...]]:
        """The rows of each pupil of a school who has any."""
        with self._database.reading() as connection:
            ids, counts = connection.execute(_PUPILS, {"school": school}).one()
            joined = connection.scalar(_ROWS, {"school": school})
        if ids is None:
            return {}
        rows = _DECODE(f"[{joined}]")
        ends = accumulate(map(int, counts.split(_BETWEEN)), initial=0)
        pupils = (PersonKey(school, mis_id) for mis_id in ids.split(_BETWEEN))
        return {pupil: rows[a:b] for pupil, (a, b) in zip(pupils, pairwise(ends), strict=True)}

    def version(self, school: str) -> tuple[int, int]:
        """What changes whenever a row of the school is added or erased."""
        with self._database.reading() as connection:
            newest, rows = connection.execute(_VERSION, {"school": school}).one()
        return newest or 0, rows

    def newest(self) -> int:
        """The number of the newest row of any school; 0 before the first."""
        with self._database.reading() as connection:
            return connection.scalar(_NEWEST) or 0

    def of(self, pupil: PersonKey) -> tuple[Entry, ...]:
        """One pupil's rows."""
        wanted = {"school": pupil.school, "mis_id": pupil.mis_id}
        with self._database.reading() as connection:
            bodies = connection.scalars(_OF_PUPIL, wanted).all()
        return _DECODE(f"[{','.join(bodies)}]")

    def pupil_of(self, entry_id: str) -> PersonKey | None:
        """Whose row this is; None where there is no such row."""
        query = select(_CONSENTS.c.school, _CONSENTS.c.mis_id).where(_CONSENTS.c.id == entry_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else PersonKey(row.school, row.mis_id)

    def silent_since(self, school: str, moment: datetime) -> dict[PersonKey, int]:
        """The pupils about whom nothing was recorded from this moment on, and how many rows each.

        Nobody else can have left before it: nothing is recorded about whoever has left.
        """
        later = _CONSENTS.alias()
        query = (
            select(_CONSENTS.c.mis_id, func.count())
            .where(
                _CONSENTS.c.school == school,
                _CONSENTS.c.at < moment,
                ~exists().where(
                    later.c.school == school,
                    later.c.mis_id == _CONSENTS.c.mis_id,
                    later.c.at >= moment,
                ),
            )
            .group_by(_CONSENTS.c.mis_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {PersonKey(school, mis_id): number for mis_id, number in rows}

    def erase(self, pupils: Iterable[PersonKey]) -> int:
        """Take out everything about these pupils, told by the journal; how many rows went."""
        gone = 0
        with self._database.writing() as connection:
            for pupil in pupils:
                its = (_CONSENTS.c.school == pupil.school, _CONSENTS.c.mis_id == pupil.mis_id)
                rows = connection.execute(delete(_CONSENTS).where(*its)).rowcount
                told = JournalEntry(
                    school=pupil.school,
                    run="",
                    item="",
                    what="event",
                    operation=ERASED,
                    person=pupil,
                    result=str(rows),
                )
                self._journal.append([told])
                gone += rows
        return gone

    def verify(self) -> int:
        """How many rows there are, when each is the one that the journal tells of.

        Raises BrokenRegister with the first that differs, is missing, or was never told of.
        """
        query = select(_CONSENTS).order_by(_CONSENTS.c.seq)
        with self._database.reading() as connection:
            told = self._told()
            rows = connection.execute(query).all()
        for row in rows:
            pupil = PersonKey(row.school, row.mis_id)
            stated = told.pop(row.id, None)
            if stated is None:
                raise BrokenRegister(row.id, "the journal tells of no such row")
            if stated != (str(pupil), _digest(row.salt, pupil, row.body)):
                raise BrokenRegister(row.id, "the row was changed after it was written")
        for missing in told:
            raise BrokenRegister(missing, "the row is gone, and nothing erased it")
        return len(rows)

    def _told(self) -> dict[str, tuple[str, str]]:
        """Each row that must stand, by id: whose it is and its digest, as the journal has them."""
        names = ("operation", "person", "item")
        query = (
            select(*(_JOURNAL.c[name] for name in names))
            .where(
                _JOURNAL.c.what == "event",
                _JOURNAL.c.operation.startswith(ROW, autoescape=True)
                | (_JOURNAL.c.operation == ERASED),
            )
            .order_by(_JOURNAL.c.seq)
        )
        told: defaultdict[str, dict[str, str]] = defaultdict(dict)
        with self._database.reading() as connection:
            for operation, person, item in connection.execute(query):
                if operation == ERASED:
                    told.pop(person, None)
                elif len(parts := item.split()) == 2:
                    told[person][parts[0]] = parts[1]
        return {
            entry: (person, digest) for person, its in told.items() for entry, digest in its.items()
        }


def _digest(salt: bytes, pupil: PersonKey, body: str) -> str:
    return payload_hash(salt, f"{pupil}\n{body}".encode())


def _event(pupil: PersonKey, entry: Entry, digest: str) -> JournalEntry:
    """What the journal tells of a row: its act, its id and digest, who entered it. No names."""
    return JournalEntry(
        school=pupil.school,
        run="",
        item=f"{entry.id} {digest}",
        what="event",
        operation=f"{ROW}{entry.act}",
        person=pupil,
        result=entry.by,
    )
