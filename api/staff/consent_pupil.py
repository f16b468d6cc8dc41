"""One pupil's consents: shown, recorded, taken back, doubted and settled; as page and over the API.

A withdrawal may be carried out at once: the desk records it first, and then one person's night is
planned and applied, as the command does.
"""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import Form as Field
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.staff.consent_entering import day_of
from api.staff.consent_reach import NO_PUPIL, Ref, School, named_pupil, pupil_of, school_of
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, looked
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import (
    LINE,
    RECEIPT,
    ConsentRecorded,
    Doubted,
    Settled,
    Withdrawn,
    answers,
)
from api.staff.writing import Key, once
from graphsync.consent_case import Case, case
from graphsync.consent_changes import Doubt, challenge, settle, withdraw
from graphsync.consent_desk import MAILBOX, Said, record
from graphsync.consent_entry import NO_STANDING
from graphsync.run import sync_one
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.consent_records import Answer, Form, Method, Outcome
from policies.people import PersonKey
from reports.listing import plain
from reports.missing_page import LABELS
from reports.render import as_json

_CASE: dict[str, Any] = {
    "person": LINE["person"],
    "year": "7",
    "form_group": "7B",
    "today": [],
    "rows": [],
}
_WITHDRAWN = {**RECEIPT, "act": "withdrawn", "state": "withdrawn"}
Short = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=500)]


@api.post(
    "/api/v1/consents",
    Permission.RECORD_CONSENTS,
    responses=answers(RECEIPT, 404, 409, 422),
    summary="Record what one form says; what is wrong with it is told, and kept with it",
)
def record_one(home: Staff, who: Caller, asked: ConsentRecorded, key: Key) -> Response:
    """The receipt: whether it counts, why not, and what stands now."""
    here = school_of(who, asked.school)
    pupil = named_pupil(home, who, here, asked.pupil)
    said = Said(**asked.model_dump(exclude={"school", "pupil"}))
    bench = home.bench_of(who)
    request = f"record\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: plain(record(bench, here, str(pupil), said)))


@api.get(
    "/api/v1/consents/{school}/{ref}",
    Permission.SEE_CONSENTS,
    responses=answers(_CASE, 404, 409),
    summary="One pupil: what stands today and why, and every row behind it",
)
def show_one(home: Staff, who: Caller, school: School, ref: Ref) -> dict[str, Any]:
    """As `graphsync consent show KEY --json` prints it."""
    found = _case(home, who, school, ref)
    looked(home, who, Kind.CONSENT, school, str(found.pupil.person))
    return dict(plain(found.consents))


@api.post(
    "/api/v1/consents/{school}/{ref}/withdraw",
    Permission.RECORD_CONSENTS,
    responses=answers({**_WITHDRAWN, "run": None}, 404, 409, 422, 503),
    summary="Take an answer back: at once, and nobody asks why",
)
def take_back(
    home: Staff, who: Caller, school: School, ref: Ref, asked: Withdrawn, key: Key
) -> Response:
    """With `now`, `run` says what was planned and applied for this pupil."""
    pupil, bench = pupil_of(home, who, school, ref), home.bench_of(who)
    kept = once(
        home,
        who,
        key,
        f"withdraw {pupil}\n{asked.model_dump_json()}",
        lambda: {**plain(withdraw(bench, pupil, asked.signer, asked.form)), "run": None},
    )
    if not asked.now:
        return kept
    document = as_json(asyncio.run(sync_one(bench, pupil)), with_lists=False)
    told = {**msgspec.json.decode(bytes(kept.body)), "run": document}
    return Response(msgspec.json.encode(told), media_type="application/json")


