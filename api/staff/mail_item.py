"""One item of the mail queue as a page and as JSON, with what this person may do with it now."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.permissions import Who
from api.staff.home import Home
from api.staff.mail_reach import actor_of, item_of
from api.staff.pages import page
from graphsync import dlp_views as views
from graphsync.bench import Bench
from graphsync.dlp_allowances import AllowedLine, allowed_lines
from graphsync.dlp_desk import Actor, Note, Telling, allowed
from policies.mail_queue import FOLLOWS, LONGEST_NOTE, Advice, Outcome, State
from reports.listing import plain

OPEN = "open"  # shows what is marked as personal, for a reason
MOODS = {
    State.OPEN: "wait",
    State.REOPENED: "wait",
    State.CLAIMED: "wait",
    State.NEEDS_INFORMATION: "wait",
    State.ADVISED: "wait",
    State.DECIDED: "good",
    State.CLOSED: "none",
}


def show_item(
    request: Request,
    home: Home,
    who: Who,
    item: str,
    *,
    why: Note = views.NO_REASON,
    sent: Mapping[str, str] | None = None,
    warned: Sequence[str] = (),
    problem: str = "",
) -> Response:
    """The page of an item; `sent` is a form that comes back."""
    found, actor = item_of(home, who, item), actor_of(who)
    try:
        shown = views.show(home.bench, actor, item, why)
    except Telling as note:
        warned = note.parts
        sent = {"step": OPEN, "reason": why.text}
        shown = views.show(home.bench, actor, item)
    may = () if shown.hidden else allowed(home.bench, actor, found)
    return page(
        request,
        "mail_item.html",
        who,
        422 if problem or warned else 200,
        shown=shown,
        line=shown.line,
        may=may,
        breach=_breach(home.bench, shown),
        allowance=_allowance(home.bench, actor, item),
        sent={"step": "", "word": "", "reason": "", "until": "", **(sent or {})},
        warned=warned,
        problem=problem,
        done=request.query_params.get("done", ""),
        advices=tuple(Advice),
        outcomes=tuple(Outcome),
        follows=FOLLOWS,
        longest=LONGEST_NOTE,
        moods=MOODS,
        now=home.bench.now(),
    )


def told(home: Home, who: Who, item: str, why: Note = views.NO_REASON) -> dict[str, Any]:
    """One item as a program is told it, with its entry of the register of breaches and `may`."""
    found, actor = item_of(home, who, item), actor_of(who)
    shown = views.show(home.bench, actor, item, why)
    may = () if shown.hidden else allowed(home.bench, actor, found)
    return {**plain(shown), "breach": _breach(home.bench, shown), "may": plain(may)}


def _allowance(bench: Bench, actor: Actor, item: str) -> AllowedLine | None:
    """Until when it is allowed; None where no decision says so."""
    return next((one for one in allowed_lines(bench, actor) if one.item == item), None)


def _breach(bench: Bench, shown: views.ItemShown) -> str:
    """The entry of the register of breaches that was opened for it; empty for none."""
    return bench.store.breaches.opened_for(shown.line.school, shown.source) or ""
