"""A head sends a plan back with the reason: it is dead, under whatever run it stands (law B3)."""

import msgspec

from graphsync import worklist_desk
from graphsync.bench import Bench
from graphsync.changes import Plan
from graphsync.drafting import Scope
from graphsync.report import ReturnReport, RunState
from graphsync.run_desk import event, find, keep_report, plan_of, report_of
from graphsync.store.returns import Return
from graphsync.store.runs import Run, State
from graphsync.trouble import Refusal

LONGEST_REASON = 500
RETURNABLE = frozenset({RunState.DRAFTED, RunState.PARKED})


def send_back(bench: Bench, run_id: str, reason: str) -> ReturnReport:
    """Send a plan back that waits; whatever run of the school is the same plan goes with it.

    Nobody approves or applies it any more, and drafted again it waits for a person. Raises Refusal
    without a reason, for a plan that was said yes to or that changes nothing; UnknownRun.
    """
    told = " ".join(reason.split())
    if not told or len(told) > LONGEST_REASON:
        raise Refusal(f"say why the plan goes back, in at most {LONGEST_REASON} characters")
    returned = ReturnReport(by=bench.requester, at=bench.now(), reason=told)
    with bench.store.transaction():
        run = find(bench, run_id)
        if str(run.state) not in RETURNABLE:
            raise Refusal(f"{run_id} is {run.state}: only a plan that waits is sent back")
        plan = plan_of(run)
        if not plan.changes:
            raise Refusal(f"{run_id} changes nothing: there is nothing to send back")
        same = _same(bench, plan)
        if begun := [one.id for one in same if str(one.state) not in RETURNABLE]:
            raise Refusal(
                f"the same plan is approved as {begun[0]}: pause the school, then speak with who"
                " approved it"
            )
        worklist_desk.sent_back(bench, plan)
        for one in same:
            _return(bench, one, plan.likeness, returned)
    return returned


def _same(bench: Bench, plan: Plan) -> list[Run]:
    """The runs that wait, or are being applied, and are this very plan."""
    runs = [find(bench, one.id) for one in bench.store.runs.waiting(plan.school)]
    return [run for run in runs if run.plan and plan_of(run).likeness == plan.likeness]


def _return(bench: Bench, run: Run, likeness: str, returned: ReturnReport) -> None:
    scope = msgspec.msgpack.decode(run.scope, type=Scope)
    bench.store.runs.move(run.id, State.RETURNED)
    bench.store.returns.add(
        Return(run=run.id, school=run.school, scope=scope.mark, likeness=likeness)
    )
    keep_report(bench, msgspec.structs.replace(report_of(run), returned=returned))
    entry = msgspec.structs.replace(
        event(run.school, run.id, str(State.RETURNED), returned.by),
        after={"digest": run.digest, "by": returned.by, "reason": returned.reason},
    )
    bench.store.journal.append([entry])
