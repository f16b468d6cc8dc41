"""A password that somebody else may know: acted on at once, and ended with its cause."""

import asyncio
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.passwords import resettable
from api.staff.people import People
from api.staff.people_pages import person_page
from api.staff.people_reach import Ref, School
from api.staff.rooms import api, console
from api.staff.shapes_people import answers, shape
from api.staff.writing import Key, claimed, once
from graphsync.compromise import Incident, compromised
from graphsync.compromise_ending import Came, EndedIncident, end
from graphsync.directory import Known
from graphsync.report import Exit
from graphsync.trouble import Broken, Refusal
from reports.listing import plain

NUMBER = "i-1a2b3c4d"
INCIDENT: dict[str, Any] = {
    "incident": NUMBER,
    "person": "pb:5523",
    "reported_at": "2026-11-25T09:12:00Z",
    "acted_at": "2026-11-25T09:12:00Z",
    "routed_to": ["dpo"],
    "told": "told by mail",
    "password": "done",
    "sessions": "done",
    "slip_until": "2026-12-02T09:12:00Z",
    "note": "",
}
ENDED: dict[str, Any] = {
    "incident": NUMBER,
    "person": "pb:5523",
    "cause": "phishing",
    "closed_at": "2026-11-25T10:40:00Z",
    "breach": "b-1f3a9c02",
}
Short = Annotated[str, Form(max_length=120)]


class EndAsked(BaseModel):
    """Which incident ended, and how it came about."""

    model_config = shape({"incident": NUMBER, "cause": "phishing"})
    incident: Annotated[str, Field(max_length=40)]
    cause: Came


@api.post(
    "/api/v1/people/{school}/{ref}/compromised",
    Permission.HANDLE_COMPROMISES,
    responses=answers(INCIDENT, 404, 409, 422, 503),
    summary="Somebody else may know the password: a new one, sessions ended, the right role told",
)
def report(
    home: Staff, who: Caller, directory: People, school: School, ref: Ref, key: Key
) -> dict[str, Any]:
    """The incident; a draft in the breach register is open. A key is good for one attempt."""
    known = resettable(home, who, directory, school, ref)
    claimed(home, who, key, f"compromised {known.key}")
    return dict(plain(_acted(home, who, known)))


@api.post(
    "/api/v1/people/{school}/{ref}/compromised/end",
    Permission.HANDLE_COMPROMISES,
    responses=answers(ENDED, 404, 409, 422),
    summary="End an incident with how it came about; the DPO reads it in the breach register",
)
def ended(
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    asked: EndAsked,
    key: Key,
) -> Response:
    """The incident as it ended."""
    known = resettable(home, who, directory, school, ref)
    request = f"end {known.key}\n{asked.model_dump_json()}"
    return once(
        home, who, key, request, lambda: plain(_end(home, who, known, asked.incident, asked.cause))
    )


@console.post("/people/{school}/{ref}/compromised", Permission.HANDLE_COMPROMISES)
def report_on_page(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    typed: Short = "",
) -> Response:
    """The same by a button, with the key typed; the page that follows prints the slip."""
    known = resettable(home, who, directory, school, ref)
    status = 422
    try:
        _demand_typed(known, typed)
        incident = _acted(home, who, known)
    except (Refusal, Broken) as refused:
        problem = f"{refused}."
        status = 503 if isinstance(refused, Broken) else 422
    else:
        if incident.exit_code is Exit.DONE:
            return RedirectResponse(f"/people/{school}/{ref}?reset=done#password", 303)
        problem = (
            f"Incident {incident.incident} is open. New password: {incident.password}; sessions:"
            f" {incident.sessions or 'not ended'}; {incident.told}. {incident.note}"
        )
    return person_page(request, home, who, directory, school, ref, problem=problem, status=status)


@console.post("/people/{school}/{ref}/compromised/end", Permission.HANDLE_COMPROMISES)
def end_on_page(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    incident: Short = "",
    cause: Short = "",
) -> Response:
    """The cause, by form."""
    known = resettable(home, who, directory, school, ref)
    try:
        _end(home, who, known, incident, _came(cause))
    except Refusal as refused:
        return person_page(request, home, who, directory, school, ref, problem=f"{refused}.")
    return RedirectResponse(f"/people/{school}/{ref}?ended={incident}#compromised", 303)


def _demand_typed(known: Known, typed: str) -> None:
    if typed.strip() != str(known.key):
        raise Refusal("the key you typed is not this person's: look again whose page it is")


def _came(cause: str) -> Came:
    if cause not in set(Came):
        raise Refusal("choose how it came about")
    return Came(cause)


def _acted(home: Home, who: Who, known: Known) -> Incident:
    return asyncio.run(compromised(home.bench_of(who), known.key, None))


def _end(home: Home, who: Who, known: Known, incident: str, came: Came) -> EndedIncident:
    return end(home.bench_of(who), known.key, incident, came)
