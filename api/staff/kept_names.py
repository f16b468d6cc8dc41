"""Names that safeguarding keeps, over the API and at the console (law B7, task 1).

Who is marked, and why, is for the safeguarding lead and the head. To others the kept name is the
name; the IT manager is told that it is kept, and a head of year to see the safeguarding lead.
"""

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, looked, taken
from api.staff.pages import page
from api.staff.people import People
from api.staff.people_reach import NO_PERSON, Ref, School, seen_person, sees
from api.staff.rooms import api, console
from api.staff.shapes_people import answers
from api.staff.shapes_safeguarding import GIVEN_BACK, KEPT, LINE, MARK, KeptNameAsked
from api.staff.writing import Key, once
from graphsync.directory import Directory
from graphsync.hold_desk import day_of
from graphsync.kept_name_desk import Wish, carried, give_back, keep
from graphsync.kept_name_places import Place, places
from graphsync.person import record_of
from graphsync.store.kept_names import Mark
from graphsync.trouble import Refusal
from policies.kept_names import Ground
from policies.people import PersonKey
from policies.school_days import school_day
from reports.listing import plain

Text = Annotated[str, Form(max_length=64)]
Moved = Annotated[str, Query(max_length=20)]
DONE = {
    "kept": "The name is kept, and the tenant has it.",
    "kept-only": "The name is kept from now on. The tenant has it with the next plan that is"
    " carried out: the table says what waits.",
    "back": "The roster's name counts again, and the tenant has it.",
    "back-only": "The roster's name counts again. The tenant has it with the next plan that is"
    " carried out.",
}


@api.get(
    "/api/v1/kept-names",
    Permission.SEE_KEPT_NAMES,
    responses=answers({"items": [LINE]}, 422),
    summary="Whose name safeguarding keeps in your schools, the first to be looked at first",
)
def kept_names(home: Staff, who: Caller, directory: People) -> dict[str, Any]:
    """All of them; there are few."""
    return {"items": listed(home, who, directory)}


@api.post(
    "/api/v1/people/{school}/{ref}/known-as",
    Permission.KEEP_NAMES,
    responses=answers(KEPT, 404, 409, 422, 503),
    summary="Keep the name of a pupil who must not be found, at once",
)
def put(
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    asked: KeptNameAsked,
    key: Key,
) -> Response:
    """The mark, whether the tenant has it, and every place where the name appears."""
    known, _ = seen_person(directory, home.bench, who, school, ref)
    bench = home.bench_of(who)
    wish = Wish(person=known.key, **asked.model_dump())
    request = f"keep {known.key}\n{asked.model_dump_json()}"
    kept = once(home, who, key, request, lambda: _mark_told(keep(bench, wish)))
    told = msgspec.json.decode(bytes(kept.body))
    told["carried"] = asyncio.run(carried(bench, known.key))
    told["places"] = plain(_places(home, known.key))
    return Response(msgspec.json.encode(told), media_type="application/json")


@api.post(
    "/api/v1/people/{school}/{ref}/known-as/end",
    Permission.KEEP_NAMES,
    responses=answers(GIVEN_BACK, 404, 409, 422, 503),
    summary="Give the name back to the roster, at once",
)
def end(
    home: Staff, who: Caller, directory: People, school: School, ref: Ref, key: Key
) -> Response:
    """Whether the tenant has the roster's name again."""
    known, _ = seen_person(directory, home.bench, who, school, ref)
    bench = home.bench_of(who)

    def ended() -> dict[str, str]:
        give_back(bench, known.key)
        return {"person": str(known.key)}

    told = msgspec.json.decode(bytes(once(home, who, key, f"give back {known.key}", ended).body))
    told["carried"] = asyncio.run(carried(bench, known.key))
    return Response(msgspec.json.encode(told), media_type="application/json")


@console.get("/kept-names", Permission.SEE_KEPT_NAMES)
def kept_names_page(request: Request, home: Staff, who: Caller, directory: People) -> Response:
    """Whose name is kept, and until when nobody has to look."""
    marks = listed(home, who, directory)
    return page(request, "kept_names.html", who, marks=marks, today=school_day(home.bench.now()))


@console.get("/people/{school}/{ref}/known-as", Permission.SEE_KEPT_NAMES)
def one(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    done: Moved = "",
) -> Response:
    """One pupil's name: what it is kept as, every place where it appears, and the form."""
    return _page(request, home, who, directory, (school, ref), done=DONE.get(done, ""))


