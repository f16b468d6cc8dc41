"""Long work as pages: one job while it goes on, and the upload of a roster."""

from typing import TYPE_CHECKING, Annotated

import msgspec
from fastapi import Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.permissions import Permission
from api.problems import Problem
from api.staff.home import Caller, Staff
from api.staff.jobs import JobId, seen_job, told
from api.staff.pages import page
from api.staff.rooms import console
from api.staff.run_pages import begin
from api.staff.upload import asked_in, kept
from graphsync.store.jobs import Job
from policies.pack_loading import schools

if TYPE_CHECKING:
    from reports.roster_check import RosterCheck

LOOK_AGAIN = "3"  # seconds
WORDS = {
    "waiting": ("wait", "waiting for its turn"),
    "running": ("wait", "at work"),
    "done": ("good", "done"),
    "failed": ("bad", "failed"),
    "interrupted": ("bad", "interrupted"),
}


@console.get("/jobs/{job}", Permission.SEE_RUNS)
def job(
    request: Request,
    home: Staff,
    who: Caller,
    job: JobId,
    *,
    still: Annotated[bool, Query()] = False,
) -> Response:
    """How far long work is and what came of it; looks again by itself, unless `still`."""
    found = seen_job(home, who, job)
    mood, words = WORDS[found.state]
    response = page(
        request,
        "job.html",
        who,
        job=told(who, found),
        mood=mood,
        words_of=words,
        is_open=found.is_open,
        still=still,
        check=_check_of(found),
        may_draft=who.may(Permission.DRAFT_RUNS),
    )
    if found.is_open and not still:
        response.headers["Refresh"] = LOOK_AGAIN
    return response


def _check_of(job: Job) -> "RosterCheck | None":
    from reports.roster_check import RosterCheck  # heavy: it also prints for a terminal

    return msgspec.json.decode(job.result, type=RosterCheck) if job.result else None


@console.get("/roster", Permission.DRAFT_RUNS)
def roster(request: Request, home: Staff, who: Caller) -> Response:
    """The form for an upload."""
    return _form(request, home, who)


@console.post("/roster", Permission.DRAFT_RUNS)
async def upload(request: Request, home: Staff, who: Caller) -> Response:
    """Keep what was uploaded and check it."""
    async with request.form() as form:  # the guard of forms has parsed it already

        def kept_now() -> Response:
            return begin(
                home,
                lambda: kept(home, who, *asked_in(form)),
                lambda problem: _form(request, home, who, problem),
            )

        return await run_in_threadpool(kept_now)


def _form(request: Request, home: Staff, who: Caller, problem: Problem | None = None) -> Response:
    return page(
        request,
        "roster.html",
        who,
        problem.status if problem else 200,
        schools=sorted(who.reach.schools & set(schools(home.bench.packs_dir))),
        problem=problem.detail if problem else "",
    )
