"""The shapes of the API, with an example of each, as `/openapi.json` publishes them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from graphsync.return_desk import LONGEST_REASON

RUN = "r-20261125-1a2b"
DIGEST = "3f2a91bc0d4e5f60"
_LINE = {
    "run": RUN,
    "school": "pb",
    "name": "Prince Bishops",
    "as_of": "2026-11-25",
    "state": "parked",
    "requester": "schedule",
    "created_at": "2026-11-25T02:00:00Z",
    "changes": 61,
    "held": 4,
    "counts": {"disable_user": 61},
    "reasons": ["61 pupil accounts disabled; at most 50 pass in a night"],
    "error": "",
}
_APPROVAL = {"digest": DIGEST, "overrides": ["disable_pupil"], "left_out": ["pb:5523"]}


def shape(example: dict[str, Any], title: str | None = None) -> ConfigDict:
    """How every shape is made: nothing beyond its fields, and an example."""
    return ConfigDict(extra="forbid", title=title, json_schema_extra={"examples": [example]})


class Me(BaseModel):
    """Who asks, what they may do and where."""

    model_config = shape(
        {
            "account": "11111111-2222-3333-4444-555555555555",
            "name": "Nina Wren",
            "roles": ["Head"],
            "schools": ["pb"],
            "years": [],
            "may": ["approve_runs", "see_runs", "see_self", "see_today"],
            "conflict": [],
            "deputises": ["pb: DPO"],
        }
    )
    account: str
    name: str
    roles: list[str]
    schools: list[str]
    years: list[str]
    may: list[str]
    conflict: list[str]
    deputises: list[str]


class RunLine(BaseModel):
    """One run without the people in it."""

    model_config = shape(_LINE)
    run: str
    school: str
    name: str
    as_of: date
    state: str
    requester: str
    created_at: datetime
    changes: int
    held: int
    counts: dict[str, int]
    reasons: list[str]
    error: str


class RunList(BaseModel):
    """A page of runs, the newest first; `after` leads to the next page."""

    model_config = shape({"items": [_LINE], "after": None})
    items: list[RunLine]
    after: str | None


class ApprovalAsked(BaseModel):
    """A person's yes to one plan."""

    model_config = shape(_APPROVAL)
    digest: Annotated[str, Field(max_length=64, description="of the plan you read")]
    overrides: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=100, description="each reason of the verdict that you overrule"),
    ] = []
    left_out: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=1000, description="people who are left as found, SCHOOL:ID"),
    ] = []


class Approval(BaseModel):
    """The receipt of an approval."""

    model_config = shape(
        {
            "run": RUN,
            **_APPROVAL,
            "approver": "entra:11111111-2222-3333-4444-555555555555",
            "requester": "schedule",
            "expires_at": "2026-11-28T07:40:00Z",
            "waiver": None,
        }
    )
    run: str
    digest: str
    approver: str
    requester: str
    expires_at: datetime
    overrides: list[str]
    left_out: list[str]
    waiver: str | None


class ReturnAsked(BaseModel):
    """Why a plan is sent back."""

    model_config = shape({"reason": "Forty leavers of year 11 are still here until Friday."})
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class Returned(BaseModel):
    """The receipt of a return."""

    model_config = shape(
        {
            "by": "entra:11111111-2222-3333-4444-555555555555",
            "at": "2026-11-25T07:40:00Z",
            "reason": "Forty leavers of year 11 are still here until Friday.",
        }
    )
    by: str
    at: datetime
    reason: str


class ProblemShape(BaseModel):
    """Why a request was refused and how to mend it (RFC 9457)."""

    model_config = ConfigDict(
        title="Problem",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:graphsync:problem:no_role",
                    "title": "Not allowed",
                    "status": 403,
                    "detail": "Your roles do not include this.",
                }
            ]
        },
    )
    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


_PROBLEM = {"application/problem+json": {"schema": ProblemShape.model_json_schema()}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals that a route may answer with, for its `responses`."""
    every = sorted({401, 403, 429, *statuses})
    return {one: {"description": "refused", "content": _PROBLEM} for one in every}
