"""The console's pages of requests about somebody's data: the list, a new one, and one whole."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.breach_pages import Fields, Sent
from api.staff.consent_reach import school_of
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.request_moves import RequestId, RequestMove, moved, opened, request_of
from api.staff.rooms import console
from api.staff.shapes_requests import HarmSaid, RequestLogged, RequestMoveAsked
from graphsync import request_desk as desk
from graphsync.bench import Bench
from graphsync.request_desk import RequestFile, RequestLine, Wish
from graphsync.trouble import Refusal
from policies.data_requests import State
from policies.request_records import (
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    Act,
    Asker,
    Harm,
    Kind,
    Means,
    Outcome,
    Pause,
    Step,
)
from policies.school_days import school_day

KINDS = {
    Kind.ACCESS: "a copy of what is held",
    Kind.RECTIFICATION: "that something is put right",
    Kind.ERASURE: "that something is erased",
    Kind.RESTRICTION: "that something is left unused for now",
    Kind.OBJECTION: "that a use stops",
    Kind.COMPLAINT: "a complaint about how data is handled",
}
ASKERS = {
    Asker.THEMSELVES: "whom it is about",
    Asker.PARENT: "a parent or carer",
    Asker.SOMEBODY_FOR_THEM: "somebody else on their behalf",
}
STEPS = {
    Step.IDENTITY: "It is made sure who asks",
    Step.STANDING: "They may ask for this person",
    Step.COMPETENCE: "It is looked at whether the child decides",
    Step.RESTRICTIONS: "No order and no hold forbids it",
}
PAUSES = {Pause.IDENTITY: "who asks is not clear", Pause.SCOPE: "what is asked for is not clear"}
HARMS = {
    Harm.NONE: "none of it would do serious harm",
    Harm.SOME: "some of it would: that is left out",
}
MEANS = {
    Means.SECURE_LINK: "a secure link",
    Means.IN_PERSON: "handed over in person",
    Means.SIGNED_POST: "post, signed for",
}
OUTCOMES = {
    Outcome.ANSWERED: "it was answered",
    Outcome.REFUSED: "it was refused",
    Outcome.WITHDRAWN: "it was taken back",
}
DID = {
    Act.LOGGED: "logged",
    Act.TICKED: "ticked",
    Act.PAUSED: "clock stopped",
    Act.RESUMED: "clock runs again",
    Act.EXTENDED: "two months more",
    Act.ACKNOWLEDGED: "acknowledged",
    Act.CONSULTED: "safeguarding lead heard",
    Act.CHECKED: "checked by a second person",
    Act.SENT: "sent",
    Act.CLOSED: "closed",
}
MOODS = {State.OPEN: "wait", State.PAUSED: "none", State.SENT: "good", State.CLOSED: "none"}
SYSTEMS = (
    "This service (the export of one person)",
    "The school's management system",
    "Mail and calendars",
    "Files in OneDrive and SharePoint",
    "Teams messages",
    "Safeguarding records",
    "Special needs records",
    "Paper files",
    "CCTV",
)
Made = Annotated[str, Query(max_length=20, pattern=r"^(q-[0-9a-z]{1,16})?$")]


@console.get("/requests", Permission.SEE_REQUESTS)
def register(
    request: Request, home: Staff, who: Caller, closed: Annotated[str, Query(max_length=5)] = ""
) -> Response:
    """The list: what is overdue first, then by the day that may not pass."""
    return page(
        request,
        "requests.html",
        who,
        lines=desk.listing(home.bench, who.reach.schools, closed=bool(closed)),
        closed=bool(closed),
        kinds=KINDS,
        moods=MOODS,
        left=left,
    )


@console.get("/requests/log", Permission.LOG_REQUESTS)
def form(request: Request, home: Staff, who: Caller, made: Made = "") -> Response:
    """What came in, and when."""
    return _log_page(request, home, who, {}, made=made)


@console.post("/requests/log", Permission.LOG_REQUESTS)
def logged(request: Request, home: Staff, who: Caller, sent: Fields) -> Response:
    """Logged: the data protection officer has it from here."""
    told = {name: _text(sent, name) for name in RequestLogged.model_fields}
    told["school"] = school_of(who, told["school"])
    try:
        asked = RequestLogged.model_validate(told)
        line = desk.log(home.bench_of(who), Wish(**asked.model_dump()))
    except ValidationError:
        problem = "Say what is asked for, on which day it came in, whom it is about and who asks."
        return _log_page(request, home, who, told, problem=problem)
    except Refusal as refusal:
        return _log_page(request, home, who, told, problem=f"{refusal}.")
    return RedirectResponse(f"/requests/log?made={line.request}", 303)


@console.get("/requests/{request_id}", Permission.SEE_REQUESTS)
def one(request: Request, home: Staff, who: Caller, request_id: RequestId) -> Response:
    """One request: its clock, what is missing, and what this person may do."""
    return _one(request, home, who, request_id)


@console.post("/requests/{request_id}/consult", Permission.CONSULT_REQUESTS)
def consulted(
    request: Request,
    home: Staff,
    who: Caller,
    request_id: RequestId,
    harm: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """The safeguarding lead's word."""

    def act(bench: Bench) -> RequestFile:
        return desk.consult(bench, request_id, HarmSaid.model_validate({"harm": harm}).harm)

    return _acted(request, home, who, request_id, act)


