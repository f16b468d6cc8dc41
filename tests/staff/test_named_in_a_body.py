"""Whoever names a person in a body is told the same of one they may not see and of nobody."""

import json
import re
from typing import Any

import pytest
from room_asking import filled
from room_rows import Made, Row, Years, of_a_program, table, years_of
from staff_side import StaffSide

from api.permissions import AppRole
from api.staff.app import ROOMS
from api.staff.rooms import Room

TABLE = table()
ROOM = {(room.method, room.path): room for each in ROOMS for room in each.list}
# A person as a body names one: a key, or an admission number.
NAMED = re.compile(r'(?<=")(oak:[\w-]+|0001)(?=")')
# The rooms without which the test would have looked at nothing; more are found by their rows.
EXPECTED = {
    "oak": {"/api/v1/consents", "/consents/find"},
    "elm": {"/access", "/api/v1/departures", "/api/v1/matches/decide", "/exports"},
}
NOBODY = {"oak": "oak:zz-none", "elm": "elm:zz-none", "number": "0999"}


def posts() -> list[tuple[Room, Row]]:
    return [(ROOM[key], row) for key, row in TABLE.items() if key[0] == "POST" and row.roles]


def instead(body: str, school: str, *, nobody: bool) -> str:
    """The body with the person of another school, or with nobody; a number is of no school."""

    def named(found: re.Match[str]) -> str:
        if ":" not in found[0]:
            return NOBODY["number"] if nobody else found[0]
        return NOBODY[school] if nobody else found[0].replace("oak:", f"{school}:")

    return NAMED.sub(named, body)


async def told(side: StaffSide, room: Room, role: AppRole, made: Made, body: str) -> Any:
    """Status and words of the answer, without what was sent."""
    sent, path = json.loads(body), filled(room.path, made)
    if of_a_program(room.path):
        header = side.bearer(role) | {"Idempotency-Key": str(abs(hash((path, body)))).zfill(8)}
        got = await side.ask("POST", path, headers=header, json=sent)
    else:
        got = await side.ask("POST", path, side.cookie, data=sent)
    words = {*NAMED.findall(body), *NOBODY.values()}
    text = re.sub("|".join(map(re.escape, sorted(words))), "#", got.text)
    return got.status_code, re.sub(r"(elm|oak):[\w-]+", "#", text)


@pytest.mark.parametrize("school", ["oak", "elm"])
async def test_a_person_of_another_year_or_school_is_told_of_like_nobody(
    side: StaffSide, school: str
) -> None:
    wrong, asked = [], set()
    for number, (room, row) in enumerate(posts()):
        if school == "oak" and years_of(room, row) not in {Years.PUPIL, Years.LIST}:
            continue  # closed to whoever is given some years, or nothing of a pupil in it
        side.reach("[oak, elm]")
        side.address = f"192.0.2.{number}"
        if school == "elm":
            row.made(side, "elm")
        made = row.made(side, "oak")
        body = json.dumps(row.sent(made))
        if not NAMED.search(body) or (school == "elm" and "oak:" not in body):
            continue
        side.reach("[oak]", '["8"]' if school == "oak" else "[]")  # every pupil made is in year 7
        role = min(row.roles or ())
        side.cookie = side.session(AppRole(role))
        asked.add(room.path)
        theirs = await told(side, room, role, made, instead(body, school, nobody=False))
        nobodys = await told(side, room, role, made, instead(body, school, nobody=True))
        if theirs != nobodys:
            wrong.append((room.path, role, theirs, nobodys))
    assert not wrong
    assert asked >= EXPECTED[school], asked
