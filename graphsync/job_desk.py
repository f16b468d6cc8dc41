"""Long work as people ask for it: kept as a job, which a process then carries out."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.run_desk import demand_applying, find
from graphsync.store.jobs import AtWork, Job, JobState
from graphsync.store.problems import Busy, Unknown
from graphsync.store.runs import MOVES, UNDOABLE, State
from graphsync.trouble import Refusal

TITLES = {
    "plan": "Draft a plan",
    "sync": "Sync",
    "apply": "Carry out a plan",
    "undo": "Draft what takes a run back",
    "roster": "Check an uploaded roster",
    "settle": "Settle what was left open",
    "remind": "Remind parents",
    "tidy": "Tidy up",
    "pull": "Read the feed of data loss",
    "alarm": "Tell of running breach clocks",
    "depart": "Carry out departures",
    "verify": "Verify the journal and the registers",
    "lapse": "Put back what was allowed until a day",
}


class Asked(Struct, frozen=True, kw_only=True):
    """What a job is to do, beside its schools; `upload` is the check whose files are used."""

    run: str = ""
    only: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    as_of: date | None = None
    upload: str = ""


NOTHING = Asked()


class JobLine(Struct, frozen=True, kw_only=True):
    """One job as it is told to somebody; `done` of `of` are counted in this stage."""

    job: str
    what: str
    title: str
    schools: tuple[str, ...]
    requester: str
    state: str
    stage: str
    done: int
    of: int
    runs: tuple[str, ...]
    problem: str
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None


def new_job(
    bench: Bench,
    what: str,
    schools: Sequence[str],
    asked: Asked = NOTHING,
    slot: str | None = None,
) -> Job:
    """A job that waits, of whoever is at this bench; nothing is kept yet."""
    return Job(
        id=f"j-{bench.new_id()[:16]}",
        what=what,
        schools=tuple(schools),
        requester=bench.requester,
        asked_at=bench.now(),
        asked=msgspec.msgpack.encode(asked),
        slot=slot,
    )


def ask(bench: Bench, what: str, school: str, asked: Asked = NOTHING) -> Job:
    """Keep a job for one school; raises Refusal where something is at work there already."""
    job = new_job(bench, what, [school], asked)
    try:
        bench.store.claims.demand_free(school)
        bench.store.jobs.add(job)
    except AtWork as problem:
        other = problem.job
        title = TITLES[other.what].lower()
        raise Refusal(
            f"{school} is busy: job {other.id} ({title}) is {other.state};"
            " wait for it to end, then ask again"
        ) from None
    except Busy as problem:
        raise Refusal(f"{problem}") from None
    return job


def ask_apply(bench: Bench, run_id: str, digest: str) -> Job:
    """Ask for a run to be carried out; raises Refusal for one that cannot be, UnknownRun."""
    run = find(bench, run_id)
    demand_applying(run)
    if run.digest != digest:
        raise Refusal(f"the digest of this plan is {run.digest}: look at it again")
    if State.APPLYING not in MOVES[run.state]:
        waits = ": somebody has to approve it first" if run.state is State.PARKED else ""
        raise Refusal(f"{run_id} is {run.state}{waits or ': there is nothing to carry out'}")
    return ask(bench, "apply", run.school, Asked(run=run_id))


def ask_undo(bench: Bench, run_id: str) -> Job:
    """Ask for the plan that takes a run back; raises Refusal for one that cannot be."""
    run = find(bench, run_id)
    if run.state not in UNDOABLE:
        raise Refusal(f"{run_id} is {run.state}: only what was applied can be taken back")
    return ask(bench, "undo", run.school, Asked(run=run_id))


def asked_of(job: Job) -> Asked:
    """What the job is to do."""
    return msgspec.msgpack.decode(job.asked, type=Asked)


def folder_of(uploads: Path, job_id: str) -> Path:
    """Where the files of an uploaded roster lie."""
    return uploads / job_id


def demand_upload(bench: Bench, uploads: Path, job_id: str, school: str) -> None:
    """Raises Refusal unless this is a check of this school whose files are still here."""
    missing = Refusal(
        f"there is no upload {job_id} of {school}, or its files were erased after a day: upload"
        " them again"
    )
    try:
        found = bench.store.jobs.get(job_id)
    except Unknown:
        raise missing from None
    if found.what != "roster" or found.schools != (school,):
        raise missing
    if not folder_of(uploads, job_id).is_dir():
        raise missing
    if found.state is not JobState.DONE:
        raise Refusal(f"the upload {job_id} is {found.state}: wait for its check to be done")


def line_of(job: Job) -> JobLine:
    """The job as it is told to somebody who reaches all of its schools."""
    return JobLine(
        job=job.id,
        what=job.what,
        title=TITLES[job.what],
        schools=job.schools,
        requester=job.requester,
        state=str(job.state),
        stage=job.stage,
        done=job.done,
        of=job.of,
        runs=job.runs,
        problem=job.problem,
        asked_at=job.asked_at,
        begun_at=job.begun_at,
        ended_at=job.ended_at,
    )
