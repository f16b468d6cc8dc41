"""Records as a file for a spreadsheet: UTF-8 with a byte order mark, Windows line ends."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from reports.listing import said
from reports.words import clean

# A cell that begins so is a formula to a spreadsheet (OWASP, "CSV Injection").
# Tabs and line ends, which may come before one, are no longer there: `clean` takes them out.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def written(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """A line a row under the names of the columns; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def records(columns: Sequence[str], items: Sequence[Struct]) -> str:
    """These fields of each record."""
    return written(columns, ([getattr(item, name) for name in columns] for item in items))


def cell(value: Any) -> str:
    """The value as a text that a spreadsheet shows and never reckons: ' goes before a formula."""
    text = clean(said(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
