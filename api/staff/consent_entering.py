"""Entering a pile of paper at the console: set up once, then a line a form, with Enter.

What a pile has in common (edition, date, how it was seen, place) travels in the address and the
form: none of it is about a person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.staff.consent_reach import AskedSchool, School, whole_school
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import console
from graphsync.consent_entry import (
    ManyKept,
    Question,
    Typed,
    enter,
    enter_many,
    pile_shown,
)
from graphsync.consent_lines import Entering, Pile
from graphsync.consent_piles import batches, close_batch, reject
from graphsync.consent_school import ConsentSchool
from graphsync.trouble import Refusal
from policies.consent_forms import filled
from policies.consent_records import Method

FIELDS = ("pupil", "answer", "signer", "signed_on", "undated", "unsigned")
TAKEN_BACK = "taken back while it was entered"
Batch = Annotated[str, Path(max_length=40, pattern=r"^b-[0-9a-f]{1,32}$")]
Short = Annotated[str, Form(max_length=100)]
Day = Annotated[str, Form(max_length=10)]
Asked = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Given:
    """What a pile has in common, as the forms of its page carry it."""

    edition: str
    day: str
    method: str
    place: str

    def pile(self, batch: str) -> Pile:
        """The pile to enter; raises Refusal for a date that is none."""
        method = Method.ON_FILE if self.method == Method.ON_FILE else Method.PAPER_SEEN
        return Pile(
            edition=self.edition,
            signed_on=day_of(self.day),
            method=method,
            place=self.place,
            batch=batch,
        )

    def address(self, school: str, batch: str) -> str:
        """Where the pile is entered."""
        told = {"edition": self.edition, "day": self.day, "method": self.method}
        return f"/consents/{school}/piles/{batch}?{urlencode({**told, 'place': self.place})}"


async def given_in_form(
    edition: Short = "", day: Day = "", method: Short = "", place: Short = ""
) -> Given:
    """As a form sends it."""
    return Given(edition, day, method, place)


async def given_in_address(
    edition: Asked = "", day: Asked = "", method: Asked = "", place: Asked = ""
) -> Given:
    """As an address has it."""
    return Given(edition, day, method, place)


Sent = Annotated[Given, Depends(given_in_form)]
Named = Annotated[Given, Depends(given_in_address)]


def day_of(text: str) -> date | None:
    """The day that a form sends; None for none. Raises Refusal for what is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("the date is none: write it as 2026-09-03") from None


@console.get("/consents/enter", Permission.RECORD_CONSENTS)
def begin(request: Request, home: Staff, who: Caller, school: AskedSchool = None) -> Response:
    """What the pile has in common, said once."""
    given = Given("", "", Method.PAPER_SEEN, "")
    return _begin_page(request, home, who, whole_school(who, school), given)


@console.post("/consents/enter", Permission.RECORD_CONSENTS)
def begun(
    request: Request,
    home: Staff,
    who: Caller,
    given: Sent,
    school: Short = "",
    batch: Short = "",
) -> Response:
    """A new pile, or one that is open already."""
    here = whole_school(who, school)
    try:
        entering = Entering(home.bench_of(who), here, given.pile(batch))
    except Refusal as problem:
        return _begin_page(request, home, who, here, given, f"{problem}.")
    return RedirectResponse(given.address(here, entering.batch), 303)


@console.get("/consents/{school}/piles/{batch}", Permission.RECORD_CONSENTS)
def pile(
    request: Request, home: Staff, who: Caller, school: School, batch: Batch, given: Named
) -> Response:
    """The next line, and the last ten."""
    return _pile_page(request, home, who, whole_school(who, school), batch, given)


@console.post("/consents/{school}/piles/{batch}/line", Permission.RECORD_CONSENTS)
def line(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    batch: Batch,
    given: Sent,
    pupil: Short = "",
    answer: Short = "",
    signer: Short = "",
    signed_on: Day = "",
    undated: Short = "",
    unsigned: Short = "",
) -> Response:
    """One form: kept and read back, or asked back, or refused with the mend."""
    here, question, problem = whole_school(who, school), None, ""
    if not answer.strip():  # all of it stands in the first field
        pupil, answer, signer = [*pupil.split(), "", "", signer][:3]
    sent = dict(zip(FIELDS, (pupil, answer, signer, signed_on, undated, unsigned), strict=True))
    try:
        typed = Typed(
            pupil=pupil.strip(),
            answer=answer,
            signer=signer,
            signed_on=day_of(signed_on),
            undated=bool(undated),
            unsigned=bool(unsigned),
        )
        question = enter(home.bench_of(who), here, given.pile(batch), typed)
    except Refusal as refused:
        problem = f"Not kept: {refused}."
    if question is None and not problem:
        return RedirectResponse(given.address(here, batch), 303)
    return _pile_page(
        request, home, who, here, batch, given, sent=sent, question=question, problem=problem
    )


@console.post("/consents/{school}/piles/{batch}/lines", Permission.RECORD_CONSENTS)
def lines(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    batch: Batch,
    given: Sent,
    typed: Annotated[str, Form(max_length=60_000)] = "",
) -> Response:
    """Many lines at once; those that were not kept come back to be mended."""
    here = whole_school(who, school)
    try:
        many = enter_many(home.bench_of(who), here, given.pile(batch), typed.splitlines())
    except Refusal as refused:
        return _pile_page(request, home, who, here, batch, given, problem=f"{refused}.")
    if not many.not_kept:
        return RedirectResponse(given.address(here, batch), 303)
    return _pile_page(request, home, who, here, batch, given, many=many)


@console.post("/consents/{school}/piles/{batch}/take-back", Permission.RECORD_CONSENTS)
def take_back(
    request: Request,
    home: Staff,
    who: Caller,
    school: School,
    batch: Batch,
    given: Sent,
    row: Short = "",
) -> Response:
    """A line that should not be there; it stays in the register as taken back."""
    here = whole_school(who, school)
    try:
        reject(home.bench_of(who), here, row, TAKEN_BACK)
    except Refusal as refused:
        return _pile_page(request, home, who, here, batch, given, problem=f"{refused}.")
    return RedirectResponse(given.address(here, batch), 303)


@console.post("/consents/{school}/piles/{batch}/close", Permission.RECORD_CONSENTS)
def close(home: Staff, who: Caller, school: School, batch: Batch) -> Response:
    """The pile is done: it waits for the second person."""
    here = whole_school(who, school)
    close_batch(home.bench_of(who), here, batch)
    return RedirectResponse(f"/consents?school={here}", 303)


def _begin_page(
    request: Request, home: Home, who: Who, school: str, given: Given, problem: str = ""
) -> Response:
    at = ConsentSchool(home.bench, school)
    open_piles = [one for one in batches(home.bench, school) if one.closed_on is None]
    return page(
        request,
        "consent_enter.html",
        who,
        422 if problem else 200,
        school=school,
        schools=sorted(who.reach.schools),
        editions=[filled(one, at.rules.name) for one in at.editions.values()],
        piles=open_piles,
        given=given,
        problem=problem,
    )


def _pile_page(
    request: Request,
    home: Home,
    who: Who,
    school: str,
    batch: str,
    given: Given,
    *,
    sent: dict[str, str] | None = None,
    question: Question | None = None,
    many: ManyKept | None = None,
    problem: str = "",
) -> Response:
    return page(
        request,
        "consent_pile.html",
        who,
        422 if problem or many else 200,
        school=school,
        pile=pile_shown(home.bench, school, batch),
        given=given,
        sent=sent or dict.fromkeys(FIELDS, ""),
        question=question,
        many=many,
        problem=problem,
    )
