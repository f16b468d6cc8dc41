"""A CSV that a person filled in, as its rows: for pairs to match and for holds to add."""

import csv
from collections.abc import Sequence
from pathlib import Path

from graphsync.trouble import Refusal

Row = tuple[str, dict[str, str]]  # where it stands, for messages, and its cells by column


def rows_of(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of the file below a first line that names at least these columns.

    Cells have no spaces around them, nor the apostrophe that keeps a spreadsheet from taking a
    text for a formula; a missing cell is empty. Raises Refusal for a file that cannot be read,
    lacks a column or holds no row.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refusal(f"{path} cannot be read as UTF-8 text: {problem}") from problem
    reader = csv.DictReader(text.splitlines())
    names = reader.fieldnames or ()
    if not set(columns) <= set(names):
        named = f"{', '.join(columns[:-1])} and {columns[-1]}"
        raise Refusal(f"{path.name}: the first line must name the columns {named}")
    rows = [
        (f"{path.name}, row {number}", {name: _cell(cells, name) for name in names})
        for number, cells in enumerate(reader, 2)
    ]
    if not rows:
        raise Refusal(f"{path.name} holds no row")
    return rows


def _cell(cells: dict[str, str | None], name: str) -> str:
    return (cells[name] or "").strip().lstrip("'")
