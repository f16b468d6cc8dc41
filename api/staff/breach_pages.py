"""The console's pages of breaches: the register and its clocks, one entry, and a report."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, assert_never

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission, Who
from api.staff.breach_fields import SECTIONS, facts_in, filled, moment_in
from api.staff.breach_reach import BreachId, breach_of, breaches_of, opened
from api.staff.breaches import BreachMove
from api.staff.consent_reach import school_of
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import console
from graphsync import breach_desk as desk
from graphsync.bench import Bench
from graphsync.trouble import Refusal
from policies.breach_records import NOTIFIES, Act, Body, Decision, Facts, Source
from policies.breaches import HOURS, State
from policies.pack_loading import load_rules
from reports import breach_page
from reports.breach_text import moment, notice

Sent = Mapping[str, Sequence[str]]
MOODS = {
    State.SUSPECTED: "wait",
    State.ASSESSING: "bad",
    State.DECIDED: "wait",
    State.CLOSED: "none",
}
DECISIONS = {
    Decision.NO_BREACH: "it was no breach",
    Decision.RECORD: "keep it on record, tell nobody outside",
    Decision.NOTIFY: "tell the regulator",
    Decision.NOTIFY_AND_TELL: "tell the regulator and the people",
}
REPORTED = ("school", "title", "description", "occurred_from", "containment", "source")
SOURCES = {
    Source.USER: "I saw it myself, or did it",
    Source.PARENT: "a parent or pupil said so",
    Source.PROCESSOR: "a supplier said so",
    Source.MONITOR: "a system showed it",
    Source.REGULATOR: "the regulator asked",
}

ORIGINS = {
    Source.USER: "somebody on the staff",
    Source.PARENT: "a parent or pupil",
    Source.PROCESSOR: "a supplier",
    Source.MONITOR: "a system that watches",
    Source.REGULATOR: "the regulator",
    Source.SERVICE: "this service itself",
}


async def sent_form(request: Request) -> Sent:
    """Every field of the form, as texts."""
    form = await request.form()
    return {name: [str(one) for one in form.getlist(name)] for name in form}


Fields = Annotated[Sent, Depends(sent_form)]


@console.get("/breaches", Permission.SEE_BREACHES)
def register(
    request: Request, home: Staff, who: Caller, closed: Annotated[str, Query(max_length=5)] = ""
) -> Response:
    """The list, running clocks first."""
    return page(
        request,
        "breaches.html",
        who,
        lines=breaches_of(home, who, closed=bool(closed)),
        closed=bool(closed),
        left=left,
        origins=ORIGINS,
        moods=MOODS,
        hours=HOURS,
        moment=moment,
    )


@console.get("/breaches/report", Permission.REPORT_BREACHES)
def report_form(
    request: Request,
    who: Caller,
    made: Annotated[str, Query(max_length=20, pattern=r"^(b-[0-9a-z]{1,16})?$")] = "",
) -> Response:
    """A few fields, for anybody on the staff."""
    return _report_page(request, who, made=made)


@console.post("/breaches/report", Permission.REPORT_BREACHES)
def reported(request: Request, home: Staff, who: Caller, sent: Fields) -> Response:
    """Entered as a suspicion; the DPO takes it from there."""
    school = school_of(who, _text(sent, "school"))
    try:
        made = desk.open_breach(
            home.bench_of(who),
            desk.Report(
                school=school,
                facts=facts_in(sent, Facts()),
                source=_text(sent, "source") or str(Source.USER),
                reported_by=_text(sent, "reported_by")[:300],
            ),
        )
    except Refusal as refusal:
        return _report_page(request, who, sent=sent, problem=f"{refusal}.")
    return RedirectResponse(f"/breaches/report?made={made.breach}", 303)


@console.get("/breaches/{breach}", Permission.SEE_BREACHES)
def entry(request: Request, home: Staff, who: Caller, breach: BreachId) -> Response:
    """One entry: its clock, what is missing, the facts, and what this person may do."""
    return _entry(request, home, who, breach)


@console.get("/breaches/{breach}/print", Permission.SEE_BREACHES)
def printed(home: Staff, who: Caller, breach: BreachId) -> Response:
    """The entry as a file that opens and prints by itself."""
    file = opened(home, who, breach)
    text = breach_page.page(
        file, load_rules(home.bench.packs_dir, file.line.school), home.bench.now()
    )
    headers = {"Content-Disposition": f'attachment; filename="{breach}.html"'}
    return Response(text, 200, headers, media_type="text/html; charset=utf-8")


@console.post("/breaches/{breach}/decide", Permission.DECIDE_BREACHES)
def decided(request: Request, home: Staff, who: Caller, breach: BreachId, sent: Fields) -> Response:
    """The head's decision with its reason."""
    return _acted(
        request,
        home,
        who,
        breach,
        sent,
        lambda bench: desk.decide(bench, breach, _decision(sent), _text(sent, "reason")),
    )


