"""Long work: asked for once, one at a time in a school, by a process that may end before it."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, select, update

from graphsync.store import tables
from graphsync.store.database import AnyRow, AnySelect, Database, lock_table, was_new
from graphsync.store.problems import StoreProblem, Unknown
from graphsync.store.processes import Life, here, life, started

_JOBS = tables.jobs
# How long a job counts as alive without a sign of life of a machine that we cannot ask.
LEASE = timedelta(minutes=10)


class JobState(StrEnum):
    """Where long work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


OPEN = (JobState.WAITING, JobState.RUNNING)


class Job(Struct, frozen=True, kw_only=True):
    """One piece of long work.

    `what` names the kind, `asked` and `result` are documents of whoever does it; `schools` are
    those that it works in, `runs` those that came of it. `stage`, `done` and `of` say how far it
    is. `problem` says why it failed. `slot` is the night or the hour of the clock, else None.
    """

    id: str
    what: str
    schools: tuple[str, ...]
    requester: str
    asked_at: datetime
    asked: bytes = b""
    slot: str | None = None
    state: JobState = JobState.WAITING
    stage: str = ""
    done: int = 0
    of: int = 0
    runs: tuple[str, ...] = ()
    problem: str = ""
    result: bytes = b""
    begun_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or is at work."""
        return self.state in OPEN


class AtWork(StoreProblem):
    """Another piece of long work stands in the way; `job` says which."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"{' '.join(job.schools)} is busy: job {job.id} is {job.state}")
        self.job = job


_COLUMNS = tuple(_JOBS.c[name] for name in Job.__struct_fields__)
_BRIEF = tuple(column for column in _COLUMNS if column.name not in {"asked", "result"})


