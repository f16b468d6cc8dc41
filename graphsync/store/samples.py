"""Samples of the consent gate as they were judged; rows are only added."""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database

_ROWS = tables.consent_samples


class Sample(Struct, frozen=True, kw_only=True):
    """One sample: its seed, how many proofs passed, and the three counts that day.

    `licensed` are pupils who can sign in and hold a licence, `consented` those with a live consent
    in the register, `marked` accounts that Entra calls consented, `uncovered` those that a licence
    or Entra's mark stands for without a live consent.
    """

    id: str
    school: str
    at: datetime
    by: str
    seed: str
    passed: int
    failed: int
    licensed: int
    consented: int
    marked: int
    uncovered: int


class Samples:
    """Every sample that was judged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sample: Sample) -> None:
        """Keep one."""
        with self._database.writing() as connection:
            connection.execute(insert(_ROWS), msgspec.structs.asdict(sample))

    def of(self, school: str) -> list[Sample]:
        """A school's, the newest first."""
        query = select(_ROWS).where(_ROWS.c.school == school).order_by(_ROWS.c.at.desc())
        with self._database.reading() as connection:
            return [Sample(**row._asdict()) for row in connection.execute(query).all()]
