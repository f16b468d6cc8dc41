"""Adoption at the console: both sides beside each other, settled by buttons, one or several."""

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, taken
from api.staff.matching import csv_of, decided, listed, person_of
from api.staff.pages import page
from api.staff.people_reach import AskedSchool, for_a_file
from api.staff.rooms import console
from graphsync import matching_desk
from graphsync.trouble import Refusal
from policies.people import PersonKey

AT_ONCE = 100
Short = Annotated[str, Form(max_length=400)]
Moved = Annotated[str, Query(max_length=120)]


@console.get("/matching", Permission.MATCH_ACCOUNTS)
def matching(
    request: Request,
    home: Staff,
    who: Caller,
    school: AskedSchool = "",
    done: Moved = "",
    person: Moved = "",
) -> Response:
    """The strongest first; the next come as these are settled."""
    return _page(request, home, who, school, done=done, person=person)


@console.get("/matching.csv", Permission.MATCH_ACCOUNTS)
def matching_file(home: Staff, who: Caller, school: AskedSchool = "") -> Response:
    """All of them for a spreadsheet."""
    lines = for_a_file(home.bench, who, listed(home, who, school), lambda one: one.person)
    taken(home, who, Kind.ACCOUNT, (line.person for line in lines))
    return csv_of(lines)


@console.post("/matching/accept", Permission.MATCH_ACCOUNTS)
def accept(
    request: Request,
    home: Staff,
    who: Caller,
    pairs: Annotated[list[str], Form(max_length=500)] = [],  # noqa: B006 - FastAPI copies it
    count: Annotated[str, Form(max_length=10)] = "",
    school: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Theirs. Several at once need their number typed."""
    asked = [_pair(who, one) for one in pairs]
    try:
        _demand_counted(len(asked), count)
        matching_desk.accept_many(home.bench_of(who), asked)
    except Refusal as refused:
        return _page(request, home, who, school, problem=f"{refused}.")
    person = f"&person={asked[0][0]}" if len(asked) == 1 else ""
    return RedirectResponse(f"/matching?school={school}&done={len(asked)}{person}", 303)


@console.post("/matching/decide", Permission.MATCH_ACCOUNTS)
def decide(
    home: Staff,
    who: Caller,
    pair: Short = "",
    state: Annotated[str, Form(pattern="^(refused|ignored)$")] = "refused",
    school: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Not theirs, or nobody's."""
    person, account = _pair(who, pair)
    decided(home, who, person, account, state)
    return RedirectResponse(f"/matching?school={school}&done={state}&person={person}", 303)


@console.post("/matching/undo", Permission.MATCH_ACCOUNTS)
def undo(
    request: Request,
    home: Staff,
    who: Caller,
    person: Short = "",
    what: Annotated[str, Form(pattern="^(accepted|decided)$")] = "decided",
    school: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """As it was before: a proposal again, or adopted no more."""
    key, bench = person_of(who, person), home.bench_of(who)
    try:
        if what == "accepted":
            matching_desk.release(bench, key)
        matching_desk.reopen(bench, key)
    except Refusal as refused:
        return _page(request, home, who, school, problem=f"{refused}.")
    return RedirectResponse(f"/matching?school={school}&done=undone", 303)


def _pair(who: Who, sent: str) -> tuple[PersonKey, str]:
    person, _, account = sent.partition(" ")
    if not account:
        raise Problem(422, "no_pair", "Open the page again and choose from it.")
    return person_of(who, person), account


def _demand_counted(number: int, typed: str) -> None:
    if not number:
        raise Refusal("tick at least one")
    if number > 1 and typed.strip() != str(number):
        raise Refusal(
            f"{number} are ticked, and that is not the number you typed: look again which are yours"
            " to adopt"
        )


def _page(
    request: Request,
    home: Home,
    who: Who,
    school: str,
    *,
    problem: str = "",
    done: str = "",
    person: str = "",
) -> Response:
    lines = listed(home, who, school)
    return page(
        request,
        "matching.html",
        who,
        422 if problem else 200,
        lines=lines[:AT_ONCE],
        more=max(0, len(lines) - AT_ONCE),
        single=[one for one in lines[:AT_ONCE] if not one.rivals],
        school=school,
        schools=sorted(who.reach.schools),
        problem=problem,
        done=done,
        person=str(person_of(who, person)) if person else "",
    )
