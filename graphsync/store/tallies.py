"""Counts by school, night and month for Today and the pictures; nobody is named in any of them."""

from collections.abc import Collection
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import bindparam, func, select, text

from graphsync.store import tables
from graphsync.store.database import Database, among
from graphsync.store.moments import moment_text
from graphsync.store.runs import State as RunState
from policies.mail_queue import State

_JOURNAL, _RUNS, _ITEMS = tables.journal, tables.runs, tables.dlp_items
_EVENTS, _HOLDS = tables.dlp_events, tables.holds
_WORKLIST, _PROPOSALS = tables.worklist, tables.proposals
_PROVISIONS = tables.provisions


# What Today asks is made once: SQLAlchemy takes longer to make a statement than to carry it out.
_STANDING = (
    select(_RUNS.c.id, _RUNS.c.state, _RUNS.c.requester)
    .where(
        _RUNS.c.school.in_(among("schools")),
        _RUNS.c.state.in_((str(RunState.PARKED), str(RunState.APPROVED))),
    )
    .order_by(_RUNS.c.seq)
)
_OPEN_ROWS = _WORKLIST.c.school.in_(among("worklist")) & _WORKLIST.c.closed_at.is_(None)
_TASKS = select(
    select(func.count()).where(_OPEN_ROWS).scalar_subquery(),
    select(func.count()).where(_OPEN_ROWS, _WORKLIST.c.due < bindparam("day")).scalar_subquery(),
    select(func.count())
    .where(_PROPOSALS.c.school.in_(among("proposals")), _PROPOSALS.c.state == "open")
    .scalar_subquery(),
    select(func.count())
    .where(
        _HOLDS.c.school.in_(among("holds")),
        _HOLDS.c.lifted_at.is_(None),
        _HOLDS.c.until.between(bindparam("day"), bindparam("until")),
    )
    .scalar_subquery(),
)
_WAITS = (_PROVISIONS.c.arranged == "") | (_PROVISIONS.c.review <= bindparam("day"))
_LATE = (_PROVISIONS.c.arranged == "") & (_PROVISIONS.c.due < bindparam("day"))
_ARRANGEMENTS = select(func.count().filter(_WAITS), func.count().filter(_LATE)).where(
    _PROVISIONS.c.school.in_(among("schools")), _PROVISIONS.c.closed_at.is_(None)
)
# Three narrow ranges: to look at every open item of a long queue takes three times as long.
_OPEN_ITEMS = _ITEMS.c.open.is_(True) & _ITEMS.c.school.in_(among("schools"))
_MAIL = select(
    select(func.count()).where(_OPEN_ITEMS).scalar_subquery(),
    select(func.count()).where(_OPEN_ITEMS, _ITEMS.c.due < bindparam("now")).scalar_subquery(),
    select(func.count()).where(_OPEN_ITEMS, _ITEMS.c.state == str(State.ADVISED)).scalar_subquery(),
)


class Night(Struct, frozen=True):
    """How many changes of one operation were carried out in a school on a day (UTC)."""

    school: str
    day: str
    operation: str
    number: int


class Span(Struct, frozen=True):
    """A run that was carried out: from its first to its last entry in the journal."""

    run: str
    school: str
    begun: datetime
    ended: datetime
    entries: int


class Tasks(Struct, frozen=True, kw_only=True):
    """What stands open in some schools."""

    worklist: int
    worklist_overdue: int
    proposals: int
    holds_ending: int


class Mail(Struct, frozen=True, kw_only=True):
    """The queue of mail in some schools: open, of these overdue, and advised (not decided yet)."""

    open: int
    overdue: int
    advised: int


