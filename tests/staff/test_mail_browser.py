"""The DPO's work on the mail queue in a real browser: by keyboard alone, with no script running."""

from pathlib import Path

from chromium import scriptless
from playwright.sync_api import Browser, Page
from rooms_of_mail import WHY, an_item
from serving_plain import serving
from staff_side import StaffSide

from api.permissions import AppRole
from api.staff.home import COOKIE


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what has this text, value or name is in focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        told = (focused.get_attribute("value"), focused.get_attribute("name"))
        if wanted in (*told, focused.inner_text().strip()):
            return
    raise AssertionError(f"{wanted} is not reached by keyboard")


def test_the_dpo_claims_and_advises_by_keyboard_alone(
    chromium: Browser, side: StaffSide, tmp_path: Path
) -> None:
    item = an_item(side, "oak")["item"]
    with serving(side, tmp_path) as address, scriptless(chromium) as page:
        page.context.add_cookies(
            [{"name": COOKIE, "value": side.session(AppRole.DPO), "url": address}]
        )
        page.goto(f"{address}/mail")
        tab_to(page, item)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="What you can do now").wait_for()
        tab_to(page, "Claim it")
        page.keyboard.press("Enter")
        page.get_by_role("status").filter(has_text="it is yours").wait_for()
        tab_to(page, "support")
        page.keyboard.press("Space")
        tab_to(page, "reason")
        page.keyboard.type(WHY)
        tab_to(page, "Advise")
        page.keyboard.press("Enter")
        page.get_by_role("status").filter(has_text="the head decides now").wait_for()
        assert str(side.office.store.dlp_items.of([item])[item].state) == "advised"
