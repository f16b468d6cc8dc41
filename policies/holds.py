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
