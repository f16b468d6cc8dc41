"""The queue of mail exceptions and one item of it: as JSON, as pages, and every move with one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.counted import Counts
from api.staff.home import Caller, Home, Staff
from api.staff.mail_item import MOODS, OPEN, show_item, told
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
from api.staff.shapes_mail import LINE, MOVED, SHOWN, MoveAsked
from api.staff.writing import Key, once
from graphsync import dlp_views as views
from graphsync.dlp_desk import LONGEST_ACCOUNT, Move, Note, Telling, make
from graphsync.store.dlp_items import Tally, Wanted
from graphsync.trouble import Refusal, Usage
from policies.mail import Kind, Severity
from policies.mail_queue import LONGEST_NOTE, State, Step
from policies.sensitive_types import CLASSES
from reports.listing import plain

KINDS = {views.kind_word(one): one for one in Kind}
Limit = Annotated[int, Query(ge=1, le=views.MOST)]
After = Annotated[str, Query(max_length=120, description="`next` of the last page")]
Word = Annotated[str, Query(max_length=60)]
Text = Annotated[str, Form(max_length=2 * LONGEST_NOTE)]


@dataclass(frozen=True)
class Filter:
    """Which items are asked for; empty is every open one of one's schools."""

    school: str = ""
    state: str = ""
    severity: str = ""
    kind: str = ""
    data: str = ""
    rule: str = ""
    mine: bool = False
    overdue: bool = False
    closed: bool = False

    def wanted(self, home: Home, who: Who) -> Wanted:
        """As the store takes it; raises Problem for a word that is none."""
        try:
            return Wanted(
                schools=(self.school,) if self.school else None,
                states=(State(self.state),) if self.state else (),
                severities=(Severity(self.severity),) if self.severity else (),
                kinds=(KINDS[self.kind],) if self.kind else (),
                classes=(self.data,) if self.data else (),
                rules=(self.rule,) if self.rule else (),
                assignee=who.identity if self.mine else None,
                due_before=home.bench.now() if self.overdue else None,
                closed=self.closed,
            )
        except (ValueError, KeyError):
            raise Problem(422, "no_such_word", "The filter has a word that is none.") from None

    def query(self) -> str:
        """As a part of an address; it names nobody."""
        said = {name: value for name, value in asdict(self).items() if value}
        return urlencode({name: "yes" if value is True else value for name, value in said.items()})


async def asked_filter(
    school: Word = "",
    state: Word = "",
    severity: Word = "",
    kind: Word = "",
    data: Annotated[str, Query(max_length=60, description="class of data")] = "",
    rule: Annotated[str, Query(max_length=100, description="id of a rule of Purview")] = "",
    mine: Word = "",
    overdue: Word = "",
    closed: Word = "",
) -> Filter:
    """Of the address; a tick is any word."""
    words = (school, state, severity, kind, data, rule)
    return Filter(*words, bool(mine), bool(overdue), bool(closed))


Filtered = Annotated[Filter, Depends(asked_filter)]
AskedStep = Annotated[
    str, Path(pattern=f"^({'|'.join((*Step, OPEN))})$", examples=["advise"], max_length=10)
]


@api.get(
    "/api/v1/dlp",
    Permission.SEE_DLP,
    responses=answers({"items": [LINE], "next": ""}, 422),
    summary="The queue, the most urgent mail first; the look is written down",
)
def queue_list(
    home: Staff, who: Caller, wanted: Filtered, limit: Limit = 50, after: After = ""
) -> Any:
    """Classes and counts, and nobody by number; items of one mail stand together."""
    with at_the_desk():
        return plain(views.page(home.bench, actor_of(who), wanted.wanted(home, who), after, limit))


@api.get(
    "/api/v1/dlp/{item}",
    Permission.SEE_DLP,
    responses=answers(SHOWN, 404, 409, 422),
    summary="One item with its records and moves; the look is written down",
)
def item_one(
    home: Staff,
    who: Caller,
    item: ItemId,
) -> Any:
    """What its sender marked as personal is hidden: POST .../open with a reason shows it."""
    return told(home, who, item)


