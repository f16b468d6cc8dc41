"""People over the API: the list, a search, and one person with why."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind as Of
from api.staff.looks import looked
from api.staff.people_reach import (
    NO_PERSON,
    AskedSchool,
    Ref,
    School,
    Sight,
    for_a_file,
    schools_of,
    seen_person,
    sees,
    sights,
)
from api.staff.people_view import line_told, person_told, step_told
from api.staff.rooms import api
from api.staff.shapes_people import PEOPLE, PERSON, Searched, answers
from api.staff.writing import as_csv
from graphsync.bench import Bench
from graphsync.directory import AccountState, Directory, Kept, Known, Line, Page
from graphsync.gates import open_gates
from graphsync.person import record_of, steps_of
from graphsync.trouble import Refusal
from policies.people import Kind, PersonKey

IN_A_LIST = 50
MOST_FOUND = 100
CSV = ("person", "name", "kind", "year", "form", "state", "sign_in_name", "why", "held")
MISSING = "missing"  # as a state: whoever has no active account, or lacks what `why` tells
OF_STATE = (
    "of the account, or `missing` for all but those that are as they should be; needs `school`"
)
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str, Query(max_length=120, description="`after` of the last page")]
AskedYear = Annotated[str, Query(max_length=10)]


async def directory_of(request: Request) -> Directory:
    """The people that this application keeps in memory."""
    directory: Directory = request.app.state.directory
    return directory


People = Annotated[Directory, Depends(directory_of)]


class Filters:
    """Which people a list is of; every one of its words may be left out."""

    def __init__(
        self,
        school: AskedSchool = "",
        kind: Annotated[str, Query(pattern="^(pupil|staff)?$")] = "",
        year: AskedYear = "",
        state: Annotated[str, Query(max_length=20, description=OF_STATE)] = "",
    ) -> None:
        self.school, self.kind, self.year, self.state = school, kind, year, state

    def wanted(self, one: Known) -> bool:
        """Whether the list is of such a person."""
        return (not self.kind or one.kind == self.kind) and (not self.year or one.year == self.year)


Asked = Annotated[Filters, Depends()]


@api.get(
    "/api/v1/people",
    Permission.SEE_PEOPLE,
    responses=answers(PEOPLE, 404, 422),
    summary="The people you may see, in the order of their keys",
)
def people(
    home: Staff,
    who: Caller,
    directory: People,
    asked: Asked,
    limit: Limit = IN_A_LIST,
    after: After = "",
) -> dict[str, Any]:
    """What of each is told depends on your roles; `after` of the answer leads to the next page."""
    return told(home, who, listed(home.bench, who, directory, asked, limit, after))


@api.get(
    "/api/v1/people.csv",
    Permission.SEE_PEOPLE,
    response_class=Response,
    responses=answers(None, 404, 422),
    summary="The same list, whole, as a file for a spreadsheet; it needs a school",
)
def people_csv(home: Staff, who: Caller, directory: People, asked: Asked) -> Response:
    """All of them; no cell is a formula."""
    return csv_of(home, who, directory, asked)


@api.post(
    "/api/v1/people/search",
    Permission.SEE_PEOPLE,
    responses=answers({**PEOPLE, "after": None}, 404, 422),
    summary="Find people by key, address or names; none of these belongs in an address line",
)
def search(home: Staff, who: Caller, directory: People, asked: Searched) -> dict[str, Any]:
    """At most a hundred of those you may see; `after` is a key where there are more."""
    return told(home, who, found(home, who, directory, asked.text, asked.school))


@api.get(
    "/api/v1/people/{school}/{ref}",
    Permission.SEE_PEOPLE,
    responses=answers(PERSON, 404),
    summary="One person: account, groups, licences, consent, holds and why",
)
def person(home: Staff, who: Caller, directory: People, school: School, ref: Ref) -> dict[str, Any]:
    """What your roles may not see is left out."""
    return of_person(home, who, directory, school, ref)


def of_person(home: Home, who: Who, directory: Directory, school: str, ref: str) -> dict[str, Any]:
    """One person as far as this caller may see; raises Problem."""
    known, sight = seen_person(directory, home.bench, who, school, ref)
    looked(home, who, Of.ACCOUNT, school, str(known.key))
    try:
        record = record_of(home.bench, known.key)
    except Refusal:
        raise NO_PERSON from None
    shown = person_told(record, sight, who)
    if who.may_in(Permission.SEE_HISTORY, school, known.year or ""):
        shown["history"] = [step_told(one) for one in steps_of(home.bench, known.key)]
    return shown


def listed(
    bench: Bench, who: Who, directory: Directory, asked: Filters, limit: int, after: str = ""
) -> Page:
    """A page of the list; raises Problem for a school, state or cursor that is none."""
    schools = schools_of(who, asked.school)
    kept = _in_state(bench, who, asked.state) if asked.state else None
    if kept and len(schools) > 1:
        raise Problem(422, "no_school", "With a state, name one school as well.")
    may = sees(who)
    return directory.page(
        bench, schools, lambda one: may(one) and asked.wanted(one), limit, _cursor(after), kept
    )


def _in_state(bench: Bench, who: Who, state: str) -> Kept:
    """Takes of some people those in this state; raises Problem for a word that is none."""
    if state == MISSING:
        return lambda lines: [
            line
            for line, row in zip(lines, _rows(bench, who, lines), strict=True)
            if row.get("why") or line.state is not AccountState.ACTIVE
        ]
    if state not in set(AccountState):
        known = ", ".join((*AccountState, MISSING))
        raise Problem(422, "no_such_state", f"The state of an account is one of: {known}.")
    return lambda lines: [one for one in lines if one.state == state]


def found(home: Home, who: Who, directory: Directory, text: str, school: str = "") -> Page:
    """Who answers to what was typed, among those whom this caller may see."""
    schools = schools_of(who, school)
    return directory.named(home.bench, schools, text, sees(who), MOST_FOUND)


def told(home: Home, who: Who, page: Page) -> dict[str, Any]:
    """A page of people, each as far as this caller may see."""
    after = None if page.after is None else str(page.after)
    return {"items": _rows(home.bench, who, page.lines), "after": after}


def csv_of(home: Home, who: Who, directory: Directory, asked: Filters) -> Response:
    """The whole list of one school for a spreadsheet; raises Problem."""
    schools = schools_of(who, asked.school)
    if len(schools) > 1:
        raise Problem(422, "no_school", "A file is of one school: name it.")
    everybody = listed(home.bench, who, directory, asked, 10_000).lines
    lines = for_a_file(home.bench, who, everybody, lambda one: str(one.known.key))
    rows = _rows(home.bench, who, lines)
    looked(home, who, Of.ACCOUNT, "".join(schools), shown=len(rows))
    columns = [name for name in CSV if any(name in row for row in rows)]
    return as_csv("people", columns, ([row.get(name) for name in columns] for row in rows))


def _rows(bench: Bench, who: Who, lines: Sequence[Line]) -> list[dict[str, Any]]:
    sight_of = sights(who)
    seen = [sight_of(one.known) for one in lines]
    of_years = [
        one.known.key
        for one, sight in zip(lines, seen, strict=True)
        if sight is Sight.YEAR and one.known.kind is Kind.PUPIL
    ]
    gates = open_gates(bench, of_years)
    return [
        line_told(one, sight, gate=one.known.key in gates)
        for one, sight in zip(lines, seen, strict=True)
    ]


def _cursor(after: str) -> PersonKey | None:
    if not after:
        return None
    try:
        return PersonKey.parse(after)
    except ValueError:
        raise Problem(422, "no_cursor", "`after` is what the last page gave as `after`.") from None