@console.post("/breaches/{breach}/{move}", Permission.WORK_BREACHES)
def worked(
    request: Request, home: Staff, who: Caller, breach: BreachId, move: BreachMove, sent: Fields
) -> Response:
    """What the DPO does with the entry."""
    known = breach_of(home, who, breach).facts
    return _acted(
        request, home, who, breach, sent, lambda bench: _moved(bench, breach, move, sent, known)
    )


def left(line: desk.BreachLine) -> str:
    """The clock in words."""
    if line.hours_left is None:
        return ""
    hours = abs(line.hours_left)
    told = f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
    return f"{told} left" if line.hours_left >= 0 else f"overdue by {told}"


def _moved(
    bench: Bench, breach: str, move: BreachMove, sent: Sent, known: Facts
) -> desk.BreachFile:
    text, at = _text(sent, "text"), _text(sent, "at")
    match move:
        case BreachMove.NOTE:
            return desk.note(bench, breach, facts_in(sent, known))
        case BreachMove.AWARE:
            return desk.aware(bench, breach, moment_in(at, "since when the school is aware"), text)
        case BreachMove.ADVISE:
            why_not = _text(sent, "unavailable")
            return desk.advise(bench, breach, _decision(sent), text, why_not)
        case BreachMove.NOTIFIED:
            when, number = moment_in(at, "when it was sent"), _text(sent, "reference")
            return desk.notified(bench, breach, when, number, _text(sent, "late"))
        case BreachMove.TOLD:
            when, words = moment_in(at, "when they were told"), _text(sent, "reference")
            return desk.told(bench, breach, _body(sent), when, text, words)
        case BreachMove.CLOSE:
            return desk.close(bench, breach, text)
        case BreachMove.REOPEN:
            return desk.reopen(bench, breach, text)
        case _:
            assert_never(move)


def _acted(
    request: Request,
    home: Home,
    who: Who,
    breach: str,
    sent: Sent,
    act: Callable[[Bench], desk.BreachFile],
) -> Response:
    breach_of(home, who, breach)
    try:
        act(home.bench_of(who))
    except Refusal as refusal:
        return _entry(request, home, who, breach, sent, f"{refusal}.")
    return RedirectResponse(f"/breaches/{breach}", 303)


def _entry(
    request: Request,
    home: Home,
    who: Who,
    breach: str,
    sent: Sent | None = None,
    problem: str = "",
) -> Response:
    file = opened(home, who, breach)
    rules = load_rules(home.bench.packs_dir, file.line.school)
    known = filled(file.facts) | {
        name: list(texts) for name, texts in (sent or {}).items() if any(texts)
    }
    return page(
        request,
        "breach_one.html",
        who,
        422 if problem else 200,
        file=file,
        line=file.line,
        left=left,
        moods=MOODS,
        hours=HOURS,
        moment=moment,
        known=known,
        sections=SECTIONS,
        origins=ORIGINS,
        notice=notice(file, rules),
        decisions=DECISIONS,
        bodies=tuple(Body),
        notifies=NOTIFIES,
        rows=[one for one in file.rows if one.act is not Act.ALARMED],
        did=breach_page.DID,
        own_advice=file.advice is not None and file.advice.by == who.identity,
        problem=problem,
    )


def _report_page(
    request: Request,
    who: Who,
    *,
    sent: Sent | None = None,
    made: str = "",
    problem: str = "",
) -> Response:
    return page(
        request,
        "breach_report.html",
        who,
        422 if problem else 200,
        schools=sorted(who.reach.schools),
        sources=SOURCES,
        sent={name: _text(sent or {}, name) for name in REPORTED},
        made=made,
        problem=problem,
    )


def _text(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "").strip()[:4000]


def _decision(sent: Sent) -> Decision:
    try:
        return Decision(_text(sent, "decision"))
    except ValueError:
        raise Refusal("choose one of the four") from None


def _body(sent: Sent) -> Body:
    try:
        return Body(_text(sent, "body"))
    except ValueError:
        raise Refusal("choose who was told") from None
