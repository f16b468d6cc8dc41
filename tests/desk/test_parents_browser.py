"""The parents' page in a real browser: read, answered and taken back with the keyboard alone."""

from collections.abc import Iterator

import pytest
from office import Office, key
from parents import Home, serving
from playwright.sync_api import Browser, Page

from policies.consent_records import Act, Answer


@pytest.fixture
def home(office: Office) -> Iterator[Home]:
    made = Home(office)
    with serving(made):
        yield made


def opened(browser: Browser, home: Home, link: str) -> Page:
    page = browser.new_context(base_url=str(home.browser.base_url)).new_page()
    page.set_default_timeout(10_000)
    page.goto(link)
    return page


def knows_the_child(page: Page) -> None:
    page.get_by_label("Your child's first name").fill("Amy1")
    for label, value in (("Day", "27"), ("Month", "3"), ("Year", "2014")):
        page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Enter")


def test_a_parent_answers_and_takes_it_back_with_the_keyboard(
    chromium: Browser, home: Home
) -> None:
    home.family("1")
    (link,) = home.letters()
    page = opened(chromium, home, link)
    assert page.title() == "A question about your child"
    knows_the_child(page)
    yes, no = page.get_by_label("Yes"), page.get_by_label("No", exact=True)
    assert not yes.is_checked()
    assert not no.is_checked()
    assert [box.bounding_box()["width"] for box in (yes, no)] == [24, 24]  # type: ignore[index]
    yes.press("Space")
    page.get_by_label("Your full name").fill("Mary O'Neil-Marsh")
    page.get_by_label("I have parental responsibility").press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert home.office.store.consents.of(key("1"))[-1].answer is Answer.YES

    back = page.get_by_role("link").get_attribute("href") or ""
    page.goto(back.removeprefix("https://ask.oak.example"))
    knows_the_child(page)
    page.get_by_text("You said Yes before").wait_for()
    page.get_by_label("No", exact=True).press("Space")
    page.get_by_role("button").press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert home.office.store.consents.of(key("1"))[-1].act is Act.WITHDRAWN


def test_the_page_runs_no_script_and_asks_nobody_else(chromium: Browser, home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    context = chromium.new_context(base_url=str(home.browser.base_url), java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    knows_the_child(page)
    page.get_by_role("heading", name="Your answer").wait_for()
    assert context.cookies() == []
    assert {url.split("/c/")[0].removesuffix("/parents.css") for url in asked} == {
        str(home.browser.base_url).rstrip("/")
    }
