"""Every page, of the console and of the parents, can be used by everybody: axe finds nothing."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from accessible import show, window, wrong_with
from office import Office
from parents import BORN, Home
from parents import serving as serving_parents
from playwright.sync_api import Browser, Page
from room_asking import filled
from room_rows import Row, of_a_program, table
from serving_plain import serving
from staff_side import StaffSide

from api.permissions import AppRole
from api.staff.home import COOKIE, form_token

MOVED_ON = 303
# Rooms that answer with a page: the list is the table of rooms, so that a new one is looked at too.
PAGES = {
    room: row for room, row in table().items() if not of_a_program(room[1]) and row.good != MOVED_ON
}
FORM = "application/x-www-form-urlencoded"


def opened(page: Page, method: str, url: str, form: dict[str, Any]) -> bool:
    """Whether the answer is a page; it is open then."""
    sent: dict[str, Any] = {}
    if method == "POST":
        sent = {"headers": {"Content-Type": FORM}, "data": urlencode(form, doseq=True)}
    told = page.context.request.fetch(url, method=method, max_redirects=0, **sent)
    if not told.headers.get("content-type", "").startswith("text/html"):
        return False
    if told.headers.get("content-disposition", "").startswith("attachment"):
        return False  # a page to print, as a file
    show(page, url, told.text())
    return True


class Visitor:
    """Whoever gets in opens rooms of Oak School, one after the other, in one window."""

    def __init__(self, page: Page, side: StaffSide, address: str) -> None:
        self.page = page
        self.side = side
        self.address = address
        self.seen = 0

    def opens(self, method: str, path: str, row: Row) -> bool:
        """Whether there is a page; each time it is somebody else of those who get in."""
        allowed = [role for role in AppRole if row.roles and role in row.roles]
        self.seen += 1
        cookie = self.side.session(allowed[self.seen % len(allowed)]) if allowed else ""
        self.page.context.clear_cookies()
        if cookie:
            entry = {"name": COOKIE, "value": cookie, "url": self.address}
            self.page.context.add_cookies([entry])  # type: ignore[list-item]
        made = row.made(self.side, "oak")
        url = f"{self.address}{filled(path, made)}"
        if method == "POST":
            form = {"form_token": form_token(cookie), **row.sent(made)}
            return opened(self.page, method, url, form)
        return opened(self.page, method, f"{url}?{urlencode({'school': 'oak', **row.query})}", {})


def test_axe_finds_nothing_on_any_page_of_the_console(
    chromium: Browser, side: StaffSide, tmp_path: Path
) -> None:
    side.reach("all")
    for row in PAGES.values():
        row.made(side, "oak")  # so that no list is empty
    wrong: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    page = window(chromium)
    with serving(side, tmp_path) as address:
        visitor = Visitor(page, side, address)
        for (method, path), row in PAGES.items():
            if not visitor.opens(method, path, row):
                continue
            found = wrong_with(page)
            if (method, row.good) == ("GET", 200):
                same = titles.setdefault(page.title(), path)
                found += [f"the title of {same}"] if same != path else []
            if found:
                wrong[f"{method} {path}"] = found
    page.context.close()
    assert wrong == {}
    assert {"/", "/runs", "/consents/{school}/{ref}"} <= set(titles.values())


def test_axe_finds_nothing_on_the_parents_pages(chromium: Browser, tmp_path: Path) -> None:
    home = Home(Office(tmp_path))
    home.family("1", "2")
    (link,) = home.letters()
    said = {"forename": "Amy1", "day": BORN.day, "month": BORN.month, "year": BORN.year}
    yes = {"answer_0": "yes", "answer_1": "no", "signed_by": "Mary O'Neil-Marsh"}
    wrong = {}
    with serving_parents(home):
        page = window(chromium)
        at = f"{str(home.browser.base_url).rstrip('/')}{link}"
        proof = {"proof": home.proof(link, "Amy1")}
        for name, method, url, form in (
            ("question", "GET", at, {}),
            ("missed", "POST", at, {**said, "forename": "Zoe"}),
            ("form", "POST", at, said),
            ("misfilled", "POST", f"{at}/answer", {**proof, "answer_0": "yes"}),
            ("receipt", "POST", f"{at}/answer", {**proof, **yes, "responsible": "yes"}),
            ("dead", "GET", f"{at}0", {}),
        ):
            assert opened(page, method, url, form)
            if found := wrong_with(page):
                wrong[name] = found
        page.context.close()
    assert wrong == {}


BAD = """<!doctype html><html lang="en-GB"><title> · graphsync</title>
<style>body { color-scheme: light dark } p { color: #777; background: Canvas }
a { outline: none } div { width: 500px }</style>
<main><h1>One</h1><h1>Two</h1><h4>Four</h4><p>Grey</p><input>
<a href="/">On</a><div>x</div><nav>Menu</nav></main>
"""


def test_each_of_these_checks_finds_what_is_wrong(chromium: Browser) -> None:
    page = window(chromium)
    show(page, "http://localhost/", BAD)
    found = "\n".join(wrong_with(page))
    page.context.close()
    for wrong in ("heading-order", "label:", "2 first headings", "names nothing", "320, at <div"):
        assert wrong in found
    assert "focus is not seen: <a" in found
    assert "printed: <nav" in found
    assert "(dark)" in found
