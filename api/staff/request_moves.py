"""Which requests about somebody's data one reaches, and every move on one."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar, assert_never

from fastapi import Path

from api.permissions import Who
from api.problems import Problem
from api.staff.home import Home, demand_reach
from api.staff.looks import Kind, looked
from api.staff.shapes_requests import RequestMoveAsked
from graphsync import request_desk as desk
from graphsync.bench import Bench
from graphsync.request_desk import RequestFile
from graphsync.trouble import Refusal

T = TypeVar("T")
RequestId = Annotated[
    str, Path(max_length=20, pattern=r"^q-[0-9a-z]{1,16}$", examples=["q-1f3a9c02"])
]
NO_REQUEST = Problem(
    404, "no_such_request", "There is no such request in your schools; /requests lists them."
)


class RequestMove(StrEnum):
    """What the DPO does with a request."""

    TICK = "tick"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    ACKNOWLEDGE = "acknowledge"
    SENT = "sent"
    CLOSE = "close"


def request_of(home: Home, who: Who, request: str) -> RequestFile:
    """One request whole; raises Problem, the same for one of another school and for none."""
    try:
        file = desk.show(home.bench, request)
    except Refusal:
        raise NO_REQUEST from None
    demand_reach(who, file.line.school, NO_REQUEST)
    return file


def opened(home: Home, who: Who, request: str) -> RequestFile:
    """As `request_of`, to show it: the look is written down."""
    file = request_of(home, who, request)
    looked(home, who, Kind.REQUEST, file.line.school, request)
    return file


def moved(bench: Bench, request: str, move: RequestMove, asked: RequestMoveAsked) -> RequestFile:
    """The request after the move; raises Refusal as the desk does, Problem for a missing field."""
    match move:
        case RequestMove.TICK:
            return desk.tick(bench, request, _given(asked.step, "step"), asked.text)
        case RequestMove.PAUSE:
            why = _given(asked.pause, "pause")
            return desk.pause(bench, request, why, _day(asked), asked.text)
        case RequestMove.RESUME:
            return desk.resume(bench, request, _day(asked))
        case RequestMove.EXTEND:
            return desk.extend(bench, request, asked.text)
        case RequestMove.ACKNOWLEDGE:
            return desk.acknowledge(bench, request, _day(asked))
        case RequestMove.SENT:
            return desk.sent(bench, request, _given(asked.means, "means"), _day(asked))
        case RequestMove.CLOSE:
            outcome = _given(asked.outcome, "outcome")
            return desk.close(bench, request, outcome, asked.systems, asked.text)
        case _:
            assert_never(move)


def _day(asked: RequestMoveAsked) -> date:
    return _given(asked.day, "day")


def _given(value: T | None, name: str) -> T:
    if value is None:
        raise Problem(422, "missing", f"This move needs `{name}`.")
    return value
