"""Who is licensed by what, until when, and for nothing: as pages, JSON and CSV.

Of consent only whether it is open or closed is told here: which parent said what is nobody's who
keeps the accounts (law B1).
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from msgspec import Struct
from msgspec.structs import replace

from api.permissions import Permission, Who
from api.staff.consent_reach import AskedSchool, whole_school
from api.staff.counted import Counted, Counts
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, looked
from api.staff.pages import page
from api.staff.people_reach import for_a_file
from api.staff.plots import seen
from api.staff.rooms import api, console
from api.staff.shapes_consents import answers
from api.staff.writing import as_csv
from graphsync.licence_desk import (
    ForecastDocument,
    day_one,
    forecast,
    waste,
    waste_without_sign_ins,
)
from graphsync.licence_views import LIVE, NOT_NEEDED, Holding, LicenceList
from graphsync.licence_waste import Waste, WasteList, Why
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Refusal
from reports.licence_tables import forecast_json, given_by
from reports.listing import plain

IN_A_LIST = 50
CLOSED = "no live consent"
WASTE = ("subject", "sku", "why", "by", "sentence")
_HOLDING = {
    "person": "pb:5523",
    "kind": "pupil",
    "sku": "STANDARDWOFFPACK_STUDENT",
    "given_by": "direct",
    "gate": "open",
    "until": "2028-09-02",
    "beyond": [],
}
_WASTE = {
    "subject": "pb:5523",
    "sku": "STANDARDWOFFPACK_STUDENT",
    "why": "leaver",
    "by": "direct",
    "sentence": "left on 2026-07-21: licences go 30 days later",
}
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[int, Query(ge=0, le=1_000_000, description="`after` of the last page")]
Sku = Annotated[str | None, Query(max_length=100, description="only this subscription")]


class Held(Struct, frozen=True, kw_only=True):
    """One subscription of one person; `gate` is open or closed, or not needed."""

    person: str
    kind: str
    sku: str
    given_by: str
    gate: str
    until: Any
    beyond: tuple[str, ...]


def _held(one: Holding) -> Held:
    gate = {LIVE: "open", NOT_NEEDED: NOT_NEEDED}.get(one.consent, "closed")
    return Held(
        person=str(one.person),
        kind=str(one.kind),
        sku=one.sku,
        given_by=given_by(one),
        gate=gate,
        until=one.until,
        beyond=one.beyond,
    )


def _list(home: Home, counts: Counted, school: str) -> LicenceList:
    told: LicenceList = counts.of(("list", school), lambda: day_one(home.bench, school)).told
    return told


def _holdings(told: LicenceList, sku: str | None) -> list[Held]:
    return [_held(one) for one in told.items if sku in {None, "", one.sku}]


def _wasted(told: WasteList, sku: str | None) -> list[Waste]:
    """Without the reason that there is no consent."""
    return [
        replace(one, sentence=CLOSED) if one.why is Why.NO_CONSENT else one
        for one in told.items
        if sku in {None, "", one.sku}
    ]


def _paged(lines: Sequence[Any], limit: int, after: int) -> dict[str, Any]:
    then = after + limit
    return {
        "items": plain(list(lines[after:then])),
        "total": len(lines),
        "after": then if then < len(lines) else None,
    }


@api.get(
    "/api/v1/licences",
    Permission.SEE_LICENCES,
    responses=answers(
        {"as_of": "2026-11-26", "totals": [], "items": [_HOLDING], "total": 1, "after": None},
        404,
        409,
        422,
    ),
    summary="Who holds which subscription, by what, and whether a consent stands behind it",
)
def listed(
    home: Staff,
    who: Caller,
    counts: Counts,
    school: AskedSchool = None,
    sku: Sku = None,
    limit: Limit = IN_A_LIST,
    after: After = 0,
) -> dict[str, Any]:
    """With the totals of each subscription; as counted within five minutes."""
    told = _list(home, counts, whole_school(who, school))
    head = {"as_of": str(told.as_of), "totals": plain(told.totals), "without": told.without}
    return {**head, **_paged(_holdings(told, sku), limit, after)}


@api.get(
    "/api/v1/licences/forecast",
    Permission.SEE_LICENCES,
    responses=answers({"as_of": "2026-11-26", "left_out": [], "items": []}, 404, 409),
    summary="The day on which each subscription of a school runs out",
)
def forecasted(
    home: Staff, who: Caller, counts: Counts, school: AskedSchool = None
) -> dict[str, Any]:
    """As `graphsync licences forecast SCHOOL --json` prints it, for the schools you reach."""
    here = whole_school(who, school)
    return forecast_json(_forecast(home, who, counts, here))


def _forecast(home: Home, who: Who, counts: Counted, school: str) -> ForecastDocument:
    """The subscriptions are shared: every school counts, and others' parts are not shown."""
    told: ForecastDocument = counts.of(
        ("forecast", school), lambda: forecast(home.bench, school)
    ).told
    reached = who.reach.schools
    items = tuple(
        replace(one, parts=tuple(part for part in one.parts if part.school in reached))
        for one in told.items
    )
    left_out = tuple(one for one in told.left_out if one in reached)
    return replace(told, items=items, left_out=left_out)