@console.post("/requests/{request_id}/check", Permission.CHECK_REQUESTS)
def checked(request: Request, home: Staff, who: Caller, request_id: RequestId) -> Response:
    """A second person has looked."""
    return _acted(request, home, who, request_id, lambda bench: desk.check(bench, request_id))


@console.post("/requests/{request_id}/{move}", Permission.WORK_REQUESTS)
def worked(
    request: Request,
    home: Staff,
    who: Caller,
    request_id: RequestId,
    move: RequestMove,
    sent: Fields,
) -> Response:
    """What the DPO does with it."""

    def act(bench: Bench) -> RequestFile:
        told: dict[str, Any] = {
            name: text
            for name in RequestMoveAsked.model_fields
            if name != "systems" and (text := _text(sent, name))
        }
        systems = [*sent.get("systems", ()), *_text(sent, "others").split(",")]
        asked = RequestMoveAsked.model_validate(
            {**told, "systems": [one for one in systems if one]}
        )
        return moved(bench, request_id, move, asked)

    return _acted(request, home, who, request_id, act)


def left(line: RequestLine) -> str:
    """The clock in words."""
    if line.days_left is None:
        return "no day is set"
    days = abs(line.days_left)
    if not days:
        return "due today"
    told = "1 day" if days == 1 else f"{days} days"
    return f"{told} left" if line.days_left > 0 else f"overdue by {told}"


def _acted(
    request: Request,
    home: Home,
    who: Who,
    request_id: str,
    act: Callable[[Bench], RequestFile],
) -> Response:
    request_of(home, who, request_id)
    try:
        act(home.bench_of(who))
    except (ValidationError, Problem):
        problem = "Fill in what this step asks for: choose a word, and write a day as 2026-12-18."
        return _one(request, home, who, request_id, problem)
    except Refusal as refusal:
        return _one(request, home, who, request_id, f"{refusal}.")
    return RedirectResponse(f"/requests/{request_id}", 303)


def _one(request: Request, home: Home, who: Who, request_id: str, problem: str = "") -> Response:
    file = opened(home, who, request_id)
    return page(
        request,
        "request_one.html",
        who,
        422 if problem else 200,
        file=file,
        line=file.line,
        today=school_day(home.bench.now()),
        left=left,
        moods=MOODS,
        kinds=KINDS,
        askers=ASKERS,
        steps=STEPS,
        pauses=PAUSES,
        harms=HARMS,
        means=MEANS,
        outcomes=OUTCOMES,
        did=DID,
        systems=SYSTEMS,
        longest=LONGEST_NOTE,
        problem=problem,
    )


def _log_page(
    request: Request,
    home: Home,
    who: Who,
    sent: dict[str, str],
    *,
    made: str = "",
    problem: str = "",
) -> Response:
    today: date = school_day(home.bench.now())
    return page(
        request,
        "request_log.html",
        who,
        422 if problem else 200,
        schools=sorted(who.reach.schools),
        kinds=KINDS,
        askers=ASKERS,
        sent=dict.fromkeys(RequestLogged.model_fields, "") | sent,
        today=today,
        longest=LONGEST_NOTE,
        reference=LONGEST_REFERENCE,
        made=made,
        problem=problem,
    )


def _text(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "").strip()[: LONGEST_NOTE + 1]
