"""The rooms of long work, of the clock and of pauses."""

from room_rows import Made, Row
from rooms_of_runs import READERS
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.job_desk import new_job
from graphsync.run_desk import find
from graphsync.store.jobs import JobState
from graphsync.store.runs import State

MANAGER = {AppRole.IT_MANAGER}
PAUSERS = {AppRole.IT_MANAGER, AppRole.HEAD}


def free(side: StaffSide, school: str) -> Made:
    """Nothing is at work in the school."""
    for job in side.office.store.jobs.open():
        side.office.store.jobs.end(job.id, JobState.DONE)
    return {"school": school}


def working(side: StaffSide, school: str) -> Made:
    free(side, school)
    job = new_job(side.office.bench, "plan", [school])
    side.office.store.jobs.add(job)
    return {"job": job.id}


def in_state(side: StaffSide, school: str, *states: State) -> Made:
    free(side, school)
    report = side.parked(school)
    for state in states:
        side.office.store.runs.move(report.run, state)
    return {
        "run": report.run,
        "digest": find(side.office.bench, report.run).digest,
        "count": str(len(report.changes)),
    }


def approved(side: StaffSide, school: str) -> Made:
    return in_state(side, school, State.APPROVED)


def applied(side: StaffSide, school: str) -> Made:
    return in_state(side, school, State.APPROVED, State.APPLYING, State.APPLIED)


def paused(side: StaffSide, school: str) -> Made:
    from graphsync.pause_desk import pause

    pause(side.office.bench, school, "a test")
    return {"school": school}


def of_school(made: Made) -> dict[str, str]:
    return {"school": made["school"]}


def with_reason(made: Made) -> dict[str, str]:
    return {"school": made["school"], "reason": "SIMS upgrade"}


def read_digest(made: Made) -> dict[str, str]:
    return {"digest": made["digest"]}


def typed_count(made: Made) -> dict[str, str]:
    return {"digest": made["digest"], "count": made["count"]}


ROWS = {
    ("GET", "/api/v1/jobs"): Row(READERS, foreign=200, made=working),
    ("GET", "/api/v1/jobs/{job}"): Row(READERS, made=working),
    ("POST", "/api/v1/runs"): Row(MANAGER, good=202, made=free, sent=of_school),
    ("POST", "/api/v1/sync"): Row(MANAGER, good=202, made=free, sent=of_school),
    ("POST", "/api/v1/runs/{run}/apply"): Row(MANAGER, good=202, made=approved, sent=read_digest),
    ("POST", "/api/v1/runs/{run}/undo"): Row(MANAGER, good=202, made=applied),
    # A body of JSON is no form: who gets in is told so, in test_staff_jobs.py files are sent.
    ("POST", "/api/v1/roster"): Row(MANAGER, good=422, foreign=422),
    ("GET", "/api/v1/schedule"): Row(READERS, foreign=200),
    ("GET", "/api/v1/pauses"): Row(READERS, foreign=200, made=paused),
    ("POST", "/api/v1/pause"): Row(PAUSERS, made=free, sent=with_reason),
    ("POST", "/api/v1/resume"): Row(PAUSERS, made=paused, sent=of_school),
    ("GET", "/jobs/{job}"): Row(READERS, made=working),
    ("GET", "/roster"): Row(MANAGER, foreign=200),
    ("POST", "/roster"): Row(MANAGER, good=422, foreign=422),
    ("POST", "/runs/draft"): Row(MANAGER, good=303, made=free, sent=of_school),
    ("POST", "/runs/sync"): Row(MANAGER, good=303, made=free, sent=of_school),
    ("POST", "/runs/{run}/look"): Row(READERS, made=approved),
    ("POST", "/runs/{run}/apply"): Row(MANAGER, good=303, made=approved, sent=typed_count),
    ("POST", "/runs/{run}/undo"): Row(MANAGER, good=303, made=applied, sent=typed_count),
    ("GET", "/schedule"): Row(READERS, foreign=200, made=paused),
    ("POST", "/schedule/pause"): Row(PAUSERS, good=303, made=free, sent=with_reason),
    ("POST", "/schedule/resume"): Row(PAUSERS, good=303, made=paused, sent=of_school),
}
