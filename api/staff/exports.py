"""What is held about one person, for their request: as JSON, and as a file to download."""

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.consent_reach import Ref, School
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.looks import Kind, looked
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes import shape
from api.staff.shapes_consents import answers
from graphsync.export_choice import Found, find
from graphsync.subject_export import SubjectExport, export_person
from graphsync.trouble import Refusal
from policies.people import PersonKey
from reports.subject_bundle import bundle
from reports.subject_page import as_json

Text = Annotated[str, Form(max_length=200)]
NOBODY = Problem(404, "no_such_person", "There is nobody of that key in your schools.")
EXPORT = {
    "person": "pb:5523",
    "request": "SAR-12",
    "made_at": "2026-11-26T09:00:00Z",
    "held": {"consents": [{"answer": "yes"}]},
    "log": [{"table": "consents", "searched": "person", "found": 1}],
    "by_hand": ["consents: reason"],
    "other_systems": ["SIMS, or the school's management system: the record itself"],
}


class ExportAsked(BaseModel):
    """For which request."""

    model_config = shape({"request": "SAR-12"})
    request: Annotated[str, Field(max_length=30, description="its reference; no name")]


@api.post(
    "/api/v1/people/{school}/{ref}/export",
    Permission.EXPORT_PEOPLE,
    responses=answers(EXPORT, 404, 409, 422),
    summary="What is held about one person, others left out; that it was made is journalled",
)
def export(home: Staff, who: Caller, school: School, ref: Ref, asked: ExportAsked) -> Any:
    """Made anew and journalled each time: no copy of it is kept. `by_hand` is to be read first."""
    return as_json(_exported(home, who, PersonKey(school, ref), asked.request))


@console.get("/exports", Permission.EXPORT_PEOPLE)
def begin(request: Request, who: Caller) -> Response:
    """Whom it is about."""
    return _page(request, who)


@console.post("/exports/find", Permission.EXPORT_PEOPLE)
def found(request: Request, home: Staff, who: Caller, text: Text = "") -> Response:
    """Who is found; a name stands in no address."""
    if not text.strip():
        return _page(request, who, problem="Type a number, a key or a surname.")
    return _page(request, who, text, find(home.bench, who.reach.schools, text))


@console.post("/exports", Permission.EXPORT_PEOPLE)
def downloaded(
    request: Request,
    home: Staff,
    who: Caller,
    person: Text = "",
    reference: Annotated[str, Form(max_length=30)] = "",
    text: Text = "",
) -> Response:
    """The file."""
    school, _, ref = person.partition(":")
    try:
        made = _exported(home, who, PersonKey(school, ref), reference.strip())
    except Refusal as refusal:
        people = find(home.bench, who.reach.schools, text or person)
        return _page(request, who, text, people, f"{refusal}.")
    headers = {
        "Content-Disposition": f'attachment; filename="{made.request.replace("/", "-")}.zip"'
    }
    return Response(bundle(made), 200, headers, media_type="application/zip")


def _exported(home: Home, who: Who, person: PersonKey, reference: str) -> SubjectExport:
    demand_reach(who, person.school, NOBODY)
    if not person.mis_id:
        raise NOBODY
    made = export_person(home.bench_of(who), person, reference)
    looked(home, who, Kind.EXPORT, person.school, str(person))
    return made


def _page(
    request: Request,
    who: Who,
    text: str = "",
    people: tuple[Found, ...] | None = None,
    problem: str = "",
) -> Response:
    status = 422 if problem else 200
    return page(request, "exports.html", who, status, text=text, people=people, problem=problem)
