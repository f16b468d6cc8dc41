"""What became of a hold after it was put: its end asked for, kept, released (law B7)."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database, chunks
from policies.people import PersonKey

_MOVES = tables.hold_moves


class Did(StrEnum):
    """`kept`: somebody looked, and it stays; that also answers whoever asked for its end."""

    ASKED = "asked"
    KEPT = "kept"
    RELEASED = "released"


class HoldMove(Struct, frozen=True, kw_only=True):
    """One act on a hold, by whom and why."""

    hold: str
    person: PersonKey
    did: Did
    by: str
    at: datetime
    reason: str = ""

    def __repr__(self) -> str:
        return f"HoldMove({self.hold}, {self.did})"


class HoldMoves:
    """Every act; rows are only added."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, move: HoldMove) -> None:
        """Keep one."""
        row = {
            "hold": move.hold,
            "school": move.person.school,
            "mis_id": move.person.mis_id,
            "did": str(move.did),
            "by": move.by,
            "at": move.at,
            "reason": move.reason,
        }
        with self._database.writing() as connection:
            connection.execute(insert(_MOVES), row)

    def of(self, holds: Iterable[str]) -> dict[str, list[HoldMove]]:
        """What was done to each of these holds, in order."""
        found: dict[str, list[HoldMove]] = {}
        with self._database.reading() as connection:
            for some in chunks(sorted(holds)):
                query = select(_MOVES).where(_MOVES.c.hold.in_(some)).order_by(_MOVES.c.seq)
                for row in connection.execute(query):
                    found.setdefault(row.hold, []).append(_move(**row._asdict()))
        return found


def _move(seq: int, school: str, mis_id: str, did: str, **fields: object) -> HoldMove:  # noqa: ARG001
    return HoldMove(person=PersonKey(school, mis_id), did=Did(did), **fields)  # type: ignore[arg-type]
