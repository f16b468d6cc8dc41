"""Asking parents: who would be asked and who is left out, then mails, letters and reminders."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.consent_reach import AskedSchool, whole_school
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import ASK_REPORT, Asked, answers
from api.staff.writing import Key, claimed
from graphsync.bench import Bench
from graphsync.consent_asking import (
    AskReport,
    Chosen,
    Letters,
    ask_by_mail,
    letters,
    preview,
    remind,
)
from graphsync.consent_faces import names_of
from graphsync.consent_school import ConsentSchool
from graphsync.trouble import Refusal
from policies.people import PersonKey, Roster
from reports.letters_page import page as letters_page
from reports.listing import plain

Short = Annotated[str, Form(max_length=40)]
# The letters carry their own style and their QR codes: nothing else than that is let in.
LETTERS_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True)
class Wish:
    """Which pupils, and on which way their parents are asked: mail or letter."""

    year: str
    form_group: str
    way: str

    @property
    def chosen(self) -> Chosen:
        """Those of the roster."""
        return choose(
            [self.year] if self.year else [], [self.form_group] if self.form_group else []
        )


async def wish(year: Short = "", form_group: Short = "", way: Short = "mail") -> Wish:
    """As the form sends it."""
    return Wish(year.strip(), form_group.strip(), "letter" if way == "letter" else "mail")


Wished = Annotated[Wish, Depends(wish)]


def choose(years: Collection[str], form_groups: Collection[str]) -> Chosen:
    """The people of these years and form groups; an empty list leaves nobody out."""
    groups = {one.casefold() for one in form_groups}

    def chosen(roster: Roster) -> set[PersonKey]:
        return {
            one.key
            for one in roster.people
            if (not years or one.year in years)
            and (not groups or (one.form or "").casefold() in groups)
        }

    return chosen


@api.post(
    "/api/v1/consents/ask",
    Permission.RECORD_CONSENTS,
    responses=answers(ASK_REPORT, 404, 409, 422, 503),
    summary="Whom the school would ask by mail and who is left out; with `send` they are asked",
)
def ask(home: Staff, who: Caller, asked: Asked, key: Key) -> Response:
    """Nothing is written without `send`. A key that has sent never sends again."""
    here, chosen = whole_school(who, asked.school), choose(asked.years, asked.form_groups)
    if not asked.send:
        return _as_json(preview(home.bench, here, chosen, by_mail=True))
    _demand_mail(home.bench)
    claimed(home, who, key, f"ask\n{asked.model_dump_json()}")
    return _as_json(asyncio.run(ask_by_mail(home.bench_of(who), here, chosen)))


def _as_json(report: AskReport) -> Response:
    import msgspec

    return Response(msgspec.json.encode(plain(report)), media_type="application/json")


def _demand_links(bench: Bench) -> None:
    if not bench.parents_url:
        raise Refusal("no letter can carry a link: GRAPHSYNC_PARENTS_URL is missing")


def _demand_mail(bench: Bench) -> None:
    """Raises Problem where no mail can go out: nothing is to be written then."""
    missing = {"GRAPHSYNC_MAIL_FROM": bench.mail_from, "GRAPHSYNC_PARENTS_URL": bench.parents_url}
    if names := ", ".join(name for name, value in missing.items() if not value):
        raise Problem(503, "no_mail", f"Nobody can be written to: {names} is missing.")


@console.get("/consents/ask", Permission.RECORD_CONSENTS)
def begin(request: Request, home: Staff, who: Caller, school: AskedSchool = None) -> Response:
    """Which pupils, and on which way."""
    return _page(request, home, who, whole_school(who, school), Wish("", "", "mail"))


@console.post("/consents/ask", Permission.RECORD_CONSENTS)
def previewed(
    request: Request, home: Staff, who: Caller, wished: Wished, school: Short = ""
) -> Response:
    """Who would be asked, and who would not and why; nothing is sent."""
    here = whole_school(who, school)
    try:
        told = preview(home.bench, here, wished.chosen, by_mail=wished.way == "mail")
    except Refusal as problem:
        return _page(request, home, who, here, wished, problem=f"{problem}.")
    return _page(request, home, who, here, wished, shown=told)


@console.post("/consents/ask/send", Permission.RECORD_CONSENTS)
def sent(
    request: Request,
    home: Staff,
    who: Caller,
    wished: Wished,
    school: Short = "",
    number: Short = "",
) -> Response:
    """Ask by mail; the number of contacts is typed, and has to be still what it was."""
    here, bench = whole_school(who, school), home.bench_of(who)
    try:
        now = preview(bench, here, wished.chosen, by_mail=True)
        if number.strip() != str(len(now.asked)):
            return _page(
                request, home, who, here, wished, shown=now, problem="Type the number shown."
            )
        _demand_mail(bench)
        told = asyncio.run(ask_by_mail(bench, here, wished.chosen))
    except (Refusal, Problem) as problem:
        return _page(request, home, who, here, wished, problem=f"{problem}")
    return _page(request, home, who, here, wished, done=told)


@console.post("/consents/ask/letters", Permission.RECORD_CONSENTS)
def printed(
    request: Request, home: Staff, who: Caller, wished: Wished, school: Short = ""
) -> Response:
    """Letters to print, each with its own link: shown once."""
    here, bench, made = whole_school(who, school), home.bench_of(who), list[Letters]()
    try:
        _demand_links(bench)
        letters(bench, here, wished.chosen, made.append)
    except Refusal as problem:
        return _page(request, home, who, here, wished, problem=f"{problem}.")
    headers = {"Content-Security-Policy": LETTERS_POLICY}
    return Response(letters_page(made[0]), 200, headers, media_type="text/html; charset=utf-8")


@console.post("/consents/ask/remind", Permission.RECORD_CONSENTS)
def reminded(request: Request, home: Staff, who: Caller, school: Short = "") -> Response:
    """Ask those again who are due for it by the pack's days."""
    here, bench, wished = whole_school(who, school), home.bench_of(who), Wish("", "", "mail")
    try:
        _demand_mail(bench)
        told = asyncio.run(remind(bench, here))
    except (Refusal, Problem) as problem:
        return _page(request, home, who, here, wished, problem=f"{problem}")
    return _page(request, home, who, here, wished, done=told)


def _page(
    request: Request,
    home: Home,
    who: Who,
    school: str,
    wished: Wish,
    *,
    shown: AskReport | None = None,
    done: AskReport | None = None,
    problem: str = "",
) -> Response:
    at = ConsentSchool(home.bench, school)
    people = at.roster.people
    return page(
        request,
        "consent_ask.html",
        who,
        422 if problem else 200,
        school=school,
        schools=sorted(who.reach.schools),
        wished=wished,
        years=list(dict.fromkeys(one.year for one in people if one.year)),
        form_groups=sorted({one.form for one in people if one.form}),
        shown=shown,
        done=done,
        names=names_of(at) if shown or done else {},
        problem=problem,
    )
