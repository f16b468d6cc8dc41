"""Files of DLP records into the store: read, joined to the roster, judged, kept and counted."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.dlp_queueing import take_in
from graphsync.mail_addresses import address_book
from graphsync.store.dlp_events import KeptEvent
from graphsync.store.dlp_imports import Import
from graphsync.store.journal import Entry
from policies.mail import MailException, judge, without_a_rule
from policies.mail_people import AddressBook
from policies.pack_loading import load_all
from policies.rules import Rules
from reports.dlp.files import RecordFile, UnknownFile
from reports.dlp.verdicts import OutOfScope, Quarantined, Read, Reason, Taken

_T = TypeVar("_T")
_TOGETHER = 1000  # events a transaction: others may write in between
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FileReport(Struct, frozen=True, kw_only=True):
    """What became of one file: records = events + merged + quarantined + out of scope.

    The new events are queued for a person, or counted only: events = queued + counted only.
    `problem` says why the whole file was refused; then nothing of it was read. `exceptions` counts
    the reasons to look among the new events.
    """

    file: str
    format: str = ""
    records: int = 0
    events: int = 0
    queued: int = 0
    counted_only: int = 0
    merged: int = 0
    quarantined: dict[str, int] = {}
    out_of_scope: dict[str, int] = {}
    exceptions: dict[str, int] = {}
    problem: str = ""


class MissingRule(Struct, frozen=True, kw_only=True):
    """A class that a school's policy wants blocked and of which no record ever told."""

    school: str
    name: str
    sentence: str


class Imported(Struct, frozen=True, kw_only=True):
    """What a command read, file by file, and what is still missing."""

    items: tuple[FileReport, ...]
    without_a_rule: tuple[MissingRule, ...] = ()


def import_files(bench: Bench, paths: Sequence[Path]) -> Imported:
    """Read the files in turn. What is known already changes nothing.

    Raises PackRefused when a school's pack cannot be used, OSError for a file that cannot be read.
    """
    rules = load_all(bench.packs_dir)
    desk = _Desk(bench, rules, address_book(bench, rules))
    items = tuple(desk.take(path) for path in paths)
    return Imported(items=items, without_a_rule=tuple(_missing(bench, rules)))


class _Tally:
    """The counts of one file."""

    def __init__(self) -> None:
        self.records = self.merged = self.queued = self.counted_only = 0
        self.quarantined: Counter[str] = Counter()
        self.out_of_scope: Counter[str] = Counter()
        self.exceptions: Counter[str] = Counter()

    @property
    def events(self) -> int:
        """Those that were new."""
        return self.queued + self.counted_only


class _Desk:
    """All that a file is read with."""

    def __init__(self, bench: Bench, rules: Mapping[str, Rules], book: AddressBook) -> None:
        self._bench = bench
        self._rules = rules
        self._mail = {school: one.mail for school, one in rules.items()}
        self._book = book
        tenant = bench.tenant.tenant_id.lower()
        self._tenant = tenant if _GUID.fullmatch(tenant) else ""
        words = (one.mail.personal_label.casefold() for one in rules.values())
        self._labels = frozenset(filter(None, words))

    def take(self, path: Path) -> FileReport:
        """Read one file and keep what it tells."""
        file, tally = RecordFile(path, self._labels, self._tenant), _Tally()
        try:
            for some in _in_parts(file.read()):
                self._keep(tally, some)
        except UnknownFile as unknown:
            return FileReport(file=path.name, problem=str(unknown))
        self._remember(file, tally)
        return FileReport(
            file=path.name,
            format=str(file.format),
            records=tally.records,
            events=tally.events,
            queued=tally.queued,
            counted_only=tally.counted_only,
            merged=tally.merged,
            quarantined=_ordered(tally.quarantined),
            out_of_scope=_ordered(tally.out_of_scope),
            exceptions=_ordered(tally.exceptions),
        )

    def _keep(self, tally: _Tally, some: Sequence[Read]) -> None:
        kept = []
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
        taken = take_in(self._bench, self._mail, kept)
        tally.queued += taken.queued
        tally.counted_only += taken.counted_only
        tally.merged += len(kept) - len(taken.new)
        kinds = (reason.kind for event in taken.new for reason in event.judgement.exceptions)
        tally.exceptions.update(map(str, kinds))

    def _judged(self, taken: Taken) -> KeptEvent | None:
        parties = self._book.joined(taken.addresses)
        school = parties.school
        if not school and len(self._rules) == 1:
            (school,) = self._rules
        if school not in self._rules:
            return None
        judgement = judge(taken.event, parties, self._rules[school].mail)
        return KeptEvent(school=school, event=taken.event, parties=parties, judgement=judgement)

    def _remember(self, file: RecordFile, tally: _Tally) -> None:
        """The same file once more, from which nothing new came, leaves no trace."""
        store = self._bench.store
        if not tally.events and store.dlp_imports.of(file.digest) is not None:
            return
        read = Import(
            sha256=file.digest,
            format=str(file.format),
            at=self._bench.now(),
            by=self._bench.requester,
            records=tally.records,
            events=tally.events,
            merged=tally.merged,
            out_of_scope=tally.out_of_scope.total(),
            quarantined=_ordered(tally.quarantined),
        )
        entry = Entry(
            school="",
            run="",
            item=file.digest,
            what="event",
            operation="import_dlp",
            result=str(tally.events),
        )
        with store.transaction():
            store.dlp_imports.put(read)
            store.journal.append([entry])


def _in_parts(read: Iterable[_T]) -> Iterator[list[_T]]:
    source = iter(read)
    while some := list(islice(source, _TOGETHER)):
        yield some


def _ordered(counts: Counter[str]) -> dict[str, int]:
    """The most frequent first."""
    return {str(name): count for name, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))}


def _missing(bench: Bench, rules: Mapping[str, Rules]) -> Iterator[MissingRule]:
    for school in sorted(rules):
        seen = bench.store.dlp_events.classes_seen(school)
        for found in without_a_rule(rules[school].mail, seen):
            yield MissingRule(school=school, name=found.classes[0], sentence=_sentence(found))


def _sentence(found: MailException) -> str:
    return (
        f"no rule for class {found.classes[0]} was ever seen at work ({', '.join(found.clauses)})"
    )
