"""The worklist for a spreadsheet: documented columns, and no cell that is a formula."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsync.worklist_desk import WorkLine
from reports.spreadsheet import cell
from reports.worklist_csv import COLUMNS, as_csv

DOCUMENT = Path(__file__).parents[2] / "docs" / "active-directory.md"


def a_line(wanted: dict[str, str], why: str = "because") -> WorkLine:
    return WorkLine(
        row="w-1",
        task="create",
        person="oak:1",
        due=date(2026, 3, 2),
        overdue=True,
        sign_in_name="26smitha@oak.example",
        why=why,
        doubt="",
        wanted=wanted,
        object_id=None,
        sid="",
        opened=date(2026, 3, 1),
    )


def read(text: str) -> list[dict[str, str]]:
    assert text[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_each_value_stands_in_its_column_and_the_mark_in_its_own_two() -> None:
    wanted = {"sAMAccountName": "26smitha", "surname": "Smith", "employeeID": "gs:abc"}
    (row,) = read(as_csv([a_line(wanted)]))
    assert tuple(row) == COLUMNS
    assert (row["new_sam_account_name"], row["new_surname"]) == ("26smitha", "Smith")
    assert (row["mark_attribute"], row["mark_value"]) == ("employeeID", "gs:abc")
    assert (row["due"], row["overdue"], row["new_given_name"]) == ("2026-03-02", "yes", "")


@given(st.text(max_size=8))
def test_no_value_of_a_roster_is_reckoned_by_a_spreadsheet(value: str) -> None:
    rows = read(as_csv([a_line({"surname": value, "ou": value}, why=value)]))
    assert len(rows) == 1
    for text in rows[0].values():
        assert text[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


@pytest.mark.parametrize("value", ["=1+1", "+44", "-Smith", "@SUM(A1)", "\uff1d1"])
def test_a_formula_is_a_text_behind_an_apostrophe(value: str) -> None:
    assert cell(value) == f"'{value}"


def test_a_line_end_in_a_value_starts_no_row() -> None:
    assert cell("a\r\n=1") == "a\ufffd\ufffd=1"


def test_every_column_is_documented() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []
