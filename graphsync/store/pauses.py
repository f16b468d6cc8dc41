"""Pauses: while one stands, only departures and holds are carried out."""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select

from graphsync.store import tables
from graphsync.store.database import Database, upsert

_PAUSES = tables.pauses
_ALL = select(_PAUSES).order_by(_PAUSES.c.school)  # made once: every school of every night asks
EVERY_SCHOOL = ""


class Pause(Struct, frozen=True, kw_only=True):
    """A school that is paused, or every school where `school` is empty; by whom, and why."""

    school: str
    reason: str
    by: str
    at: datetime


class Pauses:
    """The pauses that stand; the journal keeps those that are over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, pause: Pause) -> None:
        """Let a pause stand; the same school's earlier one gives way to it."""
        with self._database.writing() as connection:
            upsert(connection, _PAUSES, [msgspec.structs.asdict(pause)])

    def lift(self, school: str) -> bool:
        """End the pause of a school, or the one of every school; whether there was one."""
        with self._database.writing() as connection:
            lifted = connection.execute(delete(_PAUSES).where(_PAUSES.c.school == school))
        return bool(lifted.rowcount)

    def list(self) -> "list[Pause]":
        """Every pause that stands, the one of every school first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL).all()
        return [Pause(**row._asdict()) for row in rows]

    def over(self, school: str) -> Pause | None:
        """The pause that stands over this school: its own, or that of every school."""
        standing = [one for one in self.list() if one.school in {school, EVERY_SCHOOL}]
        return standing[-1] if standing else None
