"""What is written down of a request about somebody's data, a row for each act (law A13, B2).

A row names the person by the roster's key, or by a reference of the school's own; who asks, by
their part and the number of the contact. No row tells of the person beyond a short note.
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

LONGEST_NOTE = 200
LONGEST_REFERENCE = 60


class Kind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    COMPLAINT = "complaint"


class Asker(StrEnum):
    """Who asks, by their part."""

    THEMSELVES = "themselves"
    PARENT = "parent"
    SOMEBODY_FOR_THEM = "somebody_for_them"


class Act(StrEnum):
    """What was done with a request."""

    LOGGED = "logged"
    TICKED = "ticked"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    ACKNOWLEDGED = "acknowledged"
    CONSULTED = "consulted"
    CHECKED = "checked"
    SENT = "sent"
    CLOSED = "closed"


class Step(StrEnum):
    """What is made sure of before anything is sent."""

    IDENTITY = "identity"
    STANDING = "standing"
    COMPETENCE = "competence"
    RESTRICTIONS = "restrictions"


class Pause(StrEnum):
    """Why the clock may stand: nothing else stops it (UK GDPR Article 12A)."""

    IDENTITY = "identity"
    SCOPE = "scope"


class Harm(StrEnum):
    """What the safeguarding lead says of serious harm; nothing is told of what it would be."""

    NONE = "none"
    SOME = "some"


class Means(StrEnum):
    """How an answer went out."""

    SECURE_LINK = "secure_link"
    IN_PERSON = "in_person"
    SIGNED_POST = "signed_post"


class Outcome(StrEnum):
    """How a request ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act on one request; which fields it has depends on the act.

    `day` is when it was received, when the clock stood or ran again, or when something was sent, as
    a day at school. `about` is `SCHOOL:ID` or a reference; `contact` the number of a contact of the
    pupil in the roster.
    """

    id: str
    request: str
    act: Act
    at: datetime
    by: str
    kind: Kind | None = None
    day: date | None = None
    about: str = ""
    asker: Asker | None = None
    contact: str = ""
    step: Step | None = None
    pause: Pause | None = None
    harm: Harm | None = None
    means: Means | None = None
    outcome: Outcome | None = None
    systems: tuple[str, ...] = ()
    text: str = ""

    def __repr__(self) -> str:
        return f"Row({self.id})"
