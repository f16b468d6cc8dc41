"""The console's pages of staff who leave: the list, whom it is, the form, and the receipt."""

import asyncio
from datetime import date, datetime, time
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from api.permissions import Permission
from api.staff.home import Caller, Home, Staff
from api.staff.leavers import DepartureId, acted, knows_all, seen
from api.staff.looks import Kind, looked
from api.staff.pages import page
from api.staff.rooms import console
from graphsync import departure_desk as desk
from graphsync import handover_desk
from graphsync.departing import receipt_of
from graphsync.trouble import Refusal
from policies.departures import DepartureReason, State, hour_of

Text = Annotated[str, Form(max_length=200)]
REASONS = {
    DepartureReason.PLANNED: "leaves as planned",
    DepartureReason.TRANSFER: "moves to another school",
    DepartureReason.IMMEDIATE: "leaves at once",
    DepartureReason.SUSPENSION: "is suspended",
    DepartureReason.DEATH: "has died",
}
STATES = {
    State.DATED: ("dated", "none"),
    State.DUE: ("due now", "wait"),
    State.DONE: ("done", "good"),
    State.UNVERIFIED: ("sent, not seen yet", "wait"),
    State.NOT_DONE: ("not done: by hand", "bad"),
    State.CONFIRMED: ("done by hand", "good"),
    State.WITHDRAWN: ("withdrawn", "none"),
}


class Sent(Struct, frozen=True):
    """What was filled in, for a form that comes back; the typed surname is typed again."""

    named: str = ""
    account: str = ""
    reason: str = ""
    when: str = ""
    last_day: str = ""
    hour: str = ""

    def __repr__(self) -> str:
        return "Sent()"


NOTHING = Sent()


@console.get("/leavers", Permission.SEE_DEPARTURES)
def leavers(request: Request, home: Staff, who: Caller) -> Response:
    """The list, and where somebody is looked for."""
    return _list(request, home, who)


@console.post("/leavers/find", Permission.RECORD_DEPARTURES)
def found(request: Request, home: Staff, who: Caller, text: Text = "") -> Response:
    """Whom the search found; a name stands in no address."""
    if not text.strip():
        return _list(request, home, who, "Type a surname, a staff code or a sign-in name.", 422)
    return _form(request, home, who, text)


@console.post("/leavers", Permission.RECORD_DEPARTURES)
def recorded(
    request: Request,
    home: Staff,
    who: Caller,
    text: Text = "",
    named: Text = "",
    account: Text = "",
    reason: Text = "",
    when: Text = "",
    last_day: Text = "",
    hour: Text = "",
    typed: Text = "",
) -> Response:
    """Record it; what is to act now has acted when the next page shows."""
    if when == "now":
        home.demand_proved(who)
    bench = home.bench_of(who)
    sent = Sent(named, account, reason, when, last_day, hour)
    try:
        if when == "now" and not typed.strip():
            raise Refusal("type their surname to be sure")  # noqa: TRY301 - told in the form
        wish = desk.Wish(
            reason=DepartureReason(reason),
            leaves_at=None if when == "now" else _hour(last_day, hour),
            typed=typed or None,
        )
        person = asyncio.run(desk.subject(bench, who.reach.schools, named, account))
        made = desk.record(bench, person, wish)
    except Refusal as refusal:
        return _form(request, home, who, text, sent, f"{refusal}.", 422)
    except ValueError:
        return _form(request, home, who, text, sent, "Choose whom, why and when.", 422)
    acted(bench, made)
    return RedirectResponse(f"/leavers/{made.id}", 303)


@console.get("/leavers/{departure}", Permission.SEE_DEPARTURES)
def receipt(request: Request, home: Staff, who: Caller, departure: DepartureId) -> Response:
    """What was done and read back, what is left to do, and what may be taken back."""
    one = seen(home, who, departure)
    looked(home, who, Kind.DEPARTURE, one.school, one.id)
    return _receipt(request, home, who, departure)


@console.post("/leavers/{departure}/withdraw", Permission.RECORD_DEPARTURES)
def withdrawn(request: Request, home: Staff, who: Caller, departure: DepartureId) -> Response:
    """Taken back."""
    found = seen(home, who, departure)
    try:
        desk.withdraw(home.bench_of(who), found)
    except Refusal as refusal:
        return _receipt(request, home, who, departure, f"{refusal}.", 409)
    return RedirectResponse(f"/leavers/{departure}", 303)


