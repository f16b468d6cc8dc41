"""Pupils who work another way: what is arranged for each, and the list for tutors (law B6)."""

from typing import Annotated, Any, Self

from fastapi import Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct, structs

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.holds_pages import day_told
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.looks import Kind, taken
from api.staff.pages import page
from api.staff.people import People
from api.staff.people_reach import NO_SCHOOL, AskedSchool, schools_of
from api.staff.rooms import api, console
from api.staff.shapes_arrangements import ARRANGED, TASK, Arranged
from api.staff.shapes_people import answers
from api.staff.writing import Key, as_csv, once
from graphsync import provision_desk
from graphsync.consent_memory import ConsentMemory
from graphsync.directory import Directory, Known
from graphsync.store.provisions import Provision
from graphsync.trouble import Refusal
from graphsync.year_lists import Row, Task, YearLists, by_form
from policies.key_stages import YEARS
from policies.pack_loading import load_rules
from policies.school_days import school_day
from reports.listing import plain

CSV = ("year", "form", "name", "today")
NO_TASK = Problem(
    404, "no_such_task", "There is no such task in your years; /arrangements lists them."
)
Id = Annotated[str, Path(max_length=40, pattern="^a-[0-9a-z]{1,32}$", examples=["a-1f2e3d"])]
Year = Annotated[str, Query(max_length=10)]
Done = Annotated[str, Query(max_length=40)]


class _Lists(Struct, frozen=True):
    """The lists as far as somebody reaches them."""

    home: Home
    who: Who
    directory: Directory
    memory: ConsentMemory

    def of(self, school: str, year: str = "") -> YearLists:
        def wanted(one: Known) -> bool:
            asked = year in {"", one.year}
            return asked and self.who.reach.holds(school, one.year or "")

        return YearLists(self.home.bench, self.directory, self.memory, school, wanted)

    def tasks(self, schools: frozenset[str]) -> list[Task]:
        return [one for school in sorted(schools) for one in self.of(school).tasks()]

    def inside(self, permission: Permission) -> Self:
        """The lists as far as somebody reaches them with this permission."""
        return structs.replace(self, who=self.who.inside(permission))

    def waiting(self) -> list[Task]:
        """What a head of year has to do something about: of schools that are not theirs whole."""
        reach = self.who.reach
        partly = frozenset(one for one in reach.schools if reach.years_of(one))
        return [one for one in self.tasks(partly) if one.waits]

    def task(self, named: str) -> Provision:
        """An open one of a pupil whom this person reaches; raises Problem, the same for others."""
        found = self.home.bench.store.provisions.open_one(named)
        if found is None or not self.who.reach.holds(found.pupil.school):
            raise NO_TASK
        known = self.directory.find(self.home.bench, found.pupil)
        if not self.who.reach.holds(found.pupil.school, (known and known.year) or ""):
            raise NO_TASK
        return found


async def lists_of(request: Request, home: Staff, who: Caller, directory: People) -> _Lists:
    """The lists of whoever asks."""
    return _Lists(home, who, directory, request.app.state.standings)


Lists = Annotated[_Lists, Depends(lists_of)]


@api.get(
    "/api/v1/arrangements",
    Permission.ARRANGE,
    responses=answers({"items": [TASK]}, 404, 422),
    summary="The pupils of your years who work another way: since when, by when due, and how",
)
def arrangements(lists: Lists, school: AskedSchool = "") -> dict[str, Any]:
    """In neutral words, what waits first; nothing tells why."""
    return {"items": [_told(one) for one in lists.tasks(schools_of(lists.who, school))]}


@api.post(
    "/api/v1/arrangements/{provision}",
    Permission.ARRANGE,
    responses=answers(ARRANGED, 404, 409, 422),
    summary="Mark what is in place, one of the school's list, with the day to look again",
)
def arrange(home: Staff, lists: Lists, provision: Id, asked: Arranged, key: Key) -> Response:
    """As it stands then; it ends by itself when online services open."""
    found = lists.task(provision)
    bench = home.bench_of(lists.who)
    return once(
        home,
        lists.who,
        key,
        f"arrange {provision}\n{asked.model_dump_json()}",
        lambda: plain(
            provision_desk.arrange(bench, found.pupil.school, provision, asked.what, asked.review)
        ),
    )


@console.get("/arrangements", Permission.ARRANGE)
def first(request: Request, lists: Lists, school: AskedSchool = "", done: Done = "") -> Response:
    """Who needs an arrangement, with a form for each."""
    return _page(request, lists, school, done=done)


@console.post("/arrangements/{provision}", Permission.ARRANGE)
def arrange_there(
    request: Request,
    home: Staff,
    lists: Lists,
    provision: Id,
    what: Annotated[str, Form(max_length=120)] = "",
    review: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """In place; the list says so."""
    school = lists.task(provision).pupil.school
    try:
        bench = home.bench_of(lists.who)
        provision_desk.arrange(bench, school, provision, what, day_told(review))
    except Refusal as problem:
        return _page(request, lists, school, problem=f"{problem}.", at=provision)
    return RedirectResponse(f"/arrangements?school={school}&done={provision}", 303)


@console.get("/tutors", Permission.ARRANGE)
def tutors(request: Request, lists: Lists, school: AskedSchool = "", year: Year = "") -> Response:
    """The list for tutors, by form, to print."""
    school = _one_school(lists.who, school)
    rows = lists.of(school, year).for_tutors() if school else []
    return page(
        request,
        "tutors.html",
        lists.who,
        forms=list(by_form(rows)),
        day=school_day(lists.home.bench.now()),
        school=school,
        year=year,
        years=[one for one in YEARS if one in (lists.who.reach.years_of(school) or YEARS)],
        schools=sorted(lists.who.reach.schools),
    )


@console.get("/tutors.csv", Permission.ARRANGE)
def tutors_file(lists: Lists, school: AskedSchool = "", year: Year = "") -> Response:
    """The same for a spreadsheet."""
    school = _one_school(lists.who, school)
    rows = lists.of(school, year).for_tutors() if school else []
    taken(lists.home, lists.who, Kind.ACCOUNT, (str(one.known.key) for one in rows))
    return as_csv("tutors", CSV, map(_cells, rows))


def _page(
    request: Request,
    lists: _Lists,
    school: str,
    *,
    done: str = "",
    problem: str = "",
    at: str = "",
) -> Response:
    school = _one_school(lists.who, school)
    tasks = lists.tasks(frozenset({school})) if school else []
    rules = load_rules(lists.home.bench.packs_dir, school) if school else None
    return page(
        request,
        "arrangements.html",
        lists.who,
        422 if problem else 200,
        tasks=tasks,
        ways=rules.consent.alternatives if rules else (),
        just=next((one for one in tasks if one.provision == done), None),
        problem=problem,
        at=at,
        school=school,
        schools=sorted(lists.who.reach.schools),
    )


def _one_school(who: Who, asked: str) -> str:
    """The school that is asked for, else the first of this person's; raises Problem."""
    if asked:
        demand_reach(who, asked, NO_SCHOOL)
    return asked or min(who.reach.schools, default="")


def _told(one: Task) -> dict[str, Any]:
    return {
        "provision": one.provision,
        "person": str(one.known.key),
        "name": one.known.name,
        "year": one.known.year,
        "form": one.known.form,
        "since": one.since,
        "due": one.due,
        "arranged": one.arranged,
        "review": one.review,
        "state": one.state,
    }


def _cells(row: Row) -> tuple[str, ...]:
    known = row.known
    return known.year or "", known.form or "", known.name, row.today
