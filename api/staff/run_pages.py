"""The runs as pages: the list, what to begin, one run to look through, and a person's yes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.permissions import Permission
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.jobs import drafted, synced, told, working
from api.staff.pages import page
from api.staff.rooms import console
from api.staff.runs import RunId, approved, seen_run, sent_back
from graphsync import run_lists
from graphsync.directory import Directory
from graphsync.job_desk import Asked, ask_apply, ask_undo
from graphsync.report import RunReport, RunState
from graphsync.return_desk import LONGEST_REASON, RETURNABLE
from graphsync.store.jobs import Job
from graphsync.store.runs import UNDOABLE, State
from graphsync.trouble import Refusal
from policies.pack_loading import schools
from reports.plan_list import Looking, Place
from reports.run_view import next_steps
from reports.words import STATES

IN_A_LIST = 50
Text = Annotated[str, Form(max_length=200)]
Keys = Annotated[list[str], Form(max_length=5000)]
Long = Annotated[str, Form(max_length=200_000)]
APPLICABLE = frozenset({RunState.DRAFTED, RunState.APPROVED, RunState.PARTLY, RunState.BROKEN})

NEXT = {
    RunState.DRAFTED: "The IT manager carries it out on this page.",
    RunState.APPROVED: "The IT manager carries it out on this page.",
    RunState.OBSERVED: "The school only watches so far: nothing is carried out until its pack says"
    " sync: {mode: apply}.",
    RunState.PARTLY: "The next night settles what is open, or the IT manager carries it out again.",
    RunState.APPLYING: "If nobody is at it any more, the next night settles it.",
    RunState.REFUSED: "Mend what is named above and export again; the next night looks anew.",
    RunState.RETURNED: "The IT manager mends what the reason names and drafts a fresh plan. The"
    " same plan again waits for the head.",
    RunState.SUPERSEDED: "Something newer took its place: Runs lists it.",
    RunState.BROKEN: "Mend what is named above; the next night looks anew.",
}


@dataclass(frozen=True)
class Looked:
    """What the form of a plan carries from page to page: what is looked for, who is left out.

    `left_out` are ticks of the page, `others` the keys that stand in the text below the plan.
    """

    kind: Text = ""
    risk: Text = ""
    place: Text = ""
    search: Text = ""
    page: Annotated[int, Form(ge=1, le=10_000)] = 1
    left_out: Keys = ()  # type: ignore[assignment]
    others: Long = ""
    leave_all: Text = ""

    @property
    def looking(self) -> Looking:
        """What is looked for."""
        return Looking(
            kind=self.kind,
            risk=self.risk,
            place=self.place,
            search=self.search,
            page=self.page,
        )

    @property
    def keys(self) -> set[str]:
        """Everybody who is left out."""
        return {*self.left_out, *filter(None, re.split(r"[\s,;]+", self.others))}


NOTHING = Looked()


@console.get("/runs", Permission.SEE_RUNS)
def runs(
    request: Request,
    home: Staff,
    who: Caller,
    after: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The list of runs, the newest first, and what can be begun."""
    return _runs_page(request, home, who, after)


@console.post("/runs/draft", Permission.DRAFT_RUNS)
def draft(
    request: Request,
    home: Staff,
    who: Caller,
    school: Text = "",
    years: Text = "",
    only: Long = "",
    upload: Text = "",
) -> Response:
    """Draft a plan, from the folder of exports or from an upload."""
    asked = Asked(years=_words(years), only=_words(only), upload=upload)
    return begin(
        home,
        lambda: drafted(home, who, school, asked),
        lambda problem: _runs_page(request, home, who, None, problem),
    )


@console.post("/runs/sync", Permission.APPLY_RUNS)
def sync(request: Request, home: Staff, who: Caller, school: Text = "") -> Response:
    """A school's night, now."""
    return begin(
        home,
        lambda: synced(home, who, school),
        lambda problem: _runs_page(request, home, who, None, problem),
    )


@console.get("/runs/{run}", Permission.SEE_RUNS)
def run(request: Request, home: Staff, who: Caller, run: RunId) -> Response:
    """One run: what it changes, why, and what a person may do about it."""
    return _run_page(request, home, who, seen_run(home, who, run))


@console.post("/runs/{run}/look", Permission.SEE_RUNS)
def look(
    request: Request, home: Staff, who: Caller, run: RunId, looked: Annotated[Looked, Depends()]
) -> Response:
    """The plan filtered or turned over; a search names people, so it stands in no address."""
    return _run_page(request, home, who, seen_run(home, who, run), looked)


