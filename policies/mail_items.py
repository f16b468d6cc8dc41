"""What the records of one incident come to together: the item that a person works on.

The exceptions of all records are the item's. That another record of the same mail was stopped is
told beside them and takes none away: Purview writes several records of one mail, each with what one
rule did. A pure function of the records; neither order nor repetition changes it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from policies.mail import Judgement, Kind, MailException, Severity
from policies.mail_effects import Fate
from policies.mail_events import Event, values_in
from policies.mail_people import Parties, Role
from policies.people import PersonKey

_RANK = list(Severity)
_FATES = list(Fate)  # from the safest to the least


class ItemKey(Struct, frozen=True, order=True):
    """What groups records: the incident, else the message, else the record alone."""

    school: str
    organisation: str
    incident: str
    message: str = ""
    record: str = ""

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits: the same item has the same id in every store."""
        parts = (self.school, self.organisation, self.incident, self.message, self.record)
        return sha256("\0".join(parts).encode()).hexdigest()[:16]


class Place(Struct, frozen=True, order=True):
    """What tells which item a record belongs to."""

    school: str
    organisation: str
    record: str
    incident: str
    message: str

    @property
    def key(self) -> ItemKey:
        """Its item."""
        if self.incident:
            return ItemKey(self.school, self.organisation, self.incident)
        if self.message:
            return ItemKey(self.school, self.organisation, "", self.message)
        return ItemKey(self.school, self.organisation, "", "", self.record)


class Record(Struct, frozen=True, kw_only=True):
    """A scrubbed event with its people and what it came to; `digest` is that of the event."""

    digest: str
    event: Event
    parties: Parties
    judgement: Judgement


class RuleNamed(Struct, frozen=True, order=True):
    """A rule of Purview's that matched; the name goes for the id where there is none."""

    id: str
    name: str


class Summary(Struct, frozen=True, kw_only=True):
    """An item as its records tell it.

    `fates` are what became of the mail by each record, from the safest; `stopped_elsewhere` says
    that one of them tells of a block. `recipients` are by class at least so many, since records of
    one mail name parts of them. `values` is the most different values that one record counted.
    `evidence` changes with every record that has exceptions, and with what it says.
    """

    exceptions: tuple[MailException, ...]
    severity: Severity
    records: int
    exceptional: int
    workloads: tuple[str, ...]
    fates: tuple[Fate, ...]
    stopped_elsewhere: bool
    overridden: bool
    called_wrong: bool
    masked: bool
    classes: tuple[str, ...]
    rules: tuple[RuleNamed, ...]
    sender_role: Role
    senders: tuple[PersonKey, ...]
    recipients: dict[Role, int]
    people: tuple[PersonKey, ...]
    values: int
    first: datetime
    last: datetime
    sent: datetime | None
    message: str
    evidence: str

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Why somebody must look."""
        return tuple(one.kind for one in self.exceptions)

    @property
    def likeness(self) -> str:
        """The same for items that are alike: rules, kinds, classes, fates and class of sender."""
        parts = (
            *(rule.id for rule in self.rules),
            *self.kinds,
            *self.classes,
            *self.fates,
            self.sender_role,
        )
        return sha256("\0".join(parts).encode()).hexdigest()[:16]


def summed(records: Iterable[Record]) -> Summary | None:
    """The item of these records; None where none of them has an exception: counted only."""
    every = sorted({one.event.id: one for one in records}.values(), key=_in_order)
    telling = [one for one in every if one.judgement.exceptions]
    if not telling:
        return None
    exceptions = merged(one for record in telling for one in record.judgement.exceptions)
    events = [one.event for one in every]
    fates = {one.judgement.fate for one in every}
    return Summary(
        exceptions=exceptions,
        severity=max((one.severity for one in exceptions), key=_RANK.index),
        records=len(every),
        exceptional=len(telling),
        workloads=tuple(sorted({str(one.workload) for one in events})),
        fates=tuple(sorted(fates, key=_FATES.index)),
        stopped_elsewhere=any(one.judgement.fate is Fate.STOPPED for one in every),
        overridden=any(one.said.overridden for one in events),
        called_wrong=any(one.said.false_positive for one in events),
        masked=any(one.judgement.masked for one in every),
        classes=tuple(sorted({name for one in every for name in one.judgement.classes})),
        rules=_rules(telling),
        sender_role=telling[0].parties.sender.role,
        senders=tuple(sorted({who for one in every if (who := one.parties.sender.person)})),
        recipients=_most(one.parties.counts for one in every),
        people=tuple(sorted({who for one in every for who in one.parties.people})),
        values=max(sum(map(values_in, one.found().values())) for one in events),
        first=events[0].created,
        last=events[-1].created,
        sent=min((one.sent for one in events if one.sent), default=None),
        message=min((one.message for one in events if one.message), default=""),
        evidence=_evidence(telling),
    )


def merged(exceptions: Iterable[MailException]) -> tuple[MailException, ...]:
    """Each kind once, with every class and clause and the highest severity; the gravest first."""
    found: dict[Kind, MailException] = {}
    for one in exceptions:
        before = found.get(one.kind, one)
        found[one.kind] = MailException(
            kind=one.kind,
            severity=max(one.severity, before.severity, key=_RANK.index),
            classes=tuple(sorted({*one.classes, *before.classes})),
            clauses=tuple(sorted({*one.clauses, *before.clauses})),
        )
    kinds = list(Kind)
    return tuple(
        sorted(found.values(), key=lambda o: (-_RANK.index(o.severity), kinds.index(o.kind)))
    )


def _in_order(one: Record) -> tuple[datetime, str]:
    return one.event.created, one.event.id


def _rules(records: Sequence[Record]) -> tuple[RuleNamed, ...]:
    found: dict[str, RuleNamed] = {}
    for hit in (hit for one in records for hit in one.event.hits):
        own = hit.rule_id or hit.rule
        if own and (own not in found or hit.rule > found[own].name):
            found[own] = RuleNamed(own, hit.rule)
    return tuple(sorted(found.values()))


def _most(counts: Iterable[dict[Role, int]]) -> dict[Role, int]:
    most: dict[Role, int] = {}
    for one in counts:
        for role, count in one.items():
            most[role] = max(count, most.get(role, 0))
    return dict(sorted(most.items()))


def _evidence(telling: Iterable[Record]) -> str:
    text = "\0".join(sorted(f"{one.event.id} {one.digest}" for one in telling))
    return sha256(text.encode()).hexdigest()[:32]
