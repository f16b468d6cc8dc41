"""A plan that was sent back does not come again by itself: it asks a person (law B3)."""

from graphsync.bench import Bench
from graphsync.changes import Plan
from graphsync.guard import Verdict, VerdictReason

CODE = "sent_back"


def asked_again(bench: Bench, plan: Plan, verdict: Verdict) -> Verdict:
    """The verdict, with one more reason where this very plan was sent back, on whatever day.

    It stays until the plan differs, or a person approves it all the same. The reason names the
    run and not what was written there: reasons are mailed.
    """
    returned = bench.store.returns.standing(plan.school) if plan.changes else {}
    run = returned.get(plan.likeness) if returned else None
    if run is None:
        return verdict
    text = f"this is the same plan as {run}, which was sent back: its page says why"
    return Verdict((VerdictReason(CODE, text), *verdict.reasons))


def drafted(bench: Bench, run_id: str, plan: Plan, scope: str) -> None:
    """A plan was drafted for a scope (its mark): what it answers waits for nobody any more."""
    if bench.store.returns.open([plan.school]):
        bench.store.returns.redraft(run_id, plan.school, scope, plan.likeness)
