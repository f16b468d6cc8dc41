"""Runs at rest: kept, listed, shown, approved, and refused when something newer stands."""

from collections.abc import Container, Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from graphsync import reporting, sent_back, worklist_desk
from graphsync.bench import Bench
from graphsync.changes import Plan
from graphsync.drafting import Draft, Scope
from graphsync.ending_holds import ending
from graphsync.guard import Approval, Verdict
from graphsync.guard import approve as approve_plan
from graphsync.intake import moment_of
from graphsync.report import ReasonReport, RosterProblem, RunReport, VerdictReport
from graphsync.run_lists import outline_of
from graphsync.store.approvals import ApprovalRow
from graphsync.store.journal import Entry
from graphsync.store.problems import Unknown
from graphsync.store.runs import Run, RunHead, State
from graphsync.trouble import Refusal, UnknownRun
from graphsync.unshown import accepted
from graphsync.worklist import asked_of_ad
from policies.pack_loading import load_rules
from policies.people import PersonKey
from policies.rules import Mode


class RunLine(Struct, frozen=True, kw_only=True):
    """One run in a list."""

    run: str
    school: str
    as_of: str
    state: str
    digest: str
    requester: str
    created_at: datetime
    changes: int
    held: int


class Approved(Struct, frozen=True, kw_only=True):
    """The receipt of an approval."""

    run: str
    digest: str
    approver: str
    requester: str
    expires_at: datetime
    overrides: tuple[str, ...]
    left_out: tuple[str, ...]
    waiver: str | None = None


def keep(bench: Bench, made: Draft, scope: Scope) -> RunReport:
    """Store a drafted plan; older open runs of another roster or pack are superseded by it."""
    plan = made.plan
    state = _state_of(made)
    run_id = bench.store.runs.new_id(plan.as_of, bench.new_id)
    with bench.store.transaction():
        report = reporting.of_draft(
            made,
            run=run_id,
            state=str(state),
            requester=bench.requester,
            worklist=worklist_desk.keep(bench, made, run_id),
            holds_ending=ending(bench.store.holds.unlifted(plan.school), plan.as_of),
        )
        bench.store.runs.supersede(plan.school, plan.roster_sha256, plan.pack_sha256)
        bench.store.runs.add(
            Run(
                id=run_id,
                school=plan.school,
                as_of=plan.as_of,
                state=state,
                digest=plan.digest,
                requester=bench.requester,
                created_at=bench.now(),
                roster_sha256=plan.roster_sha256,
                pack_sha256=plan.pack_sha256,
                scope=msgspec.msgpack.encode(scope),
                plan=msgspec.msgpack.encode(plan),
                verdict=msgspec.msgpack.encode(made.verdict),
                report=msgspec.msgpack.encode(report),
                outline=outline_of(report),
            )
        )
        sent_back.drafted(bench, run_id, plan, scope.mark)
        bench.store.journal.append([event(plan.school, run_id, str(state), bench.requester)])
    return report


def _state_of(made: Draft) -> State:
    if made.intake.rules.mode is Mode.OBSERVE:
        return State.OBSERVED
    return State.DRAFTED if made.verdict.passes else State.PARKED


def keep_refused(
    bench: Bench,
    school: str,
    as_of: date,
    reasons: tuple[ReasonReport, ...],
    problems: tuple[RosterProblem, ...] = (),
) -> RunReport:
    """Store a school's refusal: nothing was planned, and the attempt is in the journal."""
    run_id = bench.store.runs.new_id(as_of, bench.new_id)
    report = RunReport(
        run=run_id,
        school=school,
        name="",
        state=str(State.REFUSED),
        requester=bench.requester,
        digest="",
        as_of=as_of,
        roster_sha256="",
        counts={},
        changes=(),
        held=(),
        unchanged=0,
        verdict=VerdictReport(passes=False, reasons=reasons),
        problems=problems,
    )
    with bench.store.transaction():
        bench.store.runs.add(
            Run(
                id=run_id,
                school=school,
                as_of=as_of,
                state=State.REFUSED,
                digest="",
                requester=bench.requester,
                created_at=bench.now(),
                roster_sha256="",
                pack_sha256="",
                scope=b"",
                plan=b"",
                verdict=b"",
                report=msgspec.msgpack.encode(report),
                outline=outline_of(report),
            )
        )
        codes = ",".join(reason.code for reason in reasons)
        bench.store.journal.append([event(school, run_id, "refused", codes)])
    return report


