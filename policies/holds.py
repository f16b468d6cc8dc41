"""Holds: a person is left alone, or kept out, whatever the roster says (decision 14)."""

from datetime import date
from enum import StrEnum

from msgspec import Struct


class HoldMode(StrEnum):
    """`freeze` changes nothing at all; `suspend` blocks, revokes and keeps it so."""

    FREEZE = "freeze"
    SUSPEND = "suspend"


class Hold(Struct, frozen=True, kw_only=True):
    """Why a person is held and until which day (inclusive; None: until it is lifted)."""

    mode: HoldMode
    reason: str
    clause: str = ""
    until: date | None = None

    def stands(self, day: date) -> bool:
        """Whether its last day is not over yet."""
        return self.until is None or day <= self.until

    def rank(self, day: date) -> tuple[bool, bool, date]:
        """Of several holds of one person the highest counts.

        One that stands goes before one that has ended, a suspension before a freeze, and the one
        that ends later before the other.
        """
        return (self.stands(day), self.mode is HoldMode.SUSPEND, self.until or date.max)
