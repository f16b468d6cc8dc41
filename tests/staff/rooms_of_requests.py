"""The rooms of requests about somebody's data."""

from room_rows import Made, Row, Years
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.request_desk import Wish, consult, log
from policies.request_records import Asker, Harm, Kind
from policies.school_days import school_day

READERS = {AppRole.DPO, AppRole.HEAD, AppRole.SAFEGUARDING_LEAD}
LOGGERS = {AppRole.DPO, AppRole.OFFICE, AppRole.HR, AppRole.HEAD_OF_YEAR}
DPO, DSL, SECOND = {AppRole.DPO}, {AppRole.SAFEGUARDING_LEAD}, {AppRole.DPO, AppRole.HEAD}


def a_request(side: StaffSide, school: str) -> Made:
    made = log(
        side.office.bench,
        Wish(
            school=school,
            kind=Kind.ACCESS,
            received=school_day(side.office.now),
            about=f"{school}:zz-901",
            asker=Asker.PARENT,
        ),
    )
    return {"request": made.request, "request_id": made.request, "school": school, "move": "tick"}


def heard(side: StaffSide, school: str) -> Made:
    made = a_request(side, school)
    consult(side.office.bench, made["request"], Harm.NONE)
    return made


def came_in(_side: StaffSide, school: str) -> Made:
    return {"school": school}


def a_letter(made: Made) -> dict[str, str]:
    return {
        "school": made["school"],
        "kind": "erasure",
        "received": "2026-11-20",
        "about": "letter 7",
        "asker": "themselves",
    }


def harm(_made: Made) -> dict[str, str]:
    return {"harm": "none"}


def identity(_made: Made) -> dict[str, str]:
    return {"step": "identity"}


_API, _PAGE = "/api/v1/requests", "/requests/{request_id}"
ROWS = {
    ("GET", _API): Row(READERS, foreign=200, made=a_request),
    ("POST", _API): Row(LOGGERS, made=came_in, sent=a_letter, years=Years.NO_PUPIL),
    ("GET", f"{_API}/{{request}}"): Row(READERS, made=a_request),
    ("POST", f"{_API}/{{request}}/consult"): Row(DSL, made=a_request, sent=harm),
    ("POST", f"{_API}/{{request}}/check"): Row(SECOND, made=heard),
    ("POST", f"{_API}/{{request}}/{{move}}"): Row(DPO, made=a_request, sent=identity),
    ("GET", "/requests"): Row(READERS, foreign=200, made=a_request),
    ("GET", "/requests/log"): Row(LOGGERS, foreign=200, years=Years.NO_PUPIL),
    ("POST", "/requests/log"): Row(
        LOGGERS, good=303, made=came_in, sent=a_letter, years=Years.NO_PUPIL
    ),
    ("GET", _PAGE): Row(READERS, made=a_request),
    ("POST", f"{_PAGE}/consult"): Row(DSL, good=303, made=a_request, sent=harm),
    ("POST", f"{_PAGE}/check"): Row(SECOND, good=303, made=heard),
    ("POST", f"{_PAGE}/{{move}}"): Row(DPO, good=303, made=a_request, sent=identity),
}