def keep_report(bench: Bench, report: RunReport) -> None:
    """What became of a run, in place of what was drafted."""
    kept = msgspec.msgpack.encode(report)
    bench.store.runs.put_report(report.run, kept, outline_of(report))


def event(school: str, run_id: str, operation: str, result: str = "") -> Entry:
    """A row of the journal that is no change of the tenant."""
    return Entry(
        school=school, run=run_id, item="", what="event", operation=operation, result=result
    )


def find(bench: Bench, run_id: str) -> Run:
    """A run; raises UnknownRun."""
    try:
        return bench.store.runs.get(run_id)
    except Unknown:
        raise UnknownRun(f"there is no run {run_id}; `graphsync runs` lists them") from None


def break_killed(bench: Bench, schools: Container[str]) -> None:
    """A run that is still `applying` while we hold its school's claim was killed: it is broken.

    What it had written is laid over the mirror until the delta shows it.
    """
    for head in bench.store.runs.applying():
        if head.school in schools:
            with bench.store.transaction():
                bench.store.runs.move(head.id, State.BROKEN)
                bench.store.mirror.put_pending(accepted(bench, head.id))
                entry = event(head.school, head.id, str(State.BROKEN), "killed")
                bench.store.journal.append([entry])


def plan_of(run: Run) -> Plan:
    """The stored plan of a run; raises Refusal when it was erased."""
    demand_kept(run)
    return msgspec.msgpack.decode(run.plan, type=Plan)


def demand_kept(run: Run) -> None:
    """Raises Refusal for a run whose plan was erased for its age."""
    if not run.plan:
        raise Refusal(
            f"what {run.id} changed was erased (retention.plans_days in the pack of {run.school}):"
            " it can be neither approved, applied nor taken back"
        )


def report_of(run: Run) -> RunReport:
    """The stored report of a run, with its present state."""
    return decoded(run, run.report)


def decoded(head: RunHead, report: bytes) -> RunReport:
    """A report as it was kept, with the present state of its run."""
    return msgspec.structs.replace(
        msgspec.msgpack.decode(report, type=RunReport), state=str(head.state)
    )


def show(bench: Bench, run_id: str) -> RunReport:
    """One run as it was reported; raises UnknownRun."""
    return report_of(find(bench, run_id))


def listing(bench: Bench, limit: int) -> tuple[RunLine, ...]:
    """The newest runs, newest first."""
    return tuple(_line(bench.store.runs.get(head.id)) for head in bench.store.runs.list(limit))


def _line(run: Run) -> RunLine:
    report = report_of(run)
    return RunLine(
        run=run.id,
        school=run.school,
        as_of=str(run.as_of),
        state=str(run.state),
        digest=run.digest,
        requester=run.requester,
        created_at=run.created_at,
        changes=sum(report.counts.values()),
        held=len(report.held),
    )


