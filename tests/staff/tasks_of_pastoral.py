"""Tasks of head of year and DSL at the console that reach beyond one page (law B6, B7)."""

import re

from forms import PACK, a_parent, says
from oak_desk import Desk
from office import PACK as PLAIN
from office import a_pupil
from staff_side import LIMITS

from api.permissions import AppRole
from graphsync.consent_desk import record
from graphsync.provision_desk import end_open
from policies.consent_records import Answer
from policies.people import Roster

TELLING = re.compile("refus|consent|parent", re.IGNORECASE)  # what no page of a head of year tells


def assures(desk: Desk) -> None:
    """B7, task 3: who is not filtered, a test alert, the line of this term, and IT hears of it."""
    office = desk.office
    (office.packs / "oak.yaml").write_text(
        PLAIN.replace("groups: {", 'groups: {filter_group: "{school} Filter {filter}", '), "utf-8"
    )
    office.accept(a_pupil("67", given_name="Kay", surname="Flint"))
    office.sees(office.link("67"))
    counted = desk.side.app.state.counted
    desk.sits(AppRole.SAFEGUARDING_LEAD)
    desk.follows("1 school to sign for this term")
    desk.sees("Kay Flint")
    desk.sees("in no filter group")
    desk.presses("Record the test")
    desk.page.get_by_role("button", name=re.compile("^Sign for the")).press("Enter")
    desk.sees("with 1 pupil not in one filter group")
    desk.sits(AppRole.IT_MANAGER)
    counted.settle()
    desk.goes("/")
    desk.follows("1 active pupil not in exactly one filter group")
    desk.sees("Kay Flint")
    assert desk.page.get_by_role("button", name="Record the test").count() == 0


def arranges(desk: Desk) -> None:
    """B6, tasks 1 and 2: another way for a pupil, told to tutors without a reason; its end."""
    office, page = desk.office, desk.page
    office.pack(LIMITS + PACK.format(countersign="none"))
    pupil = a_pupil("65", given_name="Ivy", surname="Thorn", admission_number="65")
    contacts = [a_parent("65", "77")]
    office.accept(pupil, contacts=contacts)
    office.sees(office.link("65"))
    record(office.bench, "oak", "oak:65", says(answer=Answer.NO))
    desk.sits(AppRole.HEAD_OF_YEAR)
    desk.follows("1 pupil to make an arrangement for")
    desk.sees("Ivy Thorn")
    desk.sees("to be arranged")
    page.get_by_label("In place").first.select_option("paper pack")
    page.get_by_label("Look again on").first.fill("2099-02-12")
    desk.presses("Mark as in place")
    desk.sees("In place for Ivy Thorn: paper pack")
    assert not TELLING.search(desk.text)
    desk.follows("list for tutors")
    desk.sees("Ivy Thorn")
    desk.sees("paper pack")
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name="As a spreadsheet").is_visible()
    page.emulate_media(media="screen")
    assert not TELLING.search(desk.text)
    record(office.bench, "oak", "oak:65", says())
    desk.goes("/arrangements")
    desk.sees("ends tonight")
    end_open(office.bench, "oak", Roster.of("oak", [pupil], contacts=contacts))
    desk.goes("/arrangements")
    assert "Ivy Thorn" not in desk.text
