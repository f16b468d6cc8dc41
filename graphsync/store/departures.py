"""Departures of staff: recorded once, moved on by rows that are only ever added."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, select

from graphsync.store import tables
from graphsync.store.database import AnyRow, AnySelect, Database, among, chunks, lock_table
from graphsync.store.problems import Unknown
from policies.departures import Departure, DepartureReason, Did, Move, State
from policies.people import PersonKey

_DEPARTURES, _MOVES = tables.departures, tables.departure_moves
_HANDOVERS = tables.departure_handovers
# Made once: every page asks whether the account that looks at it has left.
_OF_ACCOUNTS = select(_DEPARTURES).where(_DEPARTURES.c.object_id.in_(among("accounts")))
_OF_SCHOOLS = select(_DEPARTURES).where(_DEPARTURES.c.school.in_(among("schools")))
_HAPPENED = (
    select(*(column for column in _MOVES.c if column.name != "receipt"))
    .where(_MOVES.c.departure.in_(among("departures")))
    .order_by(_MOVES.c.seq)
)


class Handover(Struct, frozen=True, kw_only=True):
    """Who is the line manager of whoever leaves, and who takes over; None for nobody named."""

    departure: str
    line_manager: PersonKey | None
    handover_owner: PersonKey | None
    at: datetime
    by: str


class Departures:
    """Every departure, the withdrawn ones too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, departure: Departure) -> None:
        """Keep a new departure with its moves so far."""
        person = departure.person
        row = {
            "id": departure.id,
            "school": departure.school,
            "mis_id": person.mis_id if person else None,
            "object_id": departure.object_id,
            "sign_in_name": departure.sign_in_name,
            "reason": str(departure.reason),
            "urgent": departure.urgent,
        }
        with self._database.writing() as connection:
            connection.execute(insert(_DEPARTURES), row)
            connection.execute(
                insert(_MOVES), [_move_row(departure.id, one, None) for one in departure.moves]
            )

    def move(self, departure: str, move: Move, receipt: bytes | None = None) -> None:
        """Add what happened to it; `receipt` is what acting left to show."""
        with self._database.writing() as connection:
            connection.execute(insert(_MOVES), _move_row(departure, move, receipt))

    def hand_over(self, named: Handover) -> None:
        """Keep who takes over; the last word counts."""
        row = msgspec.structs.asdict(named)
        for field in ("line_manager", "handover_owner"):
            row[field] = row[field] and str(row[field])
        with self._database.writing() as connection:
            connection.execute(insert(_HANDOVERS), row)

    def handover(self, departure: str) -> Handover | None:
        """The last word on a departure; None before the first."""
        query = (
            select(*(column for column in _HANDOVERS.c if column.name != "seq"))
            .where(_HANDOVERS.c.departure == departure)
            .order_by(_HANDOVERS.c.seq.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        fields = row._asdict()
        for field in ("line_manager", "handover_owner"):
            fields[field] = PersonKey.parse(fields[field]) if fields[field] else None
        return Handover(**fields)

    def lock(self) -> None:
        """Nobody else moves a departure until the transaction ends."""
        with self._database.writing() as connection:
            lock_table(connection, _MOVES)

    def erase(self, departures: Iterable[str]) -> int:
        """Take out these with everything that happened to them; how many departures went."""
        gone = 0
        with self._database.writing() as connection:
            for some in chunks(departures):
                connection.execute(delete(_MOVES).where(_MOVES.c.departure.in_(some)))
                connection.execute(delete(_HANDOVERS).where(_HANDOVERS.c.departure.in_(some)))
                these = delete(_DEPARTURES).where(_DEPARTURES.c.id.in_(some))
                gone += connection.execute(these).rowcount
        return gone

    def get(self, departure: str) -> Departure:
        """One; raises Unknown."""
        found = self._found(select(_DEPARTURES).where(_DEPARTURES.c.id == departure))
        if not found:
            raise Unknown(
                f"there is no departure {departure}; `graphsync depart --list` shows them"
            )
        return found[0]

    def receipt(self, departure: str) -> bytes | None:
        """The last receipt of acting; None before the first."""
        query = (
            select(_MOVES.c.receipt)
            .where(_MOVES.c.departure == departure, _MOVES.c.receipt.is_not(None))
            .order_by(_MOVES.c.seq.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            found: bytes | None = connection.scalar(query)
        return found

    def of(self, schools: Collection[str]) -> list[Departure]:
        """All of these schools, in the order in which they were recorded."""
        return self._found(_OF_SCHOOLS, schools=list(schools))

    def all(self) -> list[Departure]:
        """All of every school."""
        return self._found(select(_DEPARTURES))

    def gone(self, object_ids: Iterable[str], now: datetime) -> frozenset[str]:
        """Those of these accounts whose people are out by a departure that stands."""
        found: list[Departure] = []
        for some in chunks(object_ids):
            found += self._found(_OF_ACCOUNTS, accounts=some)
        return frozenset(one.object_id for one in found if one.stands(now))

    def _found(self, query: AnySelect, **asked: object) -> list[Departure]:
        with self._database.reading() as connection:
            rows = connection.execute(query, asked).all()
            moves: defaultdict[str, list[Move]] = defaultdict(list)
            for some in chunks(row.id for row in rows):
                for row in connection.execute(_HAPPENED, {"departures": some}):
                    moves[row.departure].append(_move(row))
        found = [_departure(row, moves[row.id]) for row in rows]
        return sorted(found, key=lambda one: (one.moves[0].at, one.id))


def _move_row(departure: str, move: Move, receipt: bytes | None) -> dict[str, object]:
    fields = msgspec.structs.asdict(move)
    state = str(move.state) if move.state else None
    return {**fields, "departure": departure, "did": str(move.did), "state": state} | {
        "receipt": receipt
    }


def _move(row: AnyRow) -> Move:
    return Move(
        did=Did(row.did),
        at=row.at,
        by=row.by,
        leaves_at=row.leaves_at,
        state=State(row.state) if row.state else None,
    )


def _departure(row: AnyRow, moves: list[Move]) -> Departure:
    return Departure(
        id=row.id,
        school=row.school,
        person=PersonKey(row.school, row.mis_id) if row.mis_id else None,
        object_id=row.object_id,
        sign_in_name=row.sign_in_name,
        reason=DepartureReason(row.reason),
        urgent=row.urgent,
        moves=tuple(moves),
    )
