"""Several roles, own and stood in for: each shows what it shows where it reaches, nowhere else."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import a_pupil, an_account
from staff_side import ACCOUNT, StaffSide

from api.permissions import (
    ACROSS_YEARS,
    DEPUTISED,
    GRANTED,
    NEVER_BY_DEPUTY,
    AppRole,
    Permission,
    Reach,
    Standing,
    Who,
    conflict_of,
)
from api.staff.people_reach import sight_of
from graphsync.store.deputies import Deputy
from graphsync.store.holds import Hold
from graphsync.store.looks import Look
from policies.holds import HoldMode
from policies.people import Kind
from policies.school_days import school_day

# What is told in place of something that another role shows: neutral words, an operator's line.
IN_PLACE = {"why", "initial_password"}
SCHOOLS, YEARS = ("oak", "elm"), ("7", "8", "")
OWN = st.frozensets(st.sampled_from(AppRole), max_size=2)
SOME = st.frozensets(st.sampled_from(SCHOOLS))
LENT = st.builds(Standing, st.sampled_from(SCHOOLS), st.sampled_from(sorted(DEPUTISED)))
PEOPLE = st.builds(
    lambda own, schools, years, lent: Who(
        "a", "A", own, Reach(schools, years), deputises=tuple(lent)
    ),
    OWN,
    SOME,
    st.frozensets(st.just("7")),
    st.lists(LENT, max_size=2, unique=True),
)


def single(who: Who) -> list[Who]:
    """The same person as several, each with one of the roles."""
    own = [Who("a", "A", frozenset({role}), who.reach) for role in who.roles]
    nowhere = Reach()
    return own + [Who("a", "A", frozenset(), nowhere, deputises=(one,)) for one in who.deputises]


def reaches(who: Who, permission: Permission, school: str, year: str) -> bool:
    """Written from the law: an own role in the own schools and years, another in its school."""
    own = any(role in GRANTED[permission] for role in who.roles)
    across = bool(who.reach.years) and permission in ACROSS_YEARS
    in_years = not who.reach.years or year in who.reach.years
    lent = permission not in NEVER_BY_DEPUTY and any(
        one.school == school and one.role in GRANTED[permission] for one in who.deputises
    )
    return (own and not across and school in who.reach.schools and in_years) or lent


@given(PEOPLE)
def test_a_permission_reaches_what_the_roles_that_grant_it_reach(who: Who) -> None:
    for permission, school, year in product(Permission, SCHOOLS, YEARS):
        room, told = who.inside(permission), reaches(who, permission, school, year)
        assert room.reach.holds(school, year) is told
        assert who.may_in(permission, school, year) is told
        assert who.inside(Permission.SEE_TODAY).inside(permission) == room
        assert bool(room.held_in(school, year)) is told


@given(PEOPLE, st.sampled_from(Permission), st.sampled_from(Permission))
def test_in_a_room_somebody_may_what_they_may_wherever_the_room_reaches(
    who: Who, room: Permission, asked: Permission
) -> None:
    places = [at for at in product(SCHOOLS, YEARS) if reaches(who, room, *at)]
    may = all(reaches(who, asked, *at) for at in places)
    assert who.inside(room).may(asked) is (may and who.may(asked))


@given(PEOPLE, st.sampled_from(SCHOOLS), st.sampled_from(Kind), st.sampled_from([*YEARS, None]))
def test_two_roles_show_as_much_of_somebody_as_the_one_that_shows_more(
    who: Who, school: str, kind: Kind, year: str | None
) -> None:
    room = Permission.SEE_PEOPLE
    alone = [sight_of(one.inside(room), school, kind, year) for one in single(who)]
    assert sight_of(who.inside(room), school, kind, year) == max(alone, default=0)


def test_only_somebody_without_a_role_of_their_own_there_only_stands_in() -> None:
    lent = (Standing("oak", AppRole.HEAD), Standing("elm", AppRole.HEAD))
    elm = Reach(frozenset({"elm"}))
    head = Who("a", "A", frozenset({AppRole.HEAD}), elm, deputises=lent)
    room = head.inside(Permission.APPROVE_RUNS)
    assert (room.only_stands_in("oak"), room.only_stands_in("elm")) == (True, False)
    hr = Who("a", "A", frozenset({AppRole.HR}), elm, deputises=lent)
    assert hr.inside(Permission.APPROVE_RUNS).only_stands_in("elm")


@pytest.fixture
def oak(side: StaffSide) -> StaffSide:
    """A pupil of each of two years and a teacher, all with accounts and on hold."""
    office = side.office
    teacher = a_pupil("5", kind=Kind.STAFF, given_name="Tom", surname="Reed", year=None, form=None)
    office.accept(a_pupil("1"), a_pupil("2", year="8", form="8A"), teacher)
    office.sees(office.link("1"), office.link("2"), an_account("5"))
    for ref in "125":
        office.store.holds.add(
            Hold(
                id=f"h-{ref}",
                person=a_pupil(ref).key,
                mode=HoldMode.FREEZE,
                reason="why it is",
                clause="",
                until=None,
                by="entra:head",
                at=office.now,
            )
        )
        why = {"kind": "account", "school": "oak", "item": f"oak:{ref}", "reason": "asked"}
        office.store.looks.add(Look(at=office.now, by=f"entra:{ACCOUNT}", **why))
    return side


async def told(side: StaffSide, own: str, lent: Standing | None, number: int) -> dict[str, Any]:
    """What the rooms of people say of each person and field, by room."""
    side.address = f"192.0.2.{number % 250}"
    if lent:
        day = school_day(side.office.now)
        made = Deputy(
            id="s-1",
            school=lent.school,
            role=str(lent.role),
            account=ACCOUNT,
            since=day,
            until=day + timedelta(days=1),
            reason="away",
            by="entra:head",
            at=side.office.now,
        )
        side.office.store.deputies.name(made)
    found: dict[str, Any] = {}
    for room in ("people", "holds", "people/oak/2", "people/oak/5"):
        header = side.bearer(*([own] if own else []))
        got = await side.ask("GET", f"/api/v1/{room}", headers=header)
        items = got.json().get("items", [got.json()]) if got.status_code == 200 else []
        found |= {f"{room} {one['person']} {one.get('hold')}": one for one in items}
    if lent:
        side.office.store.deputies.end(made, "entra:head", side.office.now)
    return found


def richer(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What two answers about somebody tell together: the fuller word for each field."""
    each = {name: [told[name] for told in (one, other) if name in told] for name in one | other}
    return {name: max(told, key=lambda word: len(str(word or ""))) for name, told in each.items()}


async def test_who_is_given_a_year_and_stands_in_sees_what_either_shows_and_no_more(
    oak: StaffSide,
) -> None:
    """The fault this is for: a head of year was shown sign-in names of every year as the office."""
    pairs = [
        (own, Standing(school, role))
        for own, school, role in product(AppRole, SCHOOLS, sorted(DEPUTISED))
        if not conflict_of(frozenset({own, role}), waived=False)
        if school == "oak" or own is AppRole.HEAD_OF_YEAR
    ]
    oak.reach("[oak]", '["7"]')
    alone = {own: await told(oak, own, None, 1) for own in AppRole}
    lent = {one: await told(oak, "", one, 2) for one in {pair[1] for pair in pairs}}
    for number, (own, stands) in enumerate(pairs):
        one, other = alone[own], lent[stands]
        both = {at: richer(one.get(at, {}), other.get(at, {})) for at in one | other}
        got = await told(oak, own, stands, 3 + number)
        assert set(got) == set(both), (own, stands)
        for at, fields in both.items():
            wanted = {name: fields[name] for name in fields if name not in IN_PLACE - set(got[at])}
            assert got[at] == wanted, (own, stands, at)