@api.post(
    "/api/v1/consents/{school}/{ref}/challenge",
    Permission.RECORD_CONSENTS,
    responses=answers({**RECEIPT, "act": "challenged"}, 404, 409, 422),
    summary="Call an answer in question: nothing new is licensed on it until that is settled",
)
def doubt(home: Staff, who: Caller, school: School, ref: Ref, asked: Doubted, key: Key) -> Response:
    """This contact's answer, or the newest."""
    pupil, bench = pupil_of(home, who, school, ref), home.bench_of(who)
    return once(
        home,
        who,
        key,
        f"challenge {pupil}\n{asked.model_dump_json()}",
        lambda: plain(challenge(bench, pupil, Doubt(asked.because), asked.signer, asked.form)),
    )


@api.post(
    "/api/v1/consents/{school}/{ref}/settle",
    Permission.SETTLE_CONSENTS,
    responses=answers({**RECEIPT, "act": "settled"}, 404, 409, 422),
    summary="Settle a dispute: by both parents, a court order or the head",
)
def decide(
    home: Staff, who: Caller, school: School, ref: Ref, asked: Settled, key: Key
) -> Response:
    """Never by whoever entered what is in dispute."""
    pupil = pupil_of(home, who, school, ref)
    return once(
        home,
        who,
        key,
        f"settle {pupil}\n{asked.model_dump_json()}",
        lambda: plain(settle(home.bench_of(who), pupil, **asked.model_dump())),
    )


@console.get("/consents/{school}/{ref}", Permission.SEE_CONSENTS)
def pupil(
    request: Request, home: Staff, who: Caller, school: School, ref: Ref, done: str = ""
) -> Response:
    """What stands, why, and what may be done about it."""
    found = _case(home, who, school, ref)
    looked(home, who, Kind.CONSENT, school, str(found.pupil.person))
    return _page(request, who, found, done=done[:20])


@console.post("/consents/{school}/{ref}/record", Permission.RECORD_CONSENTS)
def recorded(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    ref: Ref,
    edition: Short = "",
    answer: Short = "",
    signer: Short = "",
    signed_on: Short = "",
    method: Short = "",
    verified_by: Short = "",
    place: Short = "",
    pupil_signed: Short = "",
    discussed_by: Short = "",
    discussed_on: Short = "",
) -> Response:
    """One form; a yes of somebody who may not answer is refused (law B4)."""
    found = _case(home, who, school, ref)
    try:
        said = Said(
            edition=edition,
            answer=_one_of(Answer, answer, "say whether the form says yes or no"),
            signer="" if signer == "own" else signer,
            own=signer == "own",
            signed_on=day_of(signed_on),
            pupil_signed=bool(pupil_signed),
            discussed_by=discussed_by,
            discussed_on=day_of(discussed_on),
            method=_one_of(Method, method, "say how it was made sure who signed"),
            verified_by=verified_by,
            place=place,
        )
        _demand_standing(found, said, signer)
        receipt = record(home.bench_of(who), school, str(found.pupil.person), said)
    except Refusal as problem:
        return _page(request, who, found, problem=f"Not kept: {problem}.")
    return _after(school, ref, "kept" if receipt.counts else "kept-only")


@console.post("/consents/{school}/{ref}/withdraw", Permission.RECORD_CONSENTS)
def taken_back(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    ref: Ref,
    form: Short = "",
    signer: Short = "",
    method: Short = "",
    now: Short = "",
) -> Response:
    """In the register at once; with `now` what follows is done for this pupil without the night."""
    found, bench = _case(home, who, school, ref), home.bench_of(who)
    try:
        _demand_said(signer)
        withdraw(
            bench,
            found.pupil.person,
            "" if signer == "own" else signer,
            _one_of(Form, form, "say which form"),
            method=_one_of(Method, method, "say how they told you"),
        )
    except Refusal as problem:
        return _page(request, who, found, problem=f"{problem}.")
    if not now:
        return _after(school, ref, "withdrawn")
    return _after(school, ref, _at_once(home, who, found.pupil.person))


