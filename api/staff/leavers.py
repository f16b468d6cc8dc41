"""Departures of staff over the API: the list, one, a new one, and what is done to it."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import Path
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, looked
from api.staff.rooms import api
from api.staff.shapes import problems
from api.staff.shapes_leavers import (
    HANDOVER,
    DateAsked,
    DepartureAsked,
    DepartureList,
    HandoverAsked,
    ReceiptShape,
    TaskAsked,
)
from api.staff.shapes_people import answers
from api.staff.writing import Key, once
from graphsync import departure_desk as desk
from graphsync import handover_desk
from graphsync.bench import Bench
from graphsync.departing import Receipt, act_on, receipt_of
from graphsync.trouble import Refusal
from policies.departures import Departure, DepartureReason, Did, State, hour_of

DepartureId = Annotated[
    str, Path(max_length=20, pattern=r"^d-[0-9a-f]{1,16}$", examples=["d-1a2b3c4d"])
]
_ONE = "/api/v1/departures/{departure}"
_UNKNOWN = Problem(
    404, "no_such_departure", "There is no such departure in your schools; the list shows them."
)


@api.get(
    "/api/v1/departures",
    Permission.SEE_DEPARTURES,
    response_model=DepartureList,
    responses=problems(),
    summary="Staff who leave; before its hour for HR and the head alone",
)
def departures(home: Staff, who: Caller) -> Any:
    """Everything recorded for your schools, what waits for somebody first."""
    lines = desk.listing(home.bench, who.reach.schools, all_of_it=knows_all(who))
    return {"items": msgspec.to_builtins(lines)}


@api.get(
    _ONE,
    Permission.SEE_DEPARTURES,
    response_model=ReceiptShape,
    responses=problems(404, 422),
    summary="One departure: what was done, read back and is left to do",
)
def departure(home: Staff, who: Caller, departure: DepartureId) -> Any:
    """Its receipt."""
    one = seen(home, who, departure)
    looked(home, who, Kind.DEPARTURE, one.school, one.id)
    return msgspec.to_builtins(receipt_of(home.bench, one))


@api.post(
    "/api/v1/departures",
    Permission.RECORD_DEPARTURES,
    response_model=ReceiptShape,
    responses=problems(409, 422, 503),
    summary="Record a departure; without a day it acts before this answers",
)
def new_departure(home: Staff, who: Caller, asked: DepartureAsked, key: Key) -> Response:
    """The receipt; `state` is `not_done` or `unverified` where not everything was done.

    The same key and body are the same departure; what waits of it is tried once more.
    """
    bench = home.bench_of(who)
    if asked.last_day is None and not asked.typed.strip():
        raise Problem(422, "not_typed", "To act at once, type their surname or sign-in name too.")
    if asked.last_day is None:
        home.demand_proved(who)
    named = asyncio.run(
        desk.subject(bench, who.reach.schools, asked.who, asked.account, asked.school)
    )
    wish = desk.Wish(
        reason=DepartureReason(asked.reason),
        leaves_at=hour_of(asked.last_day, asked.hour) if asked.last_day else None,
        typed=asked.typed or None,
    )
    kept = once(home, who, key, asked.model_dump_json(), lambda: desk.record(bench, named, wish).id)
    made = bench.store.departures.get(msgspec.json.decode(kept.body, type=str))
    return Response(msgspec.json.encode(acted(bench, made)), media_type="application/json")


@api.post(
    f"{_ONE}/withdraw",
    Permission.RECORD_DEPARTURES,
    response_model=ReceiptShape,
    responses=problems(404, 409, 422),
    summary="Take a departure back",
)
def withdrawal(home: Staff, who: Caller, departure: DepartureId, key: Key) -> Response:
    """Before its hour nothing has happened.

    Afterwards the account stays blocked until the head approves the IT manager's plan of it.
    """
    return _moved(home, who, key, departure, desk.withdraw)


@api.post(
    f"{_ONE}/date",
    Permission.RECORD_DEPARTURES,
    response_model=ReceiptShape,
    responses=problems(404, 409, 422),
    summary="Another day or hour, before it has acted",
)
def another_date(
    home: Staff, who: Caller, departure: DepartureId, asked: DateAsked, key: Key
) -> Response:
    """The departure with its new hour."""
    hour = hour_of(asked.last_day, asked.hour)
    return _moved(home, who, key, departure, lambda b, one: desk.move_to(b, one, hour), str(hour))


@api.post(
    f"{_ONE}/confirm",
    Permission.CONFIRM_DEPARTURES,
    response_model=ReceiptShape,
    responses=problems(404, 409, 422),
    summary="The steps by hand are done",
)
def confirmation(home: Staff, who: Caller, departure: DepartureId, key: Key) -> Response:
    """Your word; the alerts end with it. Not for a departure of your own."""
    return _moved(
        home, who, key, departure, lambda bench, one: desk.confirm(bench, one, who.account)
    )


@api.get(
    f"{_ONE}/handover",
    Permission.SEE_DEPARTURES,
    responses=answers(HANDOVER, 404, 422),
    summary="What happens when, who takes over, and which steps by hand are done",
)
def handover(home: Staff, who: Caller, departure: DepartureId) -> Any:
    """`report` is the line of the day after; empty before it."""
    one = seen(home, who, departure)
    looked(home, who, Kind.DEPARTURE, one.school, one.id)
    return msgspec.to_builtins(handover_desk.status(home.bench, one))


@api.post(
    f"{_ONE}/handover",
    Permission.RECORD_DEPARTURES,
    responses=answers(HANDOVER, 404, 409, 422),
    summary="Name the line manager and who takes over",
)
def new_handover(
    home: Staff, who: Caller, departure: DepartureId, asked: HandoverAsked, key: Key
) -> Response:
    """Each by key, staff code or surname; empty is nobody. The last word counts."""
    found, bench = seen(home, who, departure), home.bench_of(who)
    return once(
        home,
        who,
        key,
        f"handover\n{departure}\n{asked.model_dump_json()}",
        lambda: handover_desk.name_people(
            bench, who.reach.schools, found, asked.line_manager, asked.handover_owner
        ),
    )


@api.post(
    f"{_ONE}/task",
    Permission.CONFIRM_DEPARTURES,
    responses=answers(HANDOVER, 404, 409, 422),
    summary="One step by hand of a handover is done",
)
def task_done(
    home: Staff, who: Caller, departure: DepartureId, asked: TaskAsked, key: Key
) -> Response:
    """Your word, from the hour on. Not for a departure of your own."""
    found, bench = seen(home, who, departure), home.bench_of(who)
    return once(
        home,
        who,
        key,
        f"task\n{departure}\n{asked.task}",
        lambda: handover_desk.status(
            bench, handover_desk.tick(bench, found, Did(asked.task), who.account)
        ),
    )


def knows_all(who: Who) -> frozenset[str]:
    """Where this person may know of it before its hour, and why: as HR and the head (law B5)."""
    return who.inside(Permission.RECORD_DEPARTURES).reach.schools


def seen(home: Home, who: Who, departure: str) -> Departure:
    """One that this person may know of; raises Problem, the same for any other."""
    try:
        return desk.find(home.bench, departure, who.reach.schools, all_of_it=knows_all(who))
    except Refusal:
        raise _UNKNOWN from None


def acted(bench: Bench, made: Departure) -> Receipt:
    """Carried out when its hour has come and nobody does so already; its receipt."""
    if made.state(bench.now()) is not State.DUE:
        return receipt_of(bench, made)
    try:
        return asyncio.run(act_on(bench, made))
    except Refusal:  # the same request came twice, and the other one acts
        return receipt_of(bench, bench.store.departures.get(made.id))


def _moved(
    home: Home,
    who: Who,
    key: str,
    departure: str,
    act: Callable[[Bench, Departure], Departure],
    asked: str = "",
) -> Response:
    found, bench = seen(home, who, departure), home.bench_of(who)
    request = f"{act.__qualname__}\n{departure}\n{asked}"
    return once(home, who, key, request, lambda: receipt_of(bench, act(bench, found)))
