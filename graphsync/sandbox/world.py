"""What a school's information system knows, as values: pupils, staff, contacts, classes.

The values say what is true; how an export spells it (captions, encodings, lost zeros) is the
business of the exports. Nothing here reads a clock: the day comes in.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from anyascii import anyascii

TRUST_ID = "threeways"
TRUST_NAME = "Threeways Learning Trust"
INITIAL_DOMAIN = "trust.onmicrosoft.com"
TRUST_DOMAIN = "trust.example"


class What(StrEnum):
    """What happened to a person between two nights' exports."""

    JOINER = "joiner"
    JOINER_WITH_A_TAKEN_ALIAS = "joiner with a taken alias"
    SURNAME_CHANGE = "surname change"
    FORM_MOVE = "form move"
    YEAR_MOVE = "year move"
    LEAVER = "leaver"
    FUTURE_LEAVER = "future leaver"
    ABSENT = "absent without a leaving date"
    UNREADABLE_ROW = "unreadable row"
    RETURNER = "returner"


class Happening(NamedTuple):
    """One line of a world's story; `night` is the first night whose export shows it."""

    night: int
    school: str
    mis_id: str
    what: What


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil; `starts` is text only where the export is spoilt on purpose.

    `year` is N2, R or 1…13 and empty when the record lacks it; `mail` and `upn` (the unique pupil
    number) are empty when the school left them blank.
    """

    mis_id: str
    adno: str
    forename: str
    surname: str
    legal_forename: str
    legal_surname: str
    year: str
    form: str
    entry: int
    starts: date | str
    leaves: date | None = None
    upn: str = ""
    status: str = "C"
    mail: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One employee with all roles; `teaches` are the classes whose main teacher this is."""

    mis_id: str
    code: str
    title: str
    forename: str
    surname: str
    roles: tuple[str, ...]
    starts: date
    leaves: date | None = None
    mail: str = ""
    teaches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """One adult's relation to the pupil with the MIS id `pupil`."""

    pupil: str
    mis_id: str
    title: str
    forename: str
    surname: str
    relationship: str
    priority: int
    parental: bool
    court_order: bool
    mail: str


@dataclass(frozen=True, slots=True)
class School:
    """One school on one night."""

    id: str
    name: str
    domain: str
    pupils: tuple[Pupil, ...]
    staff: tuple[StaffMember, ...]
    contacts: tuple[Contact, ...] = ()

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """Forename and surname of everyone who learns or works here."""
        pupils = {(one.forename, one.surname) for one in self.pupils}
        return frozenset(pupils | {(one.forename, one.surname) for one in self.staff})


def academic_year(day: date) -> int:
    """The calendar year of the September in which the day's academic year began."""
    return day.year if day.month >= 9 else day.year - 1


def night_day(night: int, today: date) -> date:
    """The day of a night of the demo: 1 and 2 are `today`, each later one the next school day."""
    day = today
    for _ in range(max(0, night - 2)):
        day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return day


def folded(text: str) -> str:
    """The text as user names have it: ASCII letters and digits, lower case (O'REILLY: oreilly)."""
    return "".join(letter for letter in anyascii(text).lower() if letter.isalnum())
