"""Who has a consent and who is missing: the lists of a school, as pages, JSON and CSV."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from api.permissions import Permission, Who
from api.staff.consent_reach import AskedSchool, named_pupil, school_of
from api.staff.counted import Counted, Counts
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, looked
from api.staff.pages import page
from api.staff.people_reach import for_a_file
from api.staff.plots import seen
from api.staff.rooms import api, console
from api.staff.shapes_consents import LINE, MISSING, answers
from api.staff.writing import as_csv
from graphsync.consent_enforcing import standing_mode
from graphsync.consent_memory import ConsentMemory
from graphsync.consent_piles import batches
from graphsync.consent_report import Missing, MissingPupil, part_of
from graphsync.consent_views import ConsentLine, chosen
from graphsync.trouble import Refusal
from policies.consent_records import State
from reports.listing import plain
from reports.missing_page import LABELS, bar

IN_A_LIST = 50
CSV = (
    "person",
    "admission_number",
    "name",
    "year",
    "form_group",
    "state",
    "reason",
    "asked_on",
    "reminders",
    "do",
)
Wanted = tuple[str | None, str | None, State | None]  # year, form group, state
Year = Annotated[str | None, Query(max_length=10)]
FormGroup = Annotated[str | None, Query(max_length=40)]
AskedState = Annotated[State | None, Query(alias="state")]
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[int, Query(ge=0, le=1_000_000, description="`after` of the last page")]


def _of_reach(who: Who, school: str, years: Sequence[str]) -> Sequence[str]:
    """The years that are asked for, as far as this person reaches them; empty for all."""
    reached = who.reach.years_of(school)
    if not reached:
        return years
    return sorted(reached.intersection(years) if years else reached) or ["-"]


class _Lists(Struct, frozen=True):
    """The lists of a school as far as somebody reaches them."""

    home: Home
    who: Who
    memory: ConsentMemory

    def standing(self, school: str) -> tuple[ConsentLine, ...]:
        years = self.who.reach.years_of(school)
        lines = self.memory.of(self.home.bench, school).lines
        return tuple(one for one in lines if one.year in years) if years else lines

    def missing(self, school: str, year: str | None = None) -> Missing:
        whole = self.memory.of(self.home.bench, school).missing
        return part_of(whole, _of_reach(self.who, school, [year] if year else []))


async def _lists(request: Request, home: Staff, who: Caller) -> _Lists:
    return _Lists(home, who, request.app.state.standings)


Lists = Annotated[_Lists, Depends(_lists)]


def _lines(
    found: Missing, form_group: str | None, state: State | None, year: str | None = None
) -> list[MissingPupil]:
    return [
        one
        for section in found.sections
        if year in {None, "", section.year} and form_group in {None, "", section.form_group}
        for one in section.missing
        if state in {None, one.state}
    ]


def _paged(lines: Sequence[Any], limit: int, after: int) -> dict[str, Any]:
    then = after + limit
    return {
        "items": plain(list(lines[after:then])),
        "total": len(lines),
        "after": then if then < len(lines) else None,
    }


@api.get(
    "/api/v1/consents",
    Permission.SEE_CONSENTS,
    responses=answers({"items": [LINE], "total": 1, "after": None}, 404, 409, 422),
    summary="What stands for each pupil of a school",
)
def consents(
    lists: Lists,
    school: AskedSchool = None,
    year: Year = None,
    form_group: FormGroup = None,
    state: AskedState = None,
    limit: Limit = IN_A_LIST,
    after: After = 0,
) -> dict[str, Any]:
    """Of the cloud form, with why there is no consent; no names."""
    lines = lists.standing(school_of(lists.who, school))
    return _paged(chosen(lines, state, year, form_group), limit, after)


@api.get(
    "/api/v1/consents/missing",
    Permission.SEE_CONSENTS,
    responses=answers({"items": [MISSING], "total": 1, "after": None}, 404, 409, 422),
    summary="The pupils without a live consent: why, when they were last asked, and what to do",
)
def missing_list(
    lists: Lists,
    school: AskedSchool = None,
    year: Year = None,
    form_group: FormGroup = None,
    state: AskedState = None,
    limit: Limit = IN_A_LIST,
    after: After = 0,
) -> dict[str, Any]:
    """By year and form group."""
    found = lists.missing(school_of(lists.who, school), year)
    return _paged(_lines(found, form_group, state), limit, after)


@api.get(
    "/api/v1/consents/missing.csv",
    Permission.SEE_CONSENTS,
    response_class=Response,
    responses=answers(None, 404, 409, 422),
    summary="The same as a file for a spreadsheet",
)
def missing_csv(
    lists: Lists,
    school: AskedSchool = None,
    year: Year = None,
    form_group: FormGroup = None,
    state: AskedState = None,
) -> Response:
    """All of them; no cell is a formula."""
    return _csv(lists, school, (year, form_group, state))


def _csv(lists: _Lists, school: str | None, wanted: Wanted) -> Response:
    year, form_group, state = wanted
    here = school_of(lists.who, school)
    every = _lines(lists.missing(here, year), form_group, state)
    lines = for_a_file(lists.home.bench, lists.who, every, lambda one: str(one.person))
    looked(lists.home, lists.who, Kind.CONSENT, here, shown=len(lines))
    return as_csv("missing-consents", CSV, ([getattr(one, n) for n in CSV] for one in lines))


@console.get("/consents/missing.csv", Permission.SEE_CONSENTS)
def missing_file(
    lists: Lists,
    school: AskedSchool = None,
    year: Year = None,
    form_group: FormGroup = None,
    state: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The list of the page, as it is filtered, for a spreadsheet."""
    return _csv(lists, school, (year, form_group, _state(state)))


