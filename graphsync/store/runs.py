"""Runs: a stored plan and what became of it. The allowed moves are a table."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from graphsync.store import tables
from graphsync.store.database import AnyRow, AnySelect, Database, among
from graphsync.store.problems import Conflict, Unknown, WrongMove

_RUNS, _OUTLINES = tables.runs, tables.run_outlines


class State(StrEnum):
    """Where a run stands."""

    DRAFTED = "drafted"
    PARKED = "parked"
    OBSERVED = "observed"
    APPROVED = "approved"
    APPLYING = "applying"
    APPLIED = "applied"
    PARTLY = "partly"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    RETURNED = "returned"
    BROKEN = "broken"


# A run that broke or was done partly may be applied again: items already true count as done
# (decision 17). A run found `applying` by the next process was killed: it is broken, then resumed.
MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFTED: frozenset(
        {
            State.PARKED,
            State.APPROVED,
            State.APPLYING,
            State.REFUSED,
            State.SUPERSEDED,
            State.RETURNED,
            State.BROKEN,
        }
    ),
    State.OBSERVED: frozenset(),
    State.PARKED: frozenset({State.APPROVED, State.REFUSED, State.SUPERSEDED, State.RETURNED}),
    State.APPROVED: frozenset({State.APPLYING, State.REFUSED, State.SUPERSEDED, State.BROKEN}),
    State.APPLYING: frozenset({State.APPLIED, State.PARTLY, State.REFUSED, State.BROKEN}),
    State.PARTLY: frozenset({State.APPLYING, State.SUPERSEDED}),
    State.BROKEN: frozenset({State.APPLYING, State.SUPERSEDED}),
    State.APPLIED: frozenset(),
    State.REFUSED: frozenset(),
    State.SUPERSEDED: frozenset(),
    State.RETURNED: frozenset(),
}

# A run that broke off was applied in part: what its journal calls done can be taken back.
UNDOABLE = frozenset({State.APPLIED, State.PARTLY, State.BROKEN})
OPEN = (State.DRAFTED, State.PARKED, State.APPROVED)  # may still be applied, and nothing is begun


def moves_table() -> str:
    """The moves as text, one state a line."""
    return "\n".join(
        f"{state:<10} -> {', '.join(sorted(MOVES[state])) or '(stays)'}" for state in State
    )


class RunHead(Struct, frozen=True, kw_only=True):
    """A run without its documents."""

    id: str
    school: str
    as_of: date
    state: State
    digest: str
    requester: str
    created_at: datetime
    roster_sha256: str
    pack_sha256: str


class Run(RunHead, frozen=True, kw_only=True):
    """A run with its documents, encoded by whoever wrote them.

    `outline` is what lists show; `page` and `newest` give it, `get` does not.
    """

    scope: bytes
    plan: bytes
    verdict: bytes
    report: bytes = b""
    outline: bytes = b""

    def __repr__(self) -> str:
        return f"Run({self.id}, {self.state})"


_HEAD = tuple(_RUNS.c[name] for name in RunHead.__struct_fields__)
_WHOLE = tuple(_RUNS.c[name] for name in Run.__struct_fields__ if name != "outline")
_WITH_OUTLINE = select(*_HEAD, _OUTLINES.c.outline).join(_OUTLINES, _OUTLINES.c.run == _RUNS.c.id)

# What every school of every night asks is made once: SQLAlchemy takes longer to make a statement
# than to carry it out.
_ID_STANDS = select(_RUNS.c.id).where(_RUNS.c.id == bindparam("run"))
_LAST = (
    select(func.max(_RUNS.c.seq))
    .where(_RUNS.c.school.in_(among("schools")))
    .group_by(_RUNS.c.school)
)
_NEWEST = _WITH_OUTLINE.where(_RUNS.c.seq.in_(_LAST)).order_by(_RUNS.c.school)
_EVER_APPLIED = (
    select(_RUNS.c.id)
    .where(_RUNS.c.school == bindparam("school"), _RUNS.c.state.in_((State.APPLIED, State.PARTLY)))
    .limit(1)
)
_MOVE = (
    update(_RUNS)
    .where(_RUNS.c.id == bindparam("run"), _RUNS.c.state.in_(among("sources")))
    .values(state=bindparam("to"))
)
_PUT_REPORT = update(_RUNS).where(_RUNS.c.id == bindparam("run")).values(report=bindparam("kept"))
_PUT_OUTLINE = (
    update(_OUTLINES)
    .where(_OUTLINES.c.run == bindparam("of_run"))
    .values(outline=bindparam("kept"))
)
_SUPERSEDE = (
    update(_RUNS)
    .where(
        _RUNS.c.school == bindparam("of_school"),
        _RUNS.c.state.in_([str(state) for state in OPEN]),
        (_RUNS.c.roster_sha256 != bindparam("roster")) | (_RUNS.c.pack_sha256 != bindparam("pack")),
    )
    .values(state=str(State.SUPERSEDED))
)


Heads = list[RunHead]
Outlined = list[tuple[RunHead, bytes]]
Tally = list[tuple[str, str, int, datetime]]


class Runs:
    """Every run ever drafted, newest last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def new_id(self, day: date, source: Callable[[], str]) -> str:
        """A short readable id such as `r-20261125-1a2b`; `source` gives hexadecimal text."""
        with self._database.reading() as connection:
            while True:
                run_id = f"r-{day:%Y%m%d}-{source()[:4]}"
                if connection.scalar(_ID_STANDS, {"run": run_id}) is None:
                    return run_id

    def add(self, run: Run) -> None:
        """Keep a new run; raises Conflict when its id stands already."""
        row = {**msgspec.structs.asdict(run), "state": str(run.state)}
        try:
            with self._database.writing() as connection:
                outline = {"run": run.id, "outline": row.pop("outline")}
                connection.execute(insert(_RUNS), row)
                connection.execute(insert(_OUTLINES), outline)
        except IntegrityError:
            raise Conflict(f"there is a run {run.id} already") from None

    def get(self, run_id: str) -> Run:
        """The whole run; raises Unknown."""
        found = self._first(select(*_WHOLE).where(_RUNS.c.id == run_id))
        if found is None:
            raise Unknown(f"no run {run_id}; `graphsync runs` lists them")
        return _whole(found)

    def report(self, run_id: str) -> tuple[RunHead, bytes]:
        """A run's report, without the plan; raises Unknown."""
        found = self._first(select(*_HEAD, _RUNS.c.report).where(_RUNS.c.id == run_id))
        if found is None:
            raise Unknown(f"no run {run_id}; `graphsync runs` lists them")
        return _head(found), found.report

    def latest(self, school: str) -> Run | None:
        """The run of the school that was drafted last."""
        query = select(*_WHOLE).where(_RUNS.c.school == school).order_by(_RUNS.c.seq.desc())
        found = self._first(query.limit(1))
        return None if found is None else _whole(found)

    def applying(self) -> list[RunHead]:
        """The runs of all schools that are being applied, or were when their process ended."""
        query = select(*_HEAD).where(_RUNS.c.state == str(State.APPLYING))
        with self._database.reading() as connection:
            return [_head(row) for row in connection.execute(query)]

    def waiting(self, school: str) -> Heads:
        """The runs of the school that may still be applied, oldest first."""
        states = [str(state) for state in (*OPEN, State.APPLYING)]
        query = select(*_HEAD).where(_RUNS.c.school == school, _RUNS.c.state.in_(states))
        with self._database.reading() as connection:
            return [_head(row) for row in connection.execute(query.order_by(_RUNS.c.seq))]

    def list(self, limit: int, school: str | None = None) -> list[RunHead]:
        """The newest runs, newest first, without their documents."""
        query = select(*_HEAD).order_by(_RUNS.c.seq.desc()).limit(limit)
        if school is not None:
            query = query.where(_RUNS.c.school == school)
        with self._database.reading() as connection:
            return [_head(row) for row in connection.execute(query)]

    def page(self, schools: Collection[str], limit: int, before: str | None = None) -> Outlined:
        """The newest runs of these schools that are older than a run, with their outlines."""
        query = _WITH_OUTLINE.where(_RUNS.c.school.in_(schools))
        if before is not None:
            seq = select(_RUNS.c.seq).where(_RUNS.c.id == before).scalar_subquery()
            query = query.where(_RUNS.c.seq < seq)
        return self._outlined(query.order_by(_RUNS.c.seq.desc()).limit(limit))

    def newest(self, schools: Collection[str]) -> Outlined:
        """The last run of each of these schools, with its outline, in the order of the schools."""
        return self._outlined(_NEWEST, schools=list(schools))

    def tally(self) -> Tally:
        """For each school and state: how many runs, and when the last of them was drafted."""
        query = select(
            _RUNS.c.school, _RUNS.c.state, func.count(), func.max(_RUNS.c.created_at)
        ).group_by(_RUNS.c.school, _RUNS.c.state)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_RUNS.c.school, _RUNS.c.state)).all()
        return [(school, state, number, last) for school, state, number, last in rows]

    def ever_applied(self, school: str) -> bool:
        """Whether any run of a school was applied, if only partly (decision 16)."""
        with self._database.reading() as connection:
            return connection.execute(_EVER_APPLIED, {"school": school}).first() is not None

    def first(self, school: str) -> datetime | None:
        """When the school's first run was drafted; None before that."""
        query = select(_RUNS.c.created_at).where(_RUNS.c.school == school).order_by(_RUNS.c.seq)
        with self._database.reading() as connection:
            moment: datetime | None = connection.scalar(query.limit(1))
        return moment

    def newer(self, run: RunHead) -> RunHead | None:
        """The newest run of the same school that was drafted after this one."""
        seq = select(_RUNS.c.seq).where(_RUNS.c.id == run.id).scalar_subquery()
        query = select(*_HEAD).where(_RUNS.c.school == run.school, _RUNS.c.seq > seq)
        found = self._first(query.order_by(_RUNS.c.seq.desc()).limit(1))
        return None if found is None else _head(found)

    def move(self, run_id: str, to: State) -> None:
        """Put a run into another state; raises WrongMove, or Unknown for no such run."""
        sources = [str(state) for state in State if to in MOVES[state]]
        with self._database.writing() as connection:
            moved = connection.execute(_MOVE, {"run": run_id, "sources": sources, "to": str(to)})
            if not moved.rowcount:
                state = self.get(run_id).state
                raise WrongMove(f"run {run_id} is {state}; it cannot become {to}")

    def put_report(self, run_id: str, report: bytes, outline: bytes) -> None:
        """Keep the run's report and its outline; raises Unknown."""
        with self._database.writing() as connection:
            kept = connection.execute(_PUT_REPORT, {"run": run_id, "kept": report})
            connection.execute(_PUT_OUTLINE, {"of_run": run_id, "kept": outline})
            if not kept.rowcount:
                raise Unknown(f"no run {run_id}")

    def supersede(self, school: str, roster_sha256: str, pack_sha256: str) -> None:
        """Every open run of the school that was drawn from another roster or pack is superseded."""
        with self._database.writing() as connection:
            connection.execute(
                _SUPERSEDE, {"of_school": school, "roster": roster_sha256, "pack": pack_sha256}
            )

    def _outlined(self, query: AnySelect, **asked: object) -> Outlined:
        with self._database.reading() as connection:
            rows = connection.execute(query, asked).all()
        return [(_head_of(row._asdict()), row.outline) for row in rows]

    def _first(self, query: AnySelect) -> AnyRow | None:
        with self._database.reading() as connection:
            return connection.execute(query).first()


def _head(row: AnyRow) -> RunHead:
    return _head_of(row._asdict())


def _head_of(fields: dict[str, Any]) -> RunHead:
    named = {name: fields[name] for name in RunHead.__struct_fields__}
    return RunHead(**{**named, "state": State(named["state"])})


def _whole(row: AnyRow) -> Run:
    return Run(**{**row._asdict(), "state": State(row.state)})
