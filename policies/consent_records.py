"""What the register of consent is made of: rows that are added, never edited, and their meaning.

A row says what happened, who says so and how it was made sure; `policies.consent` says what all of
a pupil's rows mean on a day. The lawful basis and the permission are separate things: `basis` is
what the school relies on, the answer is what was said (SNMAT-F1, F2; UK GDPR Articles 6 to 8).
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Form(StrEnum):
    """The two forms of the trust policy."""

    ICT = "ict_permission"
    CLOUD = "cloud_consent"


class Variant(StrEnum):
    """Which half of the ICT form was signed (SNMAT-F1.2); the cloud form has none."""

    NONE = ""
    KS1 = "ks1"
    KS2 = "ks2"


class Act(StrEnum):
    """What a row tells. All but the first three refer to an earlier row or to a batch."""

    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    COUNTERSIGNED = "countersigned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CHALLENGED = "challenged"
    SETTLED = "settled"


class Answer(StrEnum):
    """What is ticked: exactly one box, or it is no answer (SNMAT-F2.2)."""

    YES = "yes"
    NO = "no"
    BOTH = "both"
    NEITHER = "neither"


class Method(StrEnum):
    """How the school made sure who signed (SNMAT-F2.3)."""

    PAPER_SEEN = "paper_seen"
    PHONE_CALL_BACK = "phone_call_back"
    KNOWN_MAILBOX = "known_mailbox"
    IN_PERSON = "in_person"
    ON_FILE = "form_on_file"
    LETTER = "letter_link"  # the letter came by the child's hand: somebody makes sure of it
    HINT = "hint"  # a column of the MIS or of another system: never verified


# What came on paper, or on a letter that the child carried: a second person looks at it.
BY_HAND = frozenset({Method.PAPER_SEEN, Method.LETTER})


class Basis(StrEnum):
    """What the school relies on in law; it never stands in for the permission."""

    CONSENT = "consent"
    PERMISSION = "permission"
    NOTICE_AND_OBJECT = "notice_and_object"


class Channel(StrEnum):
    """Which way a row came in."""

    OFFICE = "office"
    PAPER_BATCH = "paper_batch"
    IMPORT = "import"
    LINK = "link"
    MIS = "mis"


class Outcome(StrEnum):
    """How a dispute was settled: by both parents' agreement, a court order, or the head (A8.6)."""

    BOTH_AGREE = "both_agree"
    COURT_ORDER = "court_order"
    HEAD = "head"


