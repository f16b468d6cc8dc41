"""The worklist as a file for a spreadsheet: UTF-8 with a byte order mark, Windows line ends."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from graphsync.worklist import LAST_CHANGE, LAST_DAY, LOGON_NAME, UNIT
from graphsync.worklist_desk import WorkLine
from reports.listing import said
from reports.words import clean

# A cell that begins so is a formula to a spreadsheet (OWASP, "CSV Injection").
# Tabs and line ends, which may come before one, are no longer there: `clean` takes them out.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_OF_THE_ROW = (
    "row",
    "task",
    "person",
    "due",
    "overdue",
    "why",
    "doubt",
    "opened",
    "sign_in_name",
    "object_id",
    "sid",
)
_WANTED = {  # column -> the wanted value in it
    "new_user_principal_name": "userPrincipalName",
    "new_sam_account_name": LOGON_NAME,
    "new_display_name": "displayName",
    "new_given_name": "givenName",
    "new_surname": "surname",
    "new_department": "department",
    "new_ou": UNIT,
    "last_day": LAST_DAY,
    "last_password_change": LAST_CHANGE,
}
MARK, MARK_VALUE = "mark_attribute", "mark_value"
COLUMNS = (*_OF_THE_ROW, *_WANTED, MARK, MARK_VALUE)


def as_csv(lines: Sequence[WorkLine]) -> str:
    """A line a row under the names of COLUMNS; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in _values(line)] for line in lines)
    return "\ufeff" + text.getvalue()


def cell(value: Any) -> str:
    """The value as a text that a spreadsheet shows and never reckons: ' goes before a formula."""
    text = clean(said(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _values(line: WorkLine) -> list[Any]:
    """The cells in the order of COLUMNS; the mark is the one wanted value of no other column."""
    mark = next((name for name in line.wanted if name not in _WANTED.values()), "")
    return [
        *(getattr(line, name) for name in _OF_THE_ROW),
        *(line.wanted.get(name) for name in _WANTED.values()),
        mark,
        line.wanted.get(mark),
    ]
