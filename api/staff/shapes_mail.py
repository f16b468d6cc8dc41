"""What is sent to the routes of the mail queue, and examples of what they answer."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.staff.shapes import shape
from graphsync.dlp_desk import Move, Note
from policies.mail_queue import Advice, Outcome, Step

ITEM = "3f0c9a1be2d47c55"
OTHER = "77b1c0de99aa0113"
DIGEST = "3f2a91bc0d4e5f60"
WHO = "entra:11111111-2222-3333-4444-555555555555"
Text = Annotated[str, Field(max_length=500)]
OneItem = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", examples=[ITEM])]
LINE: dict[str, Any] = {
    "item": ITEM,
    "mail": "9d1e0c5ab3a7f610",
    "school": "pb",
    "state": "open",
    "severity": "high",
    "due": "2026-11-27T09:00:00Z",
    "overdue": False,
    "assignee": "",
    "exceptions": ["medical: seen but not blocked (SNMAT-8b)"],
    "kinds": ["not-blocked"],
    "classes": ["medical"],
    "fates": ["let through"],
    "stopped_elsewhere": False,
    "masked": False,
    "values": 2,
    "records": 1,
    "sender": "staff",
    "recipients": {"outsider": 1},
    "rules": ["Low volume"],
    "happened": "2026-11-26T08:10:00Z",
}
SHOWN: dict[str, Any] = {
    "item": ITEM,
    "source": f"dlp:{ITEM}",
    "line": LINE,
    "hidden": "",
    "senders": ["pb:301"],
    "people": ["pb:301"],
    "sent": "2026-11-26T08:10:00Z",
    "records": [],
    "siblings": [],
    "elsewhere": [],
    "advice": "",
    "outcome": "",
    "moves": [],
    "breach": "",
    "may": ["claim", "advise"],
}
MOVED = {
    "item": ITEM,
    "school": "pb",
    "step": "advise",
    "state": "advised",
    "assignee": WHO,
    "contrary": False,
    "warned": [],
    "breach": "",
    "then": "",
}
PREVIEW = {
    "like": ITEM,
    "step": "advise",
    "word": "support",
    "items": [ITEM],
    "left_out": [{"item": OTHER, "why": "left out by you"}],
    "digest": DIGEST,
}
CONTRARY = {
    "at": "2026-11-26T07:10:00Z",
    "school": "pb",
    "item": ITEM,
    "by": WHO,
    "outcome": "other",
}
ALLOWED = {
    "item": ITEM,
    "school": "pb",
    "until": "2027-02-20",
    "days_left": 87,
    "ends_soon": False,
    "by": WHO,
    "classes": ["medical"],
    "rules": ["Low volume"],
}
CHANGE = {
    "school": "pb",
    "rule": "r-1",
    "name": "Low volume",
    "change": "narrow it",
    "why": "3 of 4 decisions say that the rule is too wide",
    "speak_for_it": 3,
    "decided": 4,
    "outcomes": {"no breach: the rule is too wide": 3, "no breach: training": 1},
}
GAP = {
    "number": 1,
    "begin": "2026-11-10T00:00:00Z",
    "end": "2026-11-12T00:00:00Z",
    "why": "Microsoft keeps content for seven days",
    "found_at": "2026-11-19T06:00:00Z",
    "acknowledged_at": None,
    "acknowledged_by": None,
    "reason": None,
}
FEED = {
    "read_until": "2026-11-26T06:00:00Z",
    "succeeded_at": "2026-11-26T06:00:00Z",
    "newest_blob": "2026-11-26T05:30:00Z",
    "findings": {"pb": ["no event of data loss since 2026-11-10, longer than 7 days"]},
    "proofs": {"pb": [{"name": "medical", "state": "bit"}]},
    "gaps_waiting": 0,
}


class MoveAsked(BaseModel):
    """A move with an item; which fields it needs depends on the move."""

    model_config = shape({"advice": "support", "reason": "the school nurse needs it"})
    reason: Annotated[
        Text, Field(description="ask, answer, advise, decide, reopen: why, at most 500 characters")
    ] = ""
    anyway: Annotated[
        bool, Field(description="keep a reason of which you were warned that it names somebody")
    ] = False
    to: Annotated[
        str, Field(max_length=120, description="assign: `identity` of the other, entra:OBJECT-ID")
    ] = ""
    advice: Annotated[Advice | None, Field(description="advise: what you think of it")] = None
    outcome: Annotated[Outcome | None, Field(description="decide: what it comes to")] = None
    until: Annotated[
        date | None, Field(description="decide: the last day of what is allowed, within 90 days")
    ] = None

    def move(self, step: Step) -> Move:
        """As the desk takes it."""
        words: dict[Step, str] = {
            Step.ASSIGN: self.to.strip(),
            Step.ADVISE: self.advice or "",
            Step.DECIDE: self.outcome or "",
        }
        note = Note(self.reason, self.anyway)
        until = self.until if step is Step.DECIDE else None
        return Move(step=step, word=words.get(step, ""), note=note, until=until)


class AlikeAsked(MoveAsked):
    """An advice or a decision for every item that is like one."""

    model_config = shape(
        {"like": ITEM, "advice": "support", "reason": "test cards", "excepted": [OTHER]}
    )
    like: OneItem
    excepted: Annotated[list[OneItem], Field(max_length=1000, description="not these")] = []


class AlikeMeant(AlikeAsked):
    """The same with what the preview showed; anything else is refused."""

    model_config = shape(
        {
            "like": ITEM,
            "advice": "support",
            "reason": "test cards",
            "excepted": [OTHER],
            "digest": DIGEST,
            "items": 1,
        }
    )
    digest: Annotated[str, Field(max_length=64, description="of the preview")]
    items: Annotated[int, Field(ge=0, description="how many the preview named")]


class Acknowledged(BaseModel):
    """What was done about a gap of the feed."""

    model_config = shape({"reason": "imported the audit search of that week"})
    reason: Annotated[str, Field(min_length=1, max_length=500)]
