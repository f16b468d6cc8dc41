"""The rooms of people."""

import msgspec
from office import a_pupil, key
from room_rows import Made, Row, Years
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.compromise import OPENED, journal_of
from graphsync.password_desk import ASKED
from graphsync.run_desk import event
from graphsync.store.hold_moves import Did, HoldMove
from graphsync.store.holds import Hold
from graphsync.store.looks import Look
from policies.people import PersonKey

SEERS = set(AppRole) - {AppRole.VIEWER}


def somebody(side: StaffSide, school: str) -> Made:
    """Two pupils of Oak School with accounts."""
    side.office.accept(a_pupil("zz-901"), a_pupil("zz-902"))
    side.office.sees(side.office.link("zz-901"), side.office.link("zz-902"))
    return {"school": school, "ref": "zz-901"}


def looked_up(side: StaffSide, school: str) -> Made:
    """A pupil whom everybody here has said why they look at."""
    look = Look(
        at=side.office.now,
        by=f"entra:{ACCOUNT}",
        kind="account",
        school=school,
        item=f"{school}:zz-901",
        reason="a parent asked",
    )
    side.office.store.looks.add(look)
    return somebody(side, school)


def a_name(_made: Made) -> dict[str, str]:
    return {"text": "Smith"}


PUPILS_ONLY = {AppRole.HR: 404}  # whoever sees staff alone
ROWS = {
    ("GET", "/api/v1/people"): Row(SEERS, foreign=200, made=somebody, years=Years.LIST),
    ("GET", "/api/v1/people.csv"): Row(SEERS, foreign=200, made=somebody, years=Years.LIST),
    ("POST", "/api/v1/people/search"): Row(
        SEERS, foreign=200, made=somebody, sent=a_name, years=Years.LIST
    ),
    ("GET", "/api/v1/people/{school}/{ref}"): Row(SEERS, made=looked_up, other=PUPILS_ONLY),
    ("GET", "/people"): Row(SEERS, foreign=200, made=somebody, years=Years.LIST),
    ("GET", "/people.csv"): Row(SEERS, foreign=200, made=somebody, years=Years.LIST),
    ("POST", "/people/search"): Row(
        SEERS, foreign=200, made=somebody, sent=a_name, years=Years.LIST
    ),
    ("GET", "/people/{school}/{ref}"): Row(SEERS, made=looked_up, other=PUPILS_ONLY),
}

HOLDERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD, AppRole.SAFEGUARDING_LEAD}
REASON = {"reason": "head, 25 Nov"}
HOLD = {**REASON, "mode": "freeze", "clause": "PB-2.4", "until": "2099-12-18"}


def on_hold(side: StaffSide, school: str) -> Made:
    """A hold on somebody of the school, put by whoever asks."""
    made = somebody(side, "oak")
    number = len(side.office.store.holds.list())
    hold = Hold(
        id=f"h-{number:06x}",
        person=PersonKey(school, made["ref"]),
        mode="freeze",
        reason="a reason",
        clause="PB-2",
        by=f"entra:{ACCOUNT}",
        at=side.office.now,
    )
    side.office.store.holds.add(hold)
    return {"school": school, "hold": hold.id}


def asked_for(side: StaffSide, school: str) -> Made:
    """A hold whose end somebody else asked for."""
    made = on_hold(side, school)
    move = HoldMove(
        hold=made["hold"],
        person=PersonKey(school, "zz-901"),
        did=Did.ASKED,
        by="somebody else",
        at=side.office.now,
    )
    side.office.store.hold_moves.add(move)
    return made