def _at_once(home: Home, who: Who, person: PersonKey) -> str:
    """What came of it; the withdrawal stands in any case."""
    try:
        document = asyncio.run(sync_one(home.bench_of(who), person))
    except (Refusal, Broken, TenantProblem):
        return "withdrawn-only"
    return "withdrawn-now" if document.exit_code == 0 else "withdrawn-only"


@console.post("/consents/{school}/{ref}/challenge", Permission.RECORD_CONSENTS)
def doubted(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    ref: Ref,
    form: Short = "",
    because: Short = "",
    signer: Short = "",
) -> Response:
    """An answer is called in question; the head settles it."""
    found = _case(home, who, school, ref)
    try:
        why = _one_of(Doubt, because, "say why the answer is in question")
        of = _one_of(Form, form, "say which form")
        challenge(home.bench_of(who), found.pupil.person, why, signer, of)
    except Refusal as problem:
        return _page(request, who, found, problem=f"{problem}.")
    return _after(school, ref, "doubted")


@console.post("/consents/{school}/{ref}/settle", Permission.SETTLE_CONSENTS)
def settled(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    ref: Ref,
    form: Short = "",
    outcome: Short = "",
    answer: Short = "",
    reason: Text = "",
    reference: Short = "",
    consulted: Short = "",
) -> Response:
    """The head's word on a dispute, by one of three ways."""
    found = _case(home, who, school, ref)
    try:
        settle(
            home.bench_of(who),
            found.pupil.person,
            _one_of(Outcome, outcome, "choose how it is settled"),
            _one_of(Answer, answer, "say whether the consent stands"),
            reason,
            reference,
            _one_of(Form, form, "say which form"),
            consulted=bool(consulted),
        )
    except Refusal as problem:
        return _page(request, who, found, problem=f"{problem}.")
    return _after(school, ref, "settled")


def _demand_standing(found: Case, said: Said, signer: str) -> None:
    able = {"own", *(one.contact for one in found.adults if one.may)}
    if said.answer is Answer.YES and signer not in able:
        raise Refusal(NO_STANDING)


def _demand_said(signer: str) -> None:
    if not signer:
        raise Refusal("say who takes it back")


def _one_of(kind: Any, told: str, otherwise: str) -> Any:
    """The member of an enum that a form sends; raises Refusal with what to do."""
    try:
        return kind(told)
    except ValueError:
        raise Refusal(otherwise) from None


def _case(home: Home, who: Who, school: str, ref: str) -> Case:
    key = pupil_of(home, who, school, ref)
    try:
        return case(home.bench, key)
    except Refusal:
        raise NO_PUPIL from None


def _after(school: str, ref: str, done: str) -> Response:
    return RedirectResponse(f"/consents/{school}/{ref}?done={done}", 303)


DONE = {
    "kept": "Kept, and it counts by itself. What stands with everything else is below.",
    "kept-only": "Kept, but by itself it is no consent yet; the reason is below.",
    "withdrawn": "Taken back: it stands in the register from now on.",
    "withdrawn-now": "Taken back, and what follows was done for this pupil just now.",
    "withdrawn-only": (
        "Taken back: it stands in the register. What follows could not be done at once, and comes"
        " with the night, where the IT manager sees it."
    ),
    "doubted": "In dispute from now on: nothing new is licensed on it until the head settles it.",
    "settled": "Settled. Nobody is told by this page: write to each parent by themselves.",
}


def _page(
    request: Request, who: Who, found: Case, *, problem: str = "", done: str = ""
) -> Response:
    school = found.pupil.person.school
    return page(
        request,
        "consent_pupil.html",
        who,
        422 if problem else 200,
        case=found,
        labels=LABELS,
        problem=problem,
        told=DONE.get(done, ""),
        mailbox=MAILBOX,
        may_record=who.may_in(Permission.RECORD_CONSENTS, school) and found.here,
        may_settle=who.may_in(Permission.SETTLE_CONSENTS, school) and found.here,
    )
