"""What becomes of what was read: an event, out of scope, or quarantined with a reason; never lost.

in = events + merged + quarantined + out of scope.
"""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from policies.mail_events import Addresses, Event


class Reason(StrEnum):
    """Why something was quarantined: counted under this word, and nothing of it kept."""

    CUT = "cut off before its end"
    TOO_LARGE = "larger than a record can be"
    NOT_JSON = "not JSON"
    NOT_A_RECORD = "not a record"
    WRONG_TYPE = "a field of another type"
    NO_ID = "no id that could be one"
    NO_TIME = "no time of its making that can be read"
    NO_ORGANISATION = "no organisation that could be one"
    OTHER_ORGANISATION = "of another tenant"
    UNKNOWN_WORKLOAD = "a workload that is not known"
    UNKNOWN_OPERATION = "an operation that is not known"
    UNREADABLE_EXCEPTION = "an override that cannot be read"
    UNREADABLE_TYPES = "sensitive types that cannot be read"
    SPREADSHEET_DATE = "a date that a spreadsheet rewrote"
    FORMULA = "a cell that begins like a formula"
    ROW_OF_ANOTHER_WIDTH = "more or fewer cells than the header"
    EXPIRED = "content of the feed that expired before it was read"
    MISSING = "content of the feed that Microsoft does not have any more"
    NO_SCHOOL = "its sender belongs to no school that has a pack"


class OutOfScope(StrEnum):
    """What comes with the records of data loss and is none, or none that is judged here."""

    LABEL = "a label, not data loss"
    OTHER_SERVICE = "a service that is not watched"
    OTHER_ACTIVITY = "an activity that is not data loss"


class Quarantined(Struct, frozen=True):
    """Not understood; `where` is the path of the field, never what stood there.

    Counted by reason, so that a person can ask for the record at its source.
    """

    reason: Reason
    where: str = ""


class Taken(Struct, frozen=True):
    """An event with the addresses that are still to be joined to the roster."""

    event: Event
    addresses: Addresses


Read: TypeAlias = Taken | Quarantined | OutOfScope
