"""A column of types of people, held to the types that the school's policy names (SNMAT-6, PB-9.1).

A row of a type that the policy does not name is never guessed at: its person is frozen.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from graphsync.roster.problems import Problem
from graphsync.roster.sheet import AT, Sheet
from graphsync.roster.values import Unreadable
from policies.people import Kind
from policies.person_types import Category, PersonType, UnknownType, type_of

COLUMN = "person_type"
_CATEGORY = {Kind.PUPIL: Category.STUDENT, Kind.STAFF: Category.STAFF}


def type_faults(
    sheet: Sheet, kind: Kind, leaves: Mapping[str, date | Unreadable | None]
) -> Iterator[tuple[int, Problem]]:
    """The place of each row whose type the policy does not take here, with why and the mend.

    `leaves` are the column's last days; a type that needs one is not taken without.
    """
    if COLUMN not in sheet.table.captions or not sheet.rules.types:
        return
    judged = {text: _judged(text, kind, sheet.rules.types) for text in set(sheet.texts(COLUMN))}
    for place, row in enumerate(sheet.rows):
        judgement = judged[row.cells[AT[COLUMN]]]
        if isinstance(judgement, PersonType):
            if not judgement.end_date or leaves[row.cells[AT["leaves"]]] is not None:
                continue
            judgement = ("needs a last day, and the row has none", "enter the end date in SIMS")
        what, mend = judgement
        yield place, Problem(sheet.table.file, row.number, sheet.column(COLUMN), what, mend)


def _judged(text: str, kind: Kind, types: Mapping[str, PersonType]) -> PersonType | tuple[str, str]:
    try:
        found = types[type_of(text, types)]
    except UnknownType:
        return (
            "is a type of people that the policy does not name",
            "name it in the pack's person_types, or correct it in SIMS",
        )
    if found.category is not _CATEGORY[kind]:
        return (
            f"is no type of {kind}, but of {found.category.replace('_', ' ')}",
            "accounts of that category are not kept by this version; see the row by hand",
        )
    return found
