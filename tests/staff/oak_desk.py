"""A browser at the console of Oak School, used by keyboard and with no script running."""

import dataclasses

from playwright.sync_api import Locator, Page
from staff_side import StaffSide

from api.permissions import AppRole
from api.staff.home import COOKIE
from graphsync.sealing import Sealer, new_key


class Desk:
    """One browser at the console of Oak School, at which one role after the other sits down."""

    def __init__(self, page: Page, side: StaffSide, address: str) -> None:
        self.page, self.side, self.address = page, side, address
        self.office = side.office
        lines = (f"{{account: {account_of(one)}, schools: [oak]{years}}}" for one, years in REACH)
        side.file.write_text(f"people: [{', '.join(lines)}]\n", "utf-8")
        home, sealer = side.app.state.home, Sealer(new_key())
        bench = dataclasses.replace(home.bench, sealer=sealer)
        side.app.state.home = dataclasses.replace(home, bench=bench)
        self.sealer = sealer

    def sits(self, role: AppRole, path: str = "/") -> None:
        """Somebody of this role signs in and opens a page."""
        secret = self.side.session(role, account=account_of(role))
        context = self.page.context
        context.clear_cookies()
        context.add_cookies([{"name": COOKIE, "value": secret, "url": self.address}])
        self.goes(path)

    def goes(self, path: str) -> None:
        self.page.goto(self.address + path)

    def opens(self, summary: str) -> None:
        """A part of the page that is closed."""
        closed = self.page.locator("details:not([open]) > summary")
        closed.filter(has_text=summary).first.press("Enter")

    def fills(self, **fields: str) -> None:
        """Fields that are shown now, by their names."""
        for name, value in fields.items():
            self.field(name).fill(value)

    def ticks(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}][value='{value}']:visible").first.press("Space")

    def puts_on_hold(self, mode: str, why: str, clause: str) -> None:
        """On a person's page."""
        self.opens("Put on hold")
        self.ticks("mode", mode)
        self.page.get_by_label("Who asks, and why").fill(why)
        self.page.get_by_label("The clause or document").fill(clause)
        self.page.keyboard.press("Enter")
        self.sees("On hold from now on")

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.press("Enter")

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.press("Enter")

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name={name}]:visible").first

    @property
    def text(self) -> str:
        """All that the page says."""
        return self.page.locator("body").inner_text()


def account_of(role: AppRole) -> str:
    """Each role is another person here."""
    return f"aaaaaaaa-0000-4000-8000-{list(AppRole).index(role):012}"


REACH = [(one, ", years: ['7']" if one is AppRole.HEAD_OF_YEAR else "") for one in AppRole]
