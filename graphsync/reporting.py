"""The run's values as the published report: nothing is decided here."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from graphsync.changes import NAMES, Change, Origin, Plan
from graphsync.drafting import Draft
from graphsync.guard import Verdict
from graphsync.recording import Ref, Result
from graphsync.report import (
    ChangeReport,
    EndingReport,
    HeldReport,
    Outcome,
    OutcomeCounts,
    ReasonReport,
    RequestCounts,
    RosterFile,
    RosterProblem,
    RunReport,
    VerdictReport,
    WorklistReport,
)
from graphsync.roster.problems import Problem
from graphsync.roster.reading import Reading

NAME_KEPT = "kept by safeguarding"


def of_draft(
    draft: Draft,
    *,
    run: str,
    state: str,
    requester: str,
    worklist: WorklistReport | None = None,
    holds_ending: tuple[EndingReport, ...] = (),
) -> RunReport:
    """A drafted or parked plan."""
    plan, reading = draft.plan, draft.intake.reading
    return RunReport(
        run=run,
        school=plan.school,
        name=draft.intake.rules.name,
        state=state,
        requester=requester,
        digest=plan.digest,
        as_of=plan.as_of,
        roster_sha256=plan.roster_sha256,
        counts=plan.counts,
        changes=tuple(_change(change) for change in plan.changes),
        held=_held(plan),
        unchanged=len(plan.unchanged),
        unchanged_people=tuple(str(key) for key in plan.unchanged),
        verdict=_verdict(draft.verdict),
        people=_people(draft),
        files=_files(reading),
        problems=problems(reading.problems if reading else ()),
        worklist=worklist,
        holds_ending=holds_ending,
        findings=draft.findings,
    )


def with_results(
    report: RunReport,
    plan: Plan,
    results: Mapping[Ref, Result],
    requests: RequestCounts,
    state: str,
) -> RunReport:
    """The report after applying: how each change ended."""
    untold = Result(outcome=Outcome.NOT_TRIED)
    ended = [results.get((plan.school, change.key), untold) for change in plan.changes]
    changes = tuple(
        _ended(change, result) for change, result in zip(plan.changes, ended, strict=True)
    )
    return msgspec.structs.replace(
        report,
        state=state,
        changes=changes,
        counts=plan.counts,
        outcomes=count(ended),
        requests=requests,
    )


def count(results: Iterable[Result]) -> OutcomeCounts:
    """How many ended in which way."""
    totals = dict.fromkeys(OutcomeCounts.__struct_fields__, 0)
    for result in results:
        totals[str(result.outcome)] += 1
    return OutcomeCounts(**totals)


def total(counts: list[OutcomeCounts]) -> OutcomeCounts:
    """The sum over the schools of a document."""
    names = OutcomeCounts.__struct_fields__
    return OutcomeCounts(**{name: sum(getattr(one, name) for one in counts) for name in names})


def _change(change: Change) -> ChangeReport:
    return ChangeReport(
        kind=change.kind,
        person=str(change.person) if change.person else None,
        account=change.account,
        sentence=change.sentence,
        origin=str(change.origin),
        clauses=change.clauses,
        before=_shown(change, change.before),
        after=_shown(change, change.after),
        population=str(change.population) if change.population else None,
    )


def _shown(change: Change, values: dict[str, Any]) -> dict[str, Any]:
    """The values as people see them: where safeguarding keeps a name, neither name is told."""
    if change.origin is not Origin.SAFEGUARDING:
        return values
    return {name: NAME_KEPT if name in NAMES else value for name, value in values.items()}


def _ended(change: Change, result: Result) -> ChangeReport:
    return msgspec.structs.replace(
        _change(change),
        outcome=str(result.outcome),
        request_id=result.request_id,
        note=result.note,
    )


def _held(plan: Plan) -> tuple[HeldReport, ...]:
    return tuple(
        HeldReport(
            person=str(one.person),
            reason=str(one.reason),
            sentence=one.sentence,
            clauses=one.clauses,
        )
        for one in plan.held
    )


def _verdict(verdict: Verdict) -> VerdictReport:
    return VerdictReport(
        passes=verdict.passes,
        reasons=tuple(ReasonReport(code=one.code, text=one.text) for one in verdict.reasons),
    )


def _people(draft: Draft) -> dict[str, int]:
    if draft.intake.reading is None:
        return {}
    return dict(draft.intake.reading.counts)


def _files(reading: Reading | None) -> tuple[RosterFile, ...]:
    return tuple(
        RosterFile(file=one.file, format=one.format, report=one.report, rows=one.rows)
        for one in (reading.files if reading else ())
    )


def problems(found: Iterable[Problem]) -> tuple[RosterProblem, ...]:
    """The faults of an export, as they are printed."""
    return tuple(
        RosterProblem(
            file=p.file, row=p.row, column=p.column, what=p.what, mend=p.mend, person=p.person or ""
        )
        for p in found
    )
