"""The columns of a people report as values, and the rows that cannot be trusted."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphsync.roster.problems import Problem, RosterRefused, percent
from graphsync.roster.sheet import MENDS, Sheet
from graphsync.roster.tables import Row
from graphsync.roster.values import (
    UNREADABLE,
    Unreadable,
    hint_reader,
    is_damaged,
    read_admission_number,
    read_dates,
    read_entry_year,
    read_id,
    read_name,
    read_year,
    status_reader,
)
from policies.people import Kind


class Columns(NamedTuple):
    """Typed columns by name (text -> value), and each row's id, forename and surname."""

    values: Mapping[str, Mapping[str, Any]]
    ids: Sequence[str | Unreadable]
    names: Sequence[tuple[str, str]]


def read_columns(sheet: Sheet, kind: Kind) -> dict[str, dict[str, Any]]:
    """For each typed column its distinct texts with their values."""
    values: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for name in ("starts", "leaves"):
        try:
            values[name] = dict(read_dates(sheet.texts(name), sheet.table.file, sheet.column(name)))
        except RosterRefused as refused:
            problems += refused.problems
    if problems:
        raise RosterRefused(problems)
    if kind is Kind.PUPIL:
        forms = set(sheet.texts("form"))
        values["form"] = {text: " ".join(text.split()) or None for text in forms}
        values["year"] = {text: read_year(text) for text in set(sheet.texts("year"))}
        years = set(sheet.texts("entry_year"))
        values["entry_year"] = {text: read_entry_year(text) for text in years}
        read_status = status_reader(sheet.rules.statuses)
        values["status"] = {text: read_status(text) for text in set(sheet.texts("status"))}
        says_yes = hint_reader(sheet.rules.consent_phrases)
        values["consents"] = {text: says_yes(text) for text in set(sheet.texts("consents"))}
    return values


def read_ids(sheet: Sheet, kind: Kind) -> list[str | Unreadable]:
    """Each row's MIS person id; admission number or staff code only where no id column is."""
    captions = sheet.table.captions
    if "id" in captions or "multiple_id" in captions:
        ids = zip(sheet.texts("id"), sheet.texts("multiple_id"), strict=True)
        return [read_id(one or several.partition(",")[0].strip()) for one, several in ids]
    if kind is Kind.PUPIL:
        numbers = map(read_admission_number, sheet.texts("admission_number"))
        return [number if number.strip("0") else UNREADABLE for number in numbers]
    return [code.upper() if code else UNREADABLE for code in sheet.texts("staff_code")]


def read_names(sheet: Sheet) -> list[tuple[str, str]]:
    """Each row's forename and surname: the preferred, or where there is none the legal ones."""
    forenames = map(read_name, sheet.either("forename", "legal_forename"))
    surnames = map(read_name, sheet.either("surname", "legal_surname"))
    return list(zip(forenames, surnames, strict=True))


def row_faults(sheet: Sheet, columns: Columns) -> dict[int, list[Problem]]:
    """Place of each row that cannot be trusted, with why; too many of a column refuse the file."""
    suspects = {
        "id": [place for place, mis_id in enumerate(columns.ids) if mis_id is UNREADABLE],
        "": [place for place, row in enumerate(sheet.rows) if row.fault],
        "forename": _unusable([forename for forename, _ in columns.names]),
        "surname": _unusable([surname for _, surname in columns.names]),
    }
    for column, readings in columns.values.items():
        unreadable = {text for text, value in readings.items() if value is UNREADABLE}
        texts = sheet.texts(column) if unreadable else ()
        suspects[column] = [place for place, text in enumerate(texts) if text in unreadable]
    _refuse_unreadable(sheet, suspects)
    faults: dict[int, list[Problem]] = {}
    for column, places in suspects.items():
        for place in places:
            faults.setdefault(place, []).append(_row_problem(sheet, column, sheet.rows[place]))
    return faults


def _unusable(names: Sequence[str]) -> list[int]:
    """The places of names that are missing or damaged."""
    wrong = {name for name in set(names) if not name or is_damaged(name)}
    return [place for place, name in enumerate(names) if name in wrong] if wrong else []


def _row_problem(sheet: Sheet, column: str, row: Row) -> Problem:
    if not column:
        mend = "export it again from SIMS and do not edit it"
        return Problem(sheet.table.file, row.number, None, row.fault, mend)
    return sheet.problem(column, "the value is missing or cannot be read", row.number)


def _refuse_unreadable(sheet: Sheet, suspects: Mapping[str, Sequence[int]]) -> None:
    """One row alone never refuses a file, however small it is."""
    total, limit = len(sheet.rows), sheet.rules.max_unreadable_share
    problems = [
        Problem(
            sheet.table.file,
            sheet.rows[places[0]].number,
            sheet.column(column) if column else None,
            f"{len(places)} of {total} rows cannot be read ({percent(len(places) / total)}; "
            f"limit {percent(limit)}), the first is row {sheet.rows[places[0]].number}",
            MENDS.get(column, "export it again from SIMS and do not edit it"),
        )
        for column, places in suspects.items()
        if len(places) > max(1, limit * total)
    ]
    if problems:
        raise RosterRefused(problems)
