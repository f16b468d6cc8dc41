"""The worklist as a file for a spreadsheet."""

from collections.abc import Sequence
from typing import Any

from graphsync.worklist import LAST_CHANGE, LAST_DAY, LOGON_NAME, UNIT
from graphsync.worklist_desk import WorkLine
from reports.spreadsheet import written

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
    return written(COLUMNS, map(_values, lines))


def _values(line: WorkLine) -> list[Any]:
    """The cells in the order of COLUMNS; the mark is the one wanted value of no other column."""
    mark = next((name for name in line.wanted if name not in _WANTED.values()), "")
    return [
        *(getattr(line, name) for name in _OF_THE_ROW),
        *(line.wanted.get(name) for name in _WANTED.values()),
        mark,
        line.wanted.get(mark),
    ]
