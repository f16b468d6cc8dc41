"""The column of birth dates: read where it is there, and never a reason to hold anybody back."""

from collections.abc import Iterable, Mapping
from datetime import date

from graphsync.roster.problems import Problem, RosterRefused
from graphsync.roster.sheet import Sheet
from graphsync.roster.values import UNREADABLE, Unreadable, read_dates
from policies.ages import birthday

OLDEST = 25  # no pupil is older; 1915 for 2015 must not make a child answer as an adult
Births = Mapping[str, date | Unreadable | None]


def read_births(sheet: Sheet, today: date) -> Births:
    """Each distinct text with its birth date; a date that no pupil can have is unreadable.

    Where days and months are the other way round, or formats are mixed, all of them are.
    """
    texts = set(sheet.texts("born"))
    try:
        read = read_dates(texts, sheet.table.file, sheet.column("born"))
    except RosterRefused:
        return {text: UNREADABLE if text else None for text in texts}
    return {text: UNREADABLE if _impossible(day, today) else day for text, day in read.items()}


def _impossible(day: date | Unreadable | None, today: date) -> bool:
    return isinstance(day, date) and not day <= today < birthday(day, OLDEST + 1)


def birth_notes(sheet: Sheet, births: Births) -> Iterable[Problem]:
    """A note of the rows whose birth date is read as unknown; it repeats no date."""
    unreadable = {text for text, day in births.items() if day is UNREADABLE}
    if not unreadable:
        return
    texts = zip(sheet.rows, sheet.texts("born"), strict=True)
    wrong = [row.number for row, text in texts if text in unreadable]
    rows = ", ".join(map(str, wrong[:10])) + (" …" if len(wrong) > 10 else "")
    what = f"the birth date is read as unknown in {len(wrong)} rows: {rows}"
    yield sheet.problem("born", what, wrong[0])