@console.get("/consents", Permission.SEE_CONSENTS)
def first(
    request: Request,
    lists: Lists,
    counts: Counts,
    school: AskedSchool = None,
    year: Year = None,
    form_group: FormGroup = None,
    state: Annotated[str, Query(max_length=20)] = "",
    after: After = 0,
) -> Response:
    """Who is missing, what waits, and where to begin."""
    return _list_page(request, lists, counts, school, (year, form_group, _state(state)), after)


@console.post("/consents/find", Permission.SEE_CONSENTS)
def find(
    request: Request,
    lists: Lists,
    counts: Counts,
    school: Annotated[str, Form(max_length=40)] = "",
    pupil: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """From an admission number to the pupil's page."""
    home, who = lists.home, lists.who
    here = school_of(who, school)
    try:
        key = named_pupil(home, who, here, pupil)
    except Refusal as problem:
        return _list_page(request, lists, counts, here, (None, None, None), 0, f"{problem}.")
    return RedirectResponse(f"/consents/{key.school}/{key.mis_id}", 303)


def _state(told: str) -> State | None:
    return next((one for one in State if one == told), None)


def _list_page(
    request: Request,
    lists: _Lists,
    counts: Counted,
    asked: str | None,
    wanted: Wanted,
    after: int,
    problem: str = "",
) -> Response:
    home, who = lists.home, lists.who
    school = school_of(who, asked)
    year, form_group, state = wanted
    found = lists.missing(school)
    lines = _lines(found, form_group, state, year)
    piles = [one for one in batches(home.bench, school) if one.closed_on is None or one.waiting]
    return page(
        request,
        "consents.html",
        who,
        422 if problem else 200,
        school=school,
        schools=sorted(who.reach.schools),
        found=found,
        parts=list(bar(found)),
        labels=LABELS,
        lines=lines[after : after + IN_A_LIST],
        total=len(lines),
        after=after,
        then=after + IN_A_LIST if after + IN_A_LIST < len(lines) else None,
        years=list(dict.fromkeys(one.year for one in found.sections if one.year)),
        form_groups=list(dict.fromkeys(one.form_group for one in found.sections if one.form_group)),
        wanted={"year": year or "", "form_group": form_group or "", "state": str(state or "")},
        open_piles=[one for one in piles if one.closed_on is None],
        waiting=sum(one.waiting for one in piles),
        enforced=standing_mode(home.bench, school),
        picture=None if who.reach.years_of(school) else seen(home, who, counts, "consents", school),
        problem=problem,
    )
