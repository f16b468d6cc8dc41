"""Holds over the API: the list, a new one on a person, and the end of one, which takes two."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
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
from api.staff.shapes_people import HOLD, LISTED, PUT, HoldAsked, HoldLifted, answers
from api.staff.writing import Key, as_csv, once
from graphsync import hold_desk, releasing
from graphsync.bench import Bench
from graphsync.directory import Directory, Known
from graphsync.ending_holds import state_of
from graphsync.hold_desk import Wish
from graphsync.releasing import Ending, purview_request
from graphsync.store.hold_moves import HoldMove
from graphsync.store.holds import Hold
from policies.holds import HoldMode
from policies.people import Kind, PersonKey
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
    responses=answers({"items": [LISTED], "after": None}, 404, 422),
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
    summary="Ask for the end of a hold; the IT manager only of one of their own",
)
def lift(
    home: Staff, who: Caller, directory: People, hold: HoldId, asked: HoldLifted, key: Key
) -> Response:
    """It stands until the head says yes; whoever put it takes it back within ten minutes."""
    found, known = seen_hold(home, who, directory, hold)
    demand_to_lift(who, found, known)
    return once(
        home,
        who,
        key,
        f"lift {hold}\n{asked.model_dump_json()}",
        lambda: plain(releasing.lift(home.bench_of(who), hold, asked.reason)),
    )


@api.post(
    "/api/v1/holds/{hold}/release",
    Permission.RELEASE_HOLDS,
    responses=answers(PUT, 404, 409, 422),
    summary="Yes to the end of a hold that somebody else asked for",
)
def release(home: Staff, who: Caller, directory: People, hold: HoldId, key: Key) -> Response:
    """The hold as it was lifted; the next plan draws the person from the roster again."""
    found, _ = seen_hold(home, who, directory, hold)
    demand_second(home, who, found)
    return once(
        home,
        who,
        key,
        f"release {hold}",
        lambda: plain(releasing.release(home.bench_of(who), hold)),
    )


@api.post(
    "/api/v1/holds/{hold}/keep",
    Permission.CHANGE_HOLDS,
    responses=answers(PUT, 404, 409, 422),
    summary="A hold stays: looked at again, or the head's no to whoever asked for its end",
)
def keep(
    home: Staff, who: Caller, directory: People, hold: HoldId, asked: HoldLifted, key: Key
) -> Response:
    """The hold as it stands."""
    found, known = seen_hold(home, who, directory, hold)
    demand_to_keep(home, who, found, known)
    return once(
        home,
        who,
        key,
        f"keep {hold}\n{asked.model_dump_json()}",
        lambda: plain(releasing.keep(home.bench_of(who), hold, asked.reason)),
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
    ends = ends_told(home, who, found, known)
    return [
        _told(hold, known.get(hold.person), who, state, ends[hold.id])
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


def _told(
    hold: Hold, known: Known | None, who: Who, state: str, end: dict[str, Any]
) -> dict[str, Any]:
    stands = state.startswith(("stands", "ends"))
    return {
        **hold_told(hold, who, _sight(who, hold, known)),
        "name": known.name if known else "",
        "stands": state,
        "may_lift": stands and may_lift(who, hold, known) and not end["asked"],
        **end,
    }


def ends_told(
    home: Home, who: Who, holds: Sequence[Hold], known: Mapping[PersonKey, Known]
) -> dict[str, dict[str, Any]]:
    """Of each hold, by its id: who asks for its end, and whether this person may answer."""
    found = releasing.endings(home.bench, holds)
    today = school_day(home.bench.now())
    return {
        hold.id: _end_told(who, hold, known.get(hold.person), found[hold.id], today)
        for hold in holds
    }


def _end_told(
    who: Who, hold: Hold, known: Known | None, end: Ending, today: date
) -> dict[str, Any]:
    lifts = may_lift(who, hold, known)
    return {
        "asked": _asked_told(who, hold, known, end),
        "may_answer": end.asked is not None and _may_release(who, hold, end.asked),
        "look_again": end.review if lifts else None,
        "look_due": lifts and end.asked is None and end.review <= today,
    }


def ends_of(
    home: Home, who: Who, known: Known, shown: Mapping[str, Any], holds: Sequence[Hold]
) -> dict[str, dict[str, Any]]:
    """As `ends_told`, of one person's holds, with the words that ask for a hold in Purview.

    `shown` is the person as this caller may see them; only who is told reasons gets the words.
    """
    if not who.may_in(Permission.SEE_HOLDS, known.key.school, known.year or ""):
        return {}
    ends = ends_told(home, who, holds, {known.key: known})
    told_all = sight_of(who, known.key.school, known.kind, known.year) is Sight.ALL
    account = str(shown.get("account") or "") if told_all else ""
    called = str(shown.get("sign_in_name") or "")
    for hold in holds:
        end = ends[hold.id]
        words = purview_request(hold, called, account, end["look_again"]) if account else ""
        end["purview"] = words
    return ends


def _asked_told(who: Who, hold: Hold, known: Known | None, end: Ending) -> dict[str, Any] | None:
    if end.asked is None:
        return None
    told: dict[str, Any] = {"by": end.asked.by, "at": end.asked.at}
    if _sight(who, hold, known) is Sight.ALL or hold.by == who.identity:
        told["reason"] = end.asked.reason
    return told


def _may_release(who: Who, hold: Hold, asked: HoldMove) -> bool:
    """A head's yes; a deputy never says it to what they asked for themselves."""
    school = hold.person.school
    head = who.inside(Permission.RELEASE_HOLDS)
    own = asked.by == who.identity and head.only_stands_in(school)
    return head.reach.holds(school) and not own


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


def demand_second(home: Home, who: Who, hold: Hold) -> None:
    """Raises Problem for a deputy who asked: a waiver is the head's own (law B3)."""
    asked = releasing.endings(home.bench, [hold])[hold.id].asked
    if asked and not _may_release(who, hold, asked):
        raise Problem(409, "own_request", "A deputy never releases what they asked for.")


def demand_to_keep(home: Home, who: Who, hold: Hold, known: Known | None) -> None:
    """Raises Problem where somebody else says that it stays: a no is the head's, or who asked."""
    asked = releasing.endings(home.bench, [hold])[hold.id].asked
    if asked is None:
        demand_to_lift(who, hold, known)
    elif asked.by != who.identity and not who.may_in(Permission.RELEASE_HOLDS, hold.person.school):
        raise Problem(403, "not_yours_to_answer", "Its end is asked for: the head says yes or no.")


def csv_of(rows: Iterable[dict[str, Any]]) -> Response:
    """The holds for a spreadsheet."""
    return as_csv("holds", CSV, ([row.get(name, "") for name in CSV] for row in rows))
