"""Repeated rows of one person into one; people of both kinds into the kind that holds today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec.structs import replace

from graphsync.roster.people_rows import Found, PeopleRead
from graphsync.roster.problems import Problem
from policies.people import FrozenPerson, Kind, Person, PersonKey

SAME = {
    "given_name": "forename",
    "surname": "surname",
    "legal_given_name": "legal forename",
    "legal_surname": "legal surname",
    "title": "title",
    "year": "year",
    "form": "form",
    "house": "house",
    "entry_year": "year of entry",
    "admission_number": "admission number",
    "staff_code": "staff code",
    "pupil_number": "unique pupil number",
    "status": "enrolment status",
    "consent_hint": "parental consent",
}


WAIT = "until then nothing of this person is changed"


@dataclass
class Settled:
    """People of one school by MIS id, those frozen and why, each one's kind, merging's problems."""

    people: dict[str, Person] = field(default_factory=dict)
    frozen: dict[str, Problem] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def freeze(self, mis_id: str, reasons: Sequence[Problem]) -> None:
        """Hold a person back for the first of these reasons, or for one known before."""
        first = min(reasons, key=lambda one: (one.file, one.row or 0, one.column or ""))
        self.frozen.setdefault(mis_id, first)

    def frozen_people(self, school: str) -> list[FrozenPerson]:
        """The frozen, each with file, row and column of the first reason."""
        return [
            FrozenPerson(PersonKey(school, mis_id), str(replace(problem, mend="")))
            for mis_id, problem in self.frozen.items()
        ]


def settle(reads: Iterable[PeopleRead], school: str, today: date) -> Settled:
    """One person or one frozen person for every id that any row named.

    Of a person in both reports the staff row holds once the pupil's last day is past (a former
    pupil who came back to work); otherwise nobody can say, and the person is frozen.
    """
    settled = Settled()
    for read in sorted(reads, key=lambda read: read.kind is Kind.STAFF):
        alone = {
            mis_id: rows[0].person
            for mis_id, rows in read.found.items()
            if len(rows) == 1 and mis_id not in read.frozen and mis_id not in settled.kinds
        }
        settled.people |= alone  # the many: of whom one row speaks, and no other report
        settled.kinds |= dict.fromkeys(alone, read.kind)
        for mis_id in (read.found.keys() | read.frozen.keys()) - alone.keys():
            _settle_one(settled, read, school, mis_id, today)
    return settled


def _settle_one(settled: Settled, read: PeopleRead, school: str, mis_id: str, today: date) -> None:
    rows = read.found.get(mis_id, [])
    pupil = settled.people.pop(mis_id, None)
    settled.kinds[mis_id] = read.kind
    if reasons := read.frozen.get(mis_id):
        settled.freeze(mis_id, reasons)
    elif mis_id in settled.frozen:
        return
    elif problems := _contradictions(rows, PersonKey(school, mis_id), pupil, today):
        settled.problems += problems
        settled.freeze(mis_id, problems)
    else:
        settled.people[mis_id] = merge([found.person for found in rows], today)


def _contradictions(
    rows: Sequence[Found], key: PersonKey, pupil: Person | None, today: date
) -> list[Problem]:
    first = min(rows, key=lambda row: (row.file, row.row))
    if pupil and not (pupil.leaves and pupil.leaves < today):
        mend = f"give the pupil record its leaving date in SIMS; {WAIT}"
        what = "the person is a pupil on roll and staff"
        return [Problem(first.file, first.row, None, what, mend, str(key))]
    what, mend = "the person's rows disagree", f"correct it in SIMS to one value; {WAIT}"
    return [
        Problem(first.file, first.row, column, what, mend, str(key))
        for name, column in SAME.items()
        if len({value for row in rows if (value := getattr(row.person, name))}) > 1
    ]


def merge(people: Sequence[Person], today: date) -> Person:
    """One person of rows that agree: all roles, earliest start, latest end (none = still here).

    A person whose every post has ended, but for one that has not begun, starts with that one.
    """
    first = people[0]
    if all(other == first for other in people[1:]):
        return first
    told: Mapping[str, Any] = {
        name: next((value for one in people if (value := getattr(one, name))), getattr(first, name))
        for name in SAME
    }
    starts, leaves = _span({(one.starts, one.leaves) for one in people}, today)
    return replace(
        first,
        **told,
        mail=min((one.mail for one in people if one.mail), default=""),
        roles=tuple(sorted({role for one in people for role in one.roles})),
        starts=starts,
        leaves=leaves,
        born=_one({one.born for one in people if one.born}),
    )


def _one(births: set[date]) -> date | None:
    """The birth date of rows that agree; two of them are none, as one nobody can read."""
    return births.pop() if len(births) == 1 else None


def _span(
    spans: set[tuple[date | None, date | None]], today: date
) -> tuple[date | None, date | None]:
    lasting = {span for span in spans if span[1] is None or span[1] >= today}
    if lasting and all(start and start > today for start, _ in lasting):
        spans = lasting
    starts = [start for start, _ in spans if start]
    ends = [end for _, end in spans if end]
    start = min(starts, default=None)
    if start and start > today and len(starts) < len(spans):
        start = None
    return start, max(ends) if len(ends) == len(spans) else None
