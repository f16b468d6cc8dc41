"""Long work over the API: asked for with 202, looked at while it goes on."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import Path
from fastapi.responses import Response

from api.chores import BEATS
from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.rooms import api
from api.staff.runs import RunId, seen_run
from api.staff.shapes import problems
from api.staff.shapes_jobs import (
    JOB,
    ApplyAsked,
    DraftAsked,
    JobList,
    JobShape,
    Nothing,
    SyncAsked,
)
from api.staff.writing import Key, once
from graphsync.job_desk import (
    Asked,
    JobLine,
    ask,
    ask_apply,
    ask_undo,
    demand_upload,
    line_of,
)
from graphsync.store.jobs import Job
from graphsync.store.problems import Unknown
from policies.pack_loading import schools
from policies.people import PersonKey

JobId = Annotated[str, Path(max_length=40, pattern=r"^j-[0-9a-f]{1,32}$", examples=[JOB])]
IN_A_LIST = 50
NO_SCHOOL = Problem(404, "no_such_school", "There is no such school among yours.")


@api.get(
    "/api/v1/jobs",
    Permission.SEE_RUNS,
    response_model=JobList,
    responses=problems(),
    summary="The newest long work in your schools",
)
def jobs(home: Staff, who: Caller) -> Any:
    """The newest first; a job's own address shows its result."""
    found = lately(home, who)
    return {"items": [msgspec.to_builtins(told(who, one)) for one in found]}


@api.get(
    "/api/v1/jobs/{job}",
    Permission.SEE_RUNS,
    response_model=JobShape,
    responses=problems(404, 422),
    summary="How far long work is, and what came of it",
)
def job(home: Staff, who: Caller, job: JobId) -> Any:
    """One job; ask again in a second while its state is waiting or running."""
    found = seen_job(home, who, job)
    return {**msgspec.to_builtins(told(who, found)), "result": result_of(found)}


@api.post(
    "/api/v1/runs",
    Permission.DRAFT_RUNS,
    response_model=JobShape,
    status_code=202,
    responses=problems(404, 409, 422),
    summary="Draft a plan; nothing is written to the tenant",
)
def draft(home: Staff, who: Caller, asked: DraftAsked, key: Key) -> Response:
    """The job that drafts it; `Location` is where to look."""
    return begun(
        home,
        who,
        key,
        f"draft\n{asked.model_dump_json()}",
        lambda: drafted(
            home,
            who,
            asked.school,
            Asked(
                only=tuple(asked.only),
                years=tuple(asked.years),
                classes=tuple(asked.classes),
                as_of=asked.as_of,
                upload=asked.upload,
            ),
        ),
    )


@api.post(
    "/api/v1/sync",
    Permission.APPLY_RUNS,
    response_model=JobShape,
    status_code=202,
    responses=problems(404, 409, 422),
    summary="A school's night, now",
)
def sync(home: Staff, who: Caller, asked: SyncAsked, key: Key) -> Response:
    """The job; what the guard does not let through is parked for a person."""
    return begun(home, who, key, f"sync\n{asked.school}", lambda: synced(home, who, asked.school))


@api.post(
    "/api/v1/runs/{run}/apply",
    Permission.APPLY_RUNS,
    response_model=JobShape,
    status_code=202,
    responses=problems(404, 409, 422),
    summary="Carry out a plan that may be carried out",
)
def apply(home: Staff, who: Caller, run: RunId, asked: ApplyAsked, key: Key) -> Response:
    """The job; it plans again on a fresh look and does only what was approved."""
    seen_run(home, who, run)
    return begun(
        home,
        who,
        key,
        f"apply\n{run}\n{asked.digest}",
        lambda: ask_apply(home.bench_of(who), run, asked.digest),
    )


@api.post(
    "/api/v1/runs/{run}/undo",
    Permission.APPLY_RUNS,
    response_model=JobShape,
    status_code=202,
    responses=problems(404, 409, 422),
    summary="Draft the plan that takes a run back; then it is a plan like any other",
)
def undo(home: Staff, who: Caller, run: RunId, _: Nothing, key: Key) -> Response:
    """The job that drafts it."""
    seen_run(home, who, run)
    return begun(home, who, key, f"undo\n{run}", lambda: ask_undo(home.bench_of(who), run))


def drafted(home: Home, who: Who, school: str, asked: Asked) -> Job:
    """Ask for a plan; raises Problem for what cannot be meant, Refusal for what cannot be now."""
    demand_school(home, who, school)
    try:
        keys = [PersonKey.parse(one) for one in asked.only]
    except ValueError:
        raise Problem(422, "no_person_key", "only holds keys, written SCHOOL:ID.") from None
    if any(one.school != school for one in keys):
        raise Problem(422, "other_school", "only names people of another school than the plan's.")
    if asked.upload:
        demand_upload(home.bench, home.runner.places.uploads, asked.upload, school)
    else:
        demand_folder(home)
    return ask(home.bench_of(who), "plan", school, asked)


def synced(home: Home, who: Who, school: str) -> Job:
    """Ask for a school's night; raises Problem, Refusal."""
    demand_school(home, who, school)
    demand_folder(home)
    return ask(home.bench_of(who), "sync", school)


def demand_school(home: Home, who: Who, school: str) -> None:
    """Raises Problem for a school without a pack, or that this person does not reach."""
    demand_reach(who, school, NO_SCHOOL)
    if school not in schools(home.bench.packs_dir):
        raise NO_SCHOOL


def demand_folder(home: Home) -> None:
    """Raises Problem while nobody has said where the exports are."""
    if home.runner.places.rosters is None:
        raise Problem(
            409,
            "no_roster_path",
            "Set GRAPHSYNC_ROSTER_PATH to the folder with the exports, or upload a roster.",
        )


def begun(home: Home, who: Who, key: str, asked: str, act: Callable[[], Job]) -> Response:
    """202 with the job and where to look; the runner takes it once it is committed."""
    response = once(home, who, key, asked, lambda: line_of(act()), 202)
    response.headers["Location"] = f"/api/v1/jobs/{msgspec.json.decode(response.body)['job']}"
    home.runner.wake()
    return response


def seen_job(home: Home, who: Who, job: str) -> Job:
    """A job of a school that this person reaches, or of none; raises Problem for any other."""
    unknown = Problem(
        404, "no_such_job", "There is no such job in your schools; GET /api/v1/jobs lists them."
    )
    try:
        found = home.bench.store.jobs.get(job)
    except Unknown:
        raise unknown from None
    if found.schools and not who.reach.schools & set(found.schools):
        raise unknown
    return found


def lately(home: Home, who: Who) -> list[Job]:
    """The newest jobs in this person's schools; what is done every hour would bury the others."""
    hourly = [one.name for one in BEATS]
    return home.bench.store.jobs.latest(who.reach.schools, IN_A_LIST, hourly)


def working(home: Home, who: Who) -> list[Job]:
    """What waits or is at work in this person's schools."""
    reached = who.reach.schools
    return [one for one in home.bench.store.jobs.open() if reached & set(one.schools)]


def told(who: Who, job: Job) -> JobLine:
    """The job; what names a school is left out for who does not reach all that it works in."""
    if who.reach.schools >= set(job.schools):
        return line_of(job)
    seen = tuple(school for school in job.schools if school in who.reach.schools)
    return line_of(msgspec.structs.replace(job, schools=seen, stage="", runs=(), problem=""))


def result_of(job: Job) -> dict[str, Any] | None:
    """The report of an upload's check; it is of one school, so whoever sees the job may see it."""
    return msgspec.json.decode(job.result) if job.result else None
