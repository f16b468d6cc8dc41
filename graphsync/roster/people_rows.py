"""Rows of the pupils and staff reports into people, one a row; merging comes after.

A row that cannot be trusted freezes its person; a column that cannot be read in too many rows, or
a file without a single row, refuses the file (decision 12).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from graphsync.roster.births import birth_notes, read_births
from graphsync.roster.building import person_builder
from graphsync.roster.cells import Columns, read_columns, read_ids, read_names, row_faults
from graphsync.roster.problems import Problem
from graphsync.roster.sheet import AT, Sheet, counted_rows, without_skipped
from graphsync.roster.sparse import RowsRead, sparse_columns
from graphsync.roster.tables import Table
from graphsync.roster.types import type_faults
from graphsync.roster.values import Unreadable
from policies.people import Kind, Membership, Person, PersonKey
from policies.rules import RosterRules


class Found(Struct, frozen=True, gc=False):
    """A person as one row tells them, and where that row stands."""

    person: Person
    file: str
    row: int


@dataclass
class PeopleRead:
    """What the files of one kind said, by MIS person id."""

    kind: Kind
    today: date
    found: dict[str, list[Found]] = field(default_factory=dict)
    frozen: dict[str, list[Problem]] = field(default_factory=dict)
    memberships: list[Membership] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unidentified: int = 0


def read_people(table: Table, school: str, rules: RosterRules, read: PeopleRead) -> RowsRead:
    """Add one file's people to what was read of their kind.

    Raises RosterRefused with every structural fault of the file.
    """
    rows, notes = counted_rows(table)
    sheet, skipped = without_skipped(Sheet(table, rows, rules))
    values = read_columns(sheet, read.kind)
    if read.kind is Kind.PUPIL:
        births = read_births(sheet, read.today)
        read.problems += birth_notes(sheet, births)
        values["born"] = {
            text: day if isinstance(day, date) else None for text, day in births.items()
        }
    columns = Columns(values, read_ids(sheet, read.kind), read_names(sheet))
    faults = row_faults(sheet, columns)
    for place, problem in type_faults(sheet, read.kind, columns.values["leaves"]):
        faults.setdefault(place, []).append(problem)
    collected = _collect(sheet, school, read, columns, faults)
    wrong_numbers = pupil_number_notes(table, collected)
    read.problems += [*notes, *skipped, *wrong_numbers]
    return RowsRead(len(rows), sparse_columns(table, sheet.rows, columns.ids))


def _collect(
    sheet: Sheet,
    school: str,
    read: PeopleRead,
    columns: Columns,
    faults: Mapping[int, list[Problem]],
) -> list[Found]:
    """Put the rows where they belong; answers the people of trusted rows."""
    file = sheet.table.file
    collected: list[Found] = []
    build = person_builder(read.kind, columns.values)
    classes = "class" in sheet.table.captions
    for place, (mis_id, name, row) in enumerate(
        zip(columns.ids, columns.names, sheet.rows, strict=True)
    ):
        if isinstance(mis_id, Unreadable):
            read.unidentified += 1
            read.problems += faults[place]
            continue
        key = PersonKey(school, mis_id)
        if place in faults:
            told = [_about(problem, key) for problem in faults[place]]
            read.problems += told
            read.frozen.setdefault(mis_id, []).extend(told)
        else:
            found = Found(build(key, name, row.cells), file, row.number)
            read.found.setdefault(mis_id, []).append(found)
            collected.append(found)
        if classes and (code := row.cells[AT["class"]]):
            teaches = read.kind is Kind.STAFF
            read.memberships.append(Membership(code, key, teaches, row.cells[AT["subject"]]))
    return collected


def _about(problem: Problem, key: PersonKey) -> Problem:
    return Problem(problem.file, problem.row, problem.column, problem.what, problem.mend, str(key))


def pupil_number_notes(table: Table, people: Iterable[Found]) -> list[Problem]:
    """A note of rows whose unique pupil number has a wrong check letter; it never freezes anyone.

    python-stdnum's own `validate` also judges the authority, by a list that misses newer ones.
    """
    numbered = [found for found in people if found.person.pupil_number]
    if not numbered:
        return []
    from stdnum.gb.upn import calc_check_digit

    shape = re.compile("[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]").fullmatch
    wrong = [
        found.row
        for found in numbered
        if not shape(number := found.person.pupil_number)
        or calc_check_digit(number[1:]) != number[0]
    ]
    if not wrong:
        return []
    rows = ", ".join(map(str, wrong[:10])) + (" …" if len(wrong) > 10 else "")
    what = f"the check letter of the unique pupil number is wrong in {len(wrong)} rows: {rows}"
    caption = table.captions.get("pupil_number")
    return [Problem(table.file, wrong[0], caption, what, "correct it in SIMS; nobody is frozen")]