@console.post("/leavers/{departure}/date", Permission.RECORD_DEPARTURES)
def moved(
    request: Request,
    home: Staff,
    who: Caller,
    departure: DepartureId,
    last_day: Text = "",
    hour: Text = "",
) -> Response:
    """Another day or hour."""
    found = seen(home, who, departure)
    try:
        desk.move_to(home.bench_of(who), found, _hour(last_day, hour))
    except (Refusal, ValueError) as wrong:
        told = f"{wrong}." if isinstance(wrong, Refusal) else "Give a day, such as 18/12/2026."
        return _receipt(request, home, who, departure, told, 422)
    return RedirectResponse(f"/leavers/{departure}", 303)


@console.post("/leavers/{departure}/confirm", Permission.CONFIRM_DEPARTURES)
def confirmed(request: Request, home: Staff, who: Caller, departure: DepartureId) -> Response:
    """Somebody's word that the steps by hand are done."""
    found = seen(home, who, departure)
    try:
        desk.confirm(home.bench_of(who), found, who.account)
    except Refusal as refusal:
        return _receipt(request, home, who, departure, f"{refusal}.", 409)
    return RedirectResponse(f"/leavers/{departure}", 303)


@console.post("/leavers/{departure}/handover", Permission.RECORD_DEPARTURES)
def handed_over(
    request: Request,
    home: Staff,
    who: Caller,
    departure: DepartureId,
    manager: Text = "",
    owner: Text = "",
) -> Response:
    """Who the line manager is and who takes over; the last word counts."""
    found = seen(home, who, departure)
    try:
        handover_desk.name_people(home.bench_of(who), who.reach.schools, found, manager, owner)
    except Refusal as refusal:
        return _receipt(
            request, home, who, departure, f"Not kept: {refusal}.", 422, (manager, owner)
        )
    return RedirectResponse(f"/leavers/{departure}", 303)


@console.post("/leavers/{departure}/task", Permission.CONFIRM_DEPARTURES)
def task_done(
    request: Request, home: Staff, who: Caller, departure: DepartureId, task: Text = ""
) -> Response:
    """One step by hand is done."""
    found = seen(home, who, departure)
    try:
        handover_desk.tick(home.bench_of(who), found, handover_desk.task_named(task), who.account)
    except Refusal as refusal:
        return _receipt(request, home, who, departure, f"{refusal}.", 409)
    return RedirectResponse(f"/leavers/{departure}", 303)


def _hour(last_day: str, hour: str) -> datetime:
    return hour_of(date.fromisoformat(last_day), time.fromisoformat(hour) if hour else None)


def _list(
    request: Request, home: Home, who: Caller, problem: str = "", status: int = 200
) -> Response:
    lines = desk.listing(home.bench, who.reach.schools, all_of_it=knows_all(who))
    return page(
        request,
        "leavers.html",
        who,
        status,
        lines=lines,
        states=STATES,
        reasons=REASONS,
        all_of_it=knows_all(who),
        problem=problem,
    )


def _form(
    request: Request,
    home: Home,
    who: Caller,
    text: str,
    sent: Sent = NOTHING,
    problem: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "leavers_form.html",
        who,
        status,
        text=text,
        people=desk.candidates(home.bench, who.reach.schools, text),
        exact="@" in text,
        sent=sent,
        reasons=REASONS,
        problem=problem,
    )


def _receipt(
    request: Request,
    home: Home,
    who: Caller,
    departure: str,
    problem: str = "",
    status: int = 200,
    sent: tuple[str | None, str | None] = (None, None),
) -> Response:
    one = seen(home, who, departure)
    return page(
        request,
        "leavers_one.html",
        who,
        status,
        one=one,
        whom=desk.name_of(home.bench, one),
        receipt=receipt_of(home.bench, one),
        handover=handover_desk.status(home.bench, one),
        sent_manager=sent[0],
        sent_owner=sent[1],
        states=STATES,
        reason=REASONS[one.reason] if one.school in knows_all(who) else "",
        may_move=one.school in knows_all(who),
        may_confirm=who.may_in(Permission.CONFIRM_DEPARTURES, one.school)
        and who.account != one.object_id,
        problem=problem,
    )
