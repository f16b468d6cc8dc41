"""The shapes of long work, of the clock and of pauses, with an example of each."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.staff.shapes import DIGEST, shape

JOB = "j-1a2b3c4d5e6f7081"
_JOB = {
    "job": JOB,
    "what": "apply",
    "title": "Carry out a plan",
    "schools": ["pb"],
    "requester": "entra:11111111-2222-3333-4444-555555555555",
    "state": "running",
    "stage": "Applying",
    "done": 40,
    "of": 61,
    "runs": [],
    "problem": "",
    "asked_at": "2026-11-25T07:40:00Z",
    "begun_at": "2026-11-25T07:40:00Z",
    "ended_at": None,
    "result": None,
}
_PAUSE = {"school": "pb", "by": "entra:1", "at": "2026-11-25 07:40", "reason": "SIMS upgrade"}
_CHORE = {
    "chore": "sync",
    "title": "Sync",
    "next_at": "2026-11-26T02:00:00Z",
    "needs": "",
    "last_job": JOB,
    "last_state": "done",
    "last_at": "2026-11-25T02:00:00Z",
}
_SCHOOL = Annotated[str, Field(max_length=40, description="its id")]
_Words = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=1000)]


class JobShape(BaseModel):
    """Long work: `state` is waiting, running, done, failed or interrupted.

    `done` of `of` are counted in this `stage`; `runs` came of it; `problem` says what did not work;
    `result` is the report of an upload's check.
    """

    model_config = shape(_JOB, "Job")
    job: str
    what: str
    title: str
    schools: list[str]
    requester: str
    state: str
    stage: str
    done: int
    of: int
    runs: list[str]
    problem: str
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any] | None = None


class JobList(BaseModel):
    """The newest jobs of your schools, and those that work in none."""

    model_config = shape({"items": [_JOB]})
    items: list[JobShape]


class DraftAsked(BaseModel):
    """A plan to draft; nothing is written to the tenant."""

    model_config = shape({"school": "pb", "years": ["7"]})
    school: _SCHOOL
    only: Annotated[_Words, Field(description="only these people, SCHOOL:ID")] = []
    years: Annotated[_Words, Field(description="only these years")] = []
    classes: Annotated[_Words, Field(description="only these classes or forms")] = []
    as_of: Annotated[date | None, Field(description="plan as on this day")] = None
    upload: Annotated[
        str, Field(max_length=40, description="the job that checked an uploaded roster")
    ] = ""


class SyncAsked(BaseModel):
    """A school's night, now: what passes the guard is carried out."""

    model_config = shape({"school": "pb"})
    school: _SCHOOL


class ApplyAsked(BaseModel):
    """A plan to carry out."""

    model_config = shape({"digest": DIGEST})
    digest: Annotated[str, Field(max_length=64, description="of the plan you read")]


class Nothing(BaseModel):
    """Nothing more has to be said."""

    model_config = shape({})


class PauseAsked(BaseModel):
    """A school that waits; only departures and holds are still carried out."""

    model_config = shape({"school": "pb", "reason": "SIMS upgrade until Friday"})
    school: _SCHOOL
    reason: Annotated[str, Field(min_length=3, max_length=300)]


class PauseShape(BaseModel):
    """A pause that stands."""

    model_config = shape(_PAUSE, "Pause")
    school: str
    by: str
    at: str
    reason: str


class PauseList(BaseModel):
    """The pauses that stand over your schools."""

    model_config = shape({"items": [_PAUSE]})
    items: list[PauseShape]


class ChoreShape(BaseModel):
    """What the clock does: when next (null: switched off; `needs` says by what), how it went."""

    model_config = shape(_CHORE, "Chore")
    chore: str
    title: str
    next_at: datetime | None
    needs: str
    last_job: str | None
    last_state: str | None
    last_at: datetime | None


class Schedule(BaseModel):
    """What the clock does next."""

    model_config = shape({"items": [_CHORE]})
    items: list[ChoreShape]
