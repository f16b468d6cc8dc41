"""The story of a run: read, draft, judge, clear, apply, verify, report.

Each school stands for itself: one that is refused or parked does not stop the others. The tenant
is read once for all of them and written to in common waves.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from graphsync import reporting
from graphsync.applying import Applied, apply_plans
from graphsync.bench import Bench
from graphsync.drafting import Draft, Linked, Scope, draft
from graphsync.erasing import erase
from graphsync.guard import ClearedPlan, Verdict, clear, clear_again
from graphsync.intake import Intake, recall
from graphsync.intakes import Taken, pack_refused, take_in_all
from graphsync.passwords import PasswordDesk
from graphsync.pause_desk import demand_running
from graphsync.provision_desk import end_open
from graphsync.report import (
    Exit,
    OutcomeCounts,
    ReasonReport,
    RequestCounts,
    RunDocument,
    RunReport,
    RunState,
)
from graphsync.run_desk import (
    approval_of,
    approve,
    break_killed,
    demand_applying,
    demand_kept,
    ensure_current,
    event,
    find,
    keep,
    keep_refused,
    keep_report,
    plan_of,
    report_of,
)
from graphsync.settling import settle_open
from graphsync.store.claims import Claim
from graphsync.store.problems import Busy
from graphsync.store.runs import UNDOABLE, State
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from graphsync.undoing import draft_undo
from graphsync.watching import Watch
from policies.pack_loading import PackRefused
from policies.people import PersonKey
from policies.rules import Mode
from policies.school_days import school_day

STOPPED = "stopped before its end; the next run settles whatever was begun"


class Sources(Struct, frozen=True):
    """Where each school's exports lie: files or folders by school id."""

    folders: dict[str, tuple[Path, ...]]


@dataclass
class _Held:
    """The schools that this process has claimed, and the reports of those that another has."""

    schools: dict[str, Claim]
    busy: list[RunReport]

    def check(self) -> None:
        """Raises ClaimLost when another process has taken a school over."""
        for claim in self.schools.values():
            claim.check()


class _Cleared(Struct, frozen=True):
    """One school's plan on its way to the tenant, with the report it will end in."""

    plan: ClearedPlan
    report: RunReport


async def plan(
    bench: Bench, sources: Sources, scope: Scope, as_of: date | None = None
) -> RunDocument:
    """Draft and store a plan for each school; writes nothing to the tenant."""
    taken = take_in_all(bench, sources.folders, as_of or school_day(bench.now()))
    if not taken.intakes:
        return _document(taken.refused, RequestCounts())
    return await _planned(bench, taken, scope)


async def undo(bench: Bench, run_id: str) -> RunDocument:
    """Draft and store the plan that takes a run back; it waits for an approval.

    Raises Refusal for a run that was not applied, or whose plan was erased; UnknownRun.
    """
    run = find(bench, run_id)
    if run.state not in UNDOABLE:
        raise Refusal(f"{run_id} is {run.state}: only what was applied can be taken back")
    demand_kept(run)
    now = bench.now()
    latest = bench.store.exports.latest(run.school, now)
    sha256 = latest.sha256 if latest else run.roster_sha256
    intake = recall(bench, run.school, sha256, school_day(now))
    return await _planned(bench, Taken([intake], []), Scope(undo=run.id))


async def _planned(bench: Bench, taken: Taken, scope: Scope) -> RunDocument:
    schools = [intake.rules.school for intake in taken.intakes]
    async with _tenant(bench, taken.intakes) as (door, watch):
        with _left_open(bench, schools) as mine:
            drafts = await _draft_all(bench, door, watch, mine, taken, scope)
        reports = _keep_all(bench, drafts, scope)
        return _document([*taken.refused, *reports], _counts(door))


async def sync(
    bench: Bench, sources: Sources, scope: Scope, as_of: date | None = None
) -> RunDocument:
    """Plan, and apply at once what the guard lets through; the rest is parked for a person."""
    erase(bench, sources.folders)
    with _claimed(bench, sources.folders) as held:
        own = {school: sources.folders[school] for school in held.schools}
        taken = take_in_all(bench, own, as_of or school_day(bench.now()))
        return await _at_once(bench, held, taken, scope)


async def sync_one(bench: Bench, person: PersonKey) -> RunDocument:
    """Plan and apply what one person needs today, from the last accepted roster of their school.

    For a word that counts at once: a consent withdrawn. Raises Refusal where there is no roster.
    """
    now = bench.now()
    latest = bench.store.exports.latest(person.school, now)
    if latest is None:
        raise Refusal(f"{person.school} has no accepted roster yet: run `graphsync sync` first")
    with _claimed(bench, [person.school]) as held:
        mine = [recall(bench, one, latest.sha256, school_day(now)) for one in held.schools]
        return await _at_once(bench, held, Taken(mine, []), Scope(only=frozenset({person})))


async def _at_once(bench: Bench, held: _Held, taken: Taken, scope: Scope) -> RunDocument:
    """Plan, and apply what the guard lets through."""
    if not taken.intakes:
        return _document([*held.busy, *taken.refused], RequestCounts())
    for intake in taken.intakes:
        end_open(bench, intake.rules.school, intake.roster)
    async with _tenant(bench, taken.intakes) as (door, watch):
        drafts = await _draft_all(bench, door, watch, held.schools, taken, scope)
        reports = _keep_all(bench, drafts, scope)
        cleared = [
            _Cleared(clear(made.plan, made.verdict, None, bench.now()), report)
            for made, report in zip(drafts, reports, strict=True)
            if made.verdict.passes and made.intake.rules.mode is Mode.APPLY
        ]
        clearing = {one.report.run for one in cleared}
        parked = [report for report in reports if report.run not in clearing]
        applied = await _carry_out(bench, door, watch, held, taken.intakes, cleared)
        return _document([*held.busy, *taken.refused, *parked, *applied], _counts(door))


async def apply(bench: Bench, run_id: str) -> RunDocument:
    """Apply a stored run: planned again on a fresh snapshot, only what was approved is done.

    Raises Refusal when it is superseded, not approved, or the tenant is no longer as it was;
    then nothing is written.
    """
    run = find(bench, run_id)
    demand_applying(run)
    if run.state in {State.APPLIED, State.REFUSED, State.RETURNED}:
        raise Refusal(f"{run_id} is {run.state}: there is nothing to apply")
    ensure_current(bench, run)
    stored = plan_of(run)
    demand_running(bench, stored)
    approval = approval_of(bench, run)
    verdict = msgspec.msgpack.decode(run.verdict, type=Verdict)
    approved = clear(stored, verdict, approval, bench.now())
    intake = recall(bench, run.school, run.roster_sha256, run.as_of)
    with _claimed(bench, [run.school]) as held:
        if not held.schools:
            raise Refusal(held.busy[0].verdict.reasons[0].text)
        async with _tenant(bench, [intake]) as (door, watch):
            scope = msgspec.msgpack.decode(run.scope, type=Scope)
            taken = Taken([intake], [])
            drafts = await _draft_all(bench, door, watch, held.schools, taken, scope)
            if not drafts:
                raise Refusal("; ".join(one.text for one in taken.refused[0].verdict.reasons))
            (made,) = drafts
            left_out = approval.left_out if approval else frozenset()
            fresh = clear_again(approved, made.plan, left_out)
            work = [_Cleared(fresh, report_of(run))]
            reports = await _carry_out(bench, door, watch, held, [intake], work)
            return _document(reports, _counts(door))


@asynccontextmanager
async def _tenant(bench: Bench, intakes: Sequence[Intake]) -> AsyncIterator[tuple[Door, Watch]]:
    """The tenant's door and our view of it; trouble there is Broken and in the journal."""
    bound = frozenset(
        object_id for intake in intakes for object_id in intake.rules.groups.bind.values()
    )
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            yield door, Watch(bench, door, bound)
    except TenantProblem as problem:
        kind = type(problem).__name__
        bench.store.journal.append(
            [event(intake.rules.school, "", "attempt_failed", kind) for intake in intakes]
        )
        raise Broken(str(problem)) from problem


async def _draft_all(
    bench: Bench,
    door: Door,
    watch: Watch,
    mine: Iterable[str],
    taken: Taken,
    scope: Scope,
) -> list[Draft]:
    """Draft every school; `mine` are claimed, so what stands open there was left by a kill.

    A school whose pack the tenant contradicts joins those that are refused.
    """
    bench.progress.stage("Looking at the tenant")
    snapshot = await watch.snapshot()
    if await settle_open(bench, door, mine, snapshot):
        snapshot = await watch.snapshot()
    drafts = []
    drafting = draft_undo if scope.undo else draft
    linked = Linked.read(bench)
    for number, intake in enumerate(taken.intakes, 1):
        school = intake.rules.school
        bench.progress.stage(f"Planning {school} ({number} of {len(taken.intakes)})")
        try:
            with bench.store.transaction():
                drafts.append(drafting(bench, intake, snapshot, scope, linked))
        except PackRefused as problem:
            taken.refused.append(pack_refused(bench, school, intake.day, problem))
    return drafts


def _keep_all(bench: Bench, drafts: Iterable[Draft], scope: Scope) -> list[RunReport]:
    with bench.store.transaction():
        return [keep(bench, made, scope) for made in drafts]