class Tallies:
    """Each count is one statement, whatever number of schools is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def nights(
        self, schools: Collection[str], operations: Collection[str], since: datetime
    ) -> list[Night]:
        """What was carried out since, by school, day and operation; from the index alone."""
        day = func.substr(_JOURNAL.c.at, 1, 10)
        by = (_JOURNAL.c.school, day, _JOURNAL.c.operation)
        query = (
            select(*by, func.count())
            .where(
                text(tables.DONE),
                _JOURNAL.c.school.in_(schools),
                _JOURNAL.c.operation.in_(operations),
                _JOURNAL.c.at >= moment_text(since),
            )
            .group_by(*by)
            .order_by(day, _JOURNAL.c.school, _JOURNAL.c.operation)
        )
        with self._database.reading() as connection:
            return [Night(*row) for row in connection.execute(query)]

    def of_term(
        self, school: str, since: datetime, until: datetime
    ) -> list[tuple[RunState, datetime]]:
        """The state of each run that was drafted from one moment to before another, in order."""
        query = (
            select(_RUNS.c.state, _RUNS.c.created_at)
            .where(
                _RUNS.c.school == school, _RUNS.c.created_at >= since, _RUNS.c.created_at < until
            )
            .order_by(_RUNS.c.seq)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [(RunState(state), at) for state, at in rows]

    def spans(self, schools: Collection[str], most: int) -> list[Span]:
        """The newest runs that were carried out, at most so many, the oldest of them first."""
        ended = (str(RunState.APPLIED), str(RunState.PARTLY))
        newest = (
            select(_RUNS.c.id, _RUNS.c.school, _RUNS.c.seq)
            .where(_RUNS.c.school.in_(schools), _RUNS.c.state.in_(ended))
            .order_by(_RUNS.c.seq.desc())
            .limit(most)
            .subquery()
        )
        query = (
            select(
                newest.c.id,
                newest.c.school,
                func.min(_JOURNAL.c.at),
                func.max(_JOURNAL.c.at),
                func.count(),
            )
            .join(_JOURNAL, _JOURNAL.c.run == newest.c.id)
            .where(_JOURNAL.c.what.in_(("intent", "outcome")))
            .group_by(newest.c.id, newest.c.school, newest.c.seq)
            .order_by(newest.c.seq)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Span(run, school, datetime.fromisoformat(begun), datetime.fromisoformat(ended), number)
            for run, school, begun, ended, number in rows
        ]

    def standing(self, schools: Collection[str]) -> list[tuple[str, RunState, str]]:
        """The runs that wait to be approved or applied, with who asked for each."""
        with self._database.reading() as connection:
            rows = connection.execute(_STANDING, {"schools": list(schools)}).all()
        return [(run, RunState(state), requester) for run, state, requester in rows]

    def tasks(
        self,
        day: date,
        until: date,
        *,
        worklist: Collection[str],
        proposals: Collection[str],
        holds: Collection[str],
    ) -> Tasks:
        """Rows for Active Directory, accounts to match, holds that end from `day` to `until`.

        Each is counted in schools of its own.
        """
        asked = {"worklist": list(worklist), "proposals": list(proposals), "holds": list(holds)}
        with self._database.reading() as connection:
            found = connection.execute(_TASKS, {**asked, "day": day, "until": until}).one()
        names = ("worklist", "worklist_overdue", "proposals", "holds_ending")
        return Tasks(**dict(zip(names, found, strict=True)))

    def arrangements(self, schools: Collection[str], day: date) -> tuple[int, int]:
        """How many pupils need an arrangement or another look at it, and how many are overdue."""
        asked = {"schools": list(schools), "day": day}
        with self._database.reading() as connection:
            number, overdue = connection.execute(_ARRANGEMENTS, asked).one()
        return number, overdue

    def mail(self, schools: Collection[str], now: datetime) -> Mail:
        """The open items of the queue; from the index alone."""
        asked = {"schools": list(schools), "now": now}
        with self._database.reading() as connection:
            number, overdue, advised = connection.execute(_MAIL, asked).one()
        return Mail(open=number, overdue=overdue, advised=advised)
