"""Builders of the exports that tests read: rows by caption, written as SIMS XML or CSV."""

import csv
import io
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from graphsync.roster.reading import Reading, RosterRefused, read_roster
from policies.people import Person
from policies.rules import RosterRules

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULES = RosterRules()

Row = dict[str, str]


def a_pupil(number: int = 1, **cells: str) -> Row:
    """A pupil's row by caption; keyword names have underscores for spaces."""
    row = {
        "primary_id": str(5000 + number),
        "Adno": f"{number:06}",
        "Preferred Forename": f"Fore{_letters(number)}",
        "Preferred Surname": f"Sur{_letters(number)}",
        "Year": "Year  7",
        "Reg": "7B",
        "DOA": "01/09/2026",
        "DOL": "",
    }
    return row | {_caption(name): value for name, value in cells.items()}


def a_teacher(number: int = 1, **cells: str) -> Row:
    """A member of staff's row by caption."""
    row = {
        "primary_id": str(9000 + number),
        "Title": "Ms",
        "Preferred Forename": f"Teach{_letters(number)}",
        "Preferred Surname": f"Er{_letters(number)}",
        "Staff Code": f"T{number:02}",
        "Role Text": "Teacher",
        "Employment Start Date": "01/09/2020",
        "Date of Leaving": "",
    }
    return row | {_caption(name): value for name, value in cells.items()}


def _caption(name: str) -> str:
    return name if name == "primary_id" else name.replace("_", " ")


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def pupils(count: int, start: int = 1) -> list[Row]:
    """This many pupils."""
    return [a_pupil(number) for number in range(start, start + count)]


def as_csv(rows: list[Row], encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """The rows as CSV, captions from the first."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def element(caption: str) -> str:
    """A caption as the XML name that .NET makes of it."""
    return re.sub(r"[^A-Za-z0-9_]", lambda one: f"_x{ord(one[0]):04X}_", caption)


def as_xml(rows: list[Row], *, empty_elements: bool = False) -> bytes:
    """The rows as SuperStarReport; an empty cell is an absent element unless told otherwise."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<SuperStarReport>"]
    for row in rows:
        cells = [
            f"<{element(name)}>{escape(value)}</{element(name)}>"
            for name, value in row.items()
            if value or empty_elements
        ]
        lines.append(f"<Record>{''.join(cells)}</Record>")
    return "\r\n".join([*lines, "</SuperStarReport>", ""]).encode()


def read(
    folder: Path, files: dict[str, bytes], rules: RosterRules = RULES, *, hours_old: float = 1
) -> Reading:
    """The reading of these files as the school `pb`."""
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        written = (NOW - timedelta(hours=hours_old)).timestamp()
        os.utime(path, (written, written))
    return read_roster([folder / name for name in files], "pb", rules, NOW)


def refused(folder: Path, files: dict[str, bytes], rules: RosterRules = RULES) -> str:
    """The text of the refusal of these files."""
    try:
        read(folder, files, rules)
    except RosterRefused as error:
        return str(error)
    raise AssertionError("these files were accepted")


def only(reading: Reading) -> Person:
    """The one person of a reading."""
    (person,) = reading.roster.people
    return person
