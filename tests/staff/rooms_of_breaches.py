"""The rooms of breaches."""

from room_rows import Made, Row, Years
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.breach_desk import Report, advise, open_breach
from policies.breach_records import Decision, Facts

READERS, DPO, HEAD = {AppRole.DPO, AppRole.HEAD}, {AppRole.DPO}, {AppRole.HEAD}
REPORTERS = set(AppRole) - {AppRole.VIEWER}


def a_breach(side: StaffSide, school: str) -> Made:
    facts = Facts(title="Mail to the wrong parent")
    made = open_breach(side.office.bench, Report(school=school, facts=facts))
    return {"breach": made.breach, "school": school, "move": "note"}


def advised(side: StaffSide, school: str) -> Made:
    made = a_breach(side, school)
    advise(side.office.bench, made["breach"], Decision.RECORD, "recalled unread")
    return made


def noted(_made: Made) -> dict[str, object]:
    return {"facts": {"people": 30}}


def decided(_made: Made) -> dict[str, str]:
    return {"decision": "record", "reason": "as advised"}


_API = "/api/v1/breaches"
ROWS = {
    ("GET", _API): Row(READERS, foreign=200, made=a_breach),
    ("POST", _API): Row(
        REPORTERS,
        made=lambda _, school: {"school": school},
        sent=lambda made: {"school": made["school"], "facts": {"title": "A list was lost"}},
        years=Years.NO_PUPIL,
    ),
    ("GET", f"{_API}/{{breach}}"): Row(READERS, made=a_breach),
    ("GET", f"{_API}/{{breach}}/notice"): Row(READERS, made=a_breach),
    ("POST", f"{_API}/{{breach}}/decide"): Row(HEAD, made=advised, sent=decided),
    ("POST", f"{_API}/{{breach}}/{{move}}"): Row(DPO, made=a_breach, sent=noted),
    ("GET", "/breaches"): Row(READERS, foreign=200, made=a_breach),
    ("GET", "/breaches/report"): Row(REPORTERS, foreign=200, years=Years.NO_PUPIL),
    ("POST", "/breaches/report"): Row(
        REPORTERS,
        good=303,
        made=lambda _, school: {"school": school},
        sent=lambda made: {"school": made["school"], "title": "A list was lost"},
        years=Years.NO_PUPIL,
    ),
    ("GET", "/breaches/{breach}"): Row(READERS, made=a_breach),
    ("GET", "/breaches/{breach}/print"): Row(READERS, made=a_breach),
    ("POST", "/breaches/{breach}/decide"): Row(HEAD, good=303, made=advised, sent=decided),
    ("POST", "/breaches/{breach}/{move}"): Row(
        DPO, good=303, made=a_breach, sent=lambda _: {"people": "30"}
    ),
}
