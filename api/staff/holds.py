"""Holds over the API: the list, a new one on a person, and the end of one."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.people import People
from api.staff.people_reach import (
    AskedSchool,
    Ref,
    School,
    Sight,
    schools_of,
    seen_person,
    sight_of,
)
from api.staff.people_view import hold_told
from api.staff.rooms import api
from api.staff.shapes_people import HOLD, PUT, HoldAsked, HoldLifted, answers
from api.staff.writing import Key, as_csv, once
from graphsync import hold_desk
from graphsync.bench import Bench
from graphsync.directory import Directory, Known
from graphsync.ending_holds import state_of
from graphsync.hold_desk import Wish
from graphsync.store.holds import Hold
from policies.holds import HoldMode
from policies.people import Kind
from policies.school_days import school_day
from reports.listing import plain

HoldId = Annotated[str, Path(max_length=40, pattern=r"^h-[0-9a-f]{1,32}$", examples=[HOLD["hold"]])]
CSV = ("hold", "person", "name", "mode", "until", "stands", "by", "at", "reason", "clause")
NO_HOLD = Problem(404, "no_such_hold", "There is no such hold in your schools; /holds lists them.")
All = Annotated[
    str,
    Query(alias="all", max_length=5, description="`yes`: those that ended or were lifted as well"),
]


@api.get(
    "/api/v1/holds",
    Permission.SEE_HOLDS,
    responses=answers({"items": [HOLD], "after": None}, 404, 422),
    summary="The holds of your schools, the newest first",
)
def holds(
    home: Staff,
    who: Caller,
    directory: People,
    school: AskedSchool = "",
    everything: All = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[str, Query(max_length=40, description="`after` of the last page")] = "",
) -> dict[str, Any]:
    """The IT manager is told no reasons, but for holds of their own."""
    found = listed(home, who, directory, school, everything=bool(everything))
    names = [one["hold"] for one in found]
    start = names.index(after) + 1 if after in names else 0
    part = found[start : start + limit]
    more = start + limit < len(found)
    return {"items": plain(part), "after": part[-1]["hold"] if more else None}


@api.post(
    "/api/v1/people/{school}/{ref}/holds",
    Permission.CHANGE_HOLDS,
    responses=answers(PUT, 404, 409, 422),
    summary="Put somebody on hold: frozen, or blocked and kept so, whatever the roster says",
)
def put(
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    asked: HoldAsked,
    key: Key,
) -> Response:
    """The hold; the next night keeps to it."""
    known, _ = seen_person(directory, home.bench, who, school, ref)
    wish = Wish(
        person=known.key,
        mode=HoldMode(asked.mode),
        reason=asked.reason,
        clause=asked.clause,
        until=asked.until,
    )
    request = f"hold {known.key}\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: plain(hold_desk.add(home.bench_of(who), wish)))


@api.post(
    "/api/v1/holds/{hold}/lift",
    Permission.CHANGE_HOLDS,
    responses=answers(PUT, 404, 409, 422),
    summary="End a hold; the IT manager only one of their own",
)
def lift(
    home: Staff, who: Caller, directory: People, hold: HoldId, asked: HoldLifted, key: Key
) -> Response:
    """The hold as it was lifted; the next plan draws the person from the roster again."""
    found, known = seen_hold(home, who, directory, hold)
    demand_to_lift(who, found, known)
    return once(
        home,
        who,
        key,
        f"lift {hold}\n{asked.model_dump_json()}",
        lambda: plain(hold_desk.lift(home.bench_of(who), hold, asked.reason)),
    )


def listed(
    home: Home, who: Who, directory: Directory, school: str, *, everything: bool
) -> list[dict[str, Any]]:
    """The holds that this caller may know of, as far as they may."""
    day = school_day(home.bench.now())
    reached = schools_of(who, school)
    found = [one for one in home.bench.store.holds.list() if one.person.school in reached]
    of = {one.person.school for one in found}
    known = {one.key: one for one in _people(home.bench, directory, of)}
    return [
        _told(hold, known.get(hold.person), who, state)
        for hold in reversed(found)
        if (state := state_of(hold, day)) and (everything or state.startswith(("stands", "ends")))
        if _sight(who, hold, known.get(hold.person)) >= Sight.OPERATOR
    ]


def _people(bench: Bench, directory: Directory, schools: Iterable[str]) -> Iterable[Known]:
    return (one for school in schools for one in directory.of(bench, school))


def _sight(who: Who, hold: Hold, known: Known | None) -> Sight:
    kind = known.kind if known else Kind.PUPIL
    year = known.year if known else None
    return sight_of(who, hold.person.school, kind, year)


def _told(hold: Hold, known: Known | None, who: Who, state: str) -> dict[str, Any]:
    return {
        **hold_told(hold, who, _sight(who, hold, known)),
        "name": known.name if known else "",
        "stands": state,
        "may_lift": may_lift(who, hold, known) and state.startswith(("stands", "ends")),
    }


def seen_hold(home: Home, who: Who, directory: Directory, named: str) -> tuple[Hold, Known | None]:
    """A hold on somebody this caller may see, and whom; raises Problem, the same for any other."""
    hold = next((one for one in home.bench.store.holds.list() if one.id == named), None)
    if hold is None or not who.reach.holds(hold.person.school):
        raise NO_HOLD
    known = directory.find(home.bench, hold.person)
    if _sight(who, hold, known) < Sight.OPERATOR:
        raise NO_HOLD
    return hold, known


def may_lift(who: Who, hold: Hold, known: Known | None) -> bool:
    """The release of what a DPO, head or DSL put is not the IT manager's (law B7)."""
    sight = _sight(who.inside(Permission.CHANGE_HOLDS), hold, known)
    return sight is Sight.ALL or (sight is Sight.OPERATOR and hold.by == who.identity)


def demand_to_lift(who: Who, hold: Hold, known: Known | None) -> None:
    """Raises Problem where somebody else has to lift it."""
    if not may_lift(who, hold, known):
        raise Problem(
            403,
            "not_your_hold",
            "Somebody else put this hold: ask the head, the DPO or the safeguarding lead.",
        )


def csv_of(rows: Iterable[dict[str, Any]]) -> Response:
    """The holds for a spreadsheet."""
    return as_csv("holds", CSV, ([row.get(name, "") for name in CSV] for row in rows))
