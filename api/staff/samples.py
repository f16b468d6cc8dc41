"""Samples of the consent gate: the governor says a seed, the DPO opens the proofs (law B9, task 2).

Whoever only assures reads numbers; whom a sample drew is told to the DPO alone.
"""

from typing import Annotated, Any

from fastapi import Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.permissions import Permission, Who
from api.staff.consent_reach import AskedSchool, School, whole_school
from api.staff.counted import Counted, Counts
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.plots import suppressed
from api.staff.rooms import api, console
from api.staff.shapes import shape
from api.staff.shapes_people import answers
from api.staff.writing import Key, once
from graphsync import sample_desk as desk
from graphsync.sample_desk import Draw, Gate
from graphsync.store.samples import Sample
from graphsync.trouble import Refusal
from policies.sampling import SIZE
from policies.termly import banded
from reports.listing import plain

_COUNTS = ("licensed", "consented", "marked", "uncovered")
_SAMPLE = {
    "id": "s-1a2b3c4d",
    "school": "pb",
    "at": "2026-11-25T15:00:00Z",
    "by": "entra:11111111-2222-3333-4444-555555555555",
    "seed": "four two six",
    "passed": 25,
    "failed": 0,
    "licensed": 412,
    "consented": 430,
    "marked": 0,
    "uncovered": 0,
}
_DRAW = {"seed": "four two six", "people": ["pb:5523"], "digest": "3f2a91bc0d4e5f60"}
Seed = Annotated[str, Query(max_length=200, description="what the governor says")]


Text = Annotated[str, Form(max_length=200)]


async def ticked(request: Request) -> list[bool]:
    """Whether each proof passes, by the one field that each has in the form."""
    form = await request.form()
    words = [form.get(f"proof{number}") for number in range(1, SIZE + 1)]
    return [word == "pass" for word in words if word in {"pass", "fail"}]


Verdicts = Annotated[list[bool], Depends(ticked)]


class SampleAsked(BaseModel):
    """What the DPO found: whether each proof passes, in the order of the draw."""

    model_config = shape({"seed": "four two six", "digest": "3f2a91bc0d4e5f60", "passes": [True]})
    seed: Annotated[str, Field(max_length=200)]
    digest: Annotated[str, Field(max_length=16)]
    passes: Annotated[list[bool], Field(max_length=SIZE)]


@api.get(
    "/api/v1/samples/{school}",
    Permission.SEE_PACKS,
    responses=answers({"items": [_SAMPLE]}, 404),
    summary="Samples of the consent gate that were judged, the newest first",
)
def samples(home: Staff, who: Caller, school: School) -> Any:
    """Nobody stands in one; whoever only assures is told the counts as bands of five."""
    return {"items": _told(home, who, whole_school(who, school))}


@api.get(
    "/api/v1/samples/{school}/draw",
    Permission.SAMPLE_CONSENTS,
    responses=answers(_DRAW, 404, 409, 422),
    summary="Whom a seed draws, for the DPO: at most 25 of the pupils who hold a licence",
)
def drawn(home: Staff, who: Caller, counts: Counts, school: School, seed: Seed) -> Any:
    """Nothing is kept; the proofs are those of `/api/v1/consents/{school}/{ref}`."""
    return plain(desk.draw(_gate(home, counts, whole_school(who, school)), seed))


@api.post(
    "/api/v1/samples/{school}",
    Permission.SAMPLE_CONSENTS,
    responses=answers(_SAMPLE, 404, 409, 422),
    summary="Keep what was found of each proof of a sample",
)
def judged(
    home: Staff, who: Caller, counts: Counts, school: School, asked: SampleAsked, key: Key
) -> Response:
    """The sample as it is kept: numbers alone."""
    found, bench = _gate(home, counts, whole_school(who, school)), home.bench_of(who)
    return once(
        home,
        who,
        key,
        f"sample\n{school}\n{asked.model_dump_json()}",
        lambda: desk.judge(bench, found, asked.seed, asked.digest, asked.passes),
    )


@console.get("/samples", Permission.SEE_PACKS)
def of_school(
    request: Request,
    home: Staff,
    who: Caller,
    counts: Counts,
    school: AskedSchool = None,
    seed: Seed = "",
) -> Response:
    """What was found before; with a seed, what it draws."""
    return _page(request, home, who, counts, whole_school(who, school), seed)


@console.post("/samples/{school}", Permission.SAMPLE_CONSENTS)
def kept(
    request: Request,
    home: Staff,
    who: Caller,
    counts: Counts,
    school: School,
    verdicts: Verdicts,
    seed: Text = "",
    digest: Text = "",
) -> Response:
    """What the DPO ticked."""
    found = _gate(home, counts, whole_school(who, school))
    try:
        desk.judge(home.bench_of(who), found, seed, digest, verdicts)
    except Refusal as refusal:
        return _page(request, home, who, counts, school, seed, f"Nothing is kept: {refusal}.", 409)
    return RedirectResponse(f"/samples?school={school}", 303)


def _gate(home: Home, counts: Counted, school: str) -> Gate:
    """Compared at most every five minutes; raises Refusal."""
    found: Gate = counts.of(("gate", school), lambda: desk.gate(home.bench, school)).told
    return found


def _told(home: Home, who: Who, school: str) -> list[dict[str, Any]]:
    return [_shown(who, one) for one in home.bench.store.samples.of(school)]


def _shown(who: Who, one: Sample) -> dict[str, Any]:
    fields: dict[str, Any] = plain(one)
    if suppressed(who):
        fields |= {name: banded(getattr(one, name)) for name in _COUNTS}
    return fields


def _page(
    request: Request,
    home: Home,
    who: Who,
    counts: Counted,
    school: str,
    seed: str,
    problem: str = "",
    status: int = 200,
) -> Response:
    told: Draw | None = None
    if seed.strip():
        try:
            told = desk.draw(_gate(home, counts, school), seed)
        except Refusal as refusal:
            problem, status = problem or f"Nothing is drawn: {refusal}.", max(status, 409)
    return page(
        request,
        "samples.html",
        who,
        status,
        school=school,
        schools=sorted(who.reach.schools),
        seed=seed,
        draw=told,
        opens=who.may_in(Permission.SAMPLE_CONSENTS, school),
        samples=_told(home, who, school),
        problem=problem,
    )
