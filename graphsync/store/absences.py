"""From which accepted complete exports a person was absent (decision 11)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from graphsync.store import tables
from graphsync.store.database import Database, chunks, insert_new
from policies.people import PersonKey

_ABSENCES = tables.absences
_OF_SCHOOL = (  # made once: every school of every night asks
    select(_ABSENCES.c.mis_id, _ABSENCES.c.sha256, _ABSENCES.c.at)
    .where(_ABSENCES.c.school == bindparam("school"), _ABSENCES.c.at <= bindparam("not_after"))
    .order_by(_ABSENCES.c.at, _ABSENCES.c.sha256)
)

Sighting = tuple[str, datetime]


class Absences:
    """One row per person and export content; a person who is seen again is cleared."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_absent(
        self, school: str, keys: Iterable[PersonKey], sha256: str, at: datetime
    ) -> None:
        """These people are not in this export; the same content again adds nothing."""
        rows = [
            {"school": school, "mis_id": key.mis_id, "sha256": sha256, "at": at} for key in keys
        ]
        with self._database.writing() as connection:
            insert_new(connection, _ABSENCES, rows)

    def clear(self, school: str, keys: Iterable[PersonKey]) -> None:
        """These people are present: their absence starts anew."""
        with self._database.writing() as connection:
            for part in chunks(key.mis_id for key in keys):
                connection.execute(
                    delete(_ABSENCES).where(
                        _ABSENCES.c.school == school, _ABSENCES.c.mis_id.in_(part)
                    )
                )

    def of(self, school: str, not_after: datetime) -> dict[PersonKey, tuple[Sighting, ...]]:
        """Each absent person's (export sha256, when), oldest first."""
        asked = {"school": school, "not_after": not_after}
        found: dict[PersonKey, tuple[Sighting, ...]] = {}
        with self._database.reading() as connection:
            for mis_id, sha256, at in connection.execute(_OF_SCHOOL, asked):
                key = PersonKey(school, mis_id)
                found[key] = (*found.get(key, ()), (sha256, at))
        return found
