"""Writes reports the way SIMS does: SuperStarReport XML, and CSV.

XML: a `Record` per row, captions escaped into element names, an empty value is an absent element.
CSV: CRLF line ends, quotes only where a comma asks for them, the school's own encoding.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

HEADER_REPEATS_EVERY = 500
# What may not stand in an XML element name is written as its code point.
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True)
class Report:
    """A saved report's output: unique captions, and rows as long as the captions."""

    captions: tuple[str, ...]
    rows: Iterable[Sequence[str]]


@dataclass(frozen=True)
class CsvStyle:
    """How one school's CSV comes out.

    `comma_only_lines` are the empty spreadsheet rows at the end; `repeats_header` prints the
    captions again in long reports.
    """

    encoding: str
    comma_only_lines: int = 0
    repeats_header: bool = False


def element_name(caption: str) -> str:
    """The caption as SIMS names its element: `Year of entry` is `Year_x0020_of_x0020_entry`."""
    return _NOT_IN_A_NAME.sub(lambda match: f"_x{ord(match.group()):04X}_", caption)


def write_xml(path: Path, report: Report, encoding: str = "utf-8") -> None:
    """Writes the report as SuperStarReport XML; `utf-8-sig` puts a byte order mark before it."""
    names = [element_name(caption) for caption in report.captions]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<SuperStarReport>"]
    for row in report.rows:
        lines.append("  <Record>")
        lines += [
            f"    <{name}>{escape(value)}</{name}>"
            for name, value in zip(names, row, strict=True)
            if value
        ]
        lines.append("  </Record>")
    lines += ["</SuperStarReport>", ""]
    path.write_bytes("\r\n".join(lines).encode(encoding))


def write_csv(path: Path, report: Report, style: CsvStyle) -> None:
    """Writes the report as CSV; a letter that the encoding lacks is an error, not a `?`."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(_csv_rows(report, style))
    path.write_bytes(text.getvalue().encode(style.encoding))


def _csv_rows(report: Report, style: CsvStyle) -> Iterator[Sequence[str]]:
    yield report.captions
    for number, row in enumerate(report.rows, start=1):
        yield row
        if style.repeats_header and number % HEADER_REPEATS_EVERY == 0:
            yield report.captions
    for _ in range(style.comma_only_lines):
        yield [""] * len(report.captions)


def cut(path: Path) -> None:
    """Leaves about half of a CSV file, its end inside a quoted field.

    So it looks when the disk filled up or the copy began before SIMS had finished writing.
    """
    data = path.read_bytes()
    quote = data.index(b',"', len(data) // 2)
    path.write_bytes(data[: quote + 5])
