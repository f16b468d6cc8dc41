"""The rows of one file that count, and those that are left out on purpose."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphsync.roster.columns import PEOPLE_COLUMNS
from graphsync.roster.problems import Problem, refusal
from graphsync.roster.tables import BLANK, Row, Table
from graphsync.roster.values import status_reader
from policies.rules import RosterRules

AT = {column: place for place, column in enumerate(PEOPLE_COLUMNS)}
DATE_MEND = "write every date as DD/MM/YYYY or as YYYY-MM-DD"
MENDS = {
    "year": "write Year 7, 7, R, N1 or N2",
    "entry_year": "write the calendar year, for example 2024",
    "starts": DATE_MEND,
    "leaves": DATE_MEND,
    "born": f"{DATE_MEND}; until then the pupil is treated as a child and nobody is frozen",
    "status": "write C, M, S or G, or name the school's own words in the pack's roster.statuses",
    "forename": "fill in the forename in SIMS",
    "surname": "fill in the surname in SIMS",
    "id": "add the person id to the report; switch off grouping, which prints repeated values once",
}


@dataclass(frozen=True)
class Sheet:
    """The rows of one file that count, with what is needed to speak of them."""

    table: Table
    rows: Sequence[Row]
    rules: RosterRules

    def column(self, name: str) -> str:
        """The file's own caption of a column."""
        return self.table.captions.get(name, name.replace("_", " "))

    def texts(self, name: str) -> Sequence[str]:
        """Each row's cell of a column."""
        return self._columns[AT[name]]

    def either(self, name: str, other: str) -> list[str]:
        """Each row's cell of a column, or of another where the first is blank."""
        return [one or two for one, two in zip(self.texts(name), self.texts(other), strict=True)]

    @cached_property
    def _columns(self) -> Sequence[Sequence[str]]:
        return tuple(zip(*(row.cells for row in self.rows), strict=True))

    def problem(self, name: str, what: str, row: int | None = None) -> Problem:
        """A problem of a column, with the mend that fits it."""
        return Problem(self.table.file, row, self.column(name), what, MENDS.get(name, ""))


def counted_rows(table: Table) -> tuple[list[Row], list[Problem]]:
    """All rows that hold something, and a note of those that do not; none at all is a refusal."""
    rows = list(table.rows)
    blank = [row for row in rows if row.fault == BLANK]
    if len(blank) == len(rows):
        raise refusal(
            table.file,
            f"the {table.report} report holds no rows",
            "an empty report is never read as everyone gone; check its filter and export it again",
        )
    if not blank:
        return rows, []
    note = Problem(
        table.file, blank[0].number, None, f"{len(blank)} lines hold only separators", "none needed"
    )
    return [row for row in rows if row.fault != BLANK], [note]


def without_skipped(sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Without placeholder people (surname patterns) and those whose status makes no member."""
    rules = sheet.rules
    read_status = status_reader(rules.statuses)
    outside = {
        text
        for text in set(sheet.texts("status"))
        if isinstance(code := read_status(text), str) and code not in rules.statuses
    }
    is_dummy = _surname_pattern(rules.skip_surnames)
    surnames = sheet.either("surname", "legal_surname")
    skipped = {name for name in set(surnames) if is_dummy(name)}
    if not skipped and not outside:
        return sheet, []
    kept: list[Row] = []
    dummies = others = 0
    for row, surname, status in zip(sheet.rows, surnames, sheet.texts("status"), strict=True):
        if surname in skipped:
            dummies += 1
        elif status in outside:
            others += 1
        else:
            kept.append(row)
    if not kept:
        raise refusal(
            sheet.table.file, "every row is skipped", "check roster.skip_surnames and statuses"
        )
    notes = []
    if dummies:
        notes.append(_left_out(sheet, "surname", f"{dummies} placeholder rows are skipped"))
    if others:
        why = f"{others} rows are skipped: not a member's status"
        notes.append(_left_out(sheet, "status", why))
    return Sheet(sheet.table, kept, rules), notes


def _left_out(sheet: Sheet, column: str, why: str) -> Problem:
    return Problem(sheet.table.file, None, sheet.column(column), why, "none needed")


def _surname_pattern(patterns: Iterable[str]) -> Callable[[str], object]:
    expressions = [fnmatch.translate(pattern) for pattern in patterns]
    return re.compile("|".join(expressions) if expressions else "(?!)", re.IGNORECASE).match
