"""What is wrong with an entry of the register of breaches, and what mends it.

The words say what, where and how to mend it, to whoever reads them at a desk or on a page; `mend`
is for a way in that has words of its own for it, as the command line has.
"""

from enum import StrEnum

from msgspec import Struct


class Mend(StrEnum):
    """What mends a fault: a fact to note by its name, a move, or what a move lacks."""

    ADVISE = "advise"
    DEPUTY = "deputy"
    DECIDE = "decide"
    BODY = "body"
    NOTIFY = "notify"
    TELL_PEOPLE = "tell_people"
    AWARE = "aware"
    RERATE = "rerate"
    INVESTIGATOR = "investigator"
    RISK = "risk"
    RISK_REASONS = "risk_reasons"
    DESCRIPTION = "description"
    CAUSE = "cause"
    CONSEQUENCES = "consequences"
    REMEDY = "remedy"
    INVESTIGATION = "investigation"
    INVESTIGATED_BY = "investigated_by"
    OUTCOME = "outcome"
    WHY = "why"
    REFERENCE = "reference"
    LATE = "late"
    HOW = "how"
    REOPEN = "reopen"
    SPAN = "span"


class Fault(Struct, frozen=True):
    """One thing that is wrong, how it is mended, and the clause that asks for it."""

    text: str
    mend: Mend
    clause: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.clause})" if self.clause else self.text
