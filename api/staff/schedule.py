"""The clock and the pauses over the API."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi.responses import Response

from api.chores import NIGHTLY
from api.chores import schedule as planned
from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.jobs import demand_school
from api.staff.rooms import api
from api.staff.shapes import problems
from api.staff.shapes_jobs import PauseAsked, PauseList, PauseShape, Schedule, SyncAsked
from api.staff.writing import Key, once
from graphsync.pause_desk import ALL, PauseLine, listing, pause, resume


@api.get(
    "/api/v1/schedule",
    Permission.SEE_RUNS,
    response_model=Schedule,
    responses=problems(),
    summary="What the clock does next, and how it went the last time",
)
def schedule(home: Staff, _: Caller) -> Any:
    """One line for each chore."""
    return {"items": msgspec.to_builtins(planned(home.bench, home.times))}


@api.get(
    "/api/v1/pauses",
    Permission.SEE_RUNS,
    response_model=PauseList,
    responses=problems(),
    summary="The pauses over your schools",
)
def pauses(home: Staff, who: Caller) -> Any:
    """Those of your schools, and the one of all."""
    return {"items": msgspec.to_builtins(standing(home, who))}


@api.post(
    "/api/v1/pause",
    Permission.PAUSE,
    response_model=PauseShape,
    responses=problems(404, 422),
    summary="Let a school wait; only departures and holds are still carried out",
)
def pause_school(home: Staff, who: Caller, asked: PauseAsked, key: Key) -> Response:
    """The pause."""
    demand_school(home, who, asked.school)
    return once(
        home,
        who,
        key,
        f"pause\n{asked.model_dump_json()}",
        lambda: pause(home.bench_of(who), asked.school, asked.reason),
    )


@api.post(
    "/api/v1/resume",
    Permission.PAUSE,
    response_model=PauseList,
    responses=problems(404, 409, 422),
    summary="End the pause of a school",
)
def resume_school(home: Staff, who: Caller, asked: SyncAsked, key: Key) -> Response:
    """The pauses that still stand over your schools."""
    demand_school(home, who, asked.school)

    def ended() -> dict[str, Any]:
        resume(home.bench_of(who), asked.school)
        return {"items": standing(home, who)}

    return once(home, who, key, f"resume\n{asked.school}", ended)


def next_sync(home: Home) -> datetime | None:
    """When the next night begins; None while the clock has none."""
    return next(one for one in NIGHTLY if one.name == "sync").after(home.times, home.bench.now())


def standing(home: Home, who: Who) -> tuple[PauseLine, ...]:
    """The pauses that this person's schools feel."""
    return tuple(one for one in listing(home.bench) if one.school in {ALL, *who.reach.schools})
