"""New passwords and their slips over the API.

A password is nowhere but sealed in the store and in the one answer that shows it: not in a list, an
address, a log, or what is kept of a write with an idempotency key.
"""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import Path
from fastapi.responses import Response

from api.permissions import AppRole, Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.people import People
from api.staff.people_reach import NO_SCHOOL, Ref, School, may_reset, seen_person
from api.staff.rooms import api
from api.staff.shapes_passwords import RESET, SLIP, SLIPS, PasswordAsked, SlipsAsked
from api.staff.shapes_people import answers
from api.staff.writing import Key, claimed
from graphsync.directory import Directory, Known
from graphsync.password_desk import OFTEN, ResetLine, Wish, reset, resets_this_week
from graphsync.slip_desk import Page, SlipLine, Wanted, print_slips
from reports.listing import plain

NOT_YOURS = Problem(
    403,
    "not_yours_to_reset",
    "You may set a new password for pupils of your own years; ask the IT manager.",
)


@api.post(
    "/api/v1/people/{school}/{ref}/password",
    Permission.RESET_PASSWORDS,
    responses=answers(RESET, 404, 409, 422, 503),
    summary="Set a new password, end every session, and seal the password for one slip",
)
def new_password(
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    asked: PasswordAsked,
    key: Key,
) -> dict[str, Any]:
    """What became of it; the password is on the slip alone. A key is good for one attempt."""
    known = resettable(home, who, directory, school, ref)
    claimed(home, who, key, f"password {known.key}\n{asked.model_dump_json()}")
    line, week = renewed(home, who, known, asked.reason)
    return {**plain(line), "this_week": week}


@api.post(
    "/api/v1/people/{school}/{ref}/slip",
    Permission.RESET_PASSWORDS,
    responses=answers(SLIP, 404, 409, 503),
    summary="The sealed password, once; whoever had it may ask again for some minutes",
)
def slip(home: Staff, who: Caller, directory: People, school: School, ref: Ref) -> Response:
    """User name and password, to be handed to this person alone."""
    known = resettable(home, who, directory, school, ref)
    made, _ = printed(home, who, Wanted(school=school, collector=who.name, people=(known.key,)))
    return Response(msgspec.json.encode(plain(made.slips[0])), media_type="application/json")


@api.post(
    "/api/v1/schools/{school}/slips",
    Permission.PRINT_SLIPS,
    responses=answers(SLIPS, 404, 409, 422, 503),
    summary="The sealed passwords of a class or form, once, and why anybody has none",
)
def slips(
    home: Staff,
    who: Caller,
    school: Annotated[str, Path(max_length=40, examples=["pb"])],
    asked: SlipsAsked,
) -> Response:
    """Of everybody in the class, by form and name."""
    demand_reach(who, school, NO_SCHOOL)
    wanted = Wanted(
        school=school, collector=asked.collector, class_code=asked.class_code, form=asked.form
    )
    made, lines = printed(home, who, wanted)
    told = {"slips": plain(made.slips), "lines": plain(lines)}
    return Response(msgspec.json.encode(told), media_type="application/json")


def resettable(home: Home, who: Who, directory: Directory, school: str, ref: str) -> Known:
    """Somebody for whom this caller may set a password; raises Problem."""
    seer = who.inside(Permission.SEE_PEOPLE)
    known, _ = seen_person(directory, home.bench, seer, school, ref)
    if not may_reset(who, known):
        raise NOT_YOURS
    return known


def renewed(home: Home, who: Who, known: Known, reason: str) -> tuple[ResetLine, int]:
    """What became of the reset, and how many there were within a week.

    A head of year is bound by the number a day that binds a teacher. Raises Refusal, Broken.
    """
    counted = AppRole.IT_MANAGER not in who.held_in(known.key.school, known.year or "")
    wish = Wish(people=(known.key,), reason=reason, counted=counted)
    (line,) = asyncio.run(reset(home.bench_of(who), wish))
    return line, resets_this_week(home.bench, known.key)


def printed(home: Home, who: Who, wanted: Wanted) -> tuple[Page, tuple[SlipLine, ...]]:
    """The page of slips, which counts as shown; raises Refusal, Broken."""
    kept: list[Page] = []
    lines = print_slips(home.bench_of(who), wanted, kept.append)
    return msgspec.structs.replace(kept[0], printed_by=who.name), lines


def often(week: int) -> str:
    """What to say of somebody who needs so many passwords within a week; empty for a few."""
    if week < OFTEN:
        return ""
    return f"{week} new passwords within a week: tell the safeguarding lead and the IT manager."
