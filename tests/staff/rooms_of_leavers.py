"""The rooms of departures."""

from datetime import timedelta
from itertools import count

from room_rows import Made, Row, Years
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync import departure_desk as desk
from graphsync.store.links import Link
from policies.departures import Departure, DepartureReason, Did, Move, State
from policies.people import Kind, PersonKey

RECORDERS = {AppRole.HR, AppRole.HEAD}
READERS = {*RECORDERS, AppRole.IT_MANAGER}
_NUMBERS = count(9001)


def a_teacher(side: StaffSide, school: str) -> PersonKey:
    """A member of staff of a school, with an account of ours."""
    person = PersonKey(school, str(next(_NUMBERS)))
    side.office.store.links.put(
        Link(
            person=person,
            kind=Kind.STAFF,
            object_id=f"o-{person.mis_id}",
            how="created",
            linked_at=side.office.now,
        )
    )
    return person


def dated(side: StaffSide, school: str) -> Made:
    """A departure in two days."""
    person = a_teacher(side, school)
    who = desk.Subject(
        school=school,
        person=person,
        object_id=f"o-{person.mis_id}",
        sign_in_name=f"t{person.mis_id}@{school}.example",
        surnames=frozenset({"wren"}),
    )
    wish = desk.Wish(
        reason=DepartureReason.SUSPENSION, leaves_at=side.office.now + timedelta(days=2)
    )
    return {"departure": desk.record(side.office.bench, who, wish).id}


def left_to_do(side: StaffSide, school: str) -> Made:
    """One whose hour has come, and of which something is left to do by hand."""
    made = dated(side, school)
    store, now = side.office.store, side.office.now
    for move in (
        Move(did=Did.MOVED, at=now, by="hr", leaves_at=now),
        Move(did=Did.ACTED, at=now, by="hr", state=State.NOT_DONE),
    ):
        store.departures.move(made["departure"], move)
    return made


def of(side: StaffSide, made: Made) -> Departure:
    return side.office.store.departures.get(made["departure"])


def whom(side: StaffSide, school: str) -> Made:
    return {"person": str(a_teacher(side, school))}


def a_wish(made: Made) -> dict[str, object]:
    return {"who": made["person"], "reason": "planned", "last_day": "2099-12-18"}


def a_form(made: Made) -> dict[str, str]:
    return {
        "named": made["person"],
        "reason": "planned",
        "when": "day",
        "last_day": "2099-12-18",
        "text": "wren",
    }


def a_day(_made: Made) -> dict[str, str]:
    return {"last_day": "2099-12-18"}


def left_ordinarily(side: StaffSide, school: str) -> Made:
    """One that left as planned: its work is handed over."""
    person = a_teacher(side, school)
    who = desk.Subject(
        school=school,
        person=person,
        object_id=f"o-{person.mis_id}",
        sign_in_name=f"t{person.mis_id}@{school}.example",
        surnames=frozenset({"wren"}),
    )
    hour = side.office.now + timedelta(days=2)
    made = desk.record(
        side.office.bench, who, desk.Wish(reason=DepartureReason.PLANNED, leaves_at=hour)
    )
    now = side.office.now
    done = Move(did=Did.ACTED, at=now, by="schedule", state=State.DONE, leaves_at=now)
    side.office.store.departures.move(made.id, done)
    return {"departure": made.id}


def a_step(_made: Made) -> dict[str, str]:
    return {"task": "reply_set"}


def nobody_named(_made: Made) -> dict[str, str]:
    return {"manager": "", "owner": ""}


_API, _PAGE = "/api/v1/departures", "/leavers"
ROWS = {
    ("GET", _API): Row(READERS, foreign=200, made=left_to_do, years=Years.NO_PUPIL),
    ("GET", f"{_API}/{{departure}}"): Row(READERS, made=left_to_do, years=Years.NO_PUPIL),
    ("POST", _API): Row(RECORDERS, foreign=409, made=whom, sent=a_wish, years=Years.NO_PUPIL),
    ("POST", f"{_API}/{{departure}}/withdraw"): Row(RECORDERS, made=dated, years=Years.NO_PUPIL),
    ("POST", f"{_API}/{{departure}}/date"): Row(
        RECORDERS, made=dated, sent=a_day, years=Years.NO_PUPIL
    ),
    ("POST", f"{_API}/{{departure}}/confirm"): Row(
        {AppRole.IT_MANAGER}, made=left_to_do, years=Years.NO_PUPIL
    ),
    ("GET", f"{_API}/{{departure}}/handover"): Row(READERS, made=left_to_do, years=Years.NO_PUPIL),
    ("POST", f"{_API}/{{departure}}/handover"): Row(RECORDERS, made=dated, years=Years.NO_PUPIL),
    ("POST", f"{_API}/{{departure}}/task"): Row(
        {AppRole.IT_MANAGER}, made=left_ordinarily, sent=a_step, years=Years.NO_PUPIL
    ),
    ("POST", f"{_PAGE}/{{departure}}/handover"): Row(
        RECORDERS, good=303, made=dated, sent=nobody_named, years=Years.NO_PUPIL
    ),
    ("POST", f"{_PAGE}/{{departure}}/task"): Row(
        {AppRole.IT_MANAGER}, good=303, made=left_ordinarily, sent=a_step, years=Years.NO_PUPIL
    ),
    ("GET", _PAGE): Row(READERS, foreign=200, made=left_to_do, years=Years.NO_PUPIL),
    ("GET", f"{_PAGE}/{{departure}}"): Row(READERS, made=left_to_do, years=Years.NO_PUPIL),
    ("POST", f"{_PAGE}/find"): Row(
        RECORDERS, foreign=200, sent=lambda _: {"text": "wren"}, years=Years.NO_PUPIL
    ),
    ("POST", _PAGE): Row(
        RECORDERS, good=303, foreign=422, made=whom, sent=a_form, years=Years.NO_PUPIL
    ),
    ("POST", f"{_PAGE}/{{departure}}/withdraw"): Row(
        RECORDERS, good=303, made=dated, years=Years.NO_PUPIL
    ),
    ("POST", f"{_PAGE}/{{departure}}/date"): Row(
        RECORDERS, good=303, made=dated, sent=a_day, years=Years.NO_PUPIL
    ),
    ("POST", f"{_PAGE}/{{departure}}/confirm"): Row(
        {AppRole.IT_MANAGER}, good=303, made=left_to_do, years=Years.NO_PUPIL
    ),
}
