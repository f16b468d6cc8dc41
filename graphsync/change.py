"""What every change carries: whom, why, what was and what will be, and a sentence for people."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from policies.people import Kind, PersonKey


class Origin(StrEnum):
    """Why something changes."""

    ROSTER = "roster"
    RULE = "rule"
    CONSENT = "consent"
    HOLD = "hold"
    DRIFT = "drift"
    UNDO = "undo"
    DEPARTURE = "departure"
    SAFEGUARDING = "safeguarding"


class OneChange(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What all changes carry: whom, why, and a sentence for people."""

    person: PersonKey | None = None
    population: Kind | None = None
    account: str | None = None
    origin: Origin = Origin.ROSTER
    clauses: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def kind(self) -> str:
        """The change's name in every JSON document."""
        return str(self.__struct_config__.tag)

    @property
    def before(self) -> dict[str, Any]:
        """What the tenant holds now, by Graph property name."""
        return {}

    @property
    def after(self) -> dict[str, Any]:
        """What it will hold."""
        return {}

    @property
    def target(self) -> str:
        """With kind and person, what tells two changes of one plan apart."""
        return ""

    @property
    def key(self) -> tuple[str, str, str]:
        """The change's identity inside a plan and between two draftings of it."""
        return (self.kind, str(self.person or ""), self.target)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.person or self.target})"
