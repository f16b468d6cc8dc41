"""Each role at its work in a real browser (law B1 to B9), with no script running.

The office's three tasks are in test_consents_browser.py; signing in, and what needs the tenant,
in test_console_browser.py.
"""

import re
from pathlib import Path

from chromium import scriptless
from office import a_pupil, key
from playwright.sync_api import Browser, Page
from rooms_of_consents import disputed
from rooms_of_leavers import a_teacher
from serving_plain import serving
from staff_side import StaffSide

from api.permissions import AppRole
from api.staff.home import COOKIE
from graphsync.store.runs import State
from policies.consent_records import Act
from policies.departures import DepartureReason
from policies.people import Kind

SEEN = {  # the entries of the navigation that a role must have, and those that it must not have
    AppRole.HEAD_OF_YEAR: ("Today", ("Runs", "Leavers", "Consents", "Licences", "Mail")),
    AppRole.SAFEGUARDING_LEAD: ("Consents", ("Runs", "Leavers", "Licences", "Mail")),
    AppRole.VIEWER: ("Today", ("Runs", "People", "Leavers", "Consents", "Licences", "Mail")),
    AppRole.HR: ("Leavers", ("Runs", "Consents", "Licences", "Mail")),
    AppRole.OFFICE: ("Consents", ("Runs", "Leavers", "Licences", "Mail")),
}


def drafts(page: Page, side: StaffSide, address: str) -> None:
    """Law B1, task 1: a plan is asked for, its work begins; and the nights wait."""
    page.goto(f"{address}/runs")
    page.get_by_role("button", name="Draft", exact=True).press("Enter")
    page.wait_for_url(re.compile("/jobs/"))
    (job,) = side.office.store.jobs.open()
    assert job.schools == ("oak",)
    page.goto(f"{address}/schedule")
    page.get_by_label("Who asked, and why").fill("SIMS upgrade")
    page.get_by_role("button", name="Pause").press("Enter")
    page.get_by_role("button", name=re.compile("Go on")).press("Enter")
    page.get_by_text("No school is paused").wait_for()


def approves(page: Page, side: StaffSide, address: str) -> None:
    """Law B3, task 1, and its worst (a): a wrong number is refused, the right one is a yes."""
    report = side.parked()
    page.goto(f"{address}/runs/{report.run}")
    for number in (len(report.changes) + 1, len(report.changes)):
        page.get_by_role("checkbox", name=re.compile("accounts created")).check()
        page.get_by_label("How many changes").fill(str(number))
        page.get_by_role("button", name="Approve this plan").press("Enter")
        if number != len(report.changes):
            page.get_by_role("alert").wait_for()
            assert side.office.store.runs.get(report.run).state is State.PARKED
    page.get_by_text("Approved by").first.wait_for()
    assert side.office.store.runs.get(report.run).state is State.APPROVED


def settles(page: Page, side: StaffSide, address: str) -> None:
    """Law B3, task 2: no wish of a parent is weighed, the head says what stands."""
    made = disputed(side, "oak")
    page.goto(f"{address}/consents/oak/{made['ref']}")
    page.get_by_role("radio", name="I decide").first.press("Space")
    page.get_by_role("radio", name="No consent").first.press("Space")
    page.get_by_label("Reason").first.fill("heard both")
    page.get_by_role("button", name="Settle").first.press("Enter")
    page.get_by_text("Settled").first.wait_for()
    assert side.office.store.consents.of(key(made["ref"]))[-1].act is Act.SETTLED


def lets_go(page: Page, side: StaffSide, address: str) -> None:
    """Law B5, tasks 1 and 2: a dated departure; *now* only with the surname typed."""
    person = a_teacher(side, "oak")
    side.office.accept(
        a_pupil(person.mis_id, kind=Kind.STAFF, given_name="Ada", surname="Lark", year=None)
    )
    page.goto(f"{address}/leavers")
    page.get_by_label("Surname, staff code").fill("lark")
    page.keyboard.press("Enter")
    page.get_by_label("Ada Lark").check()
    page.get_by_label("Is suspended").check()
    page.get_by_label("Now: sign-in").check()
    page.get_by_label("type their surname").fill("Wren")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert side.office.store.departures.of({"oak"}) == []
    page.get_by_label("At the end of the last day").check()
    page.get_by_label("Last day", exact=True).fill("2099-12-18")
    page.get_by_role("button", name="Record the departure").press("Enter")
    page.get_by_text("The receipt of this departure").wait_for()
    (kept,) = side.office.store.departures.of({"oak"})
    assert kept.reason is DepartureReason.SUSPENSION


TASKS = (
    (AppRole.IT_MANAGER, drafts),
    (AppRole.HEAD, settles),
    (AppRole.HEAD, approves),
    (AppRole.HR, lets_go),
)


def test_each_role_does_its_tasks_and_sees_no_more(
    chromium: Browser, side: StaffSide, tmp_path: Path
) -> None:
    side.reach("[oak]")
    with serving(side, tmp_path) as address:
        page = scriptless(chromium)

        def signed_in(role: AppRole) -> None:
            page.context.clear_cookies()
            entry = {"name": COOKIE, "value": side.session(role), "url": address}
            page.context.add_cookies([entry])  # type: ignore[list-item]

        for role, task in TASKS:
            signed_in(role)
            task(page, side, address)
        for role, (has, lacks) in SEEN.items():
            signed_in(role)
            page.goto(address)
            entries = page.get_by_role("navigation", name="Main").get_by_role("link")
            titles = entries.all_inner_texts()
            assert has in titles
            assert not set(lacks) & set(titles), role
            assert page.locator("a[href^='/runs/']").count() == 0
