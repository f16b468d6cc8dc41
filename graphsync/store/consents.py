"""The register of consent as it is kept: rows are added and never edited (SNMAT-F2; law A9.14)."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from sqlalchemy import bindparam, insert, select

from graphsync.store import tables
from graphsync.store.database import Database
from policies.consent_records import Entry
from policies.people import PersonKey

_CONSENTS = tables.consents
_ENCODE = msgspec.msgpack.Encoder()
_DECODE = msgspec.msgpack.Decoder(Entry)
_OF_SCHOOL = (  # made once: every school of every night asks
    select(_CONSENTS.c.mis_id, _CONSENTS.c.body)
    .where(_CONSENTS.c.school == bindparam("school"))
    .order_by(_CONSENTS.c.seq)
)
_OF_PUPIL = _OF_SCHOOL.where(_CONSENTS.c.mis_id == bindparam("mis_id"))


class Register:
    """Every row about every pupil's consent, in the order in which they were added."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entries: Iterable[tuple[PersonKey, Entry]]) -> None:
        """Add rows; inside one transaction with the journal's. A repeated id is refused."""
        rows = [
            {
                "id": entry.id,
                "school": pupil.school,
                "mis_id": pupil.mis_id,
                "act": entry.act,
                "batch": entry.batch,
                "body": _ENCODE.encode(entry),
            }
            for pupil, entry in entries
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(_CONSENTS), rows)

    def of_school(self, school: str) -> dict[PersonKey, tuple[Entry, ...]]:
        """The rows of each pupil of a school who has any."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        with self._database.reading() as connection:
            for mis_id, body in connection.execute(_OF_SCHOOL, {"school": school}):
                found[mis_id].append(_DECODE.decode(body))
        return {PersonKey(school, mis_id): tuple(rows) for mis_id, rows in found.items()}

    def of(self, pupil: PersonKey) -> tuple[Entry, ...]:
        """One pupil's rows."""
        wanted = {"school": pupil.school, "mis_id": pupil.mis_id}
        with self._database.reading() as connection:
            rows = connection.execute(_OF_PUPIL, wanted).all()
        return tuple(_DECODE.decode(body) for _, body in rows)
