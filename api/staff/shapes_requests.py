"""What is sent to the routes of requests about somebody's data, and examples of their answers."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.staff.shapes import shape
from policies.request_records import (
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    Asker,
    Harm,
    Kind,
    Means,
    Outcome,
    Pause,
    Step,
)

REQUEST = "q-1f3a9c02"
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]
LINE: dict[str, Any] = {
    "request": REQUEST,
    "school": "pb",
    "kind": "access",
    "state": "open",
    "about": "pb:5523",
    "received": "2026-11-02",
    "due": "2026-12-02",
    "days_left": 6,
    "extended": False,
    "unheard": True,
}
FILE: dict[str, Any] = {
    "line": LINE,
    "asker": "parent",
    "contact": "77",
    "note": "",
    "steps": ["identity"],
    "harm": None,
    "leave_out": False,
    "checked_by": "",
    "restricted": False,
    "missing": ["no second person has checked what goes out"],
    "rows": [],
}


class RequestLogged(BaseModel):
    """A request as it came in, by letter, mail or word of mouth."""

    model_config = shape(
        {
            "school": "pb",
            "kind": "access",
            "received": "2026-11-02",
            "about": "pb:5523",
            "asker": "parent",
            "contact": "77",
        }
    )
    school: Annotated[str, Field(max_length=40)]
    kind: Kind
    received: date
    about: Annotated[
        str, Field(max_length=LONGEST_REFERENCE, description="SCHOOL:ID, or a reference; no name")
    ]
    asker: Asker
    contact: Annotated[
        str, Field(max_length=LONGEST_REFERENCE, description="a contact's number in the roster")
    ] = ""
    note: Note = ""


class HarmSaid(BaseModel):
    """The safeguarding lead's word; not what it is."""

    model_config = shape({"harm": "none"})
    harm: Harm


class RequestMoveAsked(BaseModel):
    """One move; which fields it needs depends on the move."""

    model_config = shape({"step": "identity", "text": "passport seen by the office"})
    step: Annotated[Step | None, Field(description="tick: what is made sure of")] = None
    pause: Annotated[Pause | None, Field(description="pause: why the clock stands")] = None
    day: Annotated[
        date | None,
        Field(description="pause: since when; resume: until when; acknowledge, sent: when"),
    ] = None
    means: Annotated[Means | None, Field(description="sent: how it went out")] = None
    outcome: Annotated[Outcome | None, Field(description="close: how it ended")] = None
    systems: Annotated[
        tuple[Note, ...], Field(max_length=30, description="close: what was searched")
    ] = ()
    text: Annotated[Note, Field(description="the reason, or a short note; no names")] = ""
