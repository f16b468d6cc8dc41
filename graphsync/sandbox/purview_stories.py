"""What a school's staff send in a week, as records of DLP: drawn from a seed, so that it repeats.

A story is one mail, file or label with its records. Content is then made as the feed makes it: the
records in no order, one in five a second time, some a day late.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from graphsync.sandbox.directory import Directory
from graphsync.sandbox.purview_records import (
    LABEL_KINDS,
    Hit,
    Message,
    Person,
    Record,
    Service,
    detection,
    device_record,
    file_record,
    label_record,
    mail_record,
    new_id,
    policies,
    with_exception,
    without_matches,
)
from graphsync.sandbox.purview_types import CANARY, SENSITIVE_TYPES, SensitiveType

_AGAIN = 0.2  # the share of records that come twice
_LATE = 0.08
_AGENCIES = (
    "referrals@nhs-trust.example",
    "admissions@council.example",
    "sendteam@council.example",
    "office@feeder-primary.example",
    "bookings@coach-hire.example",
    "payroll@payroll-bureau.example",
)
# Google gives out no name with an underscore, so that these are nobody's.
_PERSONAL = ("home_wren@gmail.com", "work_at_home@googlemail.com", "family_finch@gmail.com")
_REASONS = (
    "My manager approved sharing of this content",
    "Recipient is entitled to this information",
    "Requested by the parent by telephone this morning",
)


@dataclass(frozen=True)
class Cast:
    """Who writes to whom."""

    staff: tuple[Person, ...]
    pupils: tuple[str, ...]
    families: tuple[str, ...]


class Outcome(NamedTuple):
    """How a rule took a mail, and how often that happens.

    actions    what the record says was done
    high       the rule for ten and more, of a stock template
    exception  what the sender said: ExceptionInfo without the rules it covers
    mode       of the rule; anything but Enable only tries
    """

    weight: int
    actions: tuple[str, ...]
    high: bool = False
    exception: Record | None = None
    mode: str = "Enable"


_BLOCK = ("BlockAccess", "NotifyUser", "GenerateIncidentReport", "GenerateAlert")
_SAID = {"Reason": "Override", "FalsePositive": False}
_OUTCOMES = (
    Outcome(26, ("NotifyUser",)),
    Outcome(8, ("NotifyUser", "GenerateIncidentReport")),
    Outcome(16, _BLOCK, high=True),
    Outcome(3, ("Halt", "NotifyUser"), high=True),
    Outcome(9, _BLOCK, high=True, exception={**_SAID, "Justification": "?"}),
    Outcome(4, _BLOCK, high=True, exception={**_SAID, "Justification": ""}),
    Outcome(
        4, _BLOCK, high=True, exception={"Reason": None, "FalsePositive": True, "Justification": ""}
    ),
    Outcome(6, ()),
    Outcome(3, _BLOCK, high=True, mode="Audit with Notify"),
    Outcome(2, ("NotifyUser",), mode="Audit only"),
    Outcome(2, ("NotifyUser",), mode="TestWithNotifications"),
    Outcome(5, ("EncryptRMSTemplate", "NotifyUser")),
    Outcome(2, ("Quarantine", "GenerateAlert"), high=True),
    Outcome(2, ("Moderate",), high=True),
    Outcome(2, ("RouteToDepartment", "NotifyUser")),  # a word that nobody knows
)
# Policy, the names of its rules for few and for many, whether it is about people outside.
_POLICIES = (
    ("U.K. Financial Data", "U.K. Financial: Scan content shared outside - {} count", True),
    (
        "U.K. Access to Medical Reports Act",
        "U.K. AMRA: Scan content shared outside - {} count",
        True,
    ),
    ("U.K. Data Protection Act", "U.K. DPA: Scan content shared outside - {} count", True),
    ("U.K. PII Data", "U.K. PII: Scan content shared outside - {} count", True),
    ("Pupil records", "{} volume of content detected Pupil records", False),
)
_INSIDE = tuple(each for each in _POLICIES if not each[2])


class Stories:
    """Draws one story after the other."""

    def __init__(self, choose: random.Random, cast: Cast) -> None:
        self._choose = choose
        self._cast = cast
        self._inside = {*(one.upn for one in cast.staff), *cast.pupils}
        tellers = (
            (64, self._mail),
            (10, self._labels),
            (4, self._chat),
            (10, self._file),
            (6, self._device),
            (4, self._undone),
            (2, self._elsewhere),
        )
        self._weights = [weight for weight, _ in tellers]
        self._tellers = [teller for _, teller in tellers]

    def next(self, created: int) -> list[Record]:
        """The records of one story, whose time is about ``created``."""
        (teller,) = self._choose.choices(self._tellers, self._weights)
        return teller(created)

    def _mail(self, created: int) -> list[Record]:
        """One mail; in one of four a second policy tells of it in a record of its own."""
        choose = self._choose
        message = self._message(created)
        outcome = self._outcome()
        count = 1 + (choose.random() < 0.25)
        return [
            self._said(
                mail_record(choose, message, self._details(outcome, message), created + 700 * n),
                outcome,
            )
            for n in range(count)
        ]

    def _chat(self, created: int) -> list[Record]:
        details = self._details(self._outcome(), message := self._message(created))
        return [mail_record(self._choose, message, details, created, "MicrosoftTeams")]

    def _labels(self, created: int) -> list[Record]:
        message = self._message(created)
        return [label_record(self._choose, message, created, n) for n in LABEL_KINDS]

    def _file(self, created: int) -> list[Record]:
        choose = self._choose
        where: tuple[Service, ...] = ("SharePoint", "OneDrive")
        details = self._details(Outcome(1, choose.choice(((), ("NotifyUser",), _BLOCK))), None)
        who = choose.choice(self._cast.staff)
        return [file_record(choose, who, details, created, choose.choice(where), "DLPRuleMatch")]

    def _undone(self, created: int) -> list[Record]:
        """A match that was taken back, or a false positive that changed nothing."""
        choose = self._choose
        who = choose.choice(self._cast.staff)
        details = self._details(Outcome(1, _BLOCK, high=True), None)
        match = file_record(choose, who, details, created, "SharePoint", "DLPRuleMatch")
        undo = choose.random() < 0.6
        reason = choose.choice(("Override", "Document Change", "Policy Change"))
        said = {"Reason": reason if undo else None, "FalsePositive": not undo, "Justification": ""}
        taken = [{**rule, "OverriddenActions": rule["Actions"]} for rule in details[0]["Rules"]]
        then = file_record(
            choose,
            who,
            [{**details[0], "Rules": taken}] if undo else details,
            created + 200_000,
            "SharePoint",
            "DLPRuleUndo" if undo else "DLPInfo",
        )
        then["IncidentId"] = match["IncidentId"]
        return [match, with_exception(then, said, "object")]

    def _device(self, created: int) -> list[Record]:
        choose = self._choose
        details = self._details(Outcome(1, ("GenerateAlert",)), None)
        who = choose.choice(self._cast.staff)
        return [device_record(choose, who, details, created, choose.randint(1, 5))]

    def _elsewhere(self, created: int) -> list[Record]:
        """A service that mail knows nothing of."""
        (record,) = self._device(created)
        del record["EndpointMetaData"]
        return [{**record, "Workload": "PowerBI", "RecordType": 187}]

    def _message(self, created: int) -> Message:
        choose = self._choose
        sender = choose.choice(self._cast.staff)
        people = self._recipients()
        copied = 1 if len(people) > 1 and choose.random() < 0.3 else 0
        hidden = (f"{CANARY}.hidden@{_AGENCIES[0].partition('@')[2]}",)
        return Message(
            message_id=f"<{new_id(choose)}@{sender.upn.partition('@')[2]}>",
            incident=new_id(choose),
            sender=sender,
            to=people[copied:],
            cc=people[:copied],
            bcc=hidden if choose.random() < 0.15 else (),
            subject=f"{CANARY}: about a pupil" if choose.random() < 0.8 else "",
            size=choose.randint(4_000, 4_000_000),
            sent=created - choose.randint(1_000, 60_000),
        )

    def _recipients(self) -> tuple[str, ...]:
        """One to three, and now and then a whole year's families."""
        choose = self._choose
        if choose.random() < 0.04 and len(self._cast.families) > 1:
            size = min(len(self._cast.families), choose.randint(25, 80))
            return tuple(choose.sample(self._cast.families, size))
        inside = [one.upn for one in self._cast.staff]
        sources: tuple[Sequence[str], ...] = (
            inside,
            self._cast.pupils or inside,
            self._cast.families or _AGENCIES,
            _AGENCIES,
            _PERSONAL,
        )
        kinds = choose.choices(sources, (30, 10, 30, 20, 10), k=choose.choice((1, 1, 1, 2, 3)))
        return tuple(dict.fromkeys(choose.choice(kind) for kind in kinds))

    def _outcome(self) -> Outcome:
        weights = [each.weight for each in _OUTCOMES]
        return self._choose.choices(_OUTCOMES, weights)[0]

    def _details(self, outcome: Outcome, message: Message | None) -> list[Record]:
        """One rule; in one of five two, of one policy or of two."""
        choose = self._choose
        hits = [self._hit(outcome, message)]
        if choose.random() < 0.2:
            second = self._hit(Outcome(1, ("NotifyUser",)), message)
            if choose.random() < 0.5:
                second = replace(second, policy=hits[0].policy)
            hits.append(second)
        details = policies(choose, hits)
        if choose.random() < 0.05:
            del details[0]["PolicyName"]
        return details

    def _hit(self, outcome: Outcome, message: Message | None) -> Hit:
        choose = self._choose
        outside = message is None or not self._inside.issuperset((*message.to, *message.cc))
        policy, rule, external = choose.choice(_POLICIES if outside else _INSIDE)
        words = ("low", "high") if external else ("Low", "High")
        place = choose.choice(("Message Body", "Message Body", f"{CANARY} SEN list.xlsx"))
        found = [
            detection(
                choose,
                kind,
                choose.randint(10, 60) if outcome.high else choose.randint(1, 9),
                place if message is not None else None,
                named=choose.random() < 0.8,
                counted=message is not None,
            )
            for kind in self._kinds()
        ]
        return Hit(
            policy=policy,
            rule=rule.format(words[outcome.high]),
            actions=outcome.actions,
            severity="High" if outcome.high else choose.choice(("Low", "Medium")),
            mode=outcome.mode,
            found=tuple(found),
            external=external,
        )

    def _kinds(self) -> list[SensitiveType]:
        weights = [each.weight for each in SENSITIVE_TYPES]
        drawn = self._choose.choices(SENSITIVE_TYPES, weights, k=self._choose.choice((1, 1, 2, 3)))
        return list(dict.fromkeys(drawn))

    def _said(self, record: Record, outcome: Outcome) -> Record:
        choose = self._choose
        if choose.random() < 0.3:
            record = {**record, "Operation": "DLPRuleMatch"}
        if choose.random() < 0.05:
            record = without_matches(record)
        if outcome.exception is None:
            form = choose.choice(("absent", "absent", "null", "empty"))
            if form == "absent":
                return record
            return with_exception(record, None, "empty" if form == "empty" else "object")
        rules = [rule["RuleId"] for each in record["PolicyDetails"] for rule in each["Rules"]]
        said = {**outcome.exception, "Rules": rules}
        if said["Justification"] == "?":
            said["Justification"] = choose.choice(_REASONS)
        return with_exception(record, said, choose.choice(("object", "text", "inside")))


