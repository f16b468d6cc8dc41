"""The rooms of people."""

from office import a_pupil
from room_rows import Made, Row
from staff_side import StaffSide

from api.permissions import AppRole

SEERS = set(AppRole) - {AppRole.VIEWER}


def somebody(side: StaffSide, school: str) -> Made:
    """Two pupils of Oak School with accounts."""
    if not side.office.store.links.of("oak"):
        side.office.accept(a_pupil("901"), a_pupil("902"))
        side.office.sees(side.office.link("901"), side.office.link("902"))
    return {"school": school, "ref": "901"}


def a_name(_made: Made) -> dict[str, str]:
    return {"text": "Smith"}


PUPILS_ONLY = {AppRole.HR: 404}  # whoever sees staff alone
ROWS = {
    ("GET", "/api/v1/people"): Row(SEERS, foreign=200, made=somebody),
    ("GET", "/api/v1/people.csv"): Row(SEERS, foreign=200, made=somebody),
    ("POST", "/api/v1/people/search"): Row(SEERS, foreign=200, made=somebody, sent=a_name),
    ("GET", "/api/v1/people/{school}/{ref}"): Row(SEERS, made=somebody, other=PUPILS_ONLY),
    ("GET", "/people"): Row(SEERS, foreign=200, made=somebody),
    ("GET", "/people.csv"): Row(SEERS, foreign=200, made=somebody),
    ("POST", "/people/search"): Row(SEERS, foreign=200, made=somebody, sent=a_name),
    ("GET", "/people/{school}/{ref}"): Row(SEERS, made=somebody, other=PUPILS_ONLY),
}
