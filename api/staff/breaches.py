"""The register of breaches over the API: the list, one entry, a report, and every move."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar, assert_never

from fastapi import Query
from fastapi.responses import Response

from api.permissions import Permission
from api.problems import Problem
from api.staff.breach_reach import BreachId, breach_of, breaches_of, opened
from api.staff.consent_reach import NO_SCHOOL
from api.staff.home import Caller, Staff, demand_reach
from api.staff.rooms import api
from api.staff.shapes_breaches import FILE, LINE, BreachMoveAsked, DecisionAsked, ReportAsked
from api.staff.shapes_consents import answers
from api.staff.writing import Key, once
from graphsync import breach_desk as desk
from graphsync.bench import Bench
from policies.pack_loading import load_rules
from reports.breach_text import notice
from reports.listing import plain

T = TypeVar("T")
_ONE = "/api/v1/breaches/{breach}"


class BreachMove(StrEnum):
    """What the DPO does with an entry."""

    NOTE = "note"
    AWARE = "aware"
    ADVISE = "advise"
    NOTIFIED = "notified"
    TOLD = "told"
    CLOSE = "close"
    REOPEN = "reopen"


@api.get(
    "/api/v1/breaches",
    Permission.SEE_BREACHES,
    responses=answers({"items": [LINE]}),
    summary="The register: running clocks first, by when they are due",
)
def breaches(
    home: Staff,
    who: Caller,
    closed: Annotated[bool, Query(description="closed ones too")] = False,  # noqa: FBT002 - a flag of the address
) -> Any:
    """`hours_left` is negative once an entry is overdue, null where no clock runs."""
    return {"items": plain(breaches_of(home, who, closed=closed))}


@api.post(
    "/api/v1/breaches",
    Permission.REPORT_BREACHES,
    responses=answers(LINE, 404, 409, 422),
    summary="Report what may be a breach; no clock runs yet",
)
def report(home: Staff, who: Caller, asked: ReportAsked, key: Key) -> Response:
    """The entry, a suspicion. From the queue of mail it is opened by the decision there."""
    demand_reach(who, asked.school, NO_SCHOOL)
    made = desk.Report(
        school=asked.school,
        facts=asked.facts.facts(),
        source=str(asked.source),
        reported_by=asked.reported_by,
    )
    bench = home.bench_of(who)
    request = f"breach\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: plain(desk.open_breach(bench, made)))


@api.get(
    _ONE,
    Permission.SEE_BREACHES,
    responses=answers(FILE, 404),
    summary="One entry whole, with what is missing before it may close",
)
def breach_one(home: Staff, who: Caller, breach: BreachId) -> Any:
    """Every row is told: who said what, and when."""
    return plain(opened(home, who, breach))


@api.get(
    f"{_ONE}/notice",
    Permission.SEE_BREACHES,
    responses=answers({"breach": "b-1f3a9c02", "text": "INITIAL NOTICE …"}, 404),
    summary="The text that a person sends to the regulator; nothing is sent from here",
)
def breach_notice(home: Staff, who: Caller, breach: BreachId) -> Any:
    """What is not known is said to be so."""
    file = opened(home, who, breach)
    text = notice(file, load_rules(home.bench.packs_dir, file.line.school))
    return {"breach": breach, "text": text}


@api.post(
    f"{_ONE}/decide",
    Permission.DECIDE_BREACHES,
    responses=answers(FILE, 404, 409, 422),
    summary="The head's decision; not by who advised",
)
def breach_decided(
    home: Staff, who: Caller, breach: BreachId, asked: DecisionAsked, key: Key
) -> Response:
    """With its reason; it may differ from the advice, and then says so."""
    breach_of(home, who, breach)
    bench = home.bench_of(who)
    request = f"breach decide\n{breach}\n{asked.model_dump_json()}"
    return once(
        home,
        who,
        key,
        request,
        lambda: plain(desk.decide(bench, breach, asked.decision, asked.reason)),
    )


@api.post(
    f"{_ONE}/{{move}}",
    Permission.WORK_BREACHES,
    responses=answers(FILE, 404, 409, 422),
    summary="Note, aware, advise, notified, told, close, reopen",
)
def breach_move(
    home: Staff, who: Caller, breach: BreachId, move: BreachMove, asked: BreachMoveAsked, key: Key
) -> Response:
    """`notified` and `told` record what a person sent: nobody is told from here."""
    breach_of(home, who, breach)
    bench = home.bench_of(who)
    request = f"breach {move}\n{breach}\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: plain(moved(bench, breach, move, asked)))


def moved(bench: Bench, breach: str, move: BreachMove, asked: BreachMoveAsked) -> desk.BreachFile:
    """The entry after the move; raises Refusal as the desk does, Problem for a missing field."""
    match move:
        case BreachMove.NOTE:
            return desk.note(bench, breach, _given(asked.facts, "facts").facts())
        case BreachMove.AWARE:
            return desk.aware(bench, breach, _given(asked.at, "at"), asked.text)
        case BreachMove.ADVISE:
            decision = _given(asked.decision, "decision")
            return desk.advise(bench, breach, decision, asked.text, asked.unavailable)
        case BreachMove.NOTIFIED:
            at = _given(asked.at, "at")
            return desk.notified(bench, breach, at, asked.reference, asked.late)
        case BreachMove.TOLD:
            body, at = _given(asked.body, "body"), _given(asked.at, "at")
            return desk.told(bench, breach, body, at, asked.text, asked.reference)
        case BreachMove.CLOSE:
            return desk.close(bench, breach, asked.text)
        case BreachMove.REOPEN:
            return desk.reopen(bench, breach, asked.text)
        case _:
            assert_never(move)


def _given(value: T | None, name: str) -> T:
    if value is None:
        raise Problem(422, "missing", f"This move needs `{name}`.")
    return value