class Signer(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who signed, as the roster had them that day.

    `contact_id` is empty where no contact of the pupil was recognised, and for the pupil's own
    answer (`own`). `responsible` is None where the roster did not say.
    """

    contact_id: str = ""
    name: str = ""
    relationship: str = ""
    responsible: bool | None = None
    court_order: bool = False
    own: bool = False

    @property
    def told(self) -> str:
        """Who it was, in words."""
        return "the pupil" if self.own else self.name

    def __repr__(self) -> str:
        return "Signer(own)" if self.own else f"Signer({self.contact_id})"


class Evidence(Struct, frozen=True, omit_defaults=True, gc=False):
    """The digest of the paper or file and where it lies; the file itself stays there."""

    sha256: str = ""
    place: str = ""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One row about one pupil and one form; the pupil's key stands beside it in the store.

    `at` and `by` are the moment and the account of the entry. An answer carries `answer`,
    `services`, `signer`, `signed` (there is a signature), `signed_on`, `method`, `verified_by`,
    `evidence`, `basis`, `version` and the digest of the words shown, and for the ICT form its
    variant with the pupil's own signature (KS2+) or who discussed it when (KS1). Any other act
    names the row it is `about`. A settlement carries `outcome` and `answer`; a challenge, `reason`.
    """

    id: str
    act: Act
    at: datetime
    by: str
    form: Form = Form.CLOUD
    version: str = ""
    words_sha256: str = ""
    variant: Variant = Variant.NONE
    answer: Answer | None = None
    services: tuple[str, ...] = ()
    signer: Signer | None = None
    signed: bool = True
    signed_on: date | None = None
    pupil_signed: bool = False
    discussed_by: str = ""
    discussed_on: date | None = None
    channel: Channel = Channel.OFFICE
    method: Method | None = None
    verified_by: str = ""
    evidence: Evidence | None = None
    basis: Basis = Basis.PERMISSION
    valid_until: date | None = None
    batch: str = ""
    about: str = ""
    outcome: Outcome | None = None
    reason: str = ""

    def __repr__(self) -> str:
        return f"Entry({self.id}, {self.act})"


class Batch(Struct, frozen=True, kw_only=True):
    """A pile of paper forms of a school that a second person checks.

    `sample` holds the ids of the rows to be countersigned, drawn when the batch was closed; None
    while it is open. `passed` says that it is closed, all of its sample are countersigned and none
    of its rows is rejected: `policies.consent.checked_batches` finds it in the register.
    """

    id: str
    school: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None = None
    sample: frozenset[str] | None = None
    passed: bool = False


class State(StrEnum):
    """What a pupil's rows amount to for one form on a day; only `verified` licenses (F2.8)."""

    MISSING = "missing"
    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    INVALID = "invalid"


class Why(StrEnum):
    """Why there is no consent, each with a sentence in `policies.consent`."""

    NOT_ASKED = "not_asked"
    NO_ANSWER = "no_answer"
    NOT_COUNTERSIGNED = "not_countersigned"
    REFUSED = "refused"
    SETTLED_NO = "settled_no"
    WITHDRAWN = "withdrawn"
    BOTH_TICKED = "both_ticked"
    NONE_TICKED = "none_ticked"
    UNSIGNED = "unsigned"
    UNDATED = "undated"
    IN_FUTURE = "in_future"
    BEFORE_FORM = "before_form"
    UNKNOWN_FORM = "unknown_form"
    UNKNOWN_SIGNER = "unknown_signer"
    NO_RESPONSIBILITY = "no_responsibility"
    COURT_ORDER = "court_order"
    RESPONSIBILITY_CHANGED = "responsibility_changed"
    COURT_ORDER_SINCE = "court_order_since"
    NOT_VERIFIED = "not_verified"
    VERIFIER_IS_SIGNER = "verifier_is_signer"
    VERIFIER_IS_ENTERER = "verifier_is_enterer"
    REJECTED = "rejected"
    PARENTS_DISAGREE = "parents_disagree"
    CHALLENGED = "challenged"
    OTHER_PARENT_PENDING = "other_parent_pending"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    OF_AGE = "of_age"
    TOO_YOUNG = "too_young"
    WRONG_VARIANT = "wrong_variant"
    PUPIL_NOT_SIGNED = "pupil_not_signed"
    NOT_DISCUSSED = "not_discussed"


class Consent(Struct, frozen=True, kw_only=True, gc=False):
    """What stands for one pupil and one form on a day.

    `services` is what is covered: empty unless verified. `why` holds every reason, the weightiest
    first; `sentence` says it in words without a name. `entry` is the id of the row it rests on,
    `until` the last day it holds.
    """

    state: State
    services: frozenset[str] = frozenset()
    why: tuple[Why, ...] = ()
    sentence: str = ""
    entry: str = ""
    until: date | None = None

    @property
    def live(self) -> bool:
        """Whether it licenses anything today."""
        return self.state is State.VERIFIED


class Consents(Struct, frozen=True, gc=False):
    """A pupil's two forms on a day."""

    cloud: Consent
    ict: Consent


class Notice(Struct, frozen=True, kw_only=True):
    """What a request for consent has to say beside the form's words (law A9.1), in paragraphs.

    Who relies on the answer, what for, what happens with it, and how it is taken back. `{school}`
    stands for the school's name.
    """

    controllers: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    what_happens: tuple[str, ...] = ()
    withdrawal: tuple[str, ...] = ()


class FormVersion(Struct, frozen=True, kw_only=True):
    """One printed edition of a form, as data.

    `services` are those it names. `renew` says that answers to earlier editions end with it: its
    words mean something else. `words` is the text shown, in paragraphs, `question` the line that is
    ticked or signed, `fields` the lines to fill in, and `sha256` the digest of all that the reader
    sees, before the school's name is put in.
    """

    id: str
    form: Form
    variant: Variant
    published: date
    title: str
    words: tuple[str, ...]
    question: str
    fields: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    notice: Notice = Notice()
    renew: bool = False
    sha256: str = ""


class Countersign(StrEnum):
    """How much of a batch a second person checks, from the loosest to the strictest."""

    NONE = "none"
    SAMPLE = "sample"
    ALL = "all"


class Ask(StrEnum):
    """Whose yes is needed: one parent's, or that of everyone with parental responsibility."""

    ANY = "any"
    ALL = "all"


class ConsentRules(Struct, frozen=True, kw_only=True):
    """What a school's pack asks of consent (SNMAT-F1, F2; decisions 24, 25).

    `forms` are the editions in use by id, `services` what may be licensed at all. Below
    `required_below_age` a parent answers, from it on the student alone. `ict_gate` says whether a
    new account needs the ICT form. `valid_months` is how long a yes holds. A pupil's rows go
    `evidence_retention_years` after the pupil left. `plans` adds service plans to the shipped map
    of what belongs to which service. `alternatives` are what the school arranges for a pupil
    without a licence, looked at again after `alternative_review_days`. `clauses` stand behind the
    gate.
    """

    forms: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()
    required_below_age: int = 18
    ask: Ask = Ask.ANY
    ict_gate: bool = False
    countersign: Countersign = Countersign.ALL
    sample_share: float = 0.05
    valid_months: int = 24
    link_days: int = 14
    reminder_days: tuple[int, ...] = (5, 10)
    hint_phrases: tuple[str, ...] = ()
    basis: Basis = Basis.PERMISSION
    write_age_group: bool = False
    write_consent_provided: bool = False
    evidence_retention_years: int = 6
    plans: dict[str, tuple[str, ...]] = {}
    alternatives: tuple[str, ...] = ()
    alternative_review_days: int = 42
    clauses: tuple[str, ...] = ()
