"""What one person is given about themselves, as a page that can be read without us."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from graphsync.subject_export import SubjectExport
from reports.breach_text import moment
from reports.listing import plain
from reports.run_page import template
from reports.words import clean

TITLES = {
    "exports": "From the school's register (SIMS)",
    "links": "Your account",
    "mirror_accounts": "Your account as Microsoft shows it",
    "mirror_groups": "Groups you are in",
    "names": "Sign-in names",
    "runs": "What was planned for your account",
    "journal": "What was done, and when",
    "payloads": "Values before and after what was done",
    "consents": "Forms and consents",
    "provisions": "What the school arranges instead",
    "holds": "Holds",
    "hold_moves": "What became of holds",
    "worklist": "Work in Active Directory",
    "secrets": "When an initial password was kept and shown",
    "dlp_events": "Data-loss rules that a mail met",
    "breaches": "Breaches that name you",
    "data_requests": "Requests about your data",
}


class Section(Struct, frozen=True):
    """One kind of record: its title, and for each record its fields and their values."""

    title: str
    records: tuple[tuple[tuple[str, str], ...], ...]


def page(export: SubjectExport) -> str:
    """The whole page."""
    order = [
        *(one for one in TITLES if one in export.held),
        *sorted(set(export.held) - set(TITLES)),
    ]
    return template("subject.html").render(
        export=export,
        made=moment(export.made_at),
        sections=[_section(table, export.held[table]) for table in order],
        log=export.log,
    )


def as_json(export: SubjectExport) -> Any:
    """The document."""
    return plain(export)


def _section(table: str, rows: list[dict[str, Any]]) -> Section:
    title = TITLES.get(table, table.replace("_", " ").capitalize())
    return Section(title, tuple(tuple(_lines("", row)) for row in rows))


def _lines(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each value with the names that lead to it."""
    match value:
        case Mapping():
            for key, one in value.items():
                yield from _lines(f"{name} · {key}" if name else str(key), one)
        case list() if any(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value, 1):
                yield from _lines(f"{name} {number}", one)
        case list():
            yield _label(name), ", ".join(map(_said, value))
        case None | "":
            return
        case _:
            yield _label(name), _said(value)


def _label(name: str) -> str:
    return clean(name.replace("_", " "))


def _said(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case _:
            return clean(str(value))
