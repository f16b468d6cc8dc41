"""What goes in and out of the routes of departures; `openapi.json` shows the examples."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.staff.shapes import shape

_WISH = {
    "who": "pb:9001",
    "reason": "planned",
    "last_day": "2026-12-18",
    "hour": "16:00",
}
_LINE = {
    "departure": "d-1a2b3c4d",
    "person": "pb:9001",
    "name": "Ada Wren",
    "school": "pb",
    "leaves_at": "2026-12-18T16:00:00Z",
    "state": "dated",
    "reason": "planned",
    "by": "entra:11111111-2222-3333-4444-555555555555",
    "waits": False,
}
_RECEIPT = {
    "departure": "d-1a2b3c4d",
    "person": "pb:9001",
    "account": "11111111-2222-3333-4444-555555555555",
    "state": "done",
    "recorded_at": "2026-11-25T10:02:11Z",
    "leaves_at": "2026-11-25T10:02:11Z",
    "acted_at": "2026-11-25T10:02:13Z",
    "seconds": 1.8,
    "blocked": "done",
    "enabled": False,
    "sessions": "done",
    "sessions_from": "2026-11-25T10:02:12Z",
    "mailbox": "Mailbox, files, groups and licences are untouched.",
    "tokens": "Access tokens that were given out before may work for about an hour.",
    "steps": [],
    "rotate": [],
    "signed_out_here": 0,
    "told": "",
    "note": "",
}
_SOMEONE = {"key": "pb:9002", "name": "Mo Finch", "sign_in_name": "m.finch@pb.example"}
HANDOVER = {
    "departure": "d-1a2b3c4d",
    "line_manager": _SOMEONE,
    "handover_owner": _SOMEONE,
    "named_at": "2026-11-25T10:05:00Z",
    "stages": [{"at": "2026-12-18T16:00:00Z", "what": "Sign-in is blocked", "by": "graphsync"}],
    "tasks": [
        {
            "task": "reply_set",
            "title": "Automatic reply",
            "how": "Microsoft 365 admin centre, Users, Active users, …",
            "done": None,
        }
    ],
    "open": 1,
    "report": "",
}
Day = Annotated[date, Field(description="the last day")]
Hour = Annotated[time, Field(description="of that day, by the clock at school")]


class DepartureAsked(BaseModel):
    """A departure to record; without `last_day` it acts at once, and `typed` is needed."""

    model_config = shape(_WISH)
    who: Annotated[
        str, Field(max_length=200, description="SCHOOL:ID, or the exact sign-in name or object id")
    ]
    reason: Literal["planned", "immediate", "suspension", "death", "transfer"]
    last_day: Day | None = None
    hour: Hour | None = None
    account: Annotated[
        str, Field(max_length=200, description="the exact account of a person linked to none")
    ] = ""
    school: Annotated[str, Field(max_length=40)] = ""
    typed: Annotated[
        str, Field(max_length=200, description="their surname or sign-in name, to be sure")
    ] = ""


class HandoverAsked(BaseModel):
    """Who the line manager is and who takes over: a key, a staff code or a surname; or nobody."""

    model_config = shape({"line_manager": "pb:9002", "handover_owner": "pb:9003"})
    line_manager: Annotated[str, Field(max_length=200)] = ""
    handover_owner: Annotated[str, Field(max_length=200)] = ""


class TaskAsked(BaseModel):
    """A step by hand that is done."""

    model_config = shape({"task": "reply_set"})
    task: Literal["reply_set", "owners_moved", "shared_taken", "files_handed"]


class DateAsked(BaseModel):
    """Another day or hour of a departure that has not acted."""

    model_config = shape({"last_day": "2026-12-18", "hour": "16:00"})
    last_day: Day
    hour: Hour | None = None


class DepartureLineShape(BaseModel):
    """One in the list; `reason` is empty for all but HR and the head."""

    model_config = shape(_LINE)
    departure: str
    person: str
    name: str
    school: str
    leaves_at: datetime
    state: str
    reason: str
    by: str
    waits: bool


class DepartureList(BaseModel):
    """Those that wait for somebody first; dated ones for HR and the head alone."""

    model_config = shape({"items": [_LINE]})
    items: list[DepartureLineShape]


class ReceiptShape(BaseModel):
    """What was done and read back; `state` says whether it is all. Moments are UTC."""

    model_config = shape(_RECEIPT)
    departure: str
    person: str
    account: str
    state: Annotated[
        str,
        Field(
            description="dated, due, done, unverified, not_done (see steps), confirmed, withdrawn"
        ),
    ]
    recorded_at: datetime
    leaves_at: datetime
    acted_at: datetime | None
    seconds: float
    blocked: str
    enabled: bool | None
    sessions: str
    sessions_from: datetime | None
    mailbox: str
    tokens: str
    steps: list[str]
    rotate: list[str]
    signed_out_here: int
    told: str
    note: str