class Jobs:
    """Every job of the last weeks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: Job) -> None:
        """Keep a job of this process that waits; raises AtWork where its schools have one."""
        with self._database.writing() as connection:
            lock_table(connection, _JOBS)
            for other in self.open():
                if set(other.schools) & set(job.schools):
                    raise AtWork(other)
            connection.execute(insert(_JOBS), _row(job))

    def add_slot(self, job: Job) -> bool:
        """Keep a job of the clock that waits; false when a process has this night's already."""
        with self._database.writing() as connection:
            return was_new(connection, _JOBS, _row(job))

    def add_beat(self, job: Job) -> bool:
        """As `add_slot`; false too while a process that may live has one of this kind open."""
        with self._database.writing() as connection:
            lock_table(connection, _JOBS)
            if any(other.what == job.what for other in self.open()):
                return False
            return was_new(connection, _JOBS, _row(job))

    def get(self, job_id: str) -> Job:
        """The whole job; raises Unknown."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(_JOBS.c.id == job_id)).first()
        if row is None:
            raise Unknown(f"no job {job_id}")
        return _job(row)

    def open(self) -> list[Job]:
        """What waits or is at work in a process that may still live, the first asked for first."""
        return [job for job, alive in self._open() if alive]

    def own_waiting(self) -> list[Job]:
        """What waits for this very process, the first asked for first."""
        query = (
            select(*_COLUMNS)
            .where(_JOBS.c.state == str(JobState.WAITING), *_own())
            .order_by(_JOBS.c.asked_at, _JOBS.c.id)
        )
        return self._list(query)

    def latest(
        self, schools: Collection[str], limit: int, without: Collection[str] = ()
    ) -> list[Job]:
        """The newest jobs that work in one of these schools or in none; no documents.

        Kinds `without` are left out. Looked for among the last thousand.
        """
        query = select(*_BRIEF).where(_JOBS.c.what.not_in(without))
        found = self._list(query.order_by(_JOBS.c.asked_at.desc(), _JOBS.c.id).limit(1000))
        return [one for one in found if not one.schools or set(one.schools) & set(schools)][:limit]

    def last_of_clock(self) -> dict[str, Job]:
        """The last job of each kind that the clock began; no documents."""
        query = select(*_BRIEF).where(_JOBS.c.slot.is_not(None))
        return {one.what: one for one in self._list(query.order_by(_JOBS.c.asked_at))}

    def begin(self, job_id: str) -> None:
        """It is at work from now on."""
        self._set(job_id, {"state": str(JobState.RUNNING), "begun_at": self._database.now()})

    def tell(self, job_id: str, stage: str, done: int, of: int) -> None:
        """How far it is; also a sign of life."""
        now = self._database.now()
        self._set(job_id, {"stage": stage, "done": done, "of": of, "seen_at": now})

    def end(
        self,
        job_id: str,
        state: JobState,
        *,
        runs: Sequence[str] = (),
        problem: str = "",
        result: bytes = b"",
    ) -> None:
        """How it ended. A night of the clock that was interrupted may be begun once more."""
        values = {
            "state": str(state),
            "runs": " ".join(runs),
            "problem": problem,
            "result": result,
            "ended_at": self._database.now(),
        }
        with self._database.writing() as connection:
            if state is JobState.INTERRUPTED:
                slot = connection.scalar(select(_JOBS.c.slot).where(_JOBS.c.id == job_id))
                first = f"{slot}, first try"
                taken = connection.scalar(select(_JOBS.c.id).where(_JOBS.c.slot == first))
                if slot is not None and taken is None:
                    values["slot"] = first
            connection.execute(update(_JOBS).where(_JOBS.c.id == job_id).values(**values))

    def renew(self) -> None:
        """A sign of life of all that is open in this process."""
        with self._database.writing() as connection:
            connection.execute(
                update(_JOBS)
                .where(_JOBS.c.state.in_(list(map(str, OPEN))), *_own())
                .values(seen_at=self._database.now())
            )

    def interrupt_orphans(self, problem: str) -> list[Job]:
        """What was open in a process that is gone is interrupted; those jobs."""
        orphans = [job for job, alive in self._open() if not alive]
        for job in orphans:
            self.end(job.id, JobState.INTERRUPTED, problem=problem)
        return orphans

    def forget(self, before: datetime) -> None:
        """Drop what was asked for before a moment and is over."""
        with self._database.writing() as connection:
            connection.execute(
                delete(_JOBS).where(
                    _JOBS.c.asked_at < before, _JOBS.c.state.not_in(list(map(str, OPEN)))
                )
            )

    def _open(self) -> Iterable[tuple[Job, bool]]:
        query = (
            select(*_COLUMNS, _JOBS.c.host, _JOBS.c.pid, _JOBS.c.started, _JOBS.c.seen_at)
            .where(_JOBS.c.state.in_(list(map(str, OPEN))))
            .order_by(_JOBS.c.asked_at, _JOBS.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [(_job(row), self._may_live(row)) for row in rows]

    def _may_live(self, row: AnyRow) -> bool:
        known = life(row.host, row.pid, row.started)
        stale = row.seen_at + LEASE <= self._database.now()
        return known is Life.ALIVE or (known is Life.UNKNOWN and not stale)

    def _set(self, job_id: str, values: Mapping[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(update(_JOBS).where(_JOBS.c.id == job_id).values(**values))

    def _list(self, query: AnySelect) -> list[Job]:
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]


def _own() -> tuple[Any, ...]:
    pid = os.getpid()
    return (_JOBS.c.host == here(), _JOBS.c.pid == pid, _JOBS.c.started == started(pid))


def _row(job: Job) -> dict[str, Any]:
    pid = os.getpid()
    return {
        **msgspec.structs.asdict(job),
        "schools": " ".join(job.schools),
        "runs": " ".join(job.runs),
        "state": str(job.state),
        "seen_at": job.asked_at,
        "host": here(),
        "pid": pid,
        "started": started(pid),
    }


def _job(row: AnyRow) -> Job:
    fields = {name: value for name, value in row._asdict().items() if name in _NAMES}
    return Job(
        **{
            **fields,
            "schools": tuple(row.schools.split()),
            "runs": tuple(row.runs.split()),
            "state": JobState(row.state),
        }
    )


_NAMES = frozenset(Job.__struct_fields__)
