"""A row for each room: who gets in, what a person is told who does not reach the school, a request.

Each area of the console has a module `rooms_of_AREA.py` with ROWS; together they are the table.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

from staff_side import StaffSide

from api.permissions import ACROSS_YEARS, AppRole
from api.staff.rooms import Room

PROGRAMS = ("/api/", "/health", "/metrics")
Made = Mapping[str, Any]


def nothing_made(_side: StaffSide, _school: str) -> Made:
    return {}


def nothing_sent(_made: Made) -> Any:
    return {}


class Years(Enum):
    """What a room is to somebody who is given some years of a school.

    About one `PUPIL`, who is not there if of another year; a `LIST` that leaves these out; of a
    `WHOLE` school and closed to them; or with `NO_PUPIL` in it, so that years change nothing.
    """

    PUPIL = auto()
    LIST = auto()
    WHOLE = auto()
    NO_PUPIL = auto()


@dataclass(frozen=True)
class Row:
    """`roles` None is open to anyone, who is answered `good`.

    `made` makes what the room is about in a school and returns the parameters of its path, and more
    for `sent`, which gives the body: JSON for a program, fields of a form for a page. `good` is the
    answer to those who get in; `foreign` to those of them who do not reach the school. `other` is
    the answer to those roles for which what was made is not there, although they get in. `years`
    is said where neither the path nor the permission does, see `years_of`; `other_year` is the
    answer about a pupil of another year where it is not that of another school.
    """

    roles: set[AppRole] | None
    good: int = 200
    foreign: int = 404
    made: Callable[[StaffSide, str], Made] = nothing_made
    sent: Callable[[Made], Any] = nothing_sent
    query: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[AppRole, int] = field(default_factory=dict)
    years: Years | None = None
    other_year: int | None = None


def years_of(room: Room, row: Row) -> Years | None:
    """What a room is to somebody of some years; None where nobody said."""
    if room.needs in ACROSS_YEARS:
        return Years.WHOLE
    if room.needs is None:
        return Years.NO_PUPIL
    return Years.PUPIL if "{ref}" in room.path else row.years


def table() -> dict[tuple[str, str], Row]:
    """Every row by (method, path)."""
    rows: dict[tuple[str, str], Row] = {}
    for path in sorted(Path(__file__).parent.glob("rooms_of_*.py")):
        found = importlib.import_module(path.stem).ROWS
        assert not set(rows) & set(found), f"{path.stem} repeats rows"
        rows |= found
    return rows


def of_a_program(path: str) -> bool:
    return path.startswith(PROGRAMS)
