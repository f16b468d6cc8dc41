"""Who is in which class and who teaches what, as the groups of a school need it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from policies.people import Membership, PersonKey

_Name = TypeVar("_Name")
_Listed = TypeVar("_Listed", str, PersonKey)


class Lessons(Struct, frozen=True):
    """The classes of each person, the teachers of each class, the subjects that each teaches.

    `year` is the calendar year in which the academic year began: a class code names another class
    every year.
    """

    year: int
    classes: dict[PersonKey, tuple[str, ...]] = {}
    teachers: dict[str, tuple[PersonKey, ...]] = {}
    subjects: dict[PersonKey, tuple[str, ...]] = {}


def lessons_of(memberships: Iterable[Membership], year: int) -> Lessons:
    """The lessons of these memberships, each list in order and without repetition."""
    classes: defaultdict[PersonKey, set[str]] = defaultdict(set)
    teachers: defaultdict[str, set[PersonKey]] = defaultdict(set)
    subjects: defaultdict[PersonKey, set[str]] = defaultdict(set)
    for one in memberships:
        classes[one.person].add(one.class_code)
        if one.teaches:
            teachers[one.class_code].add(one.person)
            if one.subject:
                subjects[one.person].add(one.subject)
    return Lessons(year, _ordered(classes), _ordered(teachers), _ordered(subjects))


def _ordered(several: Mapping[_Name, set[_Listed]]) -> dict[_Name, tuple[_Listed, ...]]:
    return {name: tuple(sorted(found)) for name, found in several.items()}
