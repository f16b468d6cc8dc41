"""Holds at the console: the list, and putting, keeping and ending them on a person's page."""

from datetime import date
from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.holds import (
    All,
    HoldId,
    csv_of,
    demand_second,
    demand_to_keep,
    demand_to_lift,
    listed,
    seen_hold,
)
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, taken
from api.staff.pages import page
from api.staff.people import People
from api.staff.people_pages import person_page
from api.staff.people_reach import AskedSchool, Ref, School, for_a_file, seen_person
from api.staff.rooms import console
from graphsync import hold_desk, releasing
from graphsync.directory import Directory
from graphsync.hold_desk import Wish
from graphsync.store.holds import Hold
from graphsync.trouble import Refusal
from policies.holds import HoldMode

Text = Annotated[str, Form(max_length=500)]


@console.get("/holds", Permission.SEE_HOLDS)
def holds(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: AskedSchool = "",
    everything: All = "",
    done: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Who is on hold; `done` is what was just done."""
    found = listed(home, who, directory, school, everything=bool(everything))
    return page(
        request,
        "holds.html",
        who,
        holds=found,
        everything=bool(everything),
        done=done,
        school=school,
        schools=sorted(who.reach.schools),
    )


@console.get("/holds.csv", Permission.SEE_HOLDS)
def holds_file(
    home: Staff, who: Caller, directory: People, school: AskedSchool = "", everything: All = ""
) -> Response:
    """The same for a spreadsheet."""
    everyone = listed(home, who, directory, school, everything=bool(everything))
    found = for_a_file(home.bench, who, everyone, lambda one: str(one["person"]))
    taken(home, who, Kind.HOLD, (one["person"] for one in found))
    return csv_of(found)


@console.post("/people/{school}/{ref}/hold", Permission.CHANGE_HOLDS)
def put(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    mode: Annotated[str, Form(max_length=10)] = "",
    reason: Text = "",
    clause: Text = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """A hold put; the form comes back as it was filled in when something is missing."""
    known, _ = seen_person(directory, home.bench, who, school, ref)
    form = {"mode": mode, "reason": reason, "clause": clause, "until": until}
    try:
        wish = Wish(
            person=known.key,
            mode=_mode(mode),
            reason=reason,
            clause=clause,
            until=day_told(until),
        )
        put_now = hold_desk.add(home.bench_of(who), wish)
    except Refusal as problem:
        return person_page(
            request, home, who, directory, school, ref, problem=f"{problem}.", form=form
        )
    return RedirectResponse(f"/people/{school}/{ref}?held={put_now.hold}", 303)


@console.post("/holds/{hold}/lift", Permission.CHANGE_HOLDS)
def lift(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    hold: HoldId,
    reason: Text = "",
) -> Response:
    """Its end asked for, or, by who put it just now, a hold lifted."""
    found, known = seen_hold(home, who, directory, hold)
    try:
        demand_to_lift(who, found, known)
        line = releasing.lift(home.bench_of(who), hold, reason)
    except (Refusal, Problem) as problem:
        return _not_done(request, home, who, directory, found, problem)
    return _lifted(found) if line.lifted else RedirectResponse("/holds?done=asked", 303)


@console.post("/holds/{hold}/release", Permission.RELEASE_HOLDS)
def release(
    request: Request, home: Staff, who: Caller, directory: People, hold: HoldId
) -> Response:
    """A hold lifted by a second person's yes; the person's page offers to put it back."""
    found, _ = seen_hold(home, who, directory, hold)
    try:
        demand_second(home, who, found)
        releasing.release(home.bench_of(who), hold)
    except (Refusal, Problem) as problem:
        return _not_done(request, home, who, directory, found, problem)
    return _lifted(found)


@console.post("/holds/{hold}/keep", Permission.CHANGE_HOLDS)
def keep(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    hold: HoldId,
    reason: Text = "",
) -> Response:
    """A hold that stays: looked at again, or a no to whoever asked for its end."""
    found, known = seen_hold(home, who, directory, hold)
    try:
        demand_to_keep(home, who, found, known)
        releasing.keep(home.bench_of(who), hold, reason)
    except (Refusal, Problem) as problem:
        return _not_done(request, home, who, directory, found, problem)
    return RedirectResponse("/holds?done=kept", 303)


def _lifted(hold: Hold) -> Response:
    person = hold.person
    return RedirectResponse(f"/people/{person.school}/{person.mis_id}?lifted={hold.id}", 303)


def _not_done(
    request: Request,
    home: Home,
    who: Who,
    directory: Directory,
    hold: Hold,
    problem: Refusal | Problem,
) -> Response:
    return person_page(
        request,
        home,
        who,
        directory,
        hold.person.school,
        hold.person.mis_id,
        problem=f"{problem}".rstrip(".") + ".",
        status=problem.status if isinstance(problem, Problem) else 422,
    )


def _mode(told: str) -> HoldMode:
    if told not in set(HoldMode):
        raise Refusal("choose whether the account stays as it is, or is blocked")
    return HoldMode(told)


def day_told(told: str) -> date | None:
    """The day that a form names, None for none; raises Refusal for what is no day."""
    if not told.strip():
        return None
    day = hold_desk.day_of(told.strip())
    if day is None:
        raise Refusal(
            "what was typed as the day is no day: write it as 2026-12-18, or leave it empty"
        )
    return day
