"""One advice or decision for every item that is alike: shown first, then all of it or nothing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.mail_item import show_item
from api.staff.mail_reach import (
    Day,
    ItemId,
    actor_of,
    at_the_desk,
    checked_move,
    end_of,
    item_for,
)
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import answers
from api.staff.shapes_mail import MOVED, PREVIEW, AlikeAsked, AlikeMeant
from api.staff.writing import Key, once
from graphsync.dlp_alike import Preview, carry_out, preview
from graphsync.dlp_desk import Move, Note, Telling
from graphsync.trouble import Refusal, Usage
from policies.mail_queue import LONGEST_NOTE, Step
from reports.listing import plain

Text = Annotated[str, Form(max_length=2 * LONGEST_NOTE)]
Word = Annotated[str, Form(max_length=60)]
SHOWN = 500  # items that a page lists; a number above it is told


@api.post(
    "/api/v1/dlp/alike/preview",
    Permission.SEE_DLP,
    responses=answers(PREVIEW, 404, 409, 422),
    summary="What an advice or a decision for all items like one would do; nothing is written",
)
def shown_alike(home: Staff, who: Caller, asked: AlikeAsked) -> Any:
    """Alike: one school, the same rules, exceptions, classes, fates and class of sender."""
    with at_the_desk():
        move = _asked(home, who, asked)
        return plain(preview(home.bench, actor_of(who), asked.like, move, asked.excepted))


@api.post(
    "/api/v1/dlp/alike/decide",
    Permission.SEE_DLP,
    responses=answers({"items": [MOVED]}, 404, 409, 422),
    summary="Do what a preview showed, all of it or nothing",
)
def decided_alike(home: Staff, who: Caller, asked: AlikeMeant, key: Key) -> Response:
    """Refused where anything has changed since, or where the number is another."""
    bench, actor = home.bench_of(who), actor_of(who)

    def act() -> Any:
        shown = preview(bench, actor, asked.like, move, asked.excepted)
        demand_number(shown, asked.items)
        moved = carry_out(bench, actor, asked.like, move, asked.digest, asked.excepted)
        return {"items": plain(moved)}

    with at_the_desk():
        move = _asked(home, who, asked)
        return once(home, who, key, f"dlp alike\n{asked.model_dump_json()}", act)


@console.post("/mail/{item}/alike", Permission.SEE_DLP)
def alike(
    request: Request,
    home: Staff,
    who: Caller,
    item: ItemId,
    step: Word = "",
    word: Word = "",
    reason: Text = "",
    anyway: Text = "",
    until: Day = "",
) -> Response:
    """Exactly which items it would be, and which are left out and why."""
    sent = {"step": step, "word": word, "reason": reason, "until": until}
    try:
        move = _move(home, who, item, sent, anyway)
        shown = preview(home.bench, actor_of(who), item, move)
    except Telling as note:
        return show_item(request, home, who, item, sent=sent, warned=note.parts)
    except (Refusal, Usage) as refusal:
        return show_item(request, home, who, item, sent=sent, problem=f"{refusal}.")
    return _page(request, who, shown, move)


@console.post("/mail/{item}/alike/do", Permission.SEE_DLP)
def alike_done(
    request: Request,
    home: Staff,
    who: Caller,
    item: ItemId,
    step: Word = "",
    word: Word = "",
    reason: Text = "",
    anyway: Text = "",
    until: Day = "",
    digest: Word = "",
    typed: Annotated[str, Form(max_length=12)] = "",
    leave_out: Annotated[Sequence[str], Form(max_length=SHOWN)] = (),
) -> Response:
    """Do what was shown but for what is ticked, once its number is typed."""
    sent = {"step": step, "word": word, "reason": reason, "until": until}
    bench, actor = home.bench_of(who), actor_of(who)
    move = _move(home, who, item, sent, anyway)
    shown = preview(bench, actor, item, move)
    left_out = sorted({*leave_out} & {*shown.items})
    try:
        if shown.digest != digest:
            raise Refusal("something has changed since this was shown: look at it once more")  # noqa: TRY301 - told on the page
        now = preview(bench, actor, item, move, left_out)
        demand_number(now, int(typed) if typed.isdecimal() else -1)
        moved = carry_out(bench, actor, item, move, now.digest, left_out)
    except (Refusal, Usage) as refusal:
        return _page(request, who, shown, move, left_out, f"{refusal}.")
    return RedirectResponse(f"/mail?done={len(moved)}", 303)


def demand_number(shown: Preview, typed: int) -> None:
    """Raises Refusal where somebody meant another number of items than there are."""
    if typed != len(shown.items):
        raise Refusal(f"it is {len(shown.items)}: type how many items you mean to be sure")


def _asked(home: Home, who: Who, asked: AlikeAsked) -> Move:
    if (asked.advice is None) == (asked.outcome is None):
        raise Problem(422, "one_of_two", "Give an advice or an outcome, one of the two.")
    step = Step.DECIDE if asked.advice is None else Step.ADVISE
    item_for(home, who, asked.like, step)
    return checked_move(asked.move(step))


def _move(home: Home, who: Who, item: str, sent: Mapping[str, str], anyway: str) -> Move:
    """Raises Problem for a step that is not for many, or not for this person; Usage as a move."""
    if sent["step"] not in {Step.ADVISE, Step.DECIDE}:
        raise Problem(422, "one_by_one", "Only an advice or a decision is for many at once.")
    step = Step(sent["step"])
    item_for(home, who, item, step)
    note = Note(sent["reason"], bool(anyway))
    end = end_of(step, sent["until"])
    return checked_move(Move(step=step, word=sent["word"], note=note, until=end))


def _page(
    request: Request,
    who: Who,
    shown: Preview,
    move: Move,
    left_out: Sequence[str] = (),
    problem: str = "",
) -> Response:
    return page(
        request,
        "mail_alike.html",
        who,
        409 if problem else 200,
        shown=msgspec.structs.replace(shown, items=shown.items[:SHOWN]),
        number=len(shown.items),
        move=move,
        left_out=left_out,
        problem=problem,
    )
