"""What heads decided about findings of their policies; rows are only added."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database, among
from policies.policy_conflicts import Choice, Decision

_ROWS = tables.policy_decisions


class PolicyDecision(Decision, frozen=True, kw_only=True):
    """A decision with its school, why, and whose it is."""

    school: str
    reason: str
    by: str
    at: datetime

    def __repr__(self) -> str:
        return f"PolicyDecision({self.school}, {self.key}, {self.choice})"


# Made once: every Today asks.
_OF_SCHOOLS = (
    select(*(_ROWS.c[name] for name in PolicyDecision.__struct_fields__))
    .where(_ROWS.c.school.in_(among("schools")))
    .order_by(_ROWS.c.seq)
)


class PolicyDecisions:
    """Every decision that was ever made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, one: PolicyDecision) -> None:
        """Keep a decision; it takes the place of the one before about the same key."""
        row = {**msgspec.structs.asdict(one), "choice": str(one.choice)}
        with self._database.writing() as connection:
            connection.execute(insert(_ROWS), row)

    def of(self, schools: Collection[str]) -> dict[tuple[str, str], PolicyDecision]:
        """The newest decision about each key of these schools, by school and key."""
        with self._database.reading() as connection:
            rows = connection.execute(_OF_SCHOOLS, {"schools": list(schools)}).all()
        return {
            (row.school, row.key): PolicyDecision(**{**row._asdict(), "choice": Choice(row.choice)})
            for row in rows
        }