async def _carry_out(
    bench: Bench,
    door: Door,
    watch: Watch,
    held: _Held,
    intakes: Sequence[Intake],
    cleared: Sequence[_Cleared],
) -> list[RunReport]:
    """Apply cleared plans together; a report for each, with its outcomes."""
    if not cleared:
        return []
    rules = {intake.rules.school: intake.rules for intake in intakes}
    rosters = {intake.rules.school: intake.roster for intake in intakes}
    runs = {one.report.school: one.report.run for one in cleared}
    with bench.store.transaction():
        for one in cleared:
            bench.store.runs.move(one.report.run, State.APPLYING)
    applied = await apply_plans(
        bench=bench,
        door=door,
        cleared=[one.plan for one in cleared],
        runs=runs,
        passwords=PasswordDesk(bench, rules, rosters),
        still_ours=held.check,
        watch=watch,
    )
    with bench.store.transaction():
        reports = [_ended(bench, one, applied, _counts(door)) for one in cleared]
    if isinstance(applied.problem, asyncio.CancelledError):
        raise applied.problem
    return reports


def _ended(bench: Bench, one: _Cleared, applied: Applied, requests: RequestCounts) -> RunReport:
    state = _state_after(one.plan, applied)
    report = reporting.with_results(
        one.report, one.plan.plan, applied.results, requests, str(state)
    )
    if applied.problem is not None:
        report = msgspec.structs.replace(report, error=_why(applied.problem))
    bench.store.runs.move(report.run, state)
    keep_report(bench, report)
    bench.store.journal.append([event(report.school, report.run, str(state))])
    return report


def _why(problem: TenantProblem | asyncio.CancelledError) -> str:
    return STOPPED if isinstance(problem, asyncio.CancelledError) else str(problem)


def _state_after(cleared: ClearedPlan, applied: Applied) -> State:
    if applied.problem is not None:
        return State.BROKEN
    school = cleared.plan.school
    ended = [applied.results.get((school, change.key)) for change in cleared.plan.changes]
    return State.APPLIED if all(one and one.outcome == "done" for one in ended) else State.PARTLY


@contextmanager
def _claimed(bench: Bench, schools: Iterable[str]) -> Iterator["_Held"]:
    """Claim each school for this process; those that another run holds are reported refused."""
    held = _Held({}, [])
    with ExitStack() as stack:
        for school in schools:
            try:
                claim = stack.enter_context(bench.store.claims.hold(school, "sync"))
                held.schools[school] = claim
            except Busy as problem:
                reason = ReasonReport(code="busy", text=str(problem))
                held.busy.append(keep_refused(bench, school, school_day(bench.now()), (reason,)))
        break_killed(bench, held.schools)
        yield held


@contextmanager
def _left_open(bench: Bench, schools: Iterable[str]) -> Iterator[list[str]]:
    """The schools in which a killed run left something open, claimed while it is settled.

    Where another process is at work the open intents are that one's own: they are left to it.
    """
    mine = []
    with ExitStack() as stack:
        for school in schools:
            if bench.store.journal.unresolved(school):
                with suppress(Busy):
                    stack.enter_context(bench.store.claims.hold(school, "plan"))
                    mine.append(school)
        yield mine


def _counts(door: Door) -> RequestCounts:
    counts = door.counts
    return RequestCounts(total=counts.total, writes=counts.writes, throttled=counts.throttled)


def _document(reports: Sequence[RunReport], requests: RequestCounts) -> RunDocument:
    outcomes = reporting.total([one.outcomes for one in reports if one.outcomes])
    return RunDocument(
        runs=tuple(sorted(reports, key=lambda one: one.school)),
        requests=requests,
        outcomes=outcomes,
        exit_code=exit_code(reports, outcomes),
    )


def exit_code(reports: Sequence[RunReport], outcomes: OutcomeCounts) -> Exit:
    """0 done; 2 refused or parked, nothing written; 3 partly or unverified; 1 broken off."""
    if any(one.error for one in reports):
        return Exit.BROKEN
    stopped = [
        one
        for one in reports
        if not one.verdict.passes and one.outcomes is None and one.state != RunState.OBSERVED
    ]
    if len(stopped) == len(reports) and reports:
        return Exit.REFUSED
    applied = any(one.outcomes for one in reports)
    if stopped:
        return Exit.PARTLY if applied else Exit.REFUSED
    wrong = outcomes.unverified + outcomes.refused + outcomes.unknown + outcomes.not_tried
    return Exit.PARTLY if wrong else Exit.DONE


__all__ = [
    "Scope",
    "Sources",
    "apply",
    "approve",
    "exit_code",
    "plan",
    "sync",
    "sync_one",
    "undo",
]
