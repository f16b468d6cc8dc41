"""The seam between source formats and the roster: every format turns a file into a `Table`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec import Struct

BLANK = "the line holds nothing but separators"


class Row(Struct, frozen=True, gc=False):
    """One row: its number in the file, its cells, and why it cannot be trusted ("" when it can).

    The fault `BLANK` marks a line that holds nothing and is left out. Cells are stripped text in
    the order of `columns.REPORTS[report].columns`, "" where the file has no such column. Numbers
    are lines for CSV and records for XML, counted from 1.
    """

    number: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True)
class Document:
    """A text file, decoded: its name, text and encoding."""

    file: str
    text: str
    encoding: str


@dataclass(frozen=True)
class Table:
    """The rows of one report in one file, read as they are asked for.

    `captions` maps each canonical column that is present to the file's own caption.
    `header_is_explicit` is false for XML, where a column that is empty in every record does not
    occur at all. Reading `rows` raises RosterRefused when the file turns out to be broken.
    """

    file: str
    format: str
    encoding: str
    report: str
    captions: Mapping[str, str]
    rows: Iterator[Row]
    header_is_explicit: bool
