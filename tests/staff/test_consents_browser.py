"""The office's three tasks and the head's dispute in a real browser, with no script running."""

import re
from datetime import timedelta
from pathlib import Path

from chromium import scriptless
from forms import FATHER, PACK, a_parent
from office import a_pupil, key
from playwright.sync_api import Browser, Page
from serving_plain import serving
from staff_side import LIMITS, StaffSide

from api.permissions import AppRole
from api.staff.home import COOKIE
from policies.consent_records import Act, Answer

HEAD = "bbbbbbbb-0000-4000-8000-000000000002"
MARSH = {"surname": "Marsh"}


def begin(side: StaffSide) -> None:
    side.office.pack(LIMITS + PACK.format(countersign="all"))
    side.office.accept(
        a_pupil("11", admission_number="000011", given_name="Amy", **MARSH),
        a_pupil("12", admission_number="000012", given_name="Ben", form="8C", year="8", **MARSH),
        a_pupil("13", admission_number="000013", given_name="Amy", form="9A", year="9", **MARSH),
        contacts=[
            a_parent("11", "77", mail="joan@home.example"),
            a_parent("12", "77", mail="joan@home.example"),
            a_parent("12", "78", **FATHER),
            a_parent("13", "90", given_name="Zoe", court_order=True),
            a_parent("13", "91", given_name="Una", priority=2),
        ],
    )


def enter_three_lines(page: Page, address: str, side: StaffSide) -> None:
    """Nothing but the keyboard from the first line to the last."""

    def typed(line: str) -> None:
        side.office.now += timedelta(seconds=5)
        page.keyboard.type(f"{line}\n")

    page.goto(f"{address}/consents/enter")
    page.get_by_label("Date signed").fill("2026-11-20")
    page.get_by_role("button", name="Begin").press("Enter")
    page.get_by_role("heading", name="0 forms in this pile").wait_for()
    typed("12 N")
    page.get_by_role("status").filter(has_text="Ben Marsh").wait_for()
    page.keyboard.type("11")
    page.keyboard.press("Tab")
    typed("Y")  # two pupils are called Amy Marsh
    page.get_by_text("Whose form is it?").wait_for()
    page.keyboard.press("Space")  # the first is in focus
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Mrs Una Marsh").wait_for()
    typed("12 Y")  # typed again: a correction
    page.get_by_role("status").filter(has_text=re.compile("Ben Marsh.*yes")).wait_for()
    page.get_by_role("heading", name="2 forms in this pile").wait_for()


def test_the_office_and_the_head_do_their_work_in_a_browser(
    chromium: Browser, side: StaffSide, tmp_path: Path
) -> None:
    begin(side)
    side.reach("[oak]")
    side.file.write_text(
        side.file.read_text("utf-8").replace(
            "people: [", f"people: [{{account: {HEAD}, schools: [oak]}}, "
        ),
        "utf-8",
    )
    office = side.session(AppRole.OFFICE)
    head = side.session(AppRole.HEAD, account=HEAD)
    with serving(side, tmp_path) as address, scriptless(chromium) as page:

        def signed_in(cookie: str) -> None:
            page.context.clear_cookies()
            page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])

        signed_in(office)
        enter_three_lines(page, address, side)
        page.get_by_role("button", name="Close the pile").press("Enter")
        page.get_by_text("2 forms of piles wait").wait_for()
        assert [row.act for row in side.office.store.consents.of(key("12"))] == [
            Act.ANSWERED,
            Act.REJECTED,
            Act.ANSWERED,
        ]

        page.get_by_role("link", name="Ask parents").click()
        page.get_by_role("button", name="Show who would be asked").press("Enter")
        page.get_by_role("heading", name="1 contact would be asked").wait_for()

        signed_in(head)
        page.goto(f"{address}/consents/check")
        page.get_by_role("checkbox", name=re.compile("Ben Marsh")).press("Space")
        page.get_by_role("button", name="The ticked ones are as on paper").press("Enter")
        page.get_by_text("Checked: thank you").wait_for()

        signed_in(office)
        page.goto(f"{address}/consents")
        page.get_by_label("Admission number").fill("12")
        page.keyboard.press("Enter")
        page.get_by_text("Withdraw").first.press("Enter")
        page.get_by_role("radio", name=re.compile("Mr Paul Marsh")).first.press("Space")
        page.get_by_role("radio", name=re.compile("By phone")).first.press("Space")
        page.get_by_role("button", name="Withdraw").press("Enter")
        page.get_by_text("Taken back: it stands").wait_for()

        signed_in(head)
        page.goto(f"{address}/consents?state=contested")
        page.get_by_role("link", name="Marsh, Ben").click()
        page.get_by_role("radio", name="I decide").press("Space")
        page.get_by_role("radio", name="No consent").press("Space")
        page.get_by_label("Reason").fill("heard both on 26 November")
        page.get_by_role("button", name="Settle").press("Enter")
        page.get_by_text("Settled. Nobody is told").wait_for()
        last = side.office.store.consents.of(key("12"))[-1]
        assert (last.act, last.answer, last.by) == (Act.SETTLED, Answer.NO, f"entra:{HEAD}")
