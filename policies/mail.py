"""A DLP event under a school's pack: what a person must look at, how urgent, by which clause.

A pure function of the event, its people and the rules. It judges one record: that another record
of the same mail tells of a block is for whoever looks at the mail as a whole. Files and computers
are judged by what was said about them alone; the five policies speak of mail.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from policies.mail_effects import Fate, fate_of
from policies.mail_events import MESSAGES, Event, Operation, Reasoning, values_in
from policies.mail_people import INSIDE, Parties, Role
from policies.mail_rules import MailRules
from policies.sensitive_types import UNCLASSIFIED, classes_of

_SPECIAL = "special_category"
_NO_PUPIL_DATA = frozenset({"financial", "credentials"})  # a type of these tells of no pupil
_NOT_THEIRS = (Role.CONTACT, Role.OUTSIDER, Role.PERSONAL)  # no parental responsibility for anyone
_OUTSIDE = frozenset(Role) - INSIDE


class Kind(StrEnum):
    """Why a person must look."""

    NOT_BLOCKED = "seen but not blocked"
    TEST_MODE = "the rule is in test mode: nothing was blocked"
    UNKNOWN_ACTION = "an action that is not known: whether it was blocked cannot be told"
    ENCRYPTION_NO_EXEMPTION = "class is blocked, encryption no exemption"
    NOT_ENCRYPTED = "sent without encryption"
    OVERRIDDEN = "overridden with a justification"
    OVERRIDDEN_UNJUSTIFIED = "overridden without a justification"
    FALSE_POSITIVE = "the sender says that the rule is wrong"
    BULK = "bulk"
    NO_RESPONSIBILITY = "recipient lacks parental responsibility"
    PERSONAL_ACCOUNT = "sent to a personal account"
    SPECIAL_CATEGORY = "special category data went out unencrypted"
    UNEXPECTED = "an operation that mail does not have"
    NO_RULE = "no rule for this class was ever seen at work"


class Severity(StrEnum):
    """How urgent it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


_RANK = list(Severity)
_BY_OVERRIDE = {
    "review": Severity.LOW,
    "exception": Severity.MEDIUM,
    "never": Severity.HIGH,
}
_UNSTOPPED = {  # what became of a mail of a blocked class
    Fate.LET_THROUGH: Kind.NOT_BLOCKED,
    Fate.TRIED: Kind.TEST_MODE,
    Fate.UNKNOWN: Kind.UNKNOWN_ACTION,
    Fate.ENCRYPTED: Kind.ENCRYPTION_NO_EXEMPTION,
}
_UNENCRYPTED = {**_UNSTOPPED, Fate.LET_THROUGH: Kind.NOT_ENCRYPTED}
_REFUSED_ACCOUNTS = frozenset({"refuse_for_school_business", "refuse_on_systems"})


class MailException(Struct, frozen=True, kw_only=True):
    """One reason to look: the classes of data it is about and the clauses behind it."""

    kind: Kind
    severity: Severity
    classes: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For people, such as `seen but not blocked (SNMAT-8b)`."""
        return f"{self.kind} ({', '.join(self.clauses)})" if self.clauses else str(self.kind)


class Judgement(Struct, frozen=True, kw_only=True):
    """What a record comes to; without exceptions it is counted only.

    `masked`: its sender labelled it personal, and the pack lets that hide details; it never takes
    an exception away (EIC-PERS-2).
    """

    fate: Fate
    classes: tuple[str, ...]
    exceptions: tuple[MailException, ...]
    masked: bool = False

    @property
    def severity(self) -> Severity | None:
        """The most urgent of the exceptions; None where there is none."""
        ranks = [_RANK.index(one.severity) for one in self.exceptions]
        return _RANK[max(ranks)] if ranks else None


class _Case(Struct, frozen=True):
    """An event with all that its rules ask about; `of_pupils` are classes that may be a pupil's."""

    event: Event
    parties: Parties
    rules: MailRules
    fate: Fate
    classes: frozenset[str]
    of_pupils: frozenset[str]
    outside: bool

    def of(self, kind: Kind, severity: Severity, *keys: str, about: Sequence[str]) -> MailException:
        return MailException(
            kind=kind,
            severity=severity,
            classes=tuple(sorted(about)),
            clauses=self.rules.because(*keys),
        )


def judge(event: Event, parties: Parties, rules: MailRules) -> Judgement:
    """The exceptions of a record, by clause of the pack."""
    types = [frozenset(classes_of(one.kind, rules.types)) for one in event.found().values()]
    classes = frozenset[str]().union(*types)
    of_pupils = frozenset[str]().union(*(one for one in types if not one & _NO_PUPIL_DATA))
    fate = fate_of(event)
    outside = _went_outside(event, parties)
    case = _Case(event, parties, rules, fate, classes, of_pupils, outside)
    return Judgement(
        fate=fate,
        classes=tuple(sorted(classes)),
        exceptions=tuple(_exceptions(case)),
        masked=bool(rules.personal_label) and rules.personal_label.casefold() in event.labels,
    )


