"""The desk that takes DLP records, wherever they come from: joined, judged, kept and counted.

Files and the activity feed both hand over what they read here, record by record.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.breach_drafts import Trigger, draft_for
from graphsync.dlp_queueing import source, take_in
from graphsync.mail_addresses import address_book
from graphsync.store.dlp_events import KeptEvent
from policies.breach_records import Facts
from policies.mail import Kind, MailException, judge, without_a_rule
from policies.mail_events import Operation
from policies.mail_people import Role, plain_address
from policies.mail_proofs import Bite
from policies.pack_loading import load_all
from reports.dlp.verdicts import OutOfScope, Quarantined, Read, Reason, Taken

_TOGETHER = 1000  # events a transaction: others may write in between
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Tally:
    """The counts of one source: records = events + merged + quarantined + out of scope.

    The new events are queued for a person, or counted only: events = queued + counted only.
    `exceptions` counts the reasons to look among the new events.
    """

    def __init__(self) -> None:
        self.records = self.merged = self.queued = self.counted_only = 0
        self.quarantined: Counter[str] = Counter()
        self.out_of_scope: Counter[str] = Counter()
        self.exceptions: Counter[str] = Counter()

    @property
    def events(self) -> int:
        """Those that were new."""
        return self.queued + self.counted_only


class MissingRule(Struct, frozen=True, kw_only=True):
    """A class that a school's policy wants blocked and of which no record ever told."""

    school: str
    name: str
    sentence: str


class TakingDesk:
    """All that records are read with. Raises PackRefused when a school's pack cannot be used.

    `labels` are the words of the packs' personal labels; of a record of another tenant than
    `tenant` nothing is taken, where that is not empty.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.rules = load_all(bench.packs_dir)
        self._mail = {school: one.mail for school, one in self.rules.items()}
        self._book = address_book(bench, self.rules)
        tenant = bench.tenant.tenant_id.lower()
        self.tenant = tenant if _GUID.fullmatch(tenant) else ""
        words = (one.mail.personal_label.casefold() for one in self.rules.values())
        self.labels = frozenset(filter(None, words))

    def take(self, tally: Tally, read: Iterable[Read]) -> None:
        """Keep what was read and count it; what is known already changes nothing."""
        source = iter(read)
        while some := list(islice(source, _TOGETHER)):
            self._keep(tally, some)

    def missing(self) -> Iterator[MissingRule]:
        """What the packs want blocked and no record ever told of."""
        for school in sorted(self.rules):
            seen = self._bench.store.dlp_events.classes_seen(school)
            for found in without_a_rule(self.rules[school].mail, seen):
                yield MissingRule(school=school, name=found.classes[0], sentence=_sentence(found))

    def _keep(self, tally: Tally, some: Sequence[Read]) -> None:
        kept, bites = [], list[Bite]()
        for one in some:
            tally.records += 1
            match one:
                case OutOfScope():
                    tally.out_of_scope[one] += 1
                case Quarantined():
                    tally.quarantined[one.reason] += 1
                case Taken():
                    if (event := self._judged(one)) is None:
                        tally.quarantined[Reason.NO_SCHOOL] += 1
                    else:
                        kept.append(event)
                        bites += self._bites(event, one)
        with self._bench.store.transaction():
            taken = take_in(self._bench, self._mail, kept)
            self._bench.store.dlp_proofs.bit(bites)
        tally.queued += taken.queued
        tally.counted_only += taken.counted_only
        tally.merged += len(kept) - len(taken.new)
        kinds = (reason.kind for event in taken.new for reason in event.judgement.exceptions)
        tally.exceptions.update(map(str, kinds))
        for event in taken.new:
            self._suspect(event)

    def _suspect(self, kept: KeptEvent) -> None:
        """Open a draft where a contact without parental responsibility was sent it (law A12.6)."""
        reasons = {one.kind for one in kept.judgement.exceptions}
        if Kind.NO_RESPONSIBILITY in reasons and kept.parties.any(Role.CONTACT):
            item = kept.place.key
            named = kept.event.incident or kept.event.message or kept.event.id
            facts = Facts(occurred_from=kept.event.sent, incidents=(named,))
            trigger = Trigger.NO_RESPONSIBILITY
            draft_for(self._bench, kept.school, trigger, source(item.id), facts)

    def _judged(self, taken: Taken) -> KeptEvent | None:
        parties = self._book.joined(taken.addresses)
        school = parties.school
        if not school and len(self.rules) == 1:
            (school,) = self.rules
        if school not in self.rules:
            return None
        judgement = judge(taken.event, parties, self.rules[school].mail)
        return KeptEvent(school=school, event=taken.event, parties=parties, judgement=judgement)

    def _bites(self, kept: KeptEvent, taken: Taken) -> Iterator[Bite]:
        """What a mail of the account that sends test messages tells; its address is not kept."""
        tester = self.rules[kept.school].mail.test_sender
        if not tester or plain_address(taken.addresses.sender) != plain_address(tester):
            return
        if kept.event.operation is Operation.MATCH:
            at, fate = kept.event.sent or kept.event.created, str(kept.judgement.fate)
            for name in kept.judgement.classes:
                yield Bite(school=kept.school, name=name, at=at, fate=fate)


def _sentence(found: MailException) -> str:
    return (
        f"no rule for class {found.classes[0]} was ever seen at work ({', '.join(found.clauses)})"
    )


def ordered(counts: Counter[str]) -> dict[str, int]:
    """The most frequent first."""
    return {str(name): count for name, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))}