@api.get(
    "/api/v1/licences/waste",
    Permission.SEE_LICENCES,
    responses=answers({"items": [_WASTE], "total": 1, "after": None}, 404, 409, 422, 503),
    summary="Units that serve nobody; with `sign_ins` Microsoft is asked who signs in",
)
def wasted(
    home: Staff,
    who: Caller,
    counts: Counts,
    school: AskedSchool = None,
    sku: Sku = None,
    sign_ins: bool = False,  # noqa: FBT001, FBT002 - a flag of the address
    limit: Limit = IN_A_LIST,
    after: After = 0,
) -> dict[str, Any]:
    """`untold` says what could not be looked at."""
    told = _waste(home, counts, whole_school(who, school), "asked" if sign_ins else "")
    head = {"as_of": str(told.as_of), "over": list(told.over), "untold": told.untold}
    return {**head, "totals": plain(told.totals), **_paged(_wasted(told, sku), limit, after)}


def _waste(home: Home, counts: Counted, school: str, asked: str) -> WasteList:
    def make() -> WasteList:
        if asked:
            return asyncio.run(waste(home.bench, school))
        return waste_without_sign_ins(home.bench, school)

    told: WasteList = counts.of(("waste", school, asked), make).told
    return told


@api.get(
    "/api/v1/licences/waste.csv",
    Permission.SEE_LICENCES,
    response_class=Response,
    responses=answers(None, 404, 409),
    summary="The same as a file for a spreadsheet",
)
def wasted_csv(
    home: Staff, who: Caller, counts: Counts, school: AskedSchool = None, sku: Sku = None
) -> Response:
    """Every unit; no cell is a formula."""
    return _csv(home, who, counts, school, sku)


def _csv(home: Home, who: Who, counts: Counted, school: str | None, sku: str | None) -> Response:
    here = whole_school(who, school)
    every = _wasted(_waste(home, counts, here, ""), sku)
    lines = for_a_file(home.bench, who, every, lambda one: one.subject)
    looked(home, who, Kind.ACCOUNT, here, shown=len(lines))
    return as_csv(
        "licences-for-nothing", WASTE, ([getattr(one, n) for n in WASTE] for one in lines)
    )


@console.get("/licences/waste.csv", Permission.SEE_LICENCES)
def wasted_file(
    home: Staff, who: Caller, counts: Counts, school: AskedSchool = None, sku: Sku = None
) -> Response:
    """The list of the page for a spreadsheet."""
    return _csv(home, who, counts, school, sku)


@console.get("/licences", Permission.SEE_LICENCES)
def first(
    request: Request,
    home: Staff,
    who: Caller,
    counts: Counts,
    school: AskedSchool = None,
    sku: Sku = None,
    after: After = 0,
) -> Response:
    """Used, free and to come by subscription, then who holds what."""
    here = whole_school(who, school)
    try:
        told, pools = _list(home, counts, here), _forecast(home, who, counts, here)
    except Refusal as problem:
        return _page(request, who, "licence_list.html", here, told=None, problem=f"{problem}.")
    lines = _holdings(told, sku)
    return _page(
        request,
        who,
        "licence_list.html",
        here,
        told=told,
        pools=pools,
        sku=sku or "",
        lines=lines[after : after + IN_A_LIST],
        total=len(lines),
        after=after,
        then=after + IN_A_LIST if after + IN_A_LIST < len(lines) else None,
    )


@console.get("/licences/forecast", Permission.SEE_LICENCES)
def forecast_page(
    request: Request, home: Staff, who: Caller, counts: Counts, school: AskedSchool = None
) -> Response:
    """The day on which each subscription runs out, in three scenarios."""
    here = whole_school(who, school)
    try:
        told = _forecast(home, who, counts, here)
    except Refusal as problem:
        return _page(request, who, "licence_forecast.html", here, told=None, problem=f"{problem}.")
    skus = [one.pool.sku for one in told.items]
    drawn = {sku: seen(home, who, counts, "licences", here, sku) for sku in skus}
    return _page(request, who, "licence_forecast.html", here, told=told, drawn=drawn)


@console.get("/licences/waste", Permission.SEE_LICENCES)
def waste_page(
    request: Request,
    home: Staff,
    who: Caller,
    counts: Counts,
    school: AskedSchool = None,
    sku: Sku = None,
    sign_ins: Annotated[str, Query(max_length=3)] = "",
    after: After = 0,
) -> Response:
    """Units that serve nobody, by reason."""
    here = whole_school(who, school)
    try:
        told = _waste(home, counts, here, "asked" if sign_ins else "")
    except (Refusal, TenantProblem) as problem:
        return _page(request, who, "licence_waste.html", here, told=None, problem=f"{problem}.")
    lines = _wasted(told, sku)
    return _page(
        request,
        who,
        "licence_waste.html",
        here,
        told=told,
        sku=sku or "",
        asked=bool(sign_ins),
        lines=lines[after : after + IN_A_LIST],
        total=len(lines),
        after=after,
        then=after + IN_A_LIST if after + IN_A_LIST < len(lines) else None,
    )


def _page(request: Request, who: Who, name: str, school: str, **values: Any) -> Response:
    schools = sorted(who.reach.schools)
    told = {"problem": "", **values}
    return page(request, name, who, school=school, schools=schools, **told)
