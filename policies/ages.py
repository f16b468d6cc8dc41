"""How old somebody is on a day, and what that means in law and in the tenant (law A7, A10.2).

An age is reached at the start of the birthday. Who was born on a 29 February has it on 1 March in
a common year (A7.9).
"""

from datetime import date
from enum import StrEnum

ADULT = 18  # Family Law Reform Act 1969, section 1: authority over a child ends
ALONE = 13  # UK GDPR Article 8 with section 9 of the DPA 2018: below it never the child alone


class AgeGroup(StrEnum):
    """Microsoft Graph's `ageGroup`: up to 12, 13 to 17, and from 18 on."""

    MINOR = "Minor"
    NOT_ADULT = "NotAdult"
    ADULT = "Adult"


def birthday(born: date, age: int) -> date:
    """The day on which this age is reached."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def age_on(born: date | None, day: date) -> int | None:
    """Full years of age on a day; None where no birth date is known, or before the birth."""
    if born is None or born > day:
        return None
    age = day.year - born.year
    return age if birthday(born, age) <= day else age - 1


def age_group(born: date | None, day: date) -> AgeGroup | None:
    """What the tenant is told of an age, never the birth date itself; None where none is known."""
    age = age_on(born, day)
    if age is None:
        return None
    if age >= ADULT:
        return AgeGroup.ADULT
    return AgeGroup.NOT_ADULT if age >= ALONE else AgeGroup.MINOR


def decides_from(born: date | None, required_below_age: int) -> date | None:
    """The day from which the student answers alone: at the pack's age, between 13 and 18.

    None where no birth date is known: a parent answers.
    """
    if born is None:
        return None
    return birthday(born, min(ADULT, max(ALONE, required_below_age)))
