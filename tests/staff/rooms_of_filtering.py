"""The rooms of filtering and monitoring."""

from room_rows import Made, Row
from rooms_of_people import somebody
from sqlalchemy import text
from staff_side import StaffSide

from api.permissions import AppRole

SEERS = {AppRole.IT_MANAGER, AppRole.HEAD, AppRole.SAFEGUARDING_LEAD}
LEAD = {AppRole.SAFEGUARDING_LEAD}
API = "/api/v1/filtering"


def filtered(side: StaffSide, school: str) -> Made:
    """Pupils without a filter group, at a school that keeps some; nothing is signed yet."""
    made = somebody(side, school)
    office = side.office
    with office.store.database.writing() as connection:
        connection.execute(text("DELETE FROM sign_offs"))
    pack = office.packs / "oak.yaml"
    written = pack.read_text("utf-8")
    if "filter_group" not in written:
        group = 'groups: {filter_group: "{school} Filter {filter}", all_pupils'
        pack.write_text(written.replace("groups: {all_pupils", group), "utf-8")
    return made


ROWS = {
    ("GET", API): Row(SEERS, foreign=200, made=filtered),
    ("POST", f"{API}/{{school}}/test"): Row(
        LEAD, made=filtered, sent=lambda _: {"day": "2026-11-25"}
    ),
    ("POST", f"{API}/{{school}}/sign"): Row(LEAD, made=filtered),
    ("GET", "/filtering"): Row(SEERS, foreign=200, made=filtered),
    ("POST", "/filtering/{school}/test"): Row(LEAD, good=303, made=filtered),
    ("POST", "/filtering/{school}/sign"): Row(LEAD, good=303, made=filtered),
}
