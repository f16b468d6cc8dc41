"""The head's word that licences without a consent go: shown first, then said over that very list.

Both read the tenant, so that the list is what would happen now (decision 24).
"""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.consent_entering import day_of
from api.staff.consent_reach import AskedSchool, whole_school
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import (
    ENFORCEMENT,
    EnforcementApproved,
    EnforcementWanted,
    SchoolNamed,
    answers,
)
from api.staff.writing import Key, claimed, once
from graphsync import consent_enforcing
from graphsync.consent_enforcing import Enforcement, standing_mode
from graphsync.store.consent_modes import OBSERVE
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.pack_loading import load_rules
from reports.listing import plain

_MODE = {"school": "pb", "mode": "enforce", "begins": "2027-01-11", "people": 1}
Short = Annotated[str, Form(max_length=100)]


@api.get(
    "/api/v1/consents/enforcement",
    Permission.SEE_CONSENTS,
    responses=answers(_MODE, 404),
    summary="Whether licences without a consent go, and from which day",
)
def mode(home: Staff, who: Caller, school: AskedSchool = None) -> dict[str, Any]:
    """The last word that was given; `observe` where there was none."""
    here = whole_school(who, school)
    said = standing_mode(home.bench, here)
    if said is None:
        return {"school": here, "mode": OBSERVE, "begins": None, "people": 0}
    told = {"school": here, "mode": said.mode, "begins": said.begins, "people": said.people}
    return dict(plain(told))


@api.post(
    "/api/v1/consents/enforcement/show",
    Permission.ENFORCE_CONSENTS,
    responses=answers(ENFORCEMENT, 404, 409, 422, 503),
    summary="Who would lose what, read from the tenant now; its digest is needed for the yes",
)
def show(home: Staff, who: Caller, asked: EnforcementWanted) -> dict[str, Any]:
    """Nothing changes; that it was shown is journalled."""
    here = whole_school(who, asked.school)
    return dict(plain(_shown(home, who, here, asked.begins, asked.alternative)))


@api.post(
    "/api/v1/consents/enforcement",
    Permission.ENFORCE_CONSENTS,
    responses=answers({**ENFORCEMENT, "approved_by": ENFORCEMENT["asked_by"]}, 404, 409, 422, 503),
    summary="The yes to that list: its digest and how many people it is about",
)
def approve(home: Staff, who: Caller, asked: EnforcementApproved, key: Key) -> dict[str, Any]:
    """Drawn anew, and refused where it is no longer the same."""
    here = whole_school(who, asked.school)
    fresh = _shown(home, who, here, asked.begins, asked.alternative)
    if fresh.people != asked.people:
        raise Problem(409, "not_the_list", "people is not how many the list names now; show it.")
    claimed(home, who, key, f"enforce\n{asked.model_dump_json()}")
    work = consent_enforcing.approve(
        home.bench_of(who), here, asked.begins, asked.alternative, asked.digest
    )
    return dict(plain(asyncio.run(work)))


@api.post(
    "/api/v1/consents/enforcement/end",
    Permission.ENFORCE_CONSENTS,
    responses=answers({"school": "pb", "begins": "2026-11-26", "by": "entra:…"}, 404, 409, 422),
    summary="From today on no licence goes for want of a consent",
)
def end(home: Staff, who: Caller, asked: SchoolNamed, key: Key) -> Response:
    """Refused where none does."""
    here, bench = whole_school(who, asked.school), home.bench_of(who)
    return once(
        home,
        who,
        key,
        f"observe\n{asked.model_dump_json()}",
        lambda: plain(consent_enforcing.observe(bench, here)),
    )


@console.get("/consents/enforcement", Permission.ENFORCE_CONSENTS)
def begin(request: Request, home: Staff, who: Caller, school: AskedSchool = None) -> Response:
    """How it stands, and the two questions of a list."""
    return _page(request, home, who, whole_school(who, school))


@console.post("/consents/enforcement/show", Permission.ENFORCE_CONSENTS)
def shown(
    request: Request,
    home: Staff,
    who: Caller,
    school: Short = "",
    begins: Short = "",
    alternative: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Exactly who would lose what, and why."""
    here = whole_school(who, school)
    try:
        told = _shown(home, who, here, _begins(begins), alternative)
    except (Refusal, Broken, TenantProblem) as problem:
        return _page(request, home, who, here, problem=f"{problem}.")
    return _page(request, home, who, here, told=told)


@console.post("/consents/enforcement", Permission.ENFORCE_CONSENTS)
def approved(
    request: Request,
    home: Staff,
    who: Caller,
    school: Short = "",
    begins: Short = "",
    alternative: Annotated[str, Form(max_length=500)] = "",
    digest: Short = "",
    number: Short = "",
) -> Response:
    """The yes; whoever gives it types how many people it is about."""
    here = whole_school(who, school)
    try:
        day = _begins(begins)
        fresh = _shown(home, who, here, day, alternative)
        if number.strip() != str(fresh.people):
            wrong = "The number you typed is not the number of people on this list. Look again."
            return _page(request, home, who, here, told=fresh, problem=wrong)
        work = consent_enforcing.approve(home.bench_of(who), here, day, alternative, digest)
        asyncio.run(work)
    except (Refusal, Broken, TenantProblem) as problem:
        return _page(request, home, who, here, problem=f"{problem}.")
    return RedirectResponse(f"/consents/enforcement?school={here}", 303)


@console.post("/consents/enforcement/end", Permission.ENFORCE_CONSENTS)
def ended(request: Request, home: Staff, who: Caller, school: Short = "") -> Response:
    """Back to observation, from today."""
    here = whole_school(who, school)
    try:
        consent_enforcing.observe(home.bench_of(who), here)
    except Refusal as problem:
        return _page(request, home, who, here, problem=f"{problem}.")
    return RedirectResponse(f"/consents/enforcement?school={here}", 303)


def _shown(home: Home, who: Who, school: str, begins: date, alternative: str) -> Enforcement:
    return asyncio.run(consent_enforcing.show(home.bench_of(who), school, begins, alternative))


def _begins(text: str) -> date:
    day = day_of(text)
    if day is None:
        raise Refusal("say from which day it holds")
    return day


def _page(
    request: Request,
    home: Home,
    who: Who,
    school: str,
    *,
    told: Enforcement | None = None,
    problem: str = "",
) -> Response:
    return page(
        request,
        "consent_enforcement.html",
        who,
        422 if problem else 200,
        school=school,
        schools=sorted(who.reach.schools),
        mode=standing_mode(home.bench, school),
        told=told,
        waived=load_rules(home.bench.packs_dir, school).waiver is not None,
        problem=problem,
    )
