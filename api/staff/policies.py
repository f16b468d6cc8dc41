"""Policies: what holds for a school, by which clause, what is done about each, what lies open."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from msgspec.structs import replace

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.people_reach import NO_SCHOOL, AskedSchool, schools_of
from api.staff.rooms import api, console
from api.staff.shapes_people import answers
from api.staff.writing import as_csv
from graphsync.policy_checks import findings_at_home
from graphsync.policy_deciding import LONGEST_REASON, Standing, standing
from graphsync.policy_deciding import tally as tally_of
from graphsync.policy_desk import looked_at, standings
from policies.pack_keys import KEYS
from policies.pack_loading import load_layers, rules_of
from policies.register import POLICIES, Clause, clauses_for
from policies.school_days import school_day
from reports.coverage import as_items, tally
from reports.listing import plain
from reports.policy_view import Line, as_document, as_item, lines, sentence

_KEY: dict[str, Any] = {
    "key": "password.min_length",
    "value": 12,
    "from": [{"who": "school", "where": "pb.yaml:31", "value": 12, "clauses": ["PB-7.2"]}],
    "clauses": ["PB-7.2"],
    "overrode": [],
}
_POLICY: dict[str, Any] = {
    "school": "pb",
    "name": "Prince Bishops",
    "as_of": "2026-11-25",
    "legal_basis": "UK GDPR",
    "packs": [],
    "platform": [],
    "keys": [_KEY],
}
_COVERAGE = {
    "tally": [["class", "enforced", "all"], ["RULE", "31", "31"], ["all", "31", "31"]],
    "items": [
        {
            "id": "PB-7.2",
            "school": "pb",
            "topic": "passwords",
            "clause": "passwords have at least 12 characters",
            "class": "RULE",
            "release": None,
            "state": "enforced",
            "function": "policies.password_check:check",
            "test": "tests/policies/test_passwords.py::test_pb_7_2",
            "reason": None,
            "lacks": None,
        }
    ],
}
DECIDED: dict[str, Any] = {
    "clause": "PB-7.2",
    "subject": "password.change.expire_days",
    "sentence": "the policy ends every password after 60 days",
    "state": "kept",
    "decided": "kept until 2027-01-31 by the head",
    "line": "pb.yaml: 60",
    "modern": "Passwords do not expire.",
    "risk": "People count their passwords up or write them down.",
    "choices": ["change", "keep", "adopt"],
    "edit": "pb.yaml: write password: {change: {expiry_decided_by: WHO DECIDED}}",
    "decision": {
        "key": "password.change.expire_days",
        "choice": "keep",
        "line": "pb.yaml: 60",
        "until": "2027-01-31",
        "review": "2027-01-11",
        "school": "pb",
        "reason": "The governors meet in January.",
        "by": "entra:11111111-2222-3333-4444-555555555555",
        "at": "2026-11-25T09:12:00Z",
    },
}
_FINDINGS = {"items": [DECIDED]}
AskedDone = Annotated[str, Query(max_length=100, description="a key that was decided just now")]
NOTHING_TYPED = dict.fromkeys(("about", "choice", "until", "review", "reason"), "")
COLUMNS = ("key", "value", "given_by", "clauses", "overrode")
AskedKey = Annotated[str, Query(max_length=100, examples=["password.min_length"])]


@api.get(
    "/api/v1/policies",
    Permission.SEE_POLICIES,
    responses=answers(_POLICY, 404, 409),
    summary="A school's policy as configured: each value, who gave it, whom it overrode",
)
def policy(home: Staff, who: Caller, school: AskedSchool = "") -> dict[str, Any]:
    """As `graphsync policy show SCHOOL --json` prints it."""
    layers = looked_at(home.bench, _school(who, school))
    return as_document(layers, standings(home.bench, layers), school_day(home.bench.now()))


@api.get(
    "/api/v1/policies/why",
    Permission.SEE_POLICIES,
    responses=answers({**_KEY, "sentence": "Your policy asks 12. 12 applies."}, 404, 409, 422),
    summary="One key, and why it holds what it holds",
)
def why(home: Staff, who: Caller, key: AskedKey, school: AskedSchool = "") -> dict[str, Any]:
    """As `graphsync policy show SCHOOL --why KEY --json` prints it."""
    if key not in KEYS:
        raise Problem(422, "no_such_key", "That is no key of a pack; GET /api/v1/policies has all.")
    one = looked_at(home.bench, _school(who, school)).provenance(key)
    return {**as_item(one), "sentence": sentence(one)}


@api.get(
    "/api/v1/policies/coverage",
    Permission.SEE_POLICIES,
    responses=answers(_COVERAGE, 404, 409),
    summary="Every clause that a school is held to, and what the service does about it",
)
def coverage(home: Staff, who: Caller, school: AskedSchool = "") -> dict[str, Any]:
    """The counts by class and state, and each clause."""
    clauses = _clauses(home, _school(who, school))
    return {"tally": [list(line) for line in tally(clauses)], **as_items(clauses)}


@api.get(
    "/api/v1/policies/findings",
    Permission.SEE_POLICIES,
    responses=answers(_FINDINGS, 404, 409),
    summary="What the policy leaves open, and what was to be signed by now; nothing about people",
)
def findings(home: Staff, who: Caller, school: AskedSchool = "") -> dict[str, Any]:
    """What `graphsync policy check` finds without the tenant and the register of consent.

    Whoever may see no person is not told who decided and why.
    """
    return {"items": plain(_findings(home, who, _school(who, school)))}


@console.get("/policies", Permission.SEE_POLICIES)
def first(
    request: Request,
    home: Staff,
    who: Caller,
    school: AskedSchool = "",
    find: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """The values that hold, each with its clause."""
    here = _school(who, school)
    layers = looked_at(home.bench, here)
    found = _found(list(lines(layers)), find)
    packs = standings(home.bench, layers)
    return _page(request, who, here, "policies.html", lines=found, find=find, packs=packs)


@console.get("/policies.csv", Permission.SEE_POLICIES)
def policies_file(home: Staff, who: Caller, school: AskedSchool = "") -> Response:
    """All values for a spreadsheet."""
    layers = looked_at(home.bench, _school(who, school))
    rows = ([getattr(one, name) for name in COLUMNS] for one in lines(layers))
    return as_csv("policy", COLUMNS, rows)


@console.get("/policies/why", Permission.SEE_POLICIES)
def why_page(
    request: Request, home: Staff, who: Caller, key: AskedKey, school: AskedSchool = ""
) -> Response:
    """One key: who asks what, and which applies."""
    here = _school(who, school)
    told = why(home, who, key, here)
    return _page(request, who, here, "policies_why.html", one=told)


@console.get("/policies/coverage", Permission.SEE_POLICIES)
def coverage_page(request: Request, home: Staff, who: Caller, school: AskedSchool = "") -> Response:
    """How many clauses are enforced, checked, recorded, reported, and each of them."""
    here = _school(who, school)
    clauses = _clauses(home, here)
    head, *counts = tally(clauses)
    return _page(
        request, who, here, "policies_coverage.html", clauses=clauses, head=head, counts=counts
    )


@console.get("/policies/findings", Permission.SEE_POLICIES)
def findings_page(
    request: Request, home: Staff, who: Caller, school: AskedSchool = "", decided: AskedDone = ""
) -> Response:
    """What somebody must look at, what the head decided, and the form to do so."""
    return findings_of(request, home, who, _school(who, school), decided=decided)


def findings_of(
    request: Request,
    home: Home,
    who: Who,
    school: str,
    *,
    decided: str = "",
    problem: Problem | None = None,
    form: Mapping[str, str] = NOTHING_TYPED,
) -> Response:
    """The page of findings; `decided` is the key that was decided just now."""
    found = _findings(home, who, school)
    return _page(
        request,
        who,
        school,
        "policies_findings.html",
        status=problem.status if problem else 200,
        room="/policies/findings",
        found=found,
        tally=tally_of(found),
        about=list(dict.fromkeys(one.subject for one in found if one.choices)),
        may_decide=who.may_in(Permission.DECIDE_POLICIES, school),
        decided=decided,
        problem=problem.detail if problem else "",
        form=form,
        longest=LONGEST_REASON,
    )


def _school(who: Who, asked: str) -> str:
    found = min(schools_of(who, asked), default="")
    if not found:
        raise NO_SCHOOL
    return found


def _clauses(home: Home, school: str) -> tuple[Clause, ...]:
    if school in POLICIES:
        return clauses_for(school)
    layers = load_layers(home.bench.packs_dir, school)
    return clauses_for(school, layers.value("trust.id") or "", layers.cited())


def _findings(home: Home, who: Who, school: str) -> tuple[Standing, ...]:
    layers = looked_at(home.bench, school)
    found = asyncio.run(findings_at_home(home.bench, rules_of(layers)))
    every = standing(home.bench, layers, found)
    if who.may_in(Permission.SEE_PEOPLE, school):
        return every
    return tuple(replace(one, decision=None) for one in every)


def _found(every: Sequence[Line], typed: str) -> list[Line]:
    sought = typed.strip().casefold()
    return [one for one in every if sought in f"{one.key} {one.clauses} {one.value}".casefold()]


def _page(
    request: Request, who: Who, school: str, name: str, status: int = 200, **values: Any
) -> Response:
    schools = sorted(who.reach.schools)
    values = {"room": request.url.path} | values
    return page(request, name, who, status, school=school, schools=schools, **values)