def cast_of(directory: Directory, domains: Sequence[str], families: tuple[str, ...]) -> Cast:
    """The people of the tenant who have mail; an office where there is nobody."""
    staff, pupils = [], []
    for entry in directory.listings["user"]:
        held = entry.current.properties
        if not entry.active or not held.get("mail") or not held.get("givenName"):
            continue
        if held.get("employeeType") == "Pupil" or held.get("jobTitle") == "Student":
            pupils.append(str(held["mail"]))
        else:
            staff.append(Person(str(held["userPrincipalName"]), entry.id))
    office = Person(f"office@{domains[-1]}", "00000000-0000-4000-8000-000000000001")
    return Cast(tuple(staff) or (office,), tuple(pupils), families)


def story_blobs(
    choose: random.Random,
    cast: Cast,
    tenant_id: str,
    count: int,
    per_blob: int,
    begin: int,
    over: int,
) -> Iterator[tuple[int, bytes, int]]:
    """``count`` records in content that appears evenly over ``over`` ms: (made, JSON array, count).

    One record in five is one that came before, in the same content or in an earlier one.
    """
    stories = Stories(choose, cast)
    blobs = -(-count // per_blob)
    told: list[bytes] = []
    waiting: list[bytes] = []
    for n in range(blobs):
        made = begin + over * n // blobs
        size = min(per_blob, count - n * per_blob)
        records: list[bytes] = []
        while len(records) < size:
            if told and choose.random() < _AGAIN:
                records.append(choose.choice(told))
                continue
            if not waiting:
                waiting += _encoded(stories.next(made - _age(choose)), tenant_id)
            told.append(waiting.pop(0))
            records.append(told[-1])
        choose.shuffle(records)
        del told[:-200]
        yield made, b"[" + b",".join(records) + b"]", size


def _age(choose: random.Random) -> int:
    """How old a record is when its content appears: minutes as a rule, a day or two at times."""
    if choose.random() < _LATE:
        return choose.randint(20, 60) * 3_600_000
    return choose.randint(300, 5_400) * 1000


def _encoded(records: list[Record], tenant_id: str) -> list[bytes]:
    return [msgspec.json.encode({**each, "OrganizationId": tenant_id}) for each in records]