def without_a_rule(rules: MailRules, seen: frozenset[str]) -> tuple[MailException, ...]:
    """Classes that the pack wants blocked and no record ever told of: no rule may stand for them.

    `seen` are the classes of every type that the school's records named so far (SNMAT-8a). A class
    that nothing tells of is *no evidence*, never a pass.
    """
    missing = [name for name in rules.blocked_classes if name not in seen]
    clauses = rules.because("blocked_classes")
    return tuple(
        MailException(kind=Kind.NO_RULE, severity=Severity.MEDIUM, classes=(name,), clauses=clauses)
        for name in missing
    )


def _exceptions(case: _Case) -> Iterator[MailException]:
    yield from _said(case)
    if case.event.workload not in MESSAGES:
        return
    if case.event.operation is not Operation.MATCH:
        # DlpRuleUndo and DlpInfo come for SharePoint and OneDrive alone (Microsoft's schema).
        yield case.of(Kind.UNEXPECTED, Severity.LOW, about=())
        return
    yield from _barred(case)
    yield from _bulk(case)
    yield from _recipients(case)


def _said(case: _Case) -> Iterator[MailException]:
    """What the sender said to the rule; an override is an exception of its own, blocked or not."""
    said, rules = case.event.said, case.rules
    if said.overridden:
        justified = said.reasoning is not Reasoning.NONE
        kind = Kind.OVERRIDDEN if justified else Kind.OVERRIDDEN_UNJUSTIFIED
        severity = _BY_OVERRIDE[rules.override]
        if not justified and severity is Severity.LOW:
            severity = Severity.MEDIUM
        yield case.of(kind, severity, "override", about=sorted(case.classes))
    if said.false_positive:
        yield case.of(Kind.FALSE_POSITIVE, Severity.LOW, "override", about=sorted(case.classes))


def _barred(case: _Case) -> Iterator[MailException]:
    """Classes that may not leave, and those that may leave encrypted only."""
    if case.fate is Fate.STOPPED or not (case.outside or case.rules.internal_counts):
        return
    blocked = case.classes & set(case.rules.blocked_classes)
    if blocked:
        kind = _UNSTOPPED[case.fate]
        yield case.of(kind, Severity.HIGH, "blocked_classes", about=sorted(blocked))
    if case.fate is Fate.ENCRYPTED:
        return
    # A type that nobody has classed fired a rule about personal data: it counts as such.
    classes = case.classes | ({"personal"} if UNCLASSIFIED in case.classes else set())
    special = _SPECIAL in classes
    guarded = (classes & set(case.rules.encryption_exempts)) - blocked
    # One mail, one reason: a blocked class is told already.
    if guarded and not blocked:
        severity = Severity.HIGH if special else Severity.MEDIUM
        kind = _UNENCRYPTED[case.fate]
        yield case.of(kind, severity, "encryption_exempts", about=sorted(guarded))
    if special and _SPECIAL not in blocked | guarded:
        yield case.of(Kind.SPECIAL_CATEGORY, Severity.MEDIUM, about=(_SPECIAL,))


def _bulk(case: _Case) -> Iterator[MailException]:
    """Data of many people, or to many; encrypted too where bulk is never let go (WPT-2-DATA-3)."""
    never = case.rules.bulk_override == "never"
    threshold = case.rules.bulk_threshold
    harmless = case.fate is Fate.STOPPED or (case.fate is Fate.ENCRYPTED and not never)
    if threshold is None or harmless or not case.outside:
        return
    values = sum(map(values_in, case.event.found().values()))
    recipients = case.event.recipients or sum(case.parties.counts.values())
    if max(values, recipients) >= threshold:
        severity = Severity.HIGH if never else Severity.MEDIUM
        keys = ("bulk_threshold", "bulk_override")
        yield case.of(Kind.BULK, severity, *keys, about=sorted(case.classes))


def _recipients(case: _Case) -> Iterator[MailException]:
    """Who may not have it, encrypted or not."""
    rules, parties = case.rules, case.parties
    if case.fate is Fate.STOPPED:
        return
    about = sorted(case.of_pupils)
    if (
        rules.recipient_rule == "pupil_or_parental_responsibility"
        and about
        and parties.any(*_NOT_THEIRS)
    ):
        yield case.of(Kind.NO_RESPONSIBILITY, Severity.HIGH, "recipient_rule", about=about)
    by_pupil = parties.sender.role is Role.PUPIL
    refused = rules.personal_accounts in _REFUSED_ACCOUNTS or (
        rules.personal_accounts == "refuse_with_pupils" and by_pupil
    )
    if refused and parties.any(Role.PERSONAL):
        about = sorted(case.classes)
        yield case.of(Kind.PERSONAL_ACCOUNT, Severity.MEDIUM, "personal_accounts", about=about)


def _went_outside(event: Event, parties: Parties) -> bool:
    """Whether it left the trust, or may have: hidden recipients and none at all cannot be told."""
    known = sum(parties.counts.values())
    told = known if event.recipients is None else event.recipients
    inside_only = known > 0 and known >= told and not parties.any(*_OUTSIDE)
    return not inside_only or any(hit.external for hit in event.hits)