@console.post("/runs/{run}/approve", Permission.APPROVE_RUNS)
def approve(
    request: Request,
    home: Staff,
    who: Caller,
    run: RunId,
    looked: Annotated[Looked, Depends()],
    digest: Text = "",
    count: Text = "",
    overrides: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """A person's yes; whoever gives it types how many changes the plan makes (law B3)."""
    report = seen_run(home, who, run)
    if wrong := _wrong_count(report, count):
        return _run_page(request, home, who, report, looked, wrong)
    try:
        approved(home, who, run, digest, overrides, sorted(looked.keys))
    except Problem as problem:
        return _run_page(request, home, who, report, looked, problem)
    return RedirectResponse(f"/runs/{run}", 303)


@console.post("/runs/{run}/return", Permission.APPROVE_RUNS)
def send_back(
    request: Request,
    home: Staff,
    who: Caller,
    run: RunId,
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
) -> Response:
    """A person's no, with the reason."""
    report = seen_run(home, who, run)
    try:
        sent_back(home, who, run, reason)
    except Problem as problem:
        return _run_page(request, home, who, report, NOTHING, problem)
    return RedirectResponse(f"/runs/{run}", 303)


@console.post("/runs/{run}/apply", Permission.APPLY_RUNS)
def apply(
    request: Request,
    home: Staff,
    who: Caller,
    run: RunId,
    digest: Text = "",
    count: Text = "",
) -> Response:
    """Carry a plan out; whoever does types how many changes it makes."""
    report = seen_run(home, who, run)
    if wrong := _wrong_count(report, count):
        return _run_page(request, home, who, report, NOTHING, wrong)
    return begin(
        home,
        lambda: ask_apply(home.bench_of(who), run, digest),
        lambda problem: _run_page(request, home, who, report, NOTHING, problem),
    )


@console.post("/runs/{run}/undo", Permission.APPLY_RUNS)
def undo(request: Request, home: Staff, who: Caller, run: RunId, count: Text = "") -> Response:
    """Draft what takes a run back; whoever asks types how many changes the run made."""
    report = seen_run(home, who, run)
    if wrong := _wrong_count(report, count):
        return _run_page(request, home, who, report, NOTHING, wrong)
    return begin(
        home,
        lambda: ask_undo(home.bench_of(who), run),
        lambda problem: _run_page(request, home, who, report, NOTHING, problem),
    )


def begin(home: Home, ask: Callable[[], Job], again: Callable[[Problem], Response]) -> Response:
    """To the page of the job that `ask` keeps, or back to the form with why there is none."""
    try:
        job = ask()
    except Problem as problem:
        return again(problem)
    except Refusal as problem:
        return again(Problem(409, "refused", f"{problem}."))
    home.runner.wake()
    return RedirectResponse(f"/jobs/{job.id}", 303)


def _wrong_count(report: RunReport, count: str) -> Problem | None:
    if count.strip() == str(len(report.changes)):
        return None
    told = "The number you typed is not the number of changes in this plan. Look again."
    return Problem(422, "wrong_count", told)


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[\s,;]+", text)))


def _runs_page(
    request: Request,
    home: Home,
    who: Caller,
    after: str | None,
    problem: Problem | None = None,
) -> Response:
    found = run_lists.page(home.bench, who.reach.schools, IN_A_LIST, after)
    reached = sorted(who.reach.schools & set(schools(home.bench.packs_dir)))
    return page(
        request,
        "runs.html",
        who,
        problem.status if problem else 200,
        found=found,
        after=after,
        states=STATES,
        problem=problem.detail if problem else "",
        schools=reached,
        jobs=[told(who, one) for one in working(home, who)],
        may_draft=who.may(Permission.DRAFT_RUNS) and reached,
        may_sync=who.may(Permission.APPLY_RUNS) and reached,
        from_folder=home.runner.places.rosters is not None,
    )


def _run_page(
    request: Request,
    home: Home,
    who: Caller,
    report: RunReport,
    looked: Looked = NOTHING,
    problem: Problem | None = None,
) -> Response:
    waits = report.state == RunState.PARKED
    may = waits and who.may_in(Permission.APPROVE_RUNS, report.school)
    mine = may and report.requester == who.identity
    changes = home.plans.of(report)
    plan = changes.page(looked.looking, _places(request, home, report))
    left_out = looked.keys | (set(plan.people) if looked.leave_all else set())
    operates = who.may_in(Permission.APPLY_RUNS, report.school)
    return page(
        request,
        "one_run.html",
        who,
        problem.status if problem else 200,
        run=report,
        problem=problem.detail if problem else "",
        leave_out=may and not mine,
        mine=mine,
        waits=waits,
        may_return=who.may_in(Permission.APPROVE_RUNS, report.school)
        and report.state in RETURNABLE
        and bool(report.changes),
        longest=LONGEST_REASON,
        may_redraft=who.may_in(Permission.DRAFT_RUNS, report.school)
        and report.state == RunState.RETURNED,
        from_folder=home.runner.places.rosters is not None,
        may_apply=operates and report.state in APPLICABLE and bool(report.changes),
        may_undo=operates and State(report.state) in UNDOABLE and bool(report.changes),
        approvals=home.bench.store.approvals.of(report.run),
        looking=looked.looking,
        glance=changes.glance if waits else None,
        plan=plan,
        next=_next(report),
        left_out=left_out,
        others=sorted(left_out - {row.change.person for row in plan.rows}),
    )


def _next(report: RunReport) -> str:
    """What comes next for whoever neither approves it nor carries it out here."""
    if report.state == RunState.DRAFTED and not report.changes:
        return "Nothing to do."
    return NEXT.get(report.state) or next_steps(report)[0].text


def _places(request: Request, home: Home, report: RunReport) -> dict[str, Place]:
    """Where the people whom the plan touches are; nobody, where the run's roster was erased."""
    directory: Directory = request.app.state.directory
    touched = {one.person.partition(":")[2]: one.person for one in report.changes if one.person}
    found = directory.some(home.bench, report.school, report.roster_sha256, touched)
    return {touched[mis_id]: Place(one.year or "", one.form or "") for mis_id, one in found.items()}
