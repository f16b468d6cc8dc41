"""What a named person looked at and signed: joiners, the members of a group, filtering."""

from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import select

from graphsync.store import tables
from graphsync.store.database import Database, was_new

_SIGN_OFFS = tables.sign_offs


class Matter(StrEnum):
    """What is signed: `subject` is the Monday of the week, the group's unique name, or the term.

    `alert_test` has one subject: the alerts.
    """

    JOINERS = "joiners"
    GROUP = "group"
    FILTERING = "filtering"
    ALERT_TEST = "alert_test"


class SignOff(Struct, frozen=True, kw_only=True):
    """One signature of the day `on`; `by` recorded it, `seen` counts what there was to see."""

    school: str
    matter: Matter
    subject: str
    on: date
    who: str
    seen: int
    by: str
    at: datetime

    def __repr__(self) -> str:
        return f"SignOff({self.school}, {self.matter}, {self.subject})"


class SignOffs:
    """Every signature, none ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sign_off: SignOff) -> bool:
        """Keep a signature; False when the same thing was signed on that day already."""
        row = msgspec.structs.asdict(sign_off) | {"matter": str(sign_off.matter)}
        with self._database.writing() as connection:
            return was_new(connection, _SIGN_OFFS, row)

    def of(self, school: str, matter: Matter) -> dict[str, SignOff]:
        """The newest signature of each subject of a school."""
        query = select(_SIGN_OFFS).where(
            _SIGN_OFFS.c.school == school, _SIGN_OFFS.c.matter == str(matter)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_SIGN_OFFS.c.on)).all()
        return {
            row.subject: SignOff(**{**row._asdict(), "matter": Matter(row.matter)}) for row in rows
        }
