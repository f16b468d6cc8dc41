"""Approvals of parked runs: who, over which digest, overriding what, leaving out whom."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database
from graphsync.store.runs import State

_APPROVALS, _RUNS = tables.approvals, tables.runs


class ApprovalRow(Struct, frozen=True, kw_only=True):
    """One approval as it was given; `waiver` is the small-school waiver's text."""

    run: str
    digest: str
    approver: str
    requester: str
    at: datetime
    expires_at: datetime
    overrides: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    waiver: str | None = None


class Approvals:
    """Approvals, in the order they were given; none is ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, approval: ApprovalRow) -> None:
        """Keep an approval; whether it clears the plan is the guard's question."""
        row = msgspec.structs.asdict(approval)
        for name in ("overrides", "left_out"):
            row[name] = msgspec.json.encode(row[name]).decode()
        with self._database.writing() as connection:
            connection.execute(insert(_APPROVALS), row)

    def of(self, run: str) -> list[ApprovalRow]:
        """The approvals of a run, oldest first."""
        columns = [_APPROVALS.c[name] for name in ApprovalRow.__struct_fields__]
        query = select(*columns).where(_APPROVALS.c.run == run).order_by(_APPROVALS.c.seq)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [_approval(row._asdict()) for row in rows]

    def overridden(self, school: str) -> frozenset[str]:
        """Every reason that a person overrode in a run of the school that was then applied."""
        ended = [str(State.APPLIED), str(State.PARTLY)]
        query = (
            select(_APPROVALS.c.overrides)
            .join(_RUNS, _RUNS.c.id == _APPROVALS.c.run)
            .where(_RUNS.c.school == school, _RUNS.c.state.in_(ended))
        )
        with self._database.reading() as connection:
            rows = connection.scalars(query).all()
        return frozenset(code for row in rows for code in msgspec.json.decode(row))


def _approval(fields: dict[str, Any]) -> ApprovalRow:
    for name in ("overrides", "left_out"):
        fields[name] = msgspec.json.decode(fields[name], type=tuple[str, ...])
    return ApprovalRow(**fields)