@api.post(
    "/api/v1/dlp/{item}/{move}",
    Permission.SEE_DLP,
    responses=answers(MOVED, 404, 409, 422),
    summary="Make a move with an item: claim, release, assign, ask, answer, advise, decide …",
)
def item_move(
    home: Staff, who: Caller, item: ItemId, move: AskedStep, asked: MoveAsked, key: Key
) -> Response:
    """`advise` is for the DPO, `decide` for the head, or for both where the pack says so.

    What becomes a breach is entered in the register of breaches by the same act. `open` moves
    nothing: it shows an item that is marked as personal, and keeps the reason with the look.
    """
    bench = home.bench_of(who)
    with at_the_desk():
        if move == OPEN:
            return JSONResponse(told(home, who, item, Note(asked.reason, asked.anyway)))
        step = Step(move)
        item_for(home, who, item, step)
        wish = checked_move(asked.move(step))
        request = f"dlp\n{move}\n{item}\n{asked.model_dump_json()}"
        return once(
            home, who, key, request, lambda: plain(make(bench, actor_of(who), [item], wish)[0])
        )


@console.get("/mail", Permission.SEE_DLP)
def queue(
    request: Request,
    home: Staff,
    who: Caller,
    wanted: Filtered,
    counts: Counts,
    after: After = "",
    done: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """A page of the queue."""
    actor = actor_of(who)
    with at_the_desk():
        shown = views.page(home.bench, actor, wanted.wanted(home, who), after)
    mine = tuple(sorted(actor.schools or ()))
    counted = counts.of(("mail", *mine), lambda: views.counts(home.bench, actor))
    return page(
        request,
        "mail.html",
        who,
        mails=[list(items) for _, items in groupby(shown.items, key=lambda one: one.mail)],
        next=shown.next,
        counts=_counted(counted.told),
        counted_at=counted.at,
        wanted=wanted,
        after=after,
        done=done,
        schools=sorted(actor.schools or ()),
        states=tuple(State),
        severities=tuple(Severity)[::-1],
        kinds=KINDS,
        classes=CLASSES,
        moods=MOODS,
        now=home.bench.now(),
    )


@console.get("/mail/{item}", Permission.SEE_DLP)
def item_page(request: Request, home: Staff, who: Caller, item: ItemId) -> Response:
    """One item, and what this person may do with it now."""
    return show_item(request, home, who, item)


@console.post("/mail/{item}/open", Permission.SEE_DLP)
def item_opened(
    request: Request, home: Staff, who: Caller, item: ItemId, reason: Text = "", anyway: Text = ""
) -> Response:
    """One that is marked as personal, shown for a reason; it stands in no address."""
    if not reason.strip():
        return show_item(request, home, who, item, problem="Say why you have to see it.")
    return show_item(request, home, who, item, why=Note(reason, bool(anyway)))


@console.post("/mail/{item}/{move}", Permission.SEE_DLP)
def item_moved(
    request: Request,
    home: Staff,
    who: Caller,
    item: ItemId,
    move: Step,
    reason: Text = "",
    anyway: Text = "",
    word: Annotated[str, Form(max_length=LONGEST_ACCOUNT)] = "",
    until: Day = "",
) -> Response:
    """Make it and show the item again; a warning comes back with the form as it was filled in."""
    item_for(home, who, item, move)
    sent = {"step": move, "reason": reason, "word": word, "until": until}
    to = who.identity if move is Step.ASSIGN else word
    try:
        note, end = Note(reason, bool(anyway)), end_of(move, until)
        wish = checked_move(Move(step=move, word=to, note=note, until=end))
        (moved,) = make(home.bench_of(who), actor_of(who), [item], wish)
    except Telling as warned:
        return show_item(request, home, who, item, sent=sent, warned=warned.parts)
    except (Refusal, Usage) as refusal:
        return show_item(request, home, who, item, sent=sent, problem=f"{refusal}.")
    if moved.breach:
        return RedirectResponse(f"/breaches/{moved.breach}", 303)
    return RedirectResponse(f"/mail/{item}?done={move}", 303)


def _counted(tallies: Sequence[Tally]) -> dict[State | str, int]:
    counted: Counter[State | str] = Counter()
    for one in tallies:
        counted[one.state] += one.items
        counted["overdue"] += one.overdue
    return counted
