"""What is sent to the routes of people, holds and passwords, and examples of what they answer."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.staff.shapes import problems

Text = Annotated[str, Field(min_length=1, max_length=500)]
WHO = "entra:11111111-2222-3333-4444-555555555555"
LINE = {
    "person": "pb:5523",
    "name": "Amy Marsh",
    "kind": "pupil",
    "year": "7",
    "form": "7B",
    "state": "active",
    "sign_in_name": "25marsha@pb.example",
    "held": False,
}
PEOPLE = {"items": [LINE], "after": "pb:5523"}
HOLD = {
    "hold": "h-1a2b3c",
    "person": "pb:5523",
    "state": "HELD",
    "mode": "suspend",
    "reason": "head, 25 Nov",
    "clause": "PB-2.4",
    "until": "2026-12-18",
    "by": WHO,
    "at": "2026-11-25T09:12:00Z",
}
LISTED = {
    **HOLD,
    "name": "Amy Marsh",
    "stands": "ends in 23 days",
    "may_lift": False,
    "asked": {"by": WHO, "at": "2026-12-02T09:12:00Z", "reason": "the matter is closed"},
    "may_answer": True,
    "look_again": "2026-12-25",
    "look_due": False,
}
PUT = {**HOLD, "state": "ends in 23 days", "at": "2026-11-25 09:12", "lifted": ""}
PERSON = {
    **{name: value for name, value in LINE.items() if name != "held"},
    "on_roster": True,
    "leaves": None,
    "linked": "created on 2026-09-03",
    "mastered_in_ad": False,
    "blocked_by_us_at": None,
    "groups": ["PB All pupils", "PB Year 7"],
    "licences": ["STANDARDWOFFPACK_STUDENT"],
    "account": "0d5a1d5c-0000-4000-8000-000000000001",
    "consent": [{"form": "cloud_consent", "gate": "closed", "code": "no_answer"}],
    "holds": [],
    "proposals": [],
    "held_for": [],
    "name_kept": False,
    "initial_password": "none kept",
    "history": [
        {
            "at": "2026-09-03T02:00:11Z",
            "what": "outcome",
            "operation": "create_user",
            "result": "done",
            "run": "r-20260903-1a2b",
        }
    ],
}


def answers(example: Any, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answer of a route by example, and its refusals, for its `responses`."""
    content = {"application/json": {"example": example}}
    return {200: {"description": "done", "content": content}, **problems(*statuses)}


def shape(example: dict[str, Any]) -> ConfigDict:
    """The configuration of a shape: nothing besides its fields, and an example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Searched(BaseModel):
    """Whom somebody looks for: a key, a whole address, or the beginnings of names."""

    model_config = shape({"text": "amy mar", "school": "pb"})
    text: Annotated[str, Field(min_length=1, max_length=200)]
    school: Annotated[str, Field(max_length=40)] = ""


class HoldAsked(BaseModel):
    """A hold to put; without `until` it ends after the pack's number of days."""

    model_config = shape(
        {"mode": "freeze", "reason": "head, 25 Nov", "clause": "PB-2.4", "until": "2026-12-18"}
    )
    mode: Literal["freeze", "suspend"] = "freeze"
    reason: Text
    clause: Text
    until: date | None = None


class HoldLifted(BaseModel):
    """Why a hold ends."""

    model_config = shape({"reason": "head, 2 Dec"})
    reason: Text
