"""The custody register: which master password lies sealed where; never the password (SNMAT-19f)."""

from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database

_CUSTODY = tables.custody


class Act(StrEnum):
    """What was done with an envelope."""

    SEALED = "sealed"
    OPENED = "opened"


class CustodyRow(Struct, frozen=True, kw_only=True):
    """One act, on the day `on`. `account` is an object id, `envelope` the number on it."""

    id: str
    school: str
    account: str
    act: Act
    envelope: str
    place: str
    on: date
    by: str
    witness: str
    reason: str
    at: datetime

    def __repr__(self) -> str:
        return f"CustodyRow({self.id}, {self.act})"


class Custody:
    """Every act, none ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: CustodyRow) -> None:
        """Keep an act."""
        fields = msgspec.structs.asdict(row) | {"act": str(row.act)}
        with self._database.writing() as connection:
            connection.execute(insert(_CUSTODY), fields)

    def of_school(self, school: str) -> tuple[CustodyRow, ...]:
        """The acts of a school in their order."""
        query = select(_CUSTODY).where(_CUSTODY.c.school == school)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_CUSTODY.c.at, _CUSTODY.c.id)).all()
        return tuple(CustodyRow(**{**row._asdict(), "act": Act(row.act)}) for row in rows)
