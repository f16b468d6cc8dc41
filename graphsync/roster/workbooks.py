"""XLSX workbooks, made sure to be small before they are unpacked into cells.

A workbook is a ZIP of XML. A few kilobytes can unpack to gigabytes, one cell at the far corner of a
sheet can make every cell before it, and one long text can be shown a million times: each of these
is counted first, in what the file itself holds, and refused.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from graphsync.roster.problems import RosterRefused, refusal

Cells = list[str]

MAX_UNPACKED = 100 * 1024 * 1024  # bytes: fifty times an export of 20,000 answers
MAX_CELLS = 2_000_000
MAX_PARTS = 1_000
WORKBOOK = "xl/workbook.xml"
AGAIN = "save the answers as CSV UTF-8, or export them again as .xlsx"

_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,9})["']""")
_NUMBER = re.compile(rb"<(?:\w+:)?v\b[^>]*>\s*([0-9]{1,9})\s*<")
_TEXT = re.compile(rb"<(?:\w+:)?si\b")


def read_workbook(file: str, data: bytes) -> list[tuple[int, Cells]]:
    """The rows of the one sheet that holds any, each with its number; dates as YYYY-MM-DD.

    Raises RosterRefused for what is no workbook, is too big once unpacked, or has answers on
    several sheets.
    """
    _demand_small(file, _parts(file, data))
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in workbook.sheet_names
        ]
    except (CalamineError, ValueError, OSError):
        raise _damaged(file) from None
    filled = [rows for sheet in sheets if (rows := _rows(sheet))]
    if len(filled) > 1:
        raise refusal(
            file,
            "several sheets of the workbook hold something",
            "keep the sheet with the answers and delete the others",
        )
    return filled[0] if filled else []


def is_workbook(data: bytes) -> bool:
    """Whether this is a ZIP with a workbook in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return False


def _parts(file: str, data: bytes) -> dict[str, bytes]:
    """Every part, unpacked; no more is unpacked than the parts' stated sizes, which are summed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise _too_big(file)
            # Only deflate is unpacked in bounded steps; Excel writes nothing else.
            known = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
            if any(part.flag_bits & 1 or part.compress_type not in known for part in parts):
                raise refusal(file, "the workbook is encrypted or packed in an odd way", AGAIN)
            return {part.filename: archive.read(part) for part in parts}
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
        raise _damaged(file) from None


def _demand_small(file: str, parts: dict[str, bytes]) -> None:
    """Raises RosterRefused when the sheets would make too many cells, or too long texts of them."""
    lengths: list[int] = []
    for name, part in parts.items():
        if name.lower().endswith("sharedstrings.xml"):
            lengths += map(len, _TEXT.split(part)[1:])
    for name, part in parts.items():
        if not name.lower().startswith("xl/worksheets/"):
            continue
        columns, rows = _extent(part)
        shown = (int(one) for one in _NUMBER.findall(part))
        if columns * rows > MAX_CELLS or _sum(shown, lengths) > MAX_UNPACKED:
            raise _too_big(file)


def _extent(sheet: bytes) -> tuple[int, int]:
    columns, rows = 1, 1
    for letters, number in _PLACE.findall(sheet):
        rows = max(rows, int(number))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        columns = max(columns, column)
    return columns, rows


def _sum(shown: Iterable[int], lengths: Sequence[int]) -> int:
    return sum(lengths[place] for place in shown if place < len(lengths))


def _rows(sheet: Sequence[Sequence[object]]) -> list[tuple[int, Cells]]:
    rows = ((number, [_text(cell) for cell in row]) for number, row in enumerate(sheet, 1))
    return [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]


def _text(cell: object) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def _too_big(file: str) -> RosterRefused:
    return refusal(file, "the workbook is far bigger unpacked than any list of answers", AGAIN)


def _damaged(file: str) -> RosterRefused:
    return refusal(file, "the workbook is damaged or cut", AGAIN)
