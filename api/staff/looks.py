"""Looks at a named person's record: written down, and asked why where the law says so (B0, A16.11).

A room that shows one person's record, or a file with names, calls `looked` before it shows it. A
list with counts alone is no look.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from api.permissions import AppRole, Permission, Who
from api.problems import Problem
from api.sign_in import local
from api.staff.home import Caller, Home, Staff, demand_all_years
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes import problems
from api.staff.shapes_access import LookList, LookShape, ReasonAsked
from api.staff.writing import Key, once
from graphsync.store.looks import Look
from policies.pack_loading import schools

REASON_LASTS = timedelta(minutes=15)
SHORTEST_REASON = 8  # letters
IN_A_LIST = 200


class Kind(StrEnum):
    """What is looked at."""

    ACCOUNT = "account"
    BREACH = "breach"
    CONSENT = "consent"
    DEPARTURE = "departure"
    EXPORT = "export"
    HOLD = "hold"
    MAIL = "mail"
    REQUEST = "request"


# Whom the law's matrix asks why: the DPO, before an account or the evidence of a consent.
ASKED_WHY = {Kind.ACCOUNT: AppRole.DPO, Kind.CONSENT: AppRole.DPO}
KINDS = {
    Kind.ACCOUNT: "account",
    Kind.BREACH: "breach",
    Kind.CONSENT: "consent",
    Kind.DEPARTURE: "departure",
    Kind.EXPORT: "export of what is held",
    Kind.HOLD: "hold",
    Kind.MAIL: "mail exception",
    Kind.REQUEST: "request about data",
}
# Where the record stands that a line of the register names.
RECORDS = {Kind.BREACH: "/breaches/", Kind.MAIL: "/mail/", Kind.REQUEST: "/requests/"}
Text = Annotated[str, Form(max_length=300)]
AskedKind = Annotated[
    str, Query(max_length=20, description=f"only one of: {', '.join(Kind)}", examples=["mail"])
]


class Sought(Struct, frozen=True):
    """The record that a reason is given for, in the words of whoever gives it."""

    kind: str
    school: str
    item: str


class WhyNeeded(Problem):
    """The record is shown once a reason is given."""

    def __init__(self, kind: Kind, school: str, item: str) -> None:
        super().__init__(
            403,
            "reason_needed",
            "Your role sees this record for a reason that is written down: POST it to"
            f" /api/v1/looks with kind {kind}, school {school} and item {item}, then ask again"
            " within 15 minutes.",
        )
        self.kind = kind
        self.school = school
        self.item = item


def looked(home: Home, who: Who, kind: Kind, school: str, item: str = "", shown: int = 1) -> None:
    """Write down that this person looks at a record, or takes a file with so many names.

    `item` is the person's key or the record's number, empty for a file. Raises WhyNeeded where the
    role is asked why and gave no reason for this record in the last 15 minutes; nothing was shown.
    """
    register, now = home.bench.store.looks, home.bench.now()
    asked = bool(item) and ASKED_WHY.get(kind) in who.held_in(school)
    if asked and not register.gave_reason(who.identity, kind, item, now - REASON_LASTS):
        raise WhyNeeded(kind, school, item)
    register.add(Look(at=now, by=who.identity, kind=kind, school=school, item=item, shown=shown))


def taken(home: Home, who: Who, kind: Kind, people: Iterable[str]) -> None:
    """Write down that this person takes a file with these people, told by key: a line a school."""
    of = Counter(person.partition(":")[0] for person in set(people))
    for school, shown in sorted(of.items()):
        looked(home, who, kind, school, shown=shown)


def ask_why(request: Request, needed: WhyNeeded) -> Response:
    """The page that asks for the reason and leads on to the record."""
    who: Who = request.state.who
    return page(
        request,
        "looks_why.html",
        who,
        needed.status,
        needed=needed,
        what=KINDS[needed.kind],
        back=request.url.path,
        problem="",
    )


@console.post("/looks/why", Permission.SEE_LOOKS)
def why(
    request: Request,
    home: Staff,
    who: Caller,
    kind: Text = "",
    school: Text = "",
    item: Annotated[str, Form(max_length=120)] = "",
    reason: Text = "",
    back: Text = "/",
) -> Response:
    """The reason is kept, and the record shows."""
    try:
        _keep(home, who, Sought(kind, school, item), reason)
    except Problem as problem:
        if problem.code != "no_reason":
            raise
        needed = WhyNeeded(Kind(kind), school, item)
        return page(
            request,
            "looks_why.html",
            who,
            422,
            needed=needed,
            what=KINDS[needed.kind],
            back=local(back),
            problem=problem.detail,
        )
    return RedirectResponse(quote(local(back), safe="/:"), 303)


@console.get("/looks", Permission.SEE_LOOKS)
def register(request: Request, home: Staff, who: Caller, kind: AskedKind = "") -> Response:
    """Who looked at what, the newest first; of one kind where it is asked for."""
    return page(
        request,
        "looks.html",
        who,
        looks=_latest(home, who, kind, IN_A_LIST),
        kinds=KINDS,
        kind=kind,
        records=RECORDS,
    )


@api.get(
    "/api/v1/looks",
    Permission.SEE_LOOKS,
    response_model=LookList,
    responses=problems(422),
    summary="Who looked at whose record, and why; the newest first",
)
def looks(
    home: Staff,
    who: Caller,
    kind: AskedKind = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = IN_A_LIST,
) -> Any:
    """A look is at a record, with the reason where one was given, or at a list of so many."""
    return {"items": msgspec.to_builtins(_latest(home, who, kind, limit))}


@api.post(
    "/api/v1/looks",
    Permission.SEE_LOOKS,
    response_model=LookShape,
    responses=problems(404, 422),
    summary="Say why you look at a record, before you do",
)
def reason(home: Staff, who: Caller, asked: ReasonAsked, key: Key) -> Response:
    """The line of the register; the record may be asked for in the next 15 minutes."""
    sought = Sought(asked.kind, asked.school, asked.item)
    request = f"look\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: _keep(home, who, sought, asked.reason))


def _keep(home: Home, who: Who, sought: Sought, reason: str) -> Look:
    if sought.kind not in set(Kind) or not who.reach.holds(sought.school):
        raise Problem(404, "no_such_record", "There is no such record in your schools.")
    told = " ".join(reason.split())
    if len(told) < SHORTEST_REASON:
        raise Problem(
            422, "no_reason", "Say in a few words why you look; the head reads it, so name nobody."
        )
    look = Look(
        at=home.bench.now(),
        by=who.identity,
        kind=sought.kind,
        school=sought.school,
        item=sought.item,
        shown=0,
        reason=told,
    )
    home.bench.store.looks.add(look)
    return look


def _latest(home: Home, who: Who, kind: str, limit: int) -> list[Look]:
    """A list that went across schools is told to whoever reaches all of them; raises Problem."""
    if kind and kind not in set(Kind):
        raise Problem(422, "no_such_kind", f"What is looked at is one of: {', '.join(Kind)}.")
    reached = who.reach.schools
    demand_all_years(who, reached)
    across = {""} if reached >= set(schools(home.bench.packs_dir)) else set()
    register = home.bench.store.looks
    return register.latest(limit, kinds=[kind] if kind else (), schools=reached | across)