RELEASERS = {AppRole.HEAD}
ROWS |= {
    ("POST", "/api/v1/holds/{hold}/release"): Row(RELEASERS, made=asked_for, years=Years.PUPIL),
    ("POST", "/holds/{hold}/release"): Row(RELEASERS, good=303, made=asked_for, years=Years.PUPIL),
    ("POST", "/api/v1/holds/{hold}/keep"): Row(
        HOLDERS, made=on_hold, sent=lambda _: REASON, years=Years.PUPIL
    ),
    ("POST", "/holds/{hold}/keep"): Row(
        HOLDERS, good=303, made=on_hold, sent=lambda _: REASON, years=Years.PUPIL
    ),
    ("GET", "/api/v1/holds"): Row(HOLDERS, foreign=200, made=on_hold, years=Years.LIST),
    ("GET", "/holds"): Row(HOLDERS, foreign=200, made=on_hold, years=Years.LIST),
    ("GET", "/holds.csv"): Row(HOLDERS, foreign=200, made=on_hold, years=Years.LIST),
    ("POST", "/api/v1/people/{school}/{ref}/holds"): Row(
        HOLDERS, made=somebody, sent=lambda _: HOLD
    ),
    ("POST", "/people/{school}/{ref}/hold"): Row(
        HOLDERS, good=303, made=somebody, sent=lambda _: HOLD
    ),
    ("POST", "/api/v1/holds/{hold}/lift"): Row(
        HOLDERS, made=on_hold, sent=lambda _: REASON, years=Years.PUPIL
    ),
    ("POST", "/holds/{hold}/lift"): Row(
        HOLDERS, good=303, made=on_hold, sent=lambda _: REASON, years=Years.PUPIL
    ),
}

SETTERS = {AppRole.IT_MANAGER, AppRole.HEAD_OF_YEAR}
PRINTERS = {AppRole.IT_MANAGER}
NO_SEAL = 503  # nothing can be sealed or opened here: the test has no key
WHY = {"reason": "forgot it"}
CLASS = {"named": "7B", "form": "7B", "collector": "Ms Okafor"}
PERSON = "/people/{school}/{ref}"


def typed(made: Made) -> dict[str, str]:
    return {**WHY, "typed": f"{made['school']}:{made['ref']}"}


def a_class(made: Made) -> dict[str, str]:
    return {**CLASS, "school": made["school"]}


def an_incident(side: StaffSide, school: str) -> Made:
    """An open incident of somebody of Oak School."""
    made = somebody(side, "oak")
    incident = f"i-{side.office.bench.new_id()[:8]}"
    entry = journal_of(key(made["ref"]), OPENED, "dpo", {"incident": incident})
    side.office.store.journal.append([entry])
    return {**made, "school": school, "incident": incident}


def a_cause(made: Made) -> dict[str, str]:
    return {"incident": made["incident"], "cause": "phishing"}


def reset_lately(side: StaffSide, school: str) -> Made:
    """A new password was set."""
    made = somebody(side, school)
    told = event("oak", "", ASKED, f"entra:{ACCOUNT}")
    asked = msgspec.structs.replace(told, person=PersonKey("oak", made["ref"]))
    side.office.store.journal.append([asked])
    return made


COUNTERS = {AppRole.IT_MANAGER, AppRole.SAFEGUARDING_LEAD}
ROWS |= {
    ("GET", "/api/v1/resets"): Row(COUNTERS, foreign=200, made=reset_lately, years=Years.LIST),
    ("GET", "/resets"): Row(COUNTERS, foreign=200, made=reset_lately, years=Years.LIST),
    ("GET", "/slips.css"): Row(None),
    ("POST", f"/api/v1{PERSON}/password"): Row(
        SETTERS, good=NO_SEAL, made=somebody, sent=lambda _: WHY
    ),
    ("POST", f"{PERSON}/password"): Row(SETTERS, good=NO_SEAL, made=somebody, sent=typed),
    ("POST", f"/api/v1{PERSON}/slip"): Row(SETTERS, good=NO_SEAL, made=somebody),
    ("POST", f"{PERSON}/slip"): Row(SETTERS, good=NO_SEAL, made=somebody),
    ("POST", "/api/v1/schools/{school}/slips"): Row(
        PRINTERS,
        good=NO_SEAL,
        made=somebody,
        sent=lambda _: {"form": "7B", "collector": "Ms Okafor"},
    ),
    ("POST", f"/api/v1{PERSON}/compromised"): Row(PRINTERS, good=NO_SEAL, made=somebody),
    ("POST", f"{PERSON}/compromised"): Row(PRINTERS, good=NO_SEAL, made=somebody, sent=typed),
    ("POST", f"/api/v1{PERSON}/compromised/end"): Row(PRINTERS, made=an_incident, sent=a_cause),
    ("POST", f"{PERSON}/compromised/end"): Row(PRINTERS, good=303, made=an_incident, sent=a_cause),
    ("GET", "/slips"): Row(PRINTERS, foreign=200),
    ("POST", "/slips"): Row(PRINTERS, good=NO_SEAL, made=somebody, sent=a_class),
}
