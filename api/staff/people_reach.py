"""Whom of the people somebody may look at, and how much of each (law B0 and B1 to B7).

Several roles add up. Whoever may not see a person is answered as if that person were not there.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import cache, partial
from typing import Annotated, TypeVar

from fastapi import Path, Query

from api.permissions import AppRole, Permission, Who
from api.problems import Problem
from api.staff.home import demand_reach
from graphsync.bench import Bench
from graphsync.directory import Directory, Known
from policies.people import Kind, PersonKey

T = TypeVar("T")
School = Annotated[str, Path(max_length=40, examples=["pb"])]
Ref = Annotated[str, Path(max_length=64, examples=["5523"], description="the MIS person id")]
AskedSchool = Annotated[str, Query(max_length=40, description="only this school")]
NO_PERSON = Problem(
    404, "no_such_person", "There is no such person among those you may see; search for them."
)
NO_SCHOOL = Problem(404, "no_such_school", "There is no such school among yours.")


class Sight(IntEnum):
    """How much of a person is shown.

    `STATUS`: on the roster, and active or not. `YEAR`: also the sign-in name, and in neutral words
    why something is not there. `STAFF`: also groups and licences. `OPERATOR`: also consent as open
    or closed with a code, and that there is a hold. `ALL`: reasons as well.
    """

    NOTHING = 0
    STATUS = 1
    YEAR = 2
    STAFF = 3
    OPERATOR = 4
    ALL = 5


_OF_ANYBODY = {
    AppRole.IT_MANAGER: Sight.OPERATOR,
    AppRole.DPO: Sight.ALL,
    AppRole.HEAD: Sight.ALL,
    AppRole.SAFEGUARDING_LEAD: Sight.ALL,
}
_OF_PUPILS = {AppRole.OFFICE: Sight.STATUS, AppRole.HEAD_OF_YEAR: Sight.YEAR}
_OF_STAFF = {AppRole.HR: Sight.STAFF}
# Of pupils alone: years of a person's reach say nothing about staff.
_EVERY_YEAR = frozenset({AppRole.HR})


def sight_of(who: Who, school: str, kind: Kind, year: str | None) -> Sight:
    """How much this caller sees of such a person."""
    by_kind, roles = _OF_PUPILS, who.held_in(school, year or "")
    if kind is not Kind.PUPIL:
        by_kind, roles = _OF_STAFF, roles | (who.held_in(school) & _EVERY_YEAR)
    return max(
        (_OF_ANYBODY.get(one, by_kind.get(one, Sight.NOTHING)) for one in roles),
        default=Sight.NOTHING,
    )


def sights(who: Who) -> Callable[[Known], Sight]:
    """How much this caller sees of each of many people: the same for all of a kind and a year."""
    of_a_kind = cache(partial(sight_of, who))
    return lambda one: of_a_kind(one.key.school, one.kind, one.year)


def sees(who: Who) -> Callable[[Known], bool]:
    """Whether this caller sees anything of a person."""
    sight = sights(who)
    return lambda one: sight(one) > Sight.NOTHING


def schools_of(who: Who, asked: str) -> frozenset[str]:
    """The schools to look through: all of this person's, or the one asked for; raises Problem."""
    if not asked:
        return who.reach.schools
    demand_reach(who, asked, NO_SCHOOL)
    return frozenset({asked})


def seen_person(
    directory: Directory, bench: Bench, who: Who, school: str, ref: str
) -> tuple[Known, Sight]:
    """Somebody this caller may see, and how much; raises Problem, the same for any other."""
    demand_reach(who, school, NO_PERSON)
    known = directory.find(bench, PersonKey(school, ref))
    if known is None:
        raise NO_PERSON
    sight = sight_of(who, school, known.kind, known.year)
    if sight is Sight.NOTHING:
        raise NO_PERSON
    return known, sight


def for_a_file(bench: Bench, who: Who, rows: Iterable[T], person_of: Callable[[T], str]) -> list[T]:
    """The rows without those of people whose name safeguarding keeps, who stand in its files alone.

    `person_of` gives the key of a row's person as it is printed.
    """
    if who.may(Permission.KEEP_NAMES):
        return list(rows)
    kept = {
        str(one.person)
        for school in who.reach.schools
        for one in bench.store.kept_names.standing(school)
    }
    return [row for row in rows if person_of(row) not in kept]


def may_reset(who: Who, known: Known) -> bool:
    """The IT manager for anybody, a head of year for pupils of the own years (law B0, B6)."""
    roles = who.inside(Permission.RESET_PASSWORDS).held_in(known.key.school, known.year or "")
    return AppRole.IT_MANAGER in roles or (known.kind is Kind.PUPIL and bool(roles))
