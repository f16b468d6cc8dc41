"""About the mail queue: decisions and what they say of rules, and how the feed is."""

from typing import Annotated, Any

from fastapi import Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.mail_reach import actor_of
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import answers
from api.staff.shapes_mail import ALLOWED, CHANGE, CONTRARY, FEED, GAP, Acknowledged
from api.staff.writing import Key, as_csv, once
from graphsync import dlp_views as views
from graphsync.dlp_allowances import allowed_lines
from graphsync.feed_findings import feed_findings
from graphsync.gap_desk import acknowledge, gaps
from graphsync.proof_desk import proofs
from graphsync.store.dlp_feeds import Gap
from graphsync.trouble import Usage
from policies.pack_loading import load_rules
from reports.listing import plain

CHANGES = ("school", "rule", "name", "change", "speak_for_it", "decided", "outcomes", "why")
Number = Annotated[int, Path(ge=1, le=1_000_000, examples=[1])]


@api.get(
    "/api/v1/dlp/contrary",
    Permission.SEE_DLP,
    responses=answers({"items": [CONTRARY]}),
    summary="Decisions against the DPO's advice, without notes and names",
)
def contrary(home: Staff, who: Caller) -> Any:
    """In the order of time."""
    return {"items": plain(views.against_advice(home.bench, actor_of(who)))}


@api.get(
    "/api/v1/dlp/allowed",
    Permission.SEE_DLP,
    responses=answers({"items": [ALLOWED]}),
    summary="What is allowed until a day, the first to end first; then it comes back by itself",
)
def allowed(home: Staff, who: Caller) -> Any:
    """Of your schools; `ends_soon` from 14 days before."""
    return {"items": plain(allowed_lines(home.bench, actor_of(who)))}


@api.get(
    "/api/v1/dlp/rules",
    Permission.SEE_DLP,
    responses=answers({"items": [CHANGE]}),
    summary="Changes of Purview's rules that decisions speak for; none is made",
)
def rules(home: Staff, who: Caller) -> Any:
    """By school and rule."""
    return {"items": plain(views.rule_changes(home.bench, actor_of(who)))}


@api.get(
    "/api/v1/dlp/rules.csv",
    Permission.SEE_DLP,
    response_class=Response,
    responses=answers(None),
    summary="The same as a file for a spreadsheet",
)
def rules_csv(home: Staff, who: Caller) -> Response:
    """For whoever changes rules in Purview."""
    return _as_file(home, who)


@api.get(
    "/api/v1/dlp/feed",
    Permission.SEE_DLP,
    responses=answers(FEED),
    summary="How far the activity feed was read, what it leaves open, and which rules still bite",
)
def feed(home: Staff, who: Caller) -> Any:
    """Fields of the feed are null where it was never read."""
    known = home.bench.store.dlp_feeds.of(home.bench.tenant.tenant_id)
    schools = sorted(actor_of(who).schools or ())
    return {
        "read_until": plain(known.read_until) if known else None,
        "succeeded_at": plain(known.succeeded_at) if known else None,
        "newest_blob": plain(known.newest_blob) if known else None,
        "findings": {one: _open_ends(home, one) for one in schools},
        "proofs": {one: plain(proofs(home.bench, one)) for one in schools},
        "gaps_waiting": sum(one.acknowledged_at is None for one in gaps(home.bench)),
    }


@api.get(
    "/api/v1/dlp/gaps",
    Permission.SEE_DLP,
    responses=answers({"items": [GAP]}),
    summary="Times of which events were lost or may be missing, of the whole tenant",
)
def all_gaps(home: Staff) -> Any:
    """The acknowledged ones too, in the order they were found."""
    return {"items": plain(gaps(home.bench))}


@api.post(
    "/api/v1/dlp/gaps/{number}/acknowledge",
    Permission.ADVISE_DLP,
    responses=answers(GAP, 404, 422),
    summary="Say what was done about a gap, so that it is told no more",
)
def gap_done(home: Staff, who: Caller, number: Number, asked: Acknowledged, key: Key) -> Response:
    """Journalled with who said it."""
    request = f"dlp gap\n{number}\n{asked.model_dump_json()}"
    return once(
        home, who, key, request, lambda: plain(_acknowledged(home, who, number, asked.reason))
    )


@console.get("/mail/decisions", Permission.SEE_DLP)
def decisions_page(request: Request, home: Staff, who: Caller) -> Response:
    """What went against the advice, and which rules the decisions speak for changing."""
    return page(
        request,
        "mail_decisions.html",
        who,
        allowed=allowed_lines(home.bench, actor_of(who)),
        contrary=views.against_advice(home.bench, actor_of(who)),
        changes=views.rule_changes(home.bench, actor_of(who)),
    )


@console.get("/mail/rules.csv", Permission.SEE_DLP)
def rules_file(home: Staff, who: Caller) -> Response:
    """The changes as a file."""
    return _as_file(home, who)


@console.get("/mail/feed", Permission.SEE_DLP)
def feed_page(request: Request, home: Staff, who: Caller) -> Response:
    """Whether records come at all, what was lost, and which rules still bite."""
    return _feed_page(request, home, who)


@console.post("/mail/feed/gaps/{number}/acknowledge", Permission.ADVISE_DLP)
def gap_acknowledged(
    request: Request,
    home: Staff,
    who: Caller,
    number: Number,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Somebody's word for what was done about it."""
    if not reason.strip():
        return _feed_page(request, home, who, "Say what was done about the gap.")
    _acknowledged(home, who, number, reason)
    return RedirectResponse("/mail/feed", 303)


def _as_file(home: Home, who: Who) -> Response:
    found = views.rule_changes(home.bench, actor_of(who))
    return as_csv("rules", CHANGES, ([getattr(one, name) for name in CHANGES] for one in found))


def _acknowledged(home: Home, who: Who, number: int, reason: str) -> Gap:
    try:
        return acknowledge(home.bench_of(who), number, reason)
    except Usage:
        told = "No gap of this number waits for anybody; /mail/feed lists them."
        raise Problem(404, "no_such_gap", told) from None


def _open_ends(home: Home, school: str) -> list[str]:
    found = feed_findings(home.bench, load_rules(home.bench.packs_dir, school))
    return [one.sentence for one in found if one.subject != "dlp gaps"]


def _feed_page(request: Request, home: Home, who: Who, problem: str = "") -> Response:
    schools = sorted(actor_of(who).schools or ())
    return page(
        request,
        "mail_feed.html",
        who,
        422 if problem else 200,
        feed=home.bench.store.dlp_feeds.of(home.bench.tenant.tenant_id),
        gaps=sorted(
            gaps(home.bench), key=lambda one: (one.acknowledged_at is not None, one.number)
        ),
        findings={one: _open_ends(home, one) for one in schools},
        proofs={one: proofs(home.bench, one) for one in schools},
        problem=problem,
    )
