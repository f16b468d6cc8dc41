"""Proposals: a person resembles an account that is not ours; somebody must say whose it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update

from graphsync.store import tables
from graphsync.store.database import AnyRow, Database
from graphsync.store.problems import Unknown
from policies.people import PersonKey

_PROPOSALS = tables.proposals
_DROP_OPEN = delete(_PROPOSALS).where(  # made once: every school of every night drops them
    _PROPOSALS.c.school == bindparam("of_school"), _PROPOSALS.c.state == "open"
)

ProposalState = Literal["open", "accepted", "refused", "ignored"]


class Proposal(Struct, frozen=True, kw_only=True):
    """One person, one account, how strong the likeness is and what it rests on."""

    person: PersonKey
    object_id: str
    strength: int
    evidence: tuple[str, ...]
    at: datetime
    state: ProposalState = "open"
    by: str = ""

    def __repr__(self) -> str:
        return f"Proposal({self.person}, {self.object_id}, {self.state})"


Found = list[Proposal]


class Proposals:
    """Open and decided proposals; a decided one is never asked again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_open(self, school: str, proposals: Sequence[Proposal]) -> None:
        """These are the school's open proposals now; decided pairs stay as decided."""
        with self._database.writing() as connection:
            connection.execute(_DROP_OPEN, {"of_school": school})
            if not proposals:
                return
            decided = {(one.person, one.object_id) for one in self.decided(school)}
            rows = [_row(one) for one in proposals if (one.person, one.object_id) not in decided]
            if rows:
                connection.execute(insert(_PROPOSALS), rows)

    def decide(self, person: PersonKey, object_id: str, state: ProposalState, by: str) -> None:
        """Somebody settles a proposal, or settles it anew; raises Unknown for no such pair."""
        with self._database.writing() as connection:
            decided = connection.execute(
                update(_PROPOSALS)
                .where(
                    _PROPOSALS.c.school == person.school,
                    _PROPOSALS.c.mis_id == person.mis_id,
                    _PROPOSALS.c.object_id == object_id,
                )
                .values(state=state, by=by, at=self._database.now())
            )
        if not decided.rowcount:
            raise Unknown(
                f"no proposal of {person} and {object_id}; `graphsync match list` shows them"
            )

    def list(self, school: str | None = None, state: ProposalState | None = None) -> Found:
        """Proposals, strongest first."""
        asked: dict[str, str | None] = {"school": school, "state": state}
        return self._where(
            *(_PROPOSALS.c[name] == value for name, value in asked.items() if value is not None)
        )

    def decided(self, school: str) -> Found:
        """What people have settled in this school."""
        return self._where(_PROPOSALS.c.school == school, _PROPOSALS.c.state != "open")

    def _where(self, *conditions: ColumnElement[bool]) -> Found:
        key = (_PROPOSALS.c.school, _PROPOSALS.c.mis_id, _PROPOSALS.c.object_id)
        query = select(_PROPOSALS).where(*conditions)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_PROPOSALS.c.strength.desc(), *key)).all()
        return [_proposal(row) for row in rows]


def _row(proposal: Proposal) -> dict[str, object]:
    fields = msgspec.structs.asdict(proposal)
    person = fields.pop("person")
    evidence = msgspec.json.encode(proposal.evidence).decode()
    return {**fields, "school": person.school, "mis_id": person.mis_id, "evidence": evidence}


def _proposal(row: AnyRow) -> Proposal:
    return Proposal(
        person=PersonKey(row.school, row.mis_id),
        object_id=row.object_id,
        strength=row.strength,
        evidence=msgspec.json.decode(row.evidence, type=tuple[str, ...]),
        at=row.at,
        state=row.state,
        by=row.by,
    )
