"""Somebody who is given some years of a school: in every room, no pupil of another year."""

import dataclasses
import pprint
import re
from collections import defaultdict

import pytest
from room_asking import answer
from room_rows import Made, Row, Years, table, years_of
from staff_side import ACCOUNT, StaffSide

from api.access import Access, who
from api.permissions import ACROSS_YEARS, AppRole, Permission
from api.staff.app import ROOMS
from api.staff.rooms import Room

TABLE = table()
ROOM = {(room.method, room.path): room for each in ROOMS for room in each.list}
# Every pupil that a row makes is in this year, and known by name, key, number or sign-in name.
YEAR = "7"
A_PUPIL = re.compile(r"Amy|25smith|(oak:|/oak/)(zz-|k)|zz-9|k5523")


def test_every_room_says_what_it_is_to_somebody_of_some_years() -> None:
    assert not [ROOM[key] for key, row in TABLE.items() if years_of(ROOM[key], row) is None]


def expected(row: Row, kind: Years | None, role: AppRole, *, own: bool) -> int:
    """The status for somebody who gets in when all years are theirs."""
    good = row.other.get(role, row.good)
    if kind is Years.WHOLE:
        return 403
    if own or kind is Years.NO_PUPIL:
        return good
    return row.foreign if row.other_year is None else row.other_year


def nothing_there(_side: StaffSide, _school: str) -> Made:
    """For a room that is closed before it looks for anything."""
    return defaultdict(lambda: "x")


async def told_wrong(side: StaffSide, room: Room, row: Row, *, own: bool) -> list[object]:
    """What a room answers otherwise than it should, by role; of a pupil where it should not."""
    kind, roles = years_of(room, row), sorted(row.roles or ())
    if kind in {Years.WHOLE, Years.NO_PUPIL} or (own and kind is Years.PUPIL):
        roles = roles[:1]
    if room.needs in ACROSS_YEARS:
        row = dataclasses.replace(row, made=nothing_there)
    made = row.made(side, "oak") if roles else {}
    shown, wrong = False, []
    for role in roles:
        got = await answer(side, room.method, room.path, row, role, made)
        told = A_PUPIL.search(got.text)
        shown |= bool(told)
        if got.status_code != expected(row, kind, role, own=own):
            wrong.append((room.method, room.path, role, got.status_code, got.text[:400]))
        if kind is Years.WHOLE and "some of its years" not in got.text:
            wrong.append((room.method, room.path, "it does not say why", got.text[-400:]))
        if told and not (own and kind in {Years.LIST, Years.PUPIL}):
            wrong.append((room.method, room.path, role, "tells", told[0]))
    if own and kind is Years.LIST and not shown:
        wrong.append((room.method, room.path, "tells nobody of the pupils of the own year"))
    return wrong


@pytest.mark.parametrize("year", ["7", "8"])
async def test_every_room_with_some_years_of_the_school(side: StaffSide, year: str) -> None:
    side.reach("[oak]", f'["{year}"]')
    wrong = []
    for number, (key, row) in enumerate(TABLE.items()):
        side.address = f"192.0.2.{number}"
        wrong += await told_wrong(side, ROOM[key], row, own=year == YEAR)
    assert not wrong, pprint.pformat(wrong)


def test_years_take_away_what_goes_across_them_and_nothing_else(side: StaffSide) -> None:
    def may(role: AppRole) -> set[Permission]:
        it = who(side.office.bench, Access(side.file), ACCOUNT, "A", [role])
        return {one for one in Permission if it.may(one)}

    whole = {role: may(role) for role in AppRole}
    side.reach("[oak]", '["7"]')
    assert {role: may(role) for role in AppRole} == {
        role: granted - ACROSS_YEARS for role, granted in whole.items()
    }
