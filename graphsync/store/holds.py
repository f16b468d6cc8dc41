"""Holds: a person's word that an account stays as it is, or stays blocked (decision 14)."""

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from graphsync.store import tables
from graphsync.store.database import AnySelect, Database, lock_table
from graphsync.store.problems import Conflict, Unknown
from policies.people import PersonKey

_HOLDS = tables.holds
_ORDER = (_HOLDS.c.at, _HOLDS.c.id)
_UNLIFTED = select(_HOLDS).where(_HOLDS.c.lifted_at.is_(None)).order_by(*_ORDER)
# Made once: every school of every night asks.
_UNLIFTED_OF_SCHOOL = _UNLIFTED.where(_HOLDS.c.school == bindparam("school"))


class Hold(Struct, frozen=True, kw_only=True):
    """`freeze`: no change at all. `suspend`: blocked, and kept so. `until` is its last day."""

    id: str
    person: PersonKey
    mode: Literal["freeze", "suspend"]
    reason: str
    by: str
    at: datetime
    clause: str = ""
    until: date | None = None
    lifted_by: str | None = None
    lifted_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Hold({self.id}, {self.person}, {self.mode})"


Found = list[Hold]


class Holds:
    """Every hold, the lifted ones too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, hold: Hold) -> None:
        """Keep a hold; raises Conflict when its id stands already."""
        fields = msgspec.structs.asdict(hold)
        person = fields.pop("person")
        row = {"school": person.school, "mis_id": person.mis_id, **fields}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(_HOLDS), row)
        except IntegrityError:
            raise Conflict(f"there is a hold {hold.id} already") from None

    def lock(self) -> None:
        """Nobody else puts or lifts a hold until the transaction ends."""
        with self._database.writing() as connection:
            lock_table(connection, _HOLDS)

    def lift(self, hold_id: str, by: str, at: datetime) -> None:
        """End a hold; raises Unknown when there is none of this id that still stands."""
        with self._database.writing() as connection:
            lifted = connection.execute(
                update(_HOLDS)
                .where(_HOLDS.c.id == hold_id, _HOLDS.c.lifted_at.is_(None))
                .values(lifted_by=by, lifted_at=at)
            )
        if not lifted.rowcount:
            raise Unknown(f"no standing hold {hold_id}; `graphsync hold list` shows them")

    def unlifted(self, school: str | None) -> Found:
        """The holds of one school, or of all, that nobody lifted, those that ran out too."""
        if school is None:
            return self._holds(_UNLIFTED)
        return self._holds(_UNLIFTED_OF_SCHOOL, school=school)

    def active(self, school: str | None, day: date) -> Found:
        """The holds of one school, or of all, that stand and have not run out before this day."""
        return [hold for hold in self.unlifted(school) if hold.until is None or hold.until >= day]

    def list(self, school: str | None = None) -> Found:
        """Every hold, of one school or of all."""
        query = select(_HOLDS).order_by(*_ORDER)
        return self._holds(query if school is None else query.where(_HOLDS.c.school == school))

    def changed_at(self, school: str) -> datetime | None:
        """When a hold of the school was last added or lifted.

        A run drafted before that is superseded (decision 17).
        """
        query = select(func.max(_HOLDS.c.at), func.max(_HOLDS.c.lifted_at)).where(
            _HOLDS.c.school == school
        )
        with self._database.reading() as connection:
            moments = [moment for moment in connection.execute(query).one() if moment]
        return max(moments, default=None)

    def _holds(self, query: AnySelect, **asked: object) -> Found:
        with self._database.reading() as connection:
            rows = connection.execute(query, asked).all()
        return [_hold(row._asdict()) for row in rows]


def _hold(fields: dict[str, object]) -> Hold:
    person = PersonKey(str(fields.pop("school")), str(fields.pop("mis_id")))
    return Hold(person=person, **fields)  # type: ignore[arg-type]
