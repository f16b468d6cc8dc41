"""What is kept of a record of data loss: counts, classes and ids, and never what was found.

Purview tells of every mail, file or computer that a rule of data loss prevention (DLP) matched.
These values have no field for matched text, subject, hidden recipients, names of attachments or
parameters of actions, so that nothing later can print, log or store them. Addresses of sender and
recipients travel beside an event (`Addresses`) until they are joined to the roster, and end there.
"""

from datetime import datetime
from enum import IntEnum, StrEnum

from msgspec import Struct


class Workload(StrEnum):
    """Where it happened; the words are Purview's."""

    EXCHANGE = "Exchange"
    TEAMS = "MicrosoftTeams"
    SHAREPOINT = "SharePoint"
    ONEDRIVE = "OneDrive"
    ENDPOINT = "Endpoint"


MESSAGES = frozenset({Workload.EXCHANGE, Workload.TEAMS})  # a sender writes to recipients


class Operation(StrEnum):
    """A rule matched, its action was undone, or a false positive was told and nothing undone."""

    MATCH = "match"
    UNDO = "undo"
    INFO = "info"


class Place(StrEnum):
    """Where in the item: the name of an attachment is not kept."""

    BODY = "body"
    ATTACHMENT = "attachment"
    UNTOLD = "untold"


class Reasoning(StrEnum):
    """How an override was justified; own words may name a pupil and are not kept."""

    NONE = "none"
    STOCK = "stock option"
    OWN_WORDS = "own words"


class Fullness(IntEnum):
    """How much a source tells: of two records of one event the fuller one stands."""

    ACTIVITY_EXPLORER = 1
    AUDIT_RECORD = 2


class Found(Struct, frozen=True, gc=False):
    """Sensitive information of one type in one place.

    `kind` is the type's GUID in lower case, or its name where the record has no GUID. `unique` is
    None where the record does not count different values.
    """

    kind: str
    count: int
    unique: int | None = None
    confidence: int | None = None
    place: Place = Place.UNTOLD


class Hit(Struct, frozen=True, kw_only=True):
    """A rule that matched. `actions` are Purview's words, also those that nobody knows.

    `external` is true where the rule was about people outside.
    """

    policy_id: str = ""
    policy: str = ""
    rule_id: str = ""
    rule: str = ""
    mode: str = ""
    severity: str = ""
    actions: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()
    external: bool = False


class Said(Struct, frozen=True, kw_only=True):
    """What the sender said to the rule: overrode it and how that was justified, or called it wrong.

    Overriding the most restrictive rule overrides every other rule that matched.
    """

    overridden: bool = False
    false_positive: bool = False
    reasoning: Reasoning = Reasoning.NONE


class Event(Struct, frozen=True, kw_only=True):
    """One record; several share the incident and the message of one mail.

    `organisation` and `id` name it. `recipients` is how many there are, the hidden ones too, None
    where the record does not say. `labels` are those words of the packs' personal labels that stand
    in the subject. Moments are UTC.
    """

    organisation: str
    id: str
    fullness: Fullness
    workload: Workload
    operation: Operation
    created: datetime
    incident: str = ""
    message: str = ""
    sent: datetime | None = None
    hits: tuple[Hit, ...] = ()
    said: Said = Said()
    recipients: int | None = None
    labels: tuple[str, ...] = ()

    def found(self) -> dict[tuple[str, Place], Found]:
        """The most of each type in each place: two rules that matched tell of the same text."""
        most: dict[tuple[str, Place], Found] = {}
        for one in (one for hit in self.hits for one in hit.found):
            key = (one.kind, one.place)
            if key not in most or values_in(one) > values_in(most[key]):
                most[key] = one
        return most


class Addresses(Struct, frozen=True):
    """Who wrote to whom, the hidden recipients left out; lives only until it is joined."""

    sender: str = ""
    recipients: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Addresses({len(self.recipients)})"


def values_in(found: Found) -> int:
    """How many different values: the unique count where there is one, else the count."""
    return found.count if found.unique is None else found.unique
