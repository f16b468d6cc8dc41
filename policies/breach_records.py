"""The words of the breach register and its rows: facts that are added and never taken back.

The fields are the regulator's (UK GDPR Article 33(3) and (5); law A12). A row says only what was
learned or done then; what stands is made of all rows (`policies.breaches`).
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Act(StrEnum):
    """What a row tells."""

    OPENED = "opened"
    NOTED = "noted"
    AWARE = "aware"
    ADVISED = "advised"
    DECIDED = "decided"
    NOTIFIED = "notified"
    TOLD = "told"
    CLOSED = "closed"
    REOPENED = "reopened"
    ALARMED = "alarmed"


class Source(StrEnum):
    """Where the report came from."""

    USER = "user"
    MONITOR = "monitor"
    DLP = "dlp"
    PROCESSOR = "processor"
    PARENT = "parent"
    REGULATOR = "regulator"
    SERVICE = "service"


class Loss(StrEnum):
    """What was lost of the data: who may see it, whether it is right, whether it is there."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Category(StrEnum):
    """The regulator's words for what kind of data it was."""

    BASIC = "basic_identifiers"
    CREDENTIALS = "credentials"
    FINANCIAL = "financial"
    LOCATION = "location"
    DOCUMENTS = "official_documents"
    ETHNIC = "racial_or_ethnic_origin"
    POLITICAL = "political_opinions"
    RELIGIOUS = "religious_beliefs"
    UNION = "trade_union_membership"
    GENETIC = "genetic_or_biometric"
    HEALTH = "health"
    SEX_LIFE = "sex_life"
    ORIENTATION = "sexual_orientation"
    GENDER = "gender_reassignment"
    CRIMINAL = "criminal_convictions"
    OTHER = "other"


SPECIAL = frozenset(  # UK GDPR Article 9; financial data is not among them
    {
        Category.ETHNIC,
        Category.POLITICAL,
        Category.RELIGIOUS,
        Category.UNION,
        Category.GENETIC,
        Category.HEALTH,
        Category.SEX_LIFE,
        Category.ORIENTATION,
    }
)


class Cause(StrEnum):
    """How it came about, so that breaches can be counted by it (WPT-3-ACT-14)."""

    MAIL_WRONG_PERSON = "mail_to_wrong_person"
    ADDRESSES_SHOWN = "addresses_shown"
    POST_WRONG_PERSON = "post_to_wrong_person"
    NOT_REDACTED = "not_redacted"
    LOST_DEVICE = "lost_or_stolen_device"
    LOST_PAPER = "lost_or_stolen_paper"
    SPOKEN = "spoken"
    UNAUTHORISED = "unauthorised_access"
    PASSWORD_KNOWN = "password_known_to_others"  # noqa: S105 - a cause, not a password
    PHISHING = "phishing"
    MALWARE = "malware_or_ransomware"
    MISCONFIGURED = "misconfigured"
    DATA_WRONG = "wrong_or_lost_data"
    OTHER = "other"


class Risk(StrEnum):
    """To people's rights: only where it is unlikely none need be notified (Article 33(1))."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"


class Decision(StrEnum):
    """What the controller decides; the last also tells the people themselves (Article 34)."""

    NO_BREACH = "no_breach"
    RECORD = "record"
    NOTIFY = "notify"
    NOTIFY_AND_TELL = "notify_and_tell"


NOTIFIES = frozenset({Decision.NOTIFY, Decision.NOTIFY_AND_TELL})


class Phase(StrEnum):
    """Facts may follow in phases (Article 33(4))."""

    INITIAL = "initial"
    FURTHER = "further"


class Body(StrEnum):
    """Who is told besides the regulator."""

    PEOPLE = "people"
    DFE = "dfe"
    INSURER = "insurer"
    POLICE = "police"
    NCSC = "ncsc"
    AUTHORITY = "local_authority"
    TRUST = "trust"
    OTHER = "other"


CYBER_BODIES = frozenset({Body.DFE, Body.POLICE, Body.NCSC})  # where an attack is reported (A1.11)


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known; None, or empty, is *not yet known*.

    Moments have a zone: it happened from `occurred_from` to `occurred_to` (of a mail, when it was
    sent), and somebody first saw it at `seen_at`. `whose` are kinds of people, `people` and
    `records` about how many. `subject` is whose act it was, `outcome` what followed for them.
    `incidents` are the incidents of DLP records that tell of it. Until `hold_until` the entry is
    kept, however old.
    """

    title: str = ""
    losses: tuple[Loss, ...] = ()
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None
    seen_at: datetime | None = None
    description: str = ""
    cause: Cause | None = None
    systems: str = ""
    processor: str = ""
    categories: tuple[Category, ...] = ()
    children: bool | None = None
    whose: str = ""
    people: int | None = None
    records: int | None = None
    consequences: str = ""
    risk: Risk | None = None
    risk_reasons: str = ""
    containment: str = ""
    remedy: str = ""
    investigation: str = ""
    investigated_by: str = ""
    subject: str = ""
    outcome: str = ""
    lessons: str = ""
    actions: str = ""
    incidents: tuple[str, ...] = ()
    cyber: bool | None = None
    hold_until: date | None = None

    def __repr__(self) -> str:
        return "Facts(…)"

    @property
    def special(self) -> bool | None:
        """Whether special category data is among it; None while no category is known."""
        return bool(SPECIAL & set(self.categories)) if self.categories else None

    @property
    def criminal(self) -> bool | None:
        """Whether data of offences is among it (Article 10); None while no category is known."""
        return Category.CRIMINAL in self.categories if self.categories else None


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act upon one breach, at a moment, by an account.

    Opened: `source`, `reference` (such as `dlp:ITEM`), `reported_by`, `facts`. Noted: `facts`,
    and in `text` how a compromised password came about.
    Aware: `moment`, and in `text` why, where it was set before. Advised: `decision` that is
    advised, `text`; by a deputy, in `unavailable` why the DPO was not to be had. Decided:
    `decision`, `text`. Notified: `phase`, `moment`, the regulator's `reference`, `late`. Told:
    `body`, `moment`, how in `text`, which words in `reference`. Closed, reopened: `text`. Alarmed:
    `hours` after the `moment` of awareness.
    """

    id: str
    breach: str
    act: Act
    at: datetime
    by: str
    source: Source | None = None
    reference: str = ""
    reported_by: str = ""
    facts: Facts = Facts()
    moment: datetime | None = None
    text: str = ""
    unavailable: str = ""
    decision: Decision | None = None
    phase: Phase | None = None
    late: str = ""
    body: Body | None = None
    hours: int = 0

    def __repr__(self) -> str:
        return f"Row({self.breach}, {self.act})"
