"""The names that safeguarding keeps (law A3.7): each mark, the ended ones too."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, func, insert, select, update

from graphsync.store import tables
from graphsync.store.database import AnySelect, Database, among
from policies.kept_names import Ground, KeptName
from policies.people import PersonKey

_KEPT = tables.kept_names
_STANDS = _KEPT.c.ended_at.is_(None)
# Made once: whoever reads a roster asks.
_NAMES = select(_KEPT.c.mis_id, _KEPT.c.given_name, _KEPT.c.surname).where(
    _STANDS, _KEPT.c.school == bindparam("school")
)
_RENAMED = select(_KEPT.c.mis_id).where(
    _KEPT.c.given_name != "", _KEPT.c.school == bindparam("school")
)

# Every Today asks.
_MARKS = (
    select(_KEPT)
    .where(_STANDS, _KEPT.c.school.in_(among("schools")))
    .order_by(_KEPT.c.review_on, _KEPT.c.id)
)


class Mark(Struct, frozen=True, kw_only=True):
    """What a pupil is known as (empty: as on the roster), why by code, and when it is looked at.

    `reference` is that of the child-protection file; letters and digits.
    """

    id: str
    person: PersonKey
    given_name: str
    surname: str
    ground: Ground
    reference: str
    review_on: date
    by: str
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Mark({self.id}, {self.person})"


class KeptNames:
    """Every mark; of one person at most one stands, which the desk sees to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mark: Mark) -> None:
        """Keep a mark."""
        fields = msgspec.structs.asdict(mark) | {"ground": str(mark.ground)}
        person = fields.pop("person")
        with self._database.writing() as connection:
            row = {"school": person.school, "mis_id": person.mis_id, **fields}
            connection.execute(insert(_KEPT), row)

    def end(self, person: PersonKey, by: str, at: datetime) -> int:
        """End what stands about somebody; how many marks those were."""
        with self._database.writing() as connection:
            ended = connection.execute(
                update(_KEPT)
                .where(_STANDS, _KEPT.c.school == person.school, _KEPT.c.mis_id == person.mis_id)
                .values(ended_by=by, ended_at=at)
            )
        return ended.rowcount

    def standing(self, school: str) -> tuple[KeptName, ...]:
        """What the pupils of a school are known as, where safeguarding keeps the name."""
        with self._database.reading() as connection:
            rows = connection.execute(_NAMES, {"school": school}).all()
        return tuple(
            KeptName(PersonKey(school, row.mis_id), row.given_name, row.surname) for row in rows
        )

    def ever(self, school: str) -> frozenset[PersonKey]:
        """Those of a school whose name is or was another than the roster's."""
        with self._database.reading() as connection:
            rows = connection.execute(_RENAMED, {"school": school}).all()
        return frozenset(PersonKey(school, row.mis_id) for row in rows)

    def of(self, person: PersonKey) -> Mark | None:
        """The mark that stands about somebody."""
        mine = (_KEPT.c.school == person.school) & (_KEPT.c.mis_id == person.mis_id)
        return next(iter(self._marks(select(_KEPT).where(_STANDS, mine))), None)

    def marks(self, schools: Collection[str]) -> list[Mark]:
        """What stands in these schools, the first to be looked at first."""
        return self._marks(_MARKS, schools=list(schools))

    def changed_at(self, school: str) -> datetime | None:
        """When a mark of the school was last put or ended: a plan from before is superseded."""
        query = select(func.max(_KEPT.c.at), func.max(_KEPT.c.ended_at)).where(
            _KEPT.c.school == school
        )
        with self._database.reading() as connection:
            moments = [moment for moment in connection.execute(query).one() if moment]
        return max(moments, default=None)

    def _marks(self, query: AnySelect, **asked: object) -> list[Mark]:
        with self._database.reading() as connection:
            rows = connection.execute(query, asked).all()
        return [_mark(row._asdict()) for row in rows]


def _mark(fields: dict[str, object]) -> Mark:
    person = PersonKey(str(fields.pop("school")), str(fields.pop("mis_id")))
    ground = Ground(str(fields.pop("ground")))
    return Mark(person=person, ground=ground, **fields)  # type: ignore[arg-type]
