"""The rooms of deputies and of the register of looks."""

from itertools import count

from room_rows import Made, Row, Years
from rooms_of_leavers import a_teacher
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.deputy_desk import Wish, name
from policies.school_days import school_day

HEAD = {AppRole.HEAD}
READERS = {AppRole.HEAD, AppRole.DPO}
WHY = "a parent asked"
_NUMBERS = count(1)


def a_deputy(side: StaffSide, school: str) -> Made:
    """Somebody who stands in for the office today."""
    day = school_day(side.office.now)
    wish = Wish(role="Office", since=day, until=day, reason="the office is ill")
    made = name(side.office.bench, school, f"o-{next(_NUMBERS)}", wish)
    return {"deputy": made.id}


def a_member_of_staff(side: StaffSide, school: str) -> Made:
    return {"person": str(a_teacher(side, school)), "day": str(school_day(side.office.now))}


def asked(made: Made) -> dict[str, str]:
    days = {"since": made["day"], "until": made["day"]}
    return {"who": made["person"], "role": "Office", "reason": "the office is ill", **days}


def filled(made: Made) -> dict[str, str]:
    return {**asked(made), "named": made["person"]}


def a_record(_: StaffSide, school: str) -> Made:
    return {"school": school}


def a_reason(made: Made) -> dict[str, str]:
    school = made["school"]
    return {"kind": "consent", "school": school, "item": f"{school}:1", "reason": WHY}


_API = "/api/v1/deputies"
ROWS = {
    ("GET", _API): Row(HEAD, foreign=200, made=a_deputy),
    ("POST", _API): Row(HEAD, foreign=409, made=a_member_of_staff, sent=asked),
    ("POST", f"{_API}/{{deputy}}/end"): Row(HEAD, made=a_deputy),
    ("GET", "/access"): Row(HEAD, foreign=200, made=a_deputy),
    ("POST", "/access/find"): Row(HEAD, foreign=200, sent=lambda _: {"text": "wren"}),
    ("POST", "/access"): Row(HEAD, 303, foreign=422, made=a_member_of_staff, sent=filled),
    ("POST", "/access/{deputy}/end"): Row(HEAD, 303, made=a_deputy),
    ("GET", "/api/v1/looks"): Row(READERS, foreign=200, made=a_record, years=Years.WHOLE),
    ("POST", "/api/v1/looks"): Row(READERS, made=a_record, sent=a_reason, years=Years.NO_PUPIL),
    ("GET", "/looks"): Row(READERS, foreign=200, made=a_record, years=Years.WHOLE),
    ("POST", "/looks/why"): Row(READERS, 303, made=a_record, sent=a_reason, years=Years.NO_PUPIL),
}
