"""What is sent to the routes of adoption and the worklist, and examples of what they answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.staff.shapes_people import shape

PAIR = {"person": "pb:5523", "account": "a.marsh@pb.example"}
PROPOSAL = {
    **PAIR,
    "name": "Amy Marsh",
    "kind": "pupil",
    "year": "7",
    "account_name": "Amy Marsh",
    "enabled": True,
    "mastered_in_ad": False,
    "strength": "mail",
    "evidence": ["the roster's mail address is the account's"],
    "rivals": 0,
}
ROW = {
    "row": "w-1a2b3c4d5e",
    "task": "disable",
    "person": "pb:5523",
    "due": "2026-11-27",
    "overdue": False,
    "sign_in_name": "25marsha@pb.example",
    "why": "last day 2026-11-24",
    "doubt": "",
    "wanted": {"lastDay": "2026-11-24"},
    "object_id": "0d5a1d5c-0000-4000-8000-000000000001",
    "sid": "S-1-5-21-1-2-3-1104",
    "opened": "2026-11-25",
}


class Pair(BaseModel):
    """A person and an account, by sign-in name or object id."""

    model_config = shape(PAIR)
    person: Annotated[str, Field(max_length=120)]
    account: Annotated[str, Field(min_length=1, max_length=200)]


class PairsAsked(BaseModel):
    """Accounts to adopt, all or none; several at once only where nobody rivals."""

    model_config = shape({"pairs": [PAIR]})
    pairs: Annotated[list[Pair], Field(min_length=1, max_length=500)]


class Decided(BaseModel):
    """Not theirs (`refused`), or nobody's on a roster (`ignored`)."""

    model_config = shape({**PAIR, "state": "refused"})
    person: Annotated[str, Field(max_length=120)]
    account: Annotated[str, Field(min_length=1, max_length=200)]
    state: Literal["refused", "ignored"]
