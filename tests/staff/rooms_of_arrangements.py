"""The rooms of what pupils without online services do instead."""

from forms import a_parent, says
from office import a_pupil, key
from room_rows import Made, Row, Years
from rooms_of_consents import MADE, begun
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.consent_desk import record
from policies.consent_records import Answer

ARRANGERS = {AppRole.HEAD_OF_YEAR, AppRole.OFFICE, AppRole.HEAD}
API = "/api/v1/arrangements"
IN_PLACE = {"what": "paper pack"}


def a_task(side: StaffSide, school: str) -> Made:
    """A pupil of Oak School whom a No left without a licence."""
    office = begun(side)
    people = [a_pupil(one, admission_number=f"000{one}") for one in MADE]
    office.accept(*people, contacts=[a_parent(one, "77") for one in MADE])
    record(office.bench, "oak", "oak:k1", says(answer=Answer.NO))
    open_now = office.store.provisions.open_of("oak")
    (task,) = (one.id for one in open_now if one.pupil == key("k1"))
    return {"school": school, "provision": task if school == "oak" else "a-0"}


ROWS = {
    ("GET", API): Row(ARRANGERS, foreign=200, made=a_task, years=Years.LIST),
    ("POST", f"{API}/{{provision}}"): Row(
        ARRANGERS, made=a_task, sent=lambda _: IN_PLACE, years=Years.PUPIL
    ),
    ("GET", "/arrangements"): Row(ARRANGERS, foreign=200, made=a_task, years=Years.LIST),
    ("POST", "/arrangements/{provision}"): Row(
        ARRANGERS, good=303, made=a_task, sent=lambda _: IN_PLACE, years=Years.PUPIL
    ),
    ("GET", "/tutors"): Row(ARRANGERS, foreign=200, made=a_task, years=Years.LIST),
    ("GET", "/tutors.csv"): Row(ARRANGERS, foreign=200, made=a_task, years=Years.LIST),
}
