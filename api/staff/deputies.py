"""Deputies over the API and as a page: who stands in, who holds what, and the waivers."""

from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from api import deputising
from api.permissions import DEPUTISED, Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes import problems
from api.staff.shapes_access import AccessShape, DeputyAsked, DeputyShape
from api.staff.writing import Key, once
from graphsync import deputy_desk as desk
from graphsync.bench import Bench
from graphsync.departure_desk import candidates
from graphsync.deputy_desk import DeputyLine, UnknownDeputy, Wish
from graphsync.trouble import Refusal
from policies.school_days import school_day

DeputyId = Annotated[
    str, Path(max_length=20, pattern=r"^s-[0-9a-f]{1,16}$", examples=["s-1a2b3c4d"])
]
Text = Annotated[str, Form(max_length=300)]
_UNKNOWN = Problem(
    404, "no_such_deputy", "There is no such deputy in your schools; the list shows them."
)


class Sent(Struct, frozen=True):
    """What was filled in, for a form that comes back."""

    text: str = ""
    named: str = ""
    role: str = ""
    since: str = ""
    until: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        return "Sent()"


NOTHING = Sent()


@api.get(
    "/api/v1/deputies",
    Permission.NAME_DEPUTIES,
    response_model=AccessShape,
    responses=problems(),
    summary="Deputies, who is signed in with which roles, and waivers, of your schools",
)
def deputies(home: Staff, who: Caller) -> Any:
    """The latest named first."""
    return {name: msgspec.to_builtins(value) for name, value in _everything(home, who).items()}


@api.post(
    "/api/v1/deputies",
    Permission.NAME_DEPUTIES,
    response_model=DeputyShape,
    responses=problems(409, 422),
    summary="Name a deputy: a member of staff, a role, at most 90 days, and why",
)
def new_deputy(home: Staff, who: Caller, asked: DeputyAsked, key: Key) -> Response:
    """The deputy. What they may is theirs from the first day on, in that school alone."""
    wish = Wish(role=asked.role, since=asked.since, until=asked.until, reason=asked.reason)
    bench = home.bench_of(who)
    return once(
        home,
        who,
        key,
        f"deputy\n{asked.model_dump_json()}",
        lambda: _line(bench, who, deputising.name(bench, who, asked.who, wish).id),
    )


@api.post(
    "/api/v1/deputies/{deputy}/end",
    Permission.NAME_DEPUTIES,
    response_model=DeputyShape,
    responses=problems(404, 409, 422),
    summary="End a deputy before the last day",
)
def ended_deputy(home: Staff, who: Caller, deputy: DeputyId, key: Key) -> Response:
    """The deputy as it stands now; it ends with this answer."""
    bench = home.bench_of(who)
    return once(
        home, who, key, f"end\n{deputy}", lambda: _line(bench, who, _ended(bench, who, deputy))
    )


@console.get("/access", Permission.NAME_DEPUTIES)
def access(request: Request, home: Staff, who: Caller) -> Response:
    """The page."""
    return _page(request, home, who)


@console.post("/access/find", Permission.NAME_DEPUTIES)
def found(request: Request, home: Staff, who: Caller, text: Text = "") -> Response:
    """Whom a search found; a name stands in no address."""
    problem = "" if text.strip() else "Type a surname or a staff code."
    return _page(request, home, who, Sent(text=text), problem)


@console.post("/access", Permission.NAME_DEPUTIES)
def named(
    request: Request,
    home: Staff,
    who: Caller,
    text: Text = "",
    named: Text = "",
    role: Text = "",
    since: Text = "",
    until: Text = "",
    reason: Text = "",
) -> Response:
    """Name a deputy."""
    sent = Sent(text, named, role, since, until, reason)
    try:
        wish = Wish(
            role=role,
            since=date.fromisoformat(since),
            until=date.fromisoformat(until),
            reason=reason,
        )
        deputising.name(home.bench_of(who), who, named, wish)
    except Refusal as refusal:
        return _page(request, home, who, sent, f"Nobody is named: {refusal}.")
    except ValueError:
        told = "Nobody is named: give the first and the last day, such as 18/12/2026."
        return _page(request, home, who, sent, told)
    return RedirectResponse("/access", 303)


@console.post("/access/{deputy}/end", Permission.NAME_DEPUTIES)
def ended(request: Request, home: Staff, who: Caller, deputy: DeputyId) -> Response:
    """End one now; naming them again is the way back."""
    try:
        _ended(home.bench_of(who), who, deputy)
    except Refusal as refusal:
        return _page(request, home, who, problem=f"{refusal}.", status=409)
    return RedirectResponse("/access", 303)


def _ended(bench: Bench, who: Who, deputy: str) -> str:
    try:
        return desk.end(bench, who.reach.schools, deputy).id
    except UnknownDeputy:
        raise _UNKNOWN from None


def _line(bench: Bench, who: Who, deputy: str) -> DeputyLine:
    return next(one for one in desk.listing(bench, who.reach.schools) if one.deputy == deputy)


def _everything(home: Home, who: Who) -> dict[str, Any]:
    reached = who.reach.schools
    return {
        "items": desk.listing(home.bench, reached),
        "holders": deputising.holders(home.bench, home.access, reached),
        "waivers": deputising.waivers(home.bench, reached),
    }


def _page(
    request: Request,
    home: Home,
    who: Who,
    sent: Sent = NOTHING,
    problem: str = "",
    status: int = 422,
) -> Response:
    text = sent.text.strip()
    return page(
        request,
        "access.html",
        who,
        status if problem else 200,
        **_everything(home, who),
        sent=sent,
        people=candidates(home.bench, who.reach.schools, text) if text else (),
        roles=sorted(DEPUTISED),
        today=school_day(home.bench.now()),
        problem=problem,
    )
