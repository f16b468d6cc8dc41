"""The pages of people: the list with its filters, a search by form, and one person."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.staff.holds import ends_of, may_lift
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.passwords import often
from api.staff.people import (
    IN_A_LIST,
    MISSING,
    After,
    Asked,
    Filters,
    People,
    csv_of,
    found,
    listed,
    of_person,
    told,
)
from api.staff.people_reach import Ref, School, may_reset, seen_person
from api.staff.people_view import hold_told
from api.staff.rooms import console
from graphsync.compromise_ending import WORDS, open_incidents
from graphsync.directory import AccountState, Directory
from graphsync.password_desk import resets_this_week

Moved = Annotated[str, Query(max_length=40)]
# Places about people that stand in no navigation of their own.
ROOMS = (
    ("/holds", "Holds", Permission.SEE_HOLDS),
    ("/kept-names", "Names kept", Permission.SEE_KEPT_NAMES),
    ("/matching", "Adoption", Permission.MATCH_ACCOUNTS),
    ("/slips", "Slips of a class", Permission.PRINT_SLIPS),
    ("/resets", "New passwords", Permission.SEE_RESETS),
)
STATES = {MISSING: "Something is missing"} | {str(one): str(one) for one in AccountState}
YEARS = ("N1", "N2", "R", *map(str, range(1, 15)))


@console.get("/people", Permission.SEE_PEOPLE)
def people(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    asked: Asked,
    after: After = "",
) -> Response:
    """The list of those this person may see, of one school."""
    asked.school = asked.school or min(who.reach.schools, default="")
    page_of = listed(home.bench, who, directory, asked, IN_A_LIST, after)
    return _list(request, who, asked, told(home, who, page_of), after=after)


@console.post("/people/search", Permission.SEE_PEOPLE)
def search(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    text: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Who was looked for; what was typed stands in no address line."""
    asked = Filters(min(who.reach.schools, default=""))
    return _list(request, who, asked, told(home, who, found(home, who, directory, text)), text=text)


@console.get("/people.csv", Permission.SEE_PEOPLE)
def people_file(home: Staff, who: Caller, directory: People, asked: Asked) -> Response:
    """The list as it is filtered, for a spreadsheet."""
    asked.school = asked.school or min(who.reach.schools, default="")
    return csv_of(home, who, directory, asked)


@console.get("/people/{school}/{ref}", Permission.SEE_PEOPLE)
def person(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    held: Moved = "",
    lifted: Moved = "",
    reset: Moved = "",
    ended: Moved = "",
) -> Response:
    """One person, and what may be done about them; the words after `?` are what was done."""
    done = {"held": held, "lifted": lifted, "reset": reset, "ended": ended}
    return person_page(request, home, who, directory, school, ref, done=done)


def person_page(
    request: Request,
    home: Home,
    who: Who,
    directory: Directory,
    school: str,
    ref: str,
    *,
    problem: str = "",
    status: int = 422,
    form: Mapping[str, str] = {},
    done: Mapping[str, str] = {},
) -> Response:
    """The page of one person; after a form that was not taken it says why, and keeps the form."""
    who = who.inside(Permission.SEE_PEOPLE)
    known, sight = seen_person(directory, home.bench, who, school, ref)
    shown = of_person(home, who, directory, school, ref)
    of_hers = [one for one in home.bench.store.holds.list(school) if one.person == known.key]
    handles = who.may_in(Permission.HANDLE_COMPROMISES, school)
    held, lifted = done.get("held", ""), done.get("lifted", "")
    own = [hold_told(one, who, sight) for one in of_hers if one.id in {held, lifted}]
    return page(
        request,
        "person.html",
        who,
        status if problem else 200,
        one=shown,
        school=school,
        ref=ref,
        problem=problem,
        form=form,
        done="held" if held and own else "lifted" if lifted and own else "",
        just=own[0] if own else None,
        may_hold=who.may_in(Permission.CHANGE_HOLDS, school, known.year or ""),
        liftable={one.id for one in of_hers if may_lift(who, one, known)},
        ends=ends_of(home, who, known, shown, of_hers),
        may_reset=may_reset(who, known),
        reset=done.get("reset", ""),
        often=often(resets_this_week(home.bench, known.key)) if may_reset(who, known) else "",
        incidents=open_incidents(home.bench, known.key) if handles else (),
        handles=handles,
        came=WORDS,
        ended=done.get("ended", ""),
        may_match=who.may_in(Permission.MATCH_ACCOUNTS, school),
        sees_kept_name=who.may_in(Permission.SEE_KEPT_NAMES, school) and shown["kind"] == "pupil",
    )


def _list(
    request: Request,
    who: Who,
    asked: Filters,
    shown: dict[str, Any],
    *,
    after: str = "",
    text: str | None = None,
) -> Response:
    reached = who.reach.years_of(asked.school)
    return page(
        request,
        "people.html",
        who,
        found=shown,
        asked=asked,
        after=after,
        text=text,
        schools=sorted(who.reach.schools),
        years=[one for one in YEARS if not reached or one in reached],
        states=STATES,
        rooms=[(path, title) for path, title, needs in ROOMS if who.may(needs)],
    )
