"""The console's first pages: Today, signing in and out."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission
from api.sign_in import CALLBACK, FLOW_SECONDS
from api.staff.arrangements import Lists
from api.staff.counted import Counts
from api.staff.glance import glance
from api.staff.home import COOKIE, FLOW_COOKIE, Caller, Staff, digest
from api.staff.jobs import told, working
from api.staff.pages import page, style
from api.staff.plots import seen
from api.staff.rooms import api, console, own_form
from api.staff.shapes_consents import answers

_TODAY = {
    "day": "2026-11-26",
    "waiting": [
        {
            "whose": "Head",
            "number": 1,
            "one": "plan needs a yes or a no",
            "many": "plans need a yes or a no",
            "path": "/runs/r-20261125-1a2b",
            "mine": True,
            "urgent": False,
            "note": "",
        }
    ],
    "counting": False,
    "gauges": [],
    "next_sync": "2026-11-27T02:00:00Z",
    "schools": [],
}
_QUERY = Annotated[str, Query(max_length=500)]


@console.get("/console.css", None)
def styled(home: Staff) -> Response:
    """The style sheet."""
    return Response(
        style(home.colour), media_type="text/css", headers={"Cache-Control": "max-age=3600"}
    )


@console.get("/", Permission.SEE_TODAY)
def first(request: Request, home: Staff, who: Caller, counts: Counts, lists: Lists) -> Response:
    """Today."""
    runs = who.inside(Permission.SEE_RUNS)
    found = glance(home, who, counts)
    school = next((one.school for one in found.schools if one.run), "")
    return page(
        request,
        "today.html",
        who,
        told=found,
        to_arrange=lists.inside(Permission.ARRANGE).waiting(),
        jobs=[told(runs, one) for one in working(home, runs)],
        picture=seen(home, who, counts, "accounts", school) if school else None,
    )


@api.get(
    "/api/v1/today",
    Permission.SEE_TODAY,
    responses=answers(_TODAY),
    summary="Today as the console shows it: what waits, last night, gauges, mail, the next run",
)
def first_told(home: Staff, who: Caller, counts: Counts) -> Any:
    """By permission; gauges are as counted within some minutes (`counting`: not yet)."""
    return msgspec.to_builtins(glance(home, who, counts))


@console.get("/sign-in", None)
def sign_in(home: Staff, page: _QUERY = "/", again: bool = False) -> Response:  # noqa: FBT001, FBT002 - a query
    """Off to Microsoft; what we need to know when they come back is sealed in a cookie."""
    begun = home.sign_in.begin(page, again=again)
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
    proved_at = datetime.fromtimestamp(claims.proved_at, UTC) if claims.proved_at else None
    store.sessions.open(
        digest(secret), claims.account, claims.name, claims.roles, home.bench.now(), proved_at
    )
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
