"""What waits of pupils: holds, kept names, passwords, arrangements and filtering."""

from collections.abc import Collection, Iterator
from functools import partial

from api.permissions import AppRole, Permission, Who
from api.staff.counted import Count
from api.staff.people_reach import Sight, sight_of
from api.staff.waiting import (
    DSL,
    HEAD,
    HEAD_OF_YEAR,
    IT,
    Desk,
    Wait,
)
from graphsync import filter_desk
from graphsync.ending_holds import NEAR
from graphsync.releasing import waiting as holds_waiting
from graphsync.reset_counts import counts as reset_counts
from graphsync.store.holds import Hold
from policies.people import Kind
from policies.school_days import school_day

_P = Permission


def of_holds(desk: Desk) -> Iterator[Wait]:
    """Holds whose end somebody asks for, and those to look at again."""
    who, answers = desk.who.inside(_P.CHANGE_HOLDS), desk.may(_P.RELEASE_HOLDS)
    found = holds_waiting(desk.home.bench, desk.of(_P.CHANGE_HOLDS))
    others = [one for one in found.asked if one.by != who.identity]
    yield Wait(
        whose=HEAD,
        one="hold whose end needs a yes or a no",
        many="holds whose end needs a yes or a no",
        number=len(others if answers else found.asked),
        path="/holds",
        mine=answers,
    )
    yield Wait(
        whose="Whoever put it",
        one="hold to look at again",
        many="holds to look at again",
        number=sum(_looks_again(who, one) for one in found.due),
        path="/holds",
    )


def _looks_again(who: Who, hold: Hold) -> bool:
    """Whoever put it, and whoever is told why it was put."""
    sight = sight_of(who, hold.person.school, Kind.PUPIL, None)
    return hold.by == who.identity or sight is Sight.ALL


def of_kept_names(desk: Desk) -> Iterator[Wait]:
    """Names that safeguarding keeps, to look at again."""
    seen = desk.of(_P.SEE_KEPT_NAMES)
    if not seen:
        return
    today = school_day(desk.home.bench.now())
    marks = desk.home.bench.store.kept_names.marks(seen)
    due = [one for one in marks if one.review_on <= today + NEAR]
    yield Wait(
        whose=DSL,
        one="kept name to look at again",
        many="kept names to look at again",
        number=len(due),
        path="/kept-names",
        mine=desk.may(_P.KEEP_NAMES),
        urgent=any(one.review_on <= today for one in due),
    )


def of_resets(desk: Desk) -> Iterator[Wait]:
    """People with three new passwords within a week."""
    seen = desk.of(_P.SEE_RESETS)
    if not seen:
        return
    yield Wait(
        whose="DSL and IT manager",
        one="person was set three new passwords within a week",
        many="people were set three new passwords within a week",
        number=sum(one.often for one in reset_counts(desk.home.bench, seen)),
        path="/resets",
    )


def of_arrangements(desk: Desk) -> Iterator[Wait]:
    """Pupils without an arrangement in whole schools."""
    seen = desk.of(_P.ARRANGE)
    if not seen:
        return
    today = school_day(desk.home.bench.now())
    number, overdue = desk.home.bench.store.tallies.arrangements(seen, today)
    yield Wait(
        whose=HEAD_OF_YEAR,
        one="pupil needs an arrangement",
        many="pupils need an arrangement",
        number=number,
        path="/arrangements",
        mine=AppRole.HEAD_OF_YEAR in desk.who.roles,
        urgent=bool(overdue),
        note=f"{overdue:,} overdue" if overdue else "",
    )


def of_filtering(desk: Desk) -> Iterator[Wait]:
    """Pupils outside the filter groups, and terms that are not signed."""
    seen, bench = desk.of(_P.SEE_FILTERING), desk.home.bench
    if not seen:
        return
    counted_lately = [
        desk.counts.lately(("filtering", one), partial(filter_desk.pupils, bench, one))
        for one in seen
        if filter_desk.keeps_groups(bench, one)
    ]
    yield Wait(
        whose=IT,
        one="active pupil not in exactly one filter group",
        many="active pupils not in exactly one filter group",
        number=sum(one.told.wrong for one in counted_lately if one is not None),
        path="/filtering",
        mine=AppRole.IT_MANAGER in desk.who.roles,
        urgent=True,
        note=_since(counted_lately),
    )
    yield Wait(
        whose="DSL",
        one="school to sign for this term: filtering and monitoring",
        many="schools to sign for this term: filtering and monitoring",
        number=len(filter_desk.unsigned(bench, seen)),
        path="/filtering",
        mine=desk.may(_P.SIGN_FILTERING),
    )


def _since(found: Collection[Count | None]) -> str:
    """The day of the oldest of these counts."""
    days = [school_day(one.at) for one in found if one is not None]
    return f"as of {min(days):%d.%m.%Y}" if days else ""
