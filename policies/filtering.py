"""Which filter group each person is in: exactly one for each pupil (SNMAT-21d, PB-9.4).

The filter product decides what a group sees. A level is a word such as `KS3`, `Year 7`, `Students`
or `Staff`; the year is the roster's, never worked out from an age, so that a pupil who repeats a
year keeps its level. A year that nobody knows has no level: such a pupil is held.
"""

from collections.abc import Iterable

from policies.key_stages import KEY_STAGES, YEARS, key_stage
from policies.people import Kind
from policies.rules import FilterBy

STUDENTS, STAFF = "Students", "Staff"
# From the strictest level to the laxest: the younger the stricter, staff last.
_STRICTNESS: tuple[str, ...] = (
    *(stage for stage, _ in KEY_STAGES),
    *(f"Year {year}" for year in YEARS),
    STUDENTS,
    STAFF,
)
_STAFF_LEVEL: dict[FilterBy, str] = {
    FilterBy.STUDENT_OR_STAFF: STAFF,
    FilterBy.BY_KEY_STAGE_AND_USER_GROUP: STAFF,
}


def filter_level(kind: Kind, year: str | None, by: FilterBy) -> str | None:
    """The level of a person; None for staff where only pupils are sorted, and for no known year."""
    if kind is Kind.STAFF:
        return _STAFF_LEVEL.get(by)
    stage = key_stage(year or "")
    match by:
        case FilterBy.STUDENT_OR_STAFF:
            return STUDENTS
        case FilterBy.BY_AGE:
            return f"Year {year}" if stage else None
        case _:
            return stage


def sorts(kind: Kind, by: FilterBy) -> bool:
    """Whether everyone of this kind has to be in a filter group."""
    return kind is Kind.PUPIL or (kind is Kind.STAFF and by in _STAFF_LEVEL)


def level_ending(level: str) -> str:
    """How the unique name of a level's group ends: `ks3`, `year-7`, `students`."""
    return level.lower().replace(" ", "-")


def strictest(endings: Iterable[str]) -> str | None:
    """The level that must hold for someone in the groups of these endings; None for no known one.

    The filter product applies it while a pupil moves from one group to the other.
    """
    known = set(endings)
    return next((level for level in _STRICTNESS if level_ending(level) in known), None)
