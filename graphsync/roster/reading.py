"""One school's export files into one `Reading`, or a refusal with every reason in every file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path

from msgspec import Struct

from graphsync.roster.classes import merge_memberships, read_classes
from graphsync.roster.columns import REPORTS, synonyms
from graphsync.roster.contacts import merge_contacts, read_contacts
from graphsync.roster.files import contents_digest, read_files, school_folders
from graphsync.roster.known import Known
from graphsync.roster.merging import Settled, settle
from graphsync.roster.people_rows import PeopleRead, read_people
from graphsync.roster.problems import FileFacts, Problem, RosterRefused
from graphsync.roster.quality import Fingerprint, fingerprint, present
from graphsync.roster.sources import open_table
from graphsync.roster.sparse import RowsRead
from graphsync.roster.tables import Table
from policies.people import Contact, Kind, Membership, Roster
from policies.rules import RosterRules
from policies.school_days import school_day

__all__ = [
    "FileFacts",
    "Fingerprint",
    "Problem",
    "Reading",
    "RosterRefused",
    "read_roster",
    "school_folders",
]


class Reading(Struct, frozen=True, dict=True):
    """A school's exports, read on a day: `sha256` is over the files' contents, in any order.

    `frozen` are the kinds of the frozen, one each; `columns` and `sparse` are those of a
    fingerprint, which only an export that has not been accepted before needs.
    """

    roster: Roster
    problems: tuple[Problem, ...]
    files: tuple[FileFacts, ...]
    sha256: str
    day: date
    frozen: tuple[Kind, ...]
    columns: dict[str, tuple[str, ...]]
    sparse: dict[str, frozenset[str]]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each kind are here, the frozen among them."""
        return present(self.roster.people, self.frozen, self.day)

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """What is kept of this export to compare the next one with."""
        return fingerprint(self.roster.people, self.counts, self.columns, self.sparse, self.day)


@dataclass
class _Parts:
    """What the files read so far have given, and what is wrong with them."""

    school: str
    rules: RosterRules
    today: date
    reads: dict[Kind, PeopleRead] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    facts: list[FileFacts] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    sparse: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, table: Table, reader: Callable[[], RowsRead]) -> None:
        """Run a reader and write down what its file turned out to be, or why it is refused."""
        try:
            self._note(table, reader())
        except RosterRefused as refused:
            self.faults += refused.problems

    def _note(self, table: Table, read: RowsRead) -> None:
        columns = tuple(table.captions)
        self.facts.append(
            FileFacts(table.file, table.format, table.report, read.rows, table.encoding, columns)
        )
        known = self.columns.setdefault(table.report, [])
        known += [column for column in columns if column not in known]
        for column in columns:
            name = f"{table.report}/{column}"
            if column in read.sparse:
                self.sparse[name] = self.sparse.get(name, frozenset()) | read.sparse[column]
            else:
                self.full.add(name)


def read_roster(paths: Sequence[Path], school: str, rules: RosterRules, now: datetime) -> Reading:
    """Read the files and folders of one school; `now` (with its zone) judges their age.

    Raises RosterRefused, with every structural fault of every file, when they must not be used.
    """
    parts = _Parts(school, rules, school_day(now))
    contents = read_files(paths, rules, now, parts.faults)
    settled, known = _read_all(_tables(contents, parts), parts)
    if not parts.faults and not parts.reads:
        what = "there is neither a pupils nor a staff report"
        mend = "export them into the school's folder"
        parts.faults.append(Problem(school, None, None, what, mend))
    if parts.faults:
        raise RosterRefused(dict.fromkeys(parts.faults))
    return _reading(parts, settled, known, contents_digest(contents.values()))


def _tables(contents: Mapping[Path, bytes], parts: _Parts) -> list[Table]:
    known = synonyms(parts.rules.columns)
    tables = []
    for path, content in contents.items():
        try:
            tables.append(open_table(path.name, content, known))
        except RosterRefused as refused:
            parts.faults += refused.problems
    return tables


def _read_all(tables: Sequence[Table], parts: _Parts) -> tuple[Settled, Known]:
    """Read people first, since contacts and classes speak of them."""
    for table in tables:
        if kind := REPORTS[table.report].kind:
            read = parts.reads.setdefault(kind, PeopleRead(kind, parts.today))
            parts.read(table, partial(read_people, table, parts.school, parts.rules, read))
    settled = settle(parts.reads.values(), parts.school, parts.today)
    related = any(REPORTS[table.report].kind is None for table in tables)
    known = Known.of(parts.school, settled.people.values() if related else (), settled.kinds)
    for table in tables:
        if table.report == "contacts":
            parts.read(table, partial(read_contacts, table, known, parts.contacts, parts.problems))
        elif table.report == "classes":
            parts.read(table, partial(read_classes, table, known, parts.members, parts.problems))
    return settled, known


def _reading(parts: _Parts, settled: Settled, known: Known, sha256: str) -> Reading:
    reads = parts.reads.values()
    told = [member for read in reads for member in read.memberships]
    roster = Roster.of(
        parts.school,
        settled.people.values(),
        contacts=merge_contacts(parts.contacts),
        memberships=merge_memberships([*told, *parts.members], known),
        frozen=settled.frozen_people(parts.school),
        complete=frozenset(parts.reads) if parts.rules.complete else frozenset(),
        unidentified={read.kind: read.unidentified for read in reads if read.unidentified},
    )
    problems = [*(one for read in reads for one in read.problems), *settled.problems]
    problems += parts.problems
    return Reading(
        roster=roster,
        problems=tuple(sorted(problems, key=lambda one: (one.file, one.row or 0))),
        files=tuple(parts.facts),
        sha256=sha256,
        day=parts.today,
        frozen=tuple(settled.kinds[mis_id] for mis_id in settled.frozen),
        columns={report: tuple(columns) for report, columns in parts.columns.items()},
        sparse={name: ids for name, ids in parts.sparse.items() if name not in parts.full},
    )
