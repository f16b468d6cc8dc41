"""Runs over the API: the list, one of them, and a person's yes or no."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Path, Query
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.rooms import api
from api.staff.shapes import (
    RUN,
    Approval,
    ApprovalAsked,
    ReturnAsked,
    Returned,
    RunList,
    problems,
)
from api.staff.writing import Key, once
from graphsync import return_desk, run_desk
from graphsync.report import (
    Exit,
    OutcomeCounts,
    RequestCounts,
    ReturnReport,
    RunDocument,
    RunReport,
)
from graphsync.run_desk import Approved
from graphsync.run_lists import page
from graphsync.store.problems import Unknown
from graphsync.trouble import Refusal
from policies.people import PersonKey
from reports.render import as_json

RunId = Annotated[str, Path(max_length=40, pattern=r"^r-[0-9]{8}-[0-9a-f]{1,32}$", examples=[RUN])]


@api.get(
    "/api/v1/runs",
    Permission.SEE_RUNS,
    response_model=RunList,
    responses=problems(422),
    summary="The runs of your schools, the newest first",
)
def runs(
    home: Staff,
    who: Caller,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[
        str | None, Query(max_length=40, description="`after` of the last page")
    ] = None,
) -> Any:
    """A page of the list; `after` of the answer leads to the next one."""
    return msgspec.to_builtins(page(home.bench, who.reach.schools, limit, after))


@api.get(
    "/api/v1/runs/{run}",
    Permission.SEE_RUNS,
    responses=problems(404, 422),
    summary="One run, as `graphsync run RUN --json` prints it",
)
def run(home: Staff, who: Caller, run: RunId) -> dict[str, Any]:
    """Every change with before and after, who is held, and the verdict."""
    report = seen_run(home, who, run)
    document = RunDocument(
        runs=(report,),
        requests=report.requests or RequestCounts(),
        outcomes=report.outcomes or OutcomeCounts(),
        exit_code=Exit.DONE,
    )
    (printed,) = as_json(document, with_lists=False)["runs"]
    return dict(printed)


@api.post(
    "/api/v1/runs/{run}/approve",
    Permission.APPROVE_RUNS,
    response_model=Approval,
    responses=problems(404, 409, 422),
    summary="Approve a parked run; never the one you asked for yourself",
)
def approve(home: Staff, who: Caller, run: RunId, asked: ApprovalAsked, key: Key) -> Response:
    """The receipt. The same key and body again get the same receipt; another body gets 422."""
    seen_run(home, who, run)
    return once(
        home,
        who,
        key,
        f"{run}\n{asked.model_dump_json()}",
        lambda: approved(home, who, run, asked.digest, asked.overrides, asked.left_out),
    )


@api.post(
    "/api/v1/runs/{run}/return",
    Permission.APPROVE_RUNS,
    response_model=Returned,
    responses=problems(404, 409, 422),
    summary="Send a plan that waits back, with the reason: nobody approves or applies it any more",
)
def send_back(home: Staff, who: Caller, run: RunId, asked: ReturnAsked, key: Key) -> Response:
    """The receipt. The run tells the reason as `returned`; the next step is a fresh draft."""
    seen_run(home, who, run)
    return once(
        home,
        who,
        key,
        f"return {run}\n{asked.reason}",
        lambda: sent_back(home, who, run, asked.reason),
    )


def sent_back(home: Home, who: Who, run: str, reason: str) -> ReturnReport:
    """This person's no; raises Problem with why it is none."""
    try:
        return return_desk.send_back(home.bench_of(who), run, reason)
    except Refusal as refusal:
        raise Problem(409, "not_returned", f"{refusal}.") from None


def seen_run(home: Home, who: Who, run: str) -> RunReport:
    """A run of a school that this person reaches; raises Problem, the same for any other."""
    unknown = Problem(
        404, "no_such_run", "There is no such run in your schools; GET /api/v1/runs lists them."
    )
    try:
        head, report = home.bench.store.runs.report(run)
    except Unknown:
        raise unknown from None
    demand_reach(who, head.school, unknown)
    return home.reports.of(head, report)


def approved(
    home: Home,
    who: Who,
    run: str,
    digest: str,
    overrides: Sequence[str],
    left_out: Sequence[str],
) -> Approved:
    """This person's yes; raises Problem with the guard's reason."""
    drafted = home.bench.store.runs.get(run)
    if who.only_stands_in(drafted.school) and drafted.requester == who.identity:
        # A waiver lets a small school's head do so; whoever stands in for them it does not.
        raise Problem(
            409, "own_plan", "A deputy never approves what they prepared: somebody else does."
        )
    try:
        keys = [PersonKey.parse(one) for one in left_out]
    except ValueError:
        raise Problem(422, "no_person_key", "left_out holds keys, written SCHOOL:ID.") from None
    try:
        return run_desk.approve(home.bench_of(who), run, digest, overrides, keys)
    except Refusal as refusal:
        raise Problem(409, "not_approved", f"{refusal}.") from None
