"""The clock as a page: what it does next, what is paused, and pause and go on."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.chores import schedule as planned
from api.permissions import Permission
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.job_pages import WORDS
from api.staff.jobs import demand_school, lately, told
from api.staff.pages import page
from api.staff.rooms import console
from api.staff.schedule import standing
from graphsync.pause_desk import ALL, pause, resume
from graphsync.trouble import Refusal
from policies.pack_loading import schools

_School = Annotated[str, Form(max_length=40)]


@console.get("/schedule", Permission.SEE_RUNS)
def schedule(request: Request, home: Staff, who: Caller) -> Response:
    """What comes next, what was done, what waits."""
    return _page(request, home, who)


@console.post("/schedule/pause", Permission.PAUSE)
def pause_school(
    request: Request,
    home: Staff,
    who: Caller,
    school: _School = "",
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Let a school wait."""
    demand_school(home, who, school)
    if len(reason.strip()) < 3:
        return _page(request, home, who, Problem(422, "no_reason", "Say who asked, and why."))
    pause(home.bench_of(who), school, reason.strip())
    return RedirectResponse("/schedule", 303)


@console.post("/schedule/resume", Permission.PAUSE)
def resume_school(request: Request, home: Staff, who: Caller, school: _School = "") -> Response:
    """Go on."""
    demand_school(home, who, school)
    try:
        resume(home.bench_of(who), school)
    except Refusal as problem:
        return _page(request, home, who, Problem(409, "not_paused", f"{problem}."))
    return RedirectResponse("/schedule", 303)


def _page(request: Request, home: Home, who: Caller, problem: Problem | None = None) -> Response:
    return page(
        request,
        "schedule.html",
        who,
        problem.status if problem else 200,
        lines=planned(home.bench, home.times),
        pauses=standing(home, who),
        every=ALL,
        jobs=[told(who, one) for one in lately(home, who)],
        moods=WORDS,
        schools=sorted(who.reach.schools & set(schools(home.bench.packs_dir))),
        may_pause=who.may(Permission.PAUSE),
        problem=problem.detail if problem else "",
    )
