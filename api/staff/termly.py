"""A term's pack for governors, as a page to print and as JSON; nobody stands in it (law B9)."""

from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.consent_reach import AskedSchool, School, whole_school
from api.staff.counted import Counted, Counts
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_people import answers
from graphsync.termly_pack import TermlyPack, termly_pack, terms
from policies.school_days import school_day
from policies.terms import term_named, term_on
from reports.listing import plain

TermName = Annotated[str, Path(max_length=20, examples=["2026-autumn"])]
NO_TERM = Problem(
    404,
    "no_such_term",
    "There is no such term, or it has not begun: name one such as 2026-autumn (spring, summer,"
    " autumn).",
)
_FIGURE = {
    "name": "leavers",
    "title": "Leaver block time",
    "parts": [{"name": "blocked within a day", "told": "10 to 14"}],
    "rule": "Sign-in ends the night after the last day, or at the hour that HR gave.",
    "law": "A1.8, B10.4",
    "test": "tests/policies/test_termly.py::test_a_leaver_who_can_sign_in_is_bad",
    "mood": "good",
    "note": "",
    "as_of": "2026-11-25T02:00:00Z",
}
_PACK = {
    "school": "pb",
    "name": "Prince Bishops",
    "term": "2026-autumn",
    "title": "Autumn term 2026",
    "begin": "2026-09-01",
    "end": "2026-12-31",
    "running": True,
    "counted_at": "2026-11-25T07:00:00Z",
    "figures": [_FIGURE],
    "not_measured": ["accounts without a second factor"],
    "head": {"rows": 48211, "hash": "3f2a91bc"},
}


@api.get(
    "/api/v1/packs/{school}/{term}",
    Permission.SEE_PACKS,
    responses=answers(_PACK, 404, 409, 422),
    summary="A school's term in figures, each with its rule and how old it is; nobody in it",
)
def pack(home: Staff, who: Caller, counts: Counts, school: School, term: TermName) -> Any:
    """Numbers of people are told as bands of five, `mood` is good, wait or bad."""
    return plain(_pack(home, who, counts, school, term))


@console.get("/packs", Permission.SEE_PACKS)
def of_this_term(
    request: Request, home: Staff, who: Caller, counts: Counts, school: AskedSchool = None
) -> Response:
    """The pack of the term that runs."""
    term = term_on(school_day(home.bench.now())).name
    return _page(request, home, who, _pack(home, who, counts, school, term))


@console.get("/packs/{school}/{term}", Permission.SEE_PACKS)
def of_term(
    request: Request,
    home: Staff,
    who: Caller,
    counts: Counts,
    school: School,
    term: TermName,
) -> Response:
    """The pack of another."""
    told = _pack(home, who, counts, school, term)
    return _page(request, home, who, told, by_name=True)


def _pack(home: Home, who: Who, counts: Counted, asked: str | None, name: str) -> TermlyPack:
    """Counted at most every five minutes; raises Problem."""
    school, term = whole_school(who, asked), term_named(name)
    if term is None or term.begin > school_day(home.bench.now()):
        raise NO_TERM
    told: TermlyPack = counts.of(
        ("termly", school, term.name), lambda: termly_pack(home.bench, school, term)
    ).told
    return told


def _page(
    request: Request, home: Home, who: Who, told: TermlyPack, *, by_name: bool = False
) -> Response:
    return page(
        request,
        "termly.html",
        who,
        told=told,
        by_name=by_name,
        terms=terms(home.bench, told.school),
        schools=sorted(who.reach.schools),
        moods=MOODS,
    )


MOODS = {"good": "good", "wait": "to look at", "bad": "not as it must be"}
