"""What a school does instead for pupils without a licence: opened, arranged, closed (law A9.12)."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import delete, select

from graphsync.store import tables
from graphsync.store.database import Database, upsert
from policies.people import PersonKey

_PROVISIONS = tables.provisions


class Provision(Struct, frozen=True, kw_only=True):
    """One pupil's: due on a day, `arranged` in the school's words, empty until then.

    `review` is the day on which it is looked at again.
    """

    id: str
    pupil: PersonKey
    opened_at: datetime
    due: date
    arranged: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    review: date | None = None


class Provisions:
    """Those of every school."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, one: Provision) -> None:
        """Keep one as it stands now."""
        row = {
            "id": one.id,
            "school": one.pupil.school,
            "mis_id": one.pupil.mis_id,
            "opened_at": one.opened_at,
            "due": one.due,
            "arranged": one.arranged,
            "closed_at": one.closed_at,
            "closed_by": one.closed_by,
            "review": one.review,
        }
        with self._database.writing() as connection:
            upsert(connection, _PROVISIONS, [row])

    def open_one(self, named: str) -> Provision | None:
        """One by its id; None where there is none, or it is closed."""
        query = select(_PROVISIONS).where(
            _PROVISIONS.c.id == named, _PROVISIONS.c.closed_at.is_(None)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _provision(**row._asdict())

    def open_of(self, school: str) -> tuple[Provision, ...]:
        """Those of a school that are not closed, the first due first."""
        query = (
            select(_PROVISIONS)
            .where(_PROVISIONS.c.school == school, _PROVISIONS.c.closed_at.is_(None))
            .order_by(_PROVISIONS.c.due, _PROVISIONS.c.id)
        )
        with self._database.reading() as connection:
            return tuple(_provision(**row._asdict()) for row in connection.execute(query))

    def erase(self, pupils: Iterable[PersonKey]) -> None:
        """Take out those of these pupils, whatever their state."""
        with self._database.writing() as connection:
            for pupil in pupils:
                its = (_PROVISIONS.c.school == pupil.school, _PROVISIONS.c.mis_id == pupil.mis_id)
                connection.execute(delete(_PROVISIONS).where(*its))


def _provision(school: str, mis_id: str, **fields: object) -> Provision:
    return Provision(pupil=PersonKey(school, mis_id), **fields)  # type: ignore[arg-type]
