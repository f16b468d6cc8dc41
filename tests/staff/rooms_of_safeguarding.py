"""The rooms of safeguarding: names that are kept."""

from datetime import timedelta

from office import TODAY
from room_rows import Made, Row, Years
from rooms_of_people import PERSON, somebody
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.store.kept_names import Mark
from policies.kept_names import Ground
from policies.people import PersonKey

SEERS = {AppRole.HEAD, AppRole.SAFEGUARDING_LEAD}
LEAD = {AppRole.SAFEGUARDING_LEAD}
REVIEW = TODAY + timedelta(days=90)
ASKED = {
    "given_name": "Nia",
    "surname": "Brook",
    "ground": "protected address",
    "reference": "CP-12",
    "review_on": f"{REVIEW}",
}


def a_kept_name(side: StaffSide, school: str) -> Made:
    """A pupil with an account whose name is kept."""
    made = somebody(side, school)
    mark = Mark(
        id=f"k-{side.office.bench.new_id()}",
        person=PersonKey(school, made["ref"]),
        given_name="Nia",
        surname="Brook",
        ground=Ground.ADDRESS,
        reference="CP-12",
        review_on=REVIEW,
        by=f"entra:{ACCOUNT}",
        at=side.office.now,
    )
    side.office.store.kept_names.end(mark.person, mark.by, mark.at)
    side.office.store.kept_names.add(mark)
    return made


ROWS = {
    ("GET", "/api/v1/kept-names"): Row(SEERS, foreign=200, made=a_kept_name, years=Years.LIST),
    ("GET", "/kept-names"): Row(SEERS, foreign=200, made=a_kept_name, years=Years.LIST),
    ("POST", f"/api/v1{PERSON}/known-as"): Row(LEAD, made=somebody, sent=lambda _: ASKED),
    ("POST", f"/api/v1{PERSON}/known-as/end"): Row(LEAD, made=a_kept_name),
    ("GET", f"{PERSON}/known-as"): Row(SEERS, made=a_kept_name),
    ("POST", f"{PERSON}/known-as"): Row(LEAD, 303, made=somebody, sent=lambda _: ASKED),
    ("POST", f"{PERSON}/known-as/end"): Row(LEAD, 303, made=a_kept_name),
}
