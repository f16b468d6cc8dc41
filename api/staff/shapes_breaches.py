"""What is sent to the routes of breaches, and examples of what they answer."""

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from api.staff.shapes import shape
from policies.breach_records import Body, Category, Cause, Decision, Facts, Loss, Risk, Source

BREACH = "b-1f3a9c02"
WHO = "entra:11111111-2222-3333-4444-555555555555"
Text = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(max_length=300)]
Number = Annotated[int, Field(ge=0, le=10_000_000)]
LINE: dict[str, Any] = {
    "breach": BREACH,
    "school": "pb",
    "title": "Mail to the wrong parent",
    "state": "assessing",
    "source": "parent",
    "losses": ["confidentiality"],
    "cause": "mail_to_wrong_person",
    "opened_at": "2026-11-23T09:05:00Z",
    "seen_at": "2026-11-23T08:40:00Z",
    "aware_at": "2026-11-23T09:00:00Z",
    "due": "2026-11-26T09:00:00Z",
    "runs": True,
    "hours_left": 51.4,
    "alarm": 12,
    "decision": None,
    "notified_at": None,
    "closed_at": None,
}
FILE: dict[str, Any] = {
    "line": LINE,
    "facts": {"title": "Mail to the wrong parent", "people": 30},
    "special_category": None,
    "criminal_offence": None,
    "reported_by": "a parent of year 7",
    "advice": None,
    "decided": None,
    "against_advice": False,
    "notified": [],
    "told": [],
    "missing": ["the cause is not named (WPT-3-ACT-14)"],
    "mends": ["cause"],
    "rows": [],
}


class FactsAsked(BaseModel):
    """What is known; what is left out is not yet known, or stays as it was. No names."""

    model_config = shape({"title": "Mail to the wrong parent", "people": 30, "risk": "risk"})
    title: Short = ""
    losses: Annotated[tuple[Loss, ...], Field(max_length=3)] = ()
    occurred_from: AwareDatetime | None = None
    occurred_to: AwareDatetime | None = None
    seen_at: AwareDatetime | None = None
    description: Text = ""
    cause: Cause | None = None
    systems: Short = ""
    processor: Short = ""
    categories: Annotated[tuple[Category, ...], Field(max_length=16)] = ()
    children: bool | None = None
    whose: Short = ""
    people: Number | None = None
    records: Number | None = None
    consequences: Text = ""
    risk: Risk | None = None
    risk_reasons: Text = ""
    containment: Text = ""
    remedy: Text = ""
    investigation: Text = ""
    investigated_by: Short = ""
    subject: Short = ""
    outcome: Text = ""
    lessons: Text = ""
    actions: Text = ""
    incidents: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    cyber: bool | None = None
    hold_until: date | None = None

    def facts(self) -> Facts:
        """As the desk takes them."""
        return Facts(**self.model_dump())


class ReportAsked(BaseModel):
    """What may be a breach; it is a suspicion until the DPO says since when the school is aware."""

    model_config = shape(
        {
            "school": "pb",
            "facts": {"title": "Mail to the wrong parent"},
            "source": "parent",
            "reported_by": "a parent of year 7",
        }
    )
    school: Annotated[str, Field(max_length=40)]
    facts: FactsAsked
    source: Source = Source.USER
    reported_by: Annotated[str, Field(max_length=300, description="by their part, no name")] = ""


class DecisionAsked(BaseModel):
    """The head's decision."""

    model_config = shape({"decision": "record", "reason": "as advised"})
    decision: Decision
    reason: Annotated[str, Field(min_length=1, max_length=4000)]


class BreachMoveAsked(BaseModel):
    """One move; which fields it needs depends on the move."""

    model_config = shape({"decision": "record", "text": "recalled unread"})
    facts: Annotated[FactsAsked | None, Field(description="note: what was learned")] = None
    at: Annotated[
        AwareDatetime | None,
        Field(description="aware: since when; notified: when it was sent; told: when"),
    ] = None
    text: Annotated[
        Text,
        Field(description="advise: the advice; told: how; aware, reopen: why; close: a last word"),
    ] = ""
    decision: Annotated[Decision | None, Field(description="advise: what is advised")] = None
    unavailable: Annotated[Short, Field(description="advise: why not the DPO, of a deputy")] = ""
    reference: Annotated[
        Short, Field(description="notified: the regulator's; told: which version of the words")
    ] = ""
    late: Annotated[Text, Field(description="notified: reasons after 72 hours")] = ""
    body: Annotated[Body | None, Field(description="told: who was told")] = None
