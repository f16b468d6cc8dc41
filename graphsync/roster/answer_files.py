"""A file of answers as rows of text: CSV in any of a school's encodings, or an XLSX workbook."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from graphsync.roster.encoding import decode
from graphsync.roster.problems import RosterRefused, refusal
from graphsync.roster.sims_csv import dialect
from graphsync.roster.workbooks import Cells, is_workbook, read_workbook
from graphsync.roster.wrong_files import mistaken

# An export of 5,000 answers is below 2 MB: a file ten times that is something else, and is refused
# before a byte of it is read.
MAX_BYTES = 20 * 1024 * 1024
AGAIN = "export the answers again, as .xlsx or as CSV UTF-8, and do not edit the file"


class AnswerRow(Struct, frozen=True):
    """One row under the captions: its line in the file, its cells as they stand, what is wrong."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


class AnswerSheet(Struct, frozen=True):
    """What one file holds; `format` names how it was read."""

    file: str
    format: str
    captions: tuple[str, ...]
    rows: tuple[AnswerRow, ...]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of answers; raises RosterRefused for one above 20 MB, unread."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise refusal(
            path.name,
            f"the file has {size // 1024 // 1024} MB; a file of answers has at most 20 MB",
            "give the export of the answers alone",
        )
    return path.read_bytes()


def read_answers(file: str, data: bytes) -> AnswerSheet:
    """The rows of a file, told by its content; raises RosterRefused for what is none."""
    if is_workbook(data):
        return _sheet(file, "XLSX", read_workbook(file, data))
    try:
        wrong = mistaken(file, data)
        if wrong is not None:
            raise wrong
        text, encoding = decode(file, data)
    except RosterRefused as refused:  # its mends speak of SIMS reports
        raise RosterRefused(replace(one, mend=AGAIN) for one in refused.problems) from None
    return _sheet(file, f"CSV, {encoding}", list(_lines(file, text)))


def _lines(file: str, text: str) -> Iterator[tuple[int, Cells]]:
    """The records of a CSV text with the line each begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), dialect(text), strict=True)
    before = 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield before + 1, record
            before = reader.line_num
    except csv.Error:
        raise refusal(file, "quotation marks are wrong or cut", AGAIN, row=before + 1) from None


def _sheet(file: str, form: str, rows: list[tuple[int, Cells]]) -> AnswerSheet:
    if len(rows) < 2:  # the captions and one answer
        raise refusal(file, "the file holds no row under its captions", AGAIN)
    captions = tuple(cell.strip() for cell in rows[0][1])
    width = len(captions)
    return AnswerSheet(
        file=file,
        format=form,
        captions=captions,
        rows=tuple(_row(line, cells, width) for line, cells in rows[1:]),
    )


def _row(line: int, cells: Cells, width: int) -> AnswerRow:
    """A row as wide as the captions; one of another width is not to be trusted."""
    extra = any(cell.strip() for cell in cells[width:])
    fault = f"the row has {len(cells)} cells, the first line {width}" if extra else ""
    if len(cells) < width:
        fault = f"the row has {len(cells)} cells, the first line {width}"
    return AnswerRow(line, tuple((cells + [""] * width)[:width]), fault)
