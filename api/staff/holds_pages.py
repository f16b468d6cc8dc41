"""Holds at the console: the list, and putting and lifting them on a person's page."""

from datetime import date
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission
from api.problems import Problem
from api.staff.holds import All, HoldId, csv_of, demand_to_lift, listed, seen_hold
from api.staff.home import Caller, Staff
from api.staff.looks import Kind, taken
from api.staff.pages import page
from api.staff.people import People
from api.staff.people_pages import person_page
from api.staff.people_reach import AskedSchool, Ref, School, for_a_file, seen_person
from api.staff.rooms import console
from graphsync import hold_desk
from graphsync.hold_desk import Wish
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
) -> Response:
    """Who is on hold."""
    found = listed(home, who, directory, school, everything=bool(everything))
    return page(
        request,
        "holds.html",
        who,
        holds=found,
        everything=bool(everything),
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
            until=_day(until),
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
    """A hold lifted; the person's page offers to put it back."""
    found = seen_hold(home, who, directory, hold)
    person = found.person
    try:
        demand_to_lift(who, found)
        hold_desk.lift(home.bench_of(who), hold, reason)
    except (Refusal, Problem) as problem:
        status = problem.status if isinstance(problem, Problem) else 422
        return person_page(
            request,
            home,
            who,
            directory,
            person.school,
            person.mis_id,
            problem=f"{problem}".rstrip(".") + ".",
            status=status,
        )
    return RedirectResponse(f"/people/{person.school}/{person.mis_id}?lifted={hold}", 303)


def _mode(told: str) -> HoldMode:
    if told not in set(HoldMode):
        raise Refusal("choose whether the account stays as it is, or is blocked")
    return HoldMode(told)


def _day(told: str) -> date | None:
    if not told.strip():
        return None
    day = hold_desk.day_of(told.strip())
    if day is None:
        raise Refusal("the last day is no day: write it as 2026-12-18, or leave it empty")
    return day
