"""Piles of paper over the API: typed, closed, checked by a second person, on a page too."""

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.staff.consent_reach import AskedSchool, School, whole_school
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import (
    CHECKED,
    PILE,
    WAITS,
    LinesTyped,
    PileNamed,
    RowRejected,
    RowsChecked,
    answers,
)
from api.staff.writing import Key, once
from graphsync.consent_check import to_check
from graphsync.consent_lines import Entering, Pile
from graphsync.consent_piles import batches, close_batch, countersign, reject, waiting
from graphsync.trouble import Refusal
from reports.listing import plain

_ENTERED = {
    "batch": "b-1f2e3d4c",
    "kept": 2,
    "answers": {"yes": 1, "no": 1},
    "corrected": 0,
    "not_kept": [],
    "in_trouble": [],
    "items": [
        {
            "line": 1,
            "pupil": "pb:5523",
            "form_group": "7B",
            "check": "A.M.",
            "answer": "yes",
            "signer": "J.M. Mother",
            "row": "c-1f2e3d4c5b6a",
            "trouble": "",
        }
    ],
}
Reason = Annotated[str, Form(max_length=500)]


@api.get(
    "/api/v1/consents/batches",
    Permission.SEE_CONSENTS,
    responses=answers({"items": [PILE], "waiting": [WAITS]}, 404, 409),
    summary="The piles of paper forms, and every form that waits for a second person",
)
def piles(home: Staff, who: Caller, school: AskedSchool = None) -> dict[str, Any]:
    """The oldest first."""
    here = whole_school(who, school)
    return {
        "items": plain(batches(home.bench, here)),
        "waiting": plain(waiting(home.bench, here)),
    }


@api.post(
    "/api/v1/consents/batches/lines",
    Permission.RECORD_CONSENTS,
    responses=answers(_ENTERED, 404, 409, 422),
    summary="Lines of a pile, each kept by itself; one in trouble stops no other",
)
def type_lines(home: Staff, who: Caller, asked: LinesTyped, key: Key) -> Response:
    """Opens a pile where none is named."""
    here = whole_school(who, asked.school)
    pile = Pile(
        edition=asked.edition,
        signed_on=asked.signed_on,
        method=asked.method,
        place=asked.place,
        batch=asked.batch,
    )

    def act() -> dict[str, Any]:
        entering = Entering(home.bench_of(who), here, pile)
        told = list(entering.take(asked.lines))
        return {**plain(entering.summary()), "items": plain(told)}

    return once(home, who, key, f"lines\n{asked.model_dump_json()}", act)


@api.post(
    "/api/v1/consents/batches/close",
    Permission.RECORD_CONSENTS,
    responses=answers(PILE, 404, 409, 422),
    summary="Close a pile: what a second person checks is drawn now",
)
def close(home: Staff, who: Caller, asked: PileNamed, key: Key) -> Response:
    """As the pack says: all of it, a sample, or none."""
    here = whole_school(who, asked.school)
    return once(
        home,
        who,
        key,
        f"close\n{asked.model_dump_json()}",
        lambda: plain(close_batch(home.bench_of(who), here, asked.batch)),
    )


@api.post(
    "/api/v1/consents/batches/countersign",
    Permission.COUNTERSIGN_CONSENTS,
    responses=answers(CHECKED, 404, 409, 422),
    summary="A second person has compared forms with what was entered",
)
def sign(home: Staff, who: Caller, asked: RowsChecked, key: Key) -> Response:
    """Never by whoever entered them."""
    here = whole_school(who, asked.school)
    return once(
        home,
        who,
        key,
        f"countersign\n{asked.model_dump_json()}",
        lambda: plain(countersign(home.bench_of(who), here, asked.rows, asked.batch)),
    )


@api.post(
    "/api/v1/consents/batches/reject",
    Permission.COUNTERSIGN_CONSENTS,
    responses=answers({**CHECKED, "act": "rejected"}, 404, 409, 422),
    summary="The paper does not say what was entered",
)
def refuse(home: Staff, who: Caller, asked: RowRejected, key: Key) -> Response:
    """With what is wrong."""
    here = whole_school(who, asked.school)
    return once(
        home,
        who,
        key,
        f"reject\n{asked.model_dump_json()}",
        lambda: plain(reject(home.bench_of(who), here, asked.row, asked.reason)),
    )


@console.get("/consents/check", Permission.COUNTERSIGN_CONSENTS)
def check(
    request: Request, home: Staff, who: Caller, school: AskedSchool = None, done: str = ""
) -> Response:
    """The forms that wait for a second person, each as the paper has to show it."""
    told = "Checked: thank you. What is left stands below." if done else ""
    return _check_page(request, home, who, whole_school(who, school), told=told)


@console.post("/consents/{school}/check", Permission.COUNTERSIGN_CONSENTS)
def checked(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    rows: Annotated[list[str], Form(max_length=1000)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """The ticked forms are as the paper says."""
    here = whole_school(who, school)
    try:
        countersign(home.bench_of(who), here, rows)
    except Refusal as problem:
        return _check_page(request, home, who, here, f"{problem}.")
    return RedirectResponse(f"/consents/check?school={here}&done=yes", 303)


@console.post("/consents/{school}/reject", Permission.COUNTERSIGN_CONSENTS)
def rejected(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    row: Annotated[str, Form(max_length=100)] = "",
    reason: Reason = "",
) -> Response:
    """One form is not as the paper says."""
    here = whole_school(who, school)
    try:
        reject(home.bench_of(who), here, row, reason)
    except Refusal as problem:
        return _check_page(request, home, who, here, f"{problem}.")
    return RedirectResponse(f"/consents/check?school={here}&done=yes", 303)


def _check_page(
    request: Request, home: Home, who: Who, school: str, problem: str = "", told: str = ""
) -> Response:
    found = to_check(home.bench_of(who), school)
    return page(
        request,
        "consent_check.html",
        who,
        422 if problem else 200,
        school=school,
        schools=sorted(who.reach.schools),
        found=found,
        problem=problem,
        told=told,
    )
