"""Requests about somebody's data over the API: the list, one, a new one, and every move."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from api.permissions import Permission
from api.staff.consent_reach import NO_SCHOOL
from api.staff.home import Caller, Staff, demand_reach
from api.staff.request_moves import RequestId, RequestMove, moved, opened, request_of
from api.staff.rooms import api
from api.staff.shapes_consents import answers
from api.staff.shapes_requests import FILE, LINE, HarmSaid, RequestLogged, RequestMoveAsked
from api.staff.writing import Key, once
from graphsync import request_desk as desk
from graphsync.request_desk import Wish
from reports.listing import plain

_ONE = "/api/v1/requests/{request}"


@api.get(
    "/api/v1/requests",
    Permission.SEE_REQUESTS,
    responses=answers({"items": [LINE]}),
    summary="Requests about somebody's data, by the day that may not pass",
)
def requests(
    home: Staff,
    who: Caller,
    closed: Annotated[bool, Query(description="closed ones too")] = False,  # noqa: FBT002 - a flag of the address
) -> Any:
    """`days_left` is negative once the day has passed, null where no day is set."""
    return {"items": plain(desk.listing(home.bench, who.reach.schools, closed=closed))}


@api.post(
    "/api/v1/requests",
    Permission.LOG_REQUESTS,
    responses=answers(LINE, 404, 409, 422),
    summary="Log a request that came in; its clock runs from the day of receipt",
)
def logged(home: Staff, who: Caller, asked: RequestLogged, key: Key) -> Response:
    """Whom it is about is not looked up, so that the answer tells nothing of them."""
    demand_reach(who, asked.school, NO_SCHOOL)
    request, bench = f"request\n{asked.model_dump_json()}", home.bench_of(who)
    return once(home, who, key, request, lambda: plain(desk.log(bench, Wish(**asked.model_dump()))))


@api.get(
    _ONE,
    Permission.SEE_REQUESTS,
    responses=answers(FILE, 404),
    summary="One request whole, with what is missing before an answer may go",
)
def request_one(home: Staff, who: Caller, request: RequestId) -> Any:
    """Every row is told: who did what, and when."""
    return plain(opened(home, who, request))


@api.post(
    f"{_ONE}/consult",
    Permission.CONSULT_REQUESTS,
    responses=answers(FILE, 404, 409, 422),
    summary="The safeguarding lead says whether any of it would do serious harm",
)
def consulted(home: Staff, who: Caller, request: RequestId, asked: HarmSaid, key: Key) -> Response:
    """Not what it would be."""
    request_of(home, who, request)
    bench, told = home.bench_of(who), f"consult\n{request}\n{asked.model_dump_json()}"
    return once(home, who, key, told, lambda: plain(desk.consult(bench, request, asked.harm)))


@api.post(
    f"{_ONE}/check",
    Permission.CHECK_REQUESTS,
    responses=answers(FILE, 404, 409),
    summary="A second person has looked at what goes out; they are not who sends it",
)
def checked(home: Staff, who: Caller, request: RequestId, key: Key) -> Response:
    """Your word."""
    request_of(home, who, request)
    bench = home.bench_of(who)
    return once(home, who, key, f"check\n{request}", lambda: plain(desk.check(bench, request)))


@api.post(
    f"{_ONE}/{{move}}",
    Permission.WORK_REQUESTS,
    responses=answers(FILE, 404, 409, 422),
    summary="Tick, pause, resume, extend, acknowledge, sent, close",
)
def request_move(
    home: Staff,
    who: Caller,
    request: RequestId,
    move: RequestMove,
    asked: RequestMoveAsked,
    key: Key,
) -> Response:
    """`sent` records what a person sent: nothing goes out from here."""
    request_of(home, who, request)
    bench, told = home.bench_of(who), f"request {move}\n{request}\n{asked.model_dump_json()}"
    return once(home, who, key, told, lambda: plain(moved(bench, request, move, asked)))
