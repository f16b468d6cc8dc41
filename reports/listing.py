"""Records of any kind for people: a list as a table, one record as lines of name and value."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from policies.people import PersonKey
from reports.words import clean

NARROW = 28  # names and codes up to this length are not broken over lines


def plain(value: Any) -> Any:
    """The value as JSON has it; a person's key as `SCHOOL:ID`, dates as ISO."""
    match value:
        case PersonKey() | Enum():
            return str(value)
        case None | str() | int() | float():
            return value
        case Struct():
            fields = value.__struct_fields__
            return {name: plain(getattr(value, name)) for name in fields}
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case frozenset() | set():
            return sorted(plain(item) for item in value)
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return msgspec.to_builtins(value, enc_hook=str)


def said(value: Any) -> str:
    """A value as people say it; empty for none."""
    match value:
        case str():
            return clean(str(value))
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} {value.tzname() or ''}".rstrip()
        case date():
            return value.isoformat()
        case Mapping():
            return ", ".join(f"{said(key)} {said(item)}" for key, item in value.items())
        case list() | tuple() | frozenset():
            return ", ".join(said(item) for item in value)
        case Struct() if not isinstance(value, PersonKey):
            return " · ".join(filter(None, (said(getattr(value, name)) for name in _fields(value))))
        case _:
            return clean(str(value))


def table(items: Sequence[Struct], columns: Sequence[str]) -> str:
    """One line a record, a column for each named field that says something in any of them."""
    from rich.table import Table
    from rich.text import Text

    cells = {name: [said(getattr(item, name)) for item in items] for name in columns}
    shown = [name for name in columns if any(cells[name])]
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in shown:
        longest = max(map(len, cells[name]))
        made.add_column(_label(name), no_wrap=longest <= NARROW, overflow="fold")
    for row in zip(*(cells[name] for name in shown), strict=True):
        made.add_row(*map(Text, row))
    return printed(made)


def blocks(items: Sequence[Struct]) -> str:
    """A short block a record: the first field, then every other that says something."""
    from rich.console import Group

    return printed(Group(*(part for item in items for part in _block(item))))


def _block(item: Struct) -> Iterator[Any]:
    from rich.padding import Padding
    from rich.text import Text

    first, *others = _fields(item)
    yield Text(said(getattr(item, first)), style="bold")
    yield Padding(Text(" · ".join(_named(item, others))), (0, 0, 0, 2))


def _named(item: Struct, names: Sequence[str]) -> list[str]:
    told = {name: said(getattr(item, name)) for name in names}
    return [f"{_label(name)}: {text}" for name, text in told.items() if text]


def facts(value: Struct) -> str:
    """One record: a line for each of its fields that says something."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name in _fields(value):
        for label, text in _lines(_label(name), getattr(value, name)):
            grid.add_row(Text(label), Text(text))
    return printed(grid)


def _lines(label: str, item: Any) -> list[tuple[str, str]]:
    """A list of records or long texts takes a line each, the label on the first alone."""
    if isinstance(item, list | tuple) and any(isinstance(one, Struct | str) for one in item):
        texts = [said(one) for one in item]
    else:
        texts = [said(item)] if said(item) else []
    return [(label if number == 0 else "", text) for number, text in enumerate(texts)]


def printed(renderable: Any) -> str:
    """What rich makes of it, as wide as the terminal, without spaces at the ends of lines."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(renderable)
    return trimmed(captured.get())


def trimmed(text: str) -> str:
    """The text without spaces at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _fields(item: Struct) -> tuple[str, ...]:
    return item.__struct_fields__


def _label(name: str) -> str:
    return name.replace("_", " ")
