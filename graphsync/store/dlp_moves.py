"""Every move that was made with an item of the queue: added, and never changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import msgspec
from sqlalchemy import ColumnElement, func, insert, select

from graphsync.store import tables
from graphsync.store.database import AnyRow, Database, chunks, lock_table
from policies.mail_queue import Made, Office, State, Step

_MOVES = tables.dlp_moves
_ROWS = select(_MOVES).order_by(_MOVES.c.item, _MOVES.c.number)
_BETWEEN = "|"


class DlpMoves:
    """The moves, by item, in their order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, school: str, moves: Sequence[Made]) -> None:
        """Append these moves with items of a school, each after those of its item."""
        with self._database.writing() as connection:
            lock_table(connection, _MOVES)
            numbers: defaultdict[str, int] = defaultdict(int)
            for some in chunks({one.item for one in moves}):
                query = select(_MOVES.c.item, func.max(_MOVES.c.number))
                last = query.where(_MOVES.c.item.in_(some)).group_by(_MOVES.c.item)
                for item, number in connection.execute(last).all():
                    numbers[item] = number
            rows = []
            for one in moves:
                numbers[one.item] += 1
                rows.append(_row(school, one, numbers[one.item]))
            if rows:
                connection.execute(insert(_MOVES), rows)

    def of(self, items: Iterable[str]) -> dict[str, tuple[Made, ...]]:
        """The moves of each of these items; none for one that nobody touched."""
        wanted = list(items)
        found: defaultdict[str, list[Made]] = defaultdict(list)
        with self._database.reading() as connection:
            for some in chunks(wanted):
                for row in connection.execute(_ROWS.where(_MOVES.c.item.in_(some))).all():
                    found[row.item].append(_made(row))
        return {item: tuple(found[item]) for item in wanted}

    def decisions(
        self, schools: Collection[str] | None, *, contrary: bool = False
    ) -> list[tuple[str, Made]]:
        """Every decision with its school, in the order of time; or those against the advice."""
        conditions: list[ColumnElement[bool]] = [_MOVES.c.step == str(Step.DECIDE)]
        if contrary:
            conditions.append(_MOVES.c.contrary.is_(True))
        if schools is not None:
            conditions.append(_MOVES.c.school.in_(schools))
        query = select(_MOVES).where(*conditions).order_by(_MOVES.c.at, _MOVES.c.item)
        with self._database.reading() as connection:
            return [(row.school, _made(row)) for row in connection.execute(query).all()]


def _row(school: str, one: Made, number: int) -> dict[str, object]:
    fields = msgspec.structs.asdict(one)
    words = {name: str(fields[name]) for name in ("step", "state", "office")}
    warned = _BETWEEN.join(one.warned)
    return {**fields, **words, "warned": warned, "school": school, "number": number}


def _made(row: AnyRow) -> Made:
    return Made(
        item=row.item,
        step=Step(row.step),
        state=State(row.state),
        at=row.at,
        by=row.by,
        office=Office(row.office),
        word=row.word,
        note=row.note,
        warned=tuple(row.warned.split(_BETWEEN)) if row.warned else (),
        contrary=row.contrary,
        batch=row.batch,
    )
