"""Reads the sandbox's exports with nothing of the product: what the tests compare."""

import csv
import io
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

from lxml import etree

TODAY = date(2026, 1, 14)
ENCODINGS = {"oak": "utf-8", "mill": "cp1252", "river": "utf-8-sig"}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of an export by caption, read with nothing of the product."""
    encoding = ENCODINGS.get(path.parent.name, "utf-8")
    if path.suffix == ".xml":
        records = etree.fromstring(path.read_bytes()).findall("Record")
        return [{decoded(str(cell.tag)): cell.text or "" for cell in one} for one in records]
    lines = csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline=""))
    captions = list(lines.fieldnames or ())
    rows = [row for row in lines if any(row.values())]
    return [row for row in rows if list(row.values()) != captions]


def decoded(name: str) -> str:
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), name)


def person_of(row: dict[str, str]) -> str:
    names = ("primary_id", "Person_id", "ID", "multiple_id")
    return next(row[name] for name in names if name in row).partition(",")[0]


def file_of(folder: Path, report: str) -> Path:
    return next(folder.glob(f"{report}.*"))


def people_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    """MIS id to every row of the person in the pupils' and the staff report."""
    people = defaultdict(list)
    for report in ("pupils", "staff"):
        for row in rows_of(file_of(folder, report)):
            people[person_of(row)].append(row)
    return people


def changed(before: Path, after: Path) -> set[str]:
    old, new = people_of(before), people_of(after)
    return {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
