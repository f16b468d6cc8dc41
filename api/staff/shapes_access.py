"""What goes in and out of the routes of deputies and looks; `openapi.json` shows the examples."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.staff.shapes import shape

_WISH = {
    "who": "pb:9001",
    "role": "Head",
    "since": "2026-12-01",
    "until": "2026-12-18",
    "reason": "The head is away on a visit.",
}
_LINE = {
    "deputy": "s-1a2b3c4d",
    "school": "pb",
    "role": "Head",
    "account": "11111111-2222-3333-4444-555555555555",
    "person": "pb:9001",
    "name": "Ada Wren",
    "since": "2026-12-01",
    "until": "2026-12-18",
    "reason": "The head is away on a visit.",
    "by": "entra:11111111-2222-3333-4444-666666666666",
    "state": "stands",
}
_HOLDER = {
    "account": "11111111-2222-3333-4444-666666666666",
    "name": "Nina Wren",
    "roles": ["Head"],
    "schools": ["pb"],
}
_WAIVER = {
    "school": "pb",
    "until": "2027-07-31",
    "named_by": "head",
    "reason": "One person runs the office and the network.",
    "stands": True,
}
_ASKED = {
    "kind": "consent",
    "school": "pb",
    "item": "pb:5523",
    "reason": "A parent asked what we keep.",
}
_LOOK = {
    "at": "2026-11-25T10:02:11Z",
    "by": "entra:11111111-2222-3333-4444-666666666666",
    "kind": "consent",
    "school": "pb",
    "item": "pb:5523",
    "filter": "",
    "shown": 1,
    "reason": "A parent asked what we keep.",
}
Line = Annotated[str, Field(max_length=300)]


class DeputyAsked(BaseModel):
    """Somebody who is to stand in for a role; both days are included."""

    model_config = shape(_WISH)
    who: Annotated[str, Field(max_length=120, description="SCHOOL:ID of a member of staff")]
    role: Annotated[str, Field(max_length=40)]
    since: date
    until: date
    reason: Line


class DeputyShape(BaseModel):
    """One deputy; `state` is stands, to come, over or ended."""

    model_config = shape(_LINE)
    deputy: str
    school: str
    role: str
    account: str
    person: str
    name: str
    since: date
    until: date
    reason: str
    by: str
    state: str


class HolderShape(BaseModel):
    """Somebody who is signed in at the console, with the roles of that sign-in."""

    model_config = shape(_HOLDER)
    account: str
    name: str
    roles: list[str]
    schools: list[str]


class WaiverShape(BaseModel):
    """A small-school waiver of a pack."""

    model_config = shape(_WAIVER)
    school: str
    until: date
    named_by: str
    reason: str
    stands: bool


class AccessShape(BaseModel):
    """Deputies, who is signed in, and waivers, of your schools."""

    model_config = shape({"items": [_LINE], "holders": [_HOLDER], "waivers": [_WAIVER]})
    items: list[DeputyShape]
    holders: list[HolderShape]
    waivers: list[WaiverShape]


class ReasonAsked(BaseModel):
    """Why you look at a record; `kind` and `item` are those that the refusal named."""

    model_config = shape(_ASKED)
    kind: Annotated[str, Field(max_length=20)]
    school: Annotated[str, Field(max_length=40)]
    item: Annotated[str, Field(max_length=120)]
    reason: Line


class LookShape(BaseModel):
    """One look at a record, or at a list of so many."""

    model_config = shape(_LOOK)
    at: datetime
    by: str
    kind: str
    school: str
    item: str
    filter: str
    shown: int
    reason: str


class LookList(BaseModel):
    """The last looks of your schools, the newest first."""

    model_config = shape({"items": [_LOOK]})
    items: list[LookShape]
