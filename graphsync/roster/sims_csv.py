"""SIMS reports as CSV, from CommandReporter or by way of Excel or PowerShell.

CSV has no closing mark: a file cut exactly between two rows reads as a shorter file, which only
the comparison with the last accepted export can tell (`quality.compare`). Give XML where you can.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from operator import itemgetter

from graphsync.roster.columns import identify
from graphsync.roster.problems import refusal
from graphsync.roster.tables import BLANK, Document, Row, Table

NAME = "SIMS CSV"
SEPARATORS = ",;\t"
EXPORT_AGAIN = "export it again from SIMS and copy it only when it is complete"


class _Lines:
    """The records of a CSV text with the line each ends on; a fault in its quoting refuses it."""

    def __init__(self, document: Document) -> None:
        text, self._skipped = _without_type_line(document.text)
        self.file = document.file
        self._reader = csv.reader(io.StringIO(text, newline=""), dialect(text), strict=True)

    @property
    def number(self) -> int:
        return self._reader.line_num + self._skipped

    def __iter__(self) -> Iterator[list[str]]:
        try:
            yield from self._reader
        except csv.Error as error:
            at_end = "unexpected end of data" in str(error) or "field limit" in str(error)
            what = (
                "the file is cut inside a quoted field" if at_end else "quotation marks are wrong"
            )
            raise refusal(self.file, what, EXPORT_AGAIN, row=self.number) from None


def _without_type_line(text: str) -> tuple[str, int]:
    """PowerShell's Export-Csv writes a first line `#TYPE …` unless it is told not to."""
    if text.startswith("#TYPE"):
        return text.partition("\n")[2], 1
    return text, 0


def _first_line(text: str) -> str:
    lines = (found[0] for found in re.finditer(".+", text))
    return next((line for line in lines if line.strip(SEPARATORS + " \r")), "")


def dialect(text: str) -> type[csv.Dialect]:
    """How a text of comma, semicolon or tab separated values is read, by its first line."""
    first = _first_line(text)

    class Sniffed(csv.excel):
        delimiter = max(SEPARATORS, key=first.count)

    return Sniffed


def recognises(text: str) -> bool:
    """Whether the first line that holds anything has at least two cells."""
    first = _first_line(text)
    return first.startswith("#TYPE") or any(mark in first for mark in SEPARATORS)


def read(document: Document, known: Mapping[str, tuple[str, ...]]) -> Table:
    """The table of a CSV report; raises RosterRefused when it has no header of ours."""
    lines = _Lines(document)
    records = iter(lines)
    header = next((record for record in records if any(map(str.strip, record))), [])
    captions = [caption.strip() for caption in header]
    report, found = identify(document.file, captions, known)
    wanted = [captions.index(found[column]) if column in found else -1 for column in report.columns]
    return Table(
        file=document.file,
        format=NAME,
        encoding=document.encoding,
        report=report.name,
        captions=found,
        rows=_rows(lines, records, captions, wanted),
        header_is_explicit=True,
    )


def _rows(
    lines: _Lines, records: Iterator[list[str]], captions: list[str], wanted: list[int]
) -> Iterator[Row]:
    width = len(captions)
    pick = itemgetter(*wanted)
    padding = [""] * (width + 1)
    is_cut = False
    for record in records:
        cells = list(map(str.strip, record))
        if len(cells) == width and any(cells):
            is_cut = False
            if cells != captions:
                cells.append("")
                yield Row(lines.number, pick(cells))
            continue
        is_cut = len(cells) < width and bool(cells) and cells != [""]
        fault = "" if len(cells) == width else _ragged(cells, width)
        if cells == captions:
            continue
        del cells[width:]
        cells += padding[len(cells) :]
        if any(cells):
            yield Row(lines.number, pick(cells), fault)
        elif len(record) > 1:
            yield Row(lines.number, pick(cells), BLANK)
    if is_cut:
        raise refusal(
            lines.file,
            f"the file is cut: its last row has fewer than {width} cells",
            EXPORT_AGAIN,
            row=lines.number,
        )


def _ragged(cells: list[str], width: int) -> str:
    if len(cells) < width:
        return f"the row has {len(cells)} cells, the header {width}"
    if any(cells[width:]):
        return f"the row has {len(cells)} cells, the header {width}: a comma stands unquoted"
    return ""
