"""Filtering and monitoring: how it stands, the test of the alerts, and the line a term (law B7)."""

from datetime import date
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from api.permissions import Permission, Who
from api.staff.consent_reach import AskedSchool, school_of
from api.staff.counted import Counted, Counts
from api.staff.holds_pages import day_told
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.pages import page
from api.staff.people import People
from api.staff.people_reach import NO_SCHOOL, School
from api.staff.rooms import api, console
from api.staff.shapes_filtering import STATUS, TestDone
from api.staff.shapes_people import answers
from api.staff.writing import Key, once
from graphsync import filter_desk
from graphsync.directory import Directory
from graphsync.filter_desk import FilterStatus, Pupils
from graphsync.trouble import Refusal
from policies.people import PersonKey
from policies.school_days import school_day
from reports.listing import plain


class Told(Struct, frozen=True, kw_only=True):
    """A school's status, with the pupils whom it gets wrong; `why` says it of each in words."""

    school: str
    status: FilterStatus
    active: int
    wrong: tuple[dict[str, str], ...]


@api.get(
    "/api/v1/filtering",
    Permission.SEE_FILTERING,
    responses=answers(STATUS, 404, 422),
    summary="Filtering and monitoring of a school: pupils, alerts, review, what was signed",
)
def filtering(
    home: Staff, who: Caller, directory: People, counts: Counts, school: AskedSchool = None
) -> Any:
    """Pupils are counted at most every five minutes, as the tenant was seen last."""
    return plain(_told(home, directory, counts, school_of(who, school)))


@api.post(
    "/api/v1/filtering/{school}/test",
    Permission.SIGN_FILTERING,
    responses=answers(STATUS["status"], 404, 409, 422),
    summary="A test alert came in on a day",
)
def record(home: Staff, who: Caller, school: School, asked: TestDone, key: Key) -> Response:
    """The status as it is then."""
    demand_reach(who, school, NO_SCHOOL)

    def act() -> Any:
        filter_desk.record_test(home.bench_of(who), school, asked.day)
        return plain(filter_desk.status(home.bench, school))

    return once(home, who, key, f"test {school} {asked.day}", act)


@api.post(
    "/api/v1/filtering/{school}/sign",
    Permission.SIGN_FILTERING,
    responses=answers(STATUS["status"], 404, 409, 422),
    summary="Sign that filtering and monitoring were looked at this term",
)
def sign(home: Staff, who: Caller, school: School, key: Key) -> Response:
    """The status as it is then; how many pupils were wrong that day is kept with it."""
    demand_reach(who, school, NO_SCHOOL)

    def act() -> Any:
        filter_desk.sign(home.bench_of(who), school)
        return plain(filter_desk.status(home.bench, school))

    return once(home, who, key, f"sign {school}", act)


@console.get("/filtering", Permission.SEE_FILTERING)
def first(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    counts: Counts,
    school: AskedSchool = None,
) -> Response:
    """How it stands."""
    return _page(request, home, who, directory, counts, school_of(who, school))


@console.post("/filtering/{school}/test", Permission.SIGN_FILTERING)
def record_there(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    counts: Counts,
    school: School,
    day: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """A test alert came in."""
    demand_reach(who, school, NO_SCHOOL)
    try:
        on = day_told(day) or school_day(home.bench.now())
        filter_desk.record_test(home.bench_of(who), school, on)
    except Refusal as refused:
        return _page(request, home, who, directory, counts, school, f"{refused}.")
    return RedirectResponse(f"/filtering?school={school}", 303)


@console.post("/filtering/{school}/sign", Permission.SIGN_FILTERING)
def sign_there(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    counts: Counts,
    school: School,
) -> Response:
    """Signed for this term."""
    demand_reach(who, school, NO_SCHOOL)
    try:
        filter_desk.sign(home.bench_of(who), school)
    except Refusal as refused:
        return _page(request, home, who, directory, counts, school, f"{refused}.")
    return RedirectResponse(f"/filtering?school={school}", 303)


def _told(home: Home, directory: Directory, counts: Counted, school: str) -> Told:
    found: Pupils = counts.of(
        ("filtering", school), lambda: filter_desk.pupils(home.bench, school)
    ).told
    names = {one.key: one.name for one in directory.of(home.bench, school)} if found.wrong else {}

    def line(key: PersonKey, why: str) -> dict[str, str]:
        return {"person": str(key), "name": names.get(key, ""), "why": why}

    return Told(
        school=school,
        status=filter_desk.status(home.bench, school),
        active=found.active,
        wrong=(
            *(line(one, "in no filter group") for one in found.without),
            *(line(one, "in more than one") for one in found.in_several),
        ),
    )


def _page(
    request: Request,
    home: Home,
    who: Who,
    directory: Directory,
    counts: Counted,
    school: str,
    problem: str = "",
) -> Response:
    today: date = school_day(home.bench.now())
    return page(
        request,
        "filtering.html",
        who,
        422 if problem else 200,
        told=_told(home, directory, counts, school),
        may_sign=who.may_in(Permission.SIGN_FILTERING, school),
        today=today,
        problem=problem,
        school=school,
        schools=sorted(who.reach.schools),
    )
