"""The console's pages: sign in and out, Today, the runs, and one run with a person's yes."""

from typing import Annotated

from fastapi import Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission
from api.problems import Problem
from api.sign_in import CALLBACK, FLOW_SECONDS
from api.staff.home import COOKIE, FLOW_COOKIE, Caller, Home, Staff, digest
from api.staff.pages import page, style
from api.staff.rooms import console, own_form
from api.staff.runs import RunId, approved, seen_run
from api.staff.today import today
from graphsync import run_lists
from graphsync.report import RunReport, RunState
from policies.school_days import school_day
from reports.words import STATES

IN_A_LIST = 50
Text = Annotated[str, Form(max_length=200)]
_QUERY = Annotated[str, Query(max_length=500)]


@console.get("/console.css", None)
def styled(home: Staff) -> Response:
    """The style sheet."""
    return Response(
        style(home.colour), media_type="text/css", headers={"Cache-Control": "max-age=3600"}
    )


@console.get("/", Permission.SEE_TODAY)
def first(request: Request, home: Staff, who: Caller) -> Response:
    """Today."""
    day = school_day(home.bench.now())
    return page(request, "today.html", who, schools=today(home.bench, who), day=day)


@console.get("/runs", Permission.SEE_RUNS)
def runs(
    request: Request,
    home: Staff,
    who: Caller,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The list of runs, the newest first."""
    found = run_lists.page(home.bench, who.reach.schools, IN_A_LIST, after)
    return page(request, "runs.html", who, found=found, after=after, states=STATES)


@console.get("/runs/{run}", Permission.SEE_RUNS)
def run(request: Request, home: Staff, who: Caller, run: RunId) -> Response:
    """One run: what it changes, why, and the form for a yes."""
    return _run_page(request, home, who, seen_run(home, who, run))


@console.post("/runs/{run}/approve", Permission.APPROVE_RUNS)
def approve(
    request: Request,
    home: Staff,
    who: Caller,
    run: RunId,
    digest: Text = "",
    count: Text = "",
    overrides: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
    left_out: Annotated[list[str], Form(max_length=5000)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """A person's yes; whoever gives it types how many changes the plan makes (law B3)."""
    report = seen_run(home, who, run)
    if count.strip() != str(len(report.changes)):
        wrong = "The number you typed is not the number of changes in this plan. Look again."
        return _run_page(request, home, who, report, wrong, 422)
    try:
        approved(home, who, run, digest, overrides, sorted(set(left_out)))
    except Problem as problem:
        return _run_page(request, home, who, report, problem.detail, problem.status)
    return RedirectResponse(f"/runs/{run}", 303)


def _run_page(
    request: Request,
    home: Home,
    who: Caller,
    report: RunReport,
    problem: str = "",
    status: int = 200,
) -> Response:
    waits = report.state == RunState.PARKED
    may = waits and who.may(Permission.APPROVE_RUNS)
    mine = may and report.requester == who.identity
    return page(
        request,
        "one_run.html",
        who,
        status,
        run=report,
        problem=problem,
        leave_out=may and not mine,
        mine=mine,
        waits=waits,
        approvals=home.bench.store.approvals.of(report.run),
    )


@console.get("/sign-in", None)
def sign_in(home: Staff, page: _QUERY = "/") -> Response:
    """Off to Microsoft; what we need to know when they come back is sealed in a cookie."""
    begun = home.sign_in.begin(page)
    response = RedirectResponse(begun.address, 302)
    _set(response, FLOW_COOKIE, begun.sealed, FLOW_SECONDS)
    return response


@console.get(CALLBACK, None)
def back(request: Request, home: Staff) -> Response:
    """Back from Microsoft: a new session, never one that the browser brought along."""
    answer = {name: value[:8000] for name, value in request.query_params.items()}
    signed_in = home.sign_in.end(request.cookies.get(FLOW_COOKIE, ""), answer)
    store, secret = home.bench.store, home.new_secret()
    claims = signed_in.claims
    store.sessions.end(digest(request.cookies.get(COOKIE, "")))
    store.sessions.open(digest(secret), claims.account, claims.name, claims.roles, home.bench.now())
    response = RedirectResponse(signed_in.page, 303)
    _set(response, COOKIE, secret, None)
    _drop(response, FLOW_COOKIE)
    return response


@console.post("/sign-out", None, dependencies=[Depends(own_form)])
def sign_out(request: Request, home: Staff) -> Response:
    """The session ends here, also for somebody who may do nothing else."""
    home.bench.store.sessions.end(digest(request.cookies.get(COOKIE, "")))
    response = RedirectResponse("/signed-out", 303)
    _drop(response, COOKIE)
    return response


@console.get("/signed-out", None)
def signed_out(request: Request, home: Staff) -> Response:
    """That one is signed out here, and how to leave Microsoft as well."""
    return page(request, "signed_out.html", None, leave=home.sign_in.leave())


def _set(response: Response, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


def _drop(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