def approve(
    bench: Bench,
    run_id: str,
    digest: str,
    overrides: Sequence[str],
    left_out: Sequence[PersonKey],
) -> Approved:
    """Approve a parked run; raises Refusal with the reason, UnknownRun."""
    run = find(bench, run_id)
    demand_applying(run)
    if run.state is not State.PARKED:
        raise Refusal(f"{run_id} is {run.state}: only a parked run is approved")
    ensure_current(bench, run)
    plan = plan_of(run)
    strange = set(left_out) - {change.person for change in plan.changes} - asked_of_ad(plan)
    if strange:
        raise Refusal(f"not in this plan: {', '.join(sorted(map(str, strange)))}")
    approval = approve_plan(
        plan=plan,
        verdict=msgspec.msgpack.decode(run.verdict, type=Verdict),
        rules=load_rules(bench.packs_dir, run.school),
        digest=digest,
        overrides=frozenset(overrides),
        left_out=frozenset(left_out),
        requester=run.requester,
        approver=bench.requester,
        now=bench.now(),
    )
    with bench.store.transaction():
        bench.store.approvals.add(_row(run, approval))
        bench.store.runs.move(run.id, State.APPROVED)
        bench.store.returns.lift(run.id, plan.school, plan.likeness)
        worklist_desk.approved(bench, plan, approval.left_out)
        bench.store.journal.append([_approval_event(run, approval)])
    return Approved(
        run=run.id,
        digest=digest,
        approver=approval.approver,
        requester=approval.requester,
        expires_at=approval.expires_at,
        overrides=tuple(sorted(approval.overrides)),
        left_out=tuple(sorted(str(key) for key in approval.left_out)),
        waiver=approval.waiver,
    )


def demand_applying(run: Run) -> None:
    """Raises Refusal for a run that was only to be looked at."""
    if run.state is State.OBSERVED:
        raise Refusal(
            f"{run.id} was drafted while the pack of {run.school} said sync: {{mode: observe}}:"
            " write apply there and draft again"
        )


def ensure_current(bench: Bench, run: Run) -> None:
    """Raises Refusal when a newer roster, pack, hold or kept name of that school supersedes it."""
    now = bench.now()
    latest = bench.store.exports.latest(run.school, max(now, moment_of(run.as_of, now)))
    if latest is not None and latest.sha256 != run.roster_sha256:
        raise _superseded(bench, run, "the roster")
    if load_rules(bench.packs_dir, run.school).pack_sha256 != run.pack_sha256:
        raise _superseded(bench, run, "the pack")
    held = bench.store.holds.changed_at(run.school)
    if held is not None and held > run.created_at:
        raise _superseded(bench, run, "a hold")
    kept = bench.store.kept_names.changed_at(run.school)
    if kept is not None and kept > run.created_at:
        raise _superseded(bench, run, "a name kept by safeguarding")
    if run.state is State.SUPERSEDED:
        raise _superseded(bench, run, "the roster or the pack")


def _superseded(bench: Bench, run: Run, what: str) -> Refusal:
    newer = bench.store.runs.newer(run)
    named = f"; look at {newer.id} instead" if newer else ": draft again with `graphsync plan`"
    return Refusal(f"{what} of {run.school} changed since {run.id} was drafted{named}")


def approval_of(bench: Bench, run: Run) -> Approval | None:
    """The latest approval of a run."""
    rows = bench.store.approvals.of(run.id)
    if not rows:
        return None
    row = rows[-1]
    return Approval(
        digest=row.digest,
        approver=row.approver,
        requester=row.requester,
        at=row.at,
        expires_at=row.expires_at,
        overrides=frozenset(row.overrides),
        left_out=frozenset(PersonKey.parse(key) for key in row.left_out),
        waiver=row.waiver,
    )


def _row(run: Run, approval: Approval) -> ApprovalRow:
    return ApprovalRow(
        run=run.id,
        digest=approval.digest,
        approver=approval.approver,
        requester=approval.requester,
        at=approval.at,
        expires_at=approval.expires_at,
        overrides=tuple(sorted(approval.overrides)),
        left_out=tuple(sorted(str(key) for key in approval.left_out)),
        waiver=approval.waiver,
    )


def _approval_event(run: Run, approval: Approval) -> Entry:
    """The approval in the journal: who, over which digest, what was overridden, which waiver."""
    return msgspec.structs.replace(
        event(run.school, run.id, "approved", approval.approver),
        after={
            "digest": approval.digest,
            "approver": approval.approver,
            "requester": approval.requester,
            "overrides": sorted(approval.overrides),
            "left_out": sorted(str(key) for key in approval.left_out),
            "waiver": approval.waiver,
        },
    )