@console.post("/people/{school}/{ref}/known-as", Permission.KEEP_NAMES)
def kept(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    given_name: Text = "",
    surname: Text = "",
    ground: Text = "",
    reference: Text = "",
    review_on: Text = "",
) -> Response:
    """The name kept; the form comes back as it was filled in when something is missing."""
    known, _ = seen_person(directory, home.bench, who, school, ref)
    form = {
        "given_name": given_name,
        "surname": surname,
        "ground": ground,
        "reference": reference,
        "review_on": review_on,
    }
    bench = home.bench_of(who)
    try:
        keep(bench, _wish(known.key, form))
    except Refusal as problem:
        return _page(request, home, who, directory, (school, ref), problem=f"{problem}.", form=form)
    return _after(known.key, "kept" if asyncio.run(carried(bench, known.key)) else "kept-only")


@console.post("/people/{school}/{ref}/known-as/end", Permission.KEEP_NAMES)
def given_back(
    request: Request, home: Staff, who: Caller, directory: People, school: School, ref: Ref
) -> Response:
    """The name given back to the roster."""
    known, _ = seen_person(directory, home.bench, who, school, ref)
    bench = home.bench_of(who)
    try:
        give_back(bench, known.key)
    except Refusal as problem:
        return _page(request, home, who, directory, (school, ref), problem=f"{problem}.")
    return _after(known.key, "back" if asyncio.run(carried(bench, known.key)) else "back-only")


def listed(home: Home, who: Who, directory: Directory) -> list[dict[str, Any]]:
    """The marks on those whom this caller may see."""
    today, may = school_day(home.bench.now()), sees(who)
    marks = home.bench.store.kept_names.marks(who.reach.schools)
    schools = {one.person.school for one in marks}
    seen = {one.key for school in schools for one in directory.of(home.bench, school) if may(one)}
    found = [one for one in marks if one.person in seen]
    taken(home, who, Kind.ACCOUNT, (str(one.person) for one in found))
    return [{**_mark_told(one), "review_due": one.review_on <= today} for one in found]


def _page(
    request: Request,
    home: Home,
    who: Who,
    directory: Directory,
    of: tuple[str, str],
    *,
    problem: str = "",
    form: dict[str, str] | None = None,
    done: str = "",
) -> Response:
    school, ref = of
    known, _ = seen_person(directory, home.bench, who, school, ref)
    looked(home, who, Kind.ACCOUNT, school, str(known.key))
    mark = home.bench.store.kept_names.of(known.key)
    stands = {} if mark is None else {name: f"{told}" for name, told in _mark_told(mark).items()}
    return page(
        request,
        "kept_name.html",
        who,
        422 if problem else 200,
        person=known,
        base=f"/people/{quote(school)}/{quote(ref)}",
        mark=mark,
        places=_places(home, known.key),
        form=stands if form is None else form,
        grounds=tuple(Ground),
        may_keep=who.may(Permission.KEEP_NAMES),
        problem=problem,
        done=done,
    )


def _places(home: Home, person: PersonKey) -> tuple[Place, ...]:
    mark = home.bench.store.kept_names.of(person)
    if mark is None:
        return ()
    try:
        record = record_of(home.bench, person)
    except Refusal:
        raise NO_PERSON from None
    return places(home.bench, record, mark)


def _wish(person: PersonKey, form: dict[str, str]) -> Wish:
    """What a form asks for; raises Refusal with the mend."""
    if form["ground"] not in set(Ground):
        raise Refusal("choose why the name is kept")
    review_on = day_of(form["review_on"].strip())
    if review_on is None:
        raise Refusal("write the day of the review as 2027-02-26")
    return Wish(
        person=person,
        given_name=form["given_name"],
        surname=form["surname"],
        ground=Ground(form["ground"]),
        reference=form["reference"].strip(),
        review_on=review_on,
    )


def _mark_told(mark: Mark) -> dict[str, Any]:
    return {name: getattr(mark, name) for name in MARK} | {"person": str(mark.person)}


def _after(person: PersonKey, done: str) -> RedirectResponse:
    base = f"/people/{quote(person.school)}/{quote(person.mis_id)}"
    return RedirectResponse(f"{base}/known-as?done={done}", 303)
