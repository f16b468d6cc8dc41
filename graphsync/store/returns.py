"""Plans that were sent back, by what they would have changed; nobody is named here."""

from collections.abc import Collection

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, insert, select, update

from graphsync.store import tables
from graphsync.store.database import Database, among

_RETURNS = tables.run_returns
# Made once: every plan that changes something asks for the first, every Today for the second.
_STANDING = (
    select(_RETURNS.c.likeness, _RETURNS.c.run)
    .where(_RETURNS.c.school == bindparam("school"), _RETURNS.c.lifted == "")
    .order_by(_RETURNS.c.seq)
)

_OPEN = (
    select(_RETURNS.c.school, _RETURNS.c.likeness, _RETURNS.c.run)
    .where(_RETURNS.c.school.in_(among("schools")), _RETURNS.c.redrafted == "")
    .order_by(_RETURNS.c.seq)
)


class Return(Struct, frozen=True, kw_only=True):
    """A run that was sent back.

    `scope` tells for whom it was drawn: a digest, empty for everybody. `redrafted` is the run that
    answered it, `lifted` the one in which the same plan was approved after all.
    """

    run: str
    school: str
    scope: str
    likeness: str
    redrafted: str = ""
    lifted: str = ""


class Returns:
    """What was sent back; a row is never taken out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, one: Return) -> None:
        """Keep that a run was sent back."""
        with self._database.writing() as connection:
            connection.execute(insert(_RETURNS), msgspec.structs.asdict(one))

    def standing(self, school: str) -> dict[str, str]:
        """What was sent back in a school and not approved since: the last run of each plan."""
        with self._database.reading() as connection:
            rows = connection.execute(_STANDING, {"school": school}).all()
        return {row.likeness: row.run for row in rows}

    def redraft(self, run: str, school: str, scope: str, likeness: str) -> None:
        """The run is another plan: it answers what was sent back for as many people or fewer."""
        answered = (
            update(_RETURNS)
            .where(
                _RETURNS.c.school == school,
                _RETURNS.c.likeness != likeness,
                _RETURNS.c.redrafted == "",
            )
            .values(redrafted=run)
        )
        if scope:
            answered = answered.where(_RETURNS.c.scope == scope)
        with self._database.writing() as connection:
            connection.execute(answered)

    def lift(self, run: str, school: str, likeness: str) -> None:
        """The same plan was approved after all, as this run."""
        same = (_RETURNS.c.school == school, _RETURNS.c.likeness == likeness)
        with self._database.writing() as connection:
            for column in (_RETURNS.c.redrafted, _RETURNS.c.lifted):
                connection.execute(
                    update(_RETURNS).where(*same, column == "").values({column.name: run})
                )

    def open(self, schools: Collection[str]) -> list[str]:
        """The runs that nothing answered yet, the last of each plan."""
        with self._database.reading() as connection:
            rows = connection.execute(_OPEN, {"schools": list(schools)}).all()
        return list({(school, likeness): run for school, likeness, run in rows}.values())
