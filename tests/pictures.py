"""Pictures of the console for the README: `python -m tests.pictures --out docs/images`.

Plays the demo and serves its console, signs in as each role at the tenant's page, and takes what
they see: the first page of every entry of the navigation, and some beside.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from api.permissions import GRANTED, AppRole
from api.staff.pages import NAVIGATION
from tests.desk.chromium import launched

LARGEST = 120_000  # bytes of a picture; a larger one becomes a JPEG
READY = "http://127.0.0.1"  # what `serve` says once it listens
SCHOOL = "oak"  # whose week the demo tells
OF_EVERY_SCHOOL = {"Today", "Mail"}
# Whose page an entry of the navigation is, where it is not the head's.
OWN = {
    "Runs": AppRole.IT_MANAGER,
    "Consents": AppRole.OFFICE,
    "Leavers": AppRole.HR,
    "Licences": AppRole.IT_MANAGER,
    "Mail": AppRole.DPO,
    "Breaches": AppRole.DPO,
    "Worklist": AppRole.IT_MANAGER,
}


def a_plan(page: Page) -> None:
    """The newest plan that changes something."""
    page.goto("/runs")
    row = page.locator("table.runs tbody tr").filter(has_not=page.get_by_text("applied")).first
    row.get_by_role("link").first.click()


def a_pupil(page: Page) -> None:
    """The first pupil without a consent."""
    page.goto(f"/consents?school={SCHOOL}&state=refused")
    page.locator("tbody th a").first.click()


def forms_to_check(page: Page) -> None:
    """A pile that waits for a second person."""
    page.goto(f"/consents/check?school={SCHOOL}")


def licences_run_out(page: Page) -> None:
    """The forecast."""
    page.goto(f"/licences/forecast?school={SCHOOL}")


def today(page: Page) -> None:
    """The first page."""
    page.goto("/")


BESIDE: tuple[tuple[str, AppRole, Callable[[Page], None]], ...] = (
    ("plan", AppRole.HEAD, a_plan),
    ("pupil", AppRole.OFFICE, a_pupil),
    ("check", AppRole.HEAD, forms_to_check),
    ("forecast", AppRole.IT_MANAGER, licences_run_out),
)


@contextmanager
def console() -> Iterator[str]:
    """The address of the demo's console, for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        words = ["-m", "api.cli", "demo", "--serve", "--out", folder, "--port", str(port)]
        # A process group of its own, so that the tenant is stopped with it.
        played = subprocess.Popen(
            [sys.executable, *words], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert played.stdout is not None
        try:
            if not any(line.startswith(READY) for line in played.stdout):
                raise SystemExit("the demo ended before its console was served")
            yield f"http://localhost:{port}"
        finally:
            os.killpg(played.pid, signal.SIGINT)
            played.wait()


def signed_in(browser: Browser, address: str, role: AppRole) -> Page:
    """A window in which somebody with this role has signed in."""
    size = {"width": 1280, "height": 800}
    context = browser.new_context(ignore_https_errors=True, viewport=size, base_url=address)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/")
    page.locator("tr").filter(has=page.get_by_role("cell", name=role, exact=True)).get_by_role(
        "button"
    ).first.click()
    page.wait_for_url(re.compile(re.escape(address)))
    return page


def take(page: Page, file: Path) -> None:
    """What the window shows, as PNG, or as JPEG where that is large."""
    for old in file.parent.glob(f"{file.name}.*"):
        old.unlink()
    taken, kind = page.screenshot(), "png"
    for quality in (80, 65, 50, 35):
        if len(taken) > LARGEST:
            taken, kind = page.screenshot(type="jpeg", quality=quality), "jpg"
    file.with_name(f"{file.name}.{kind}").write_bytes(taken)
    sys.stdout.write(f"{file.name}.{kind}  {len(taken):,} bytes\n")
    sys.stdout.flush()


def pictures(browser: Browser, address: str, out: Path) -> None:
    """Every picture."""
    windows: dict[AppRole, Page] = {}

    def window(role: AppRole) -> Page:
        if role not in windows:
            windows[role] = signed_in(browser, address, role)
        return windows[role]

    for entry in NAVIGATION:
        may = GRANTED[entry.needs]
        usual = AppRole.HEAD if AppRole.HEAD in may else min(may)
        page = window(OWN.get(entry.title, usual))
        page.goto(entry.path if entry.title in OF_EVERY_SCHOOL else f"{entry.path}?school={SCHOOL}")
        take(page, out / entry.title.lower().replace(" ", "-"))
    for name, role, go in BESIDE:
        go(window(role))
        take(window(role), out / name)
    head = window(AppRole.HEAD)
    today(head)
    head.emulate_media(color_scheme="dark")
    take(head, out / "today-dark")
    head.emulate_media(color_scheme="light")
    head.set_viewport_size({"width": 400, "height": 800})
    take(head, out / "today-narrow")


def main() -> None:
    """Take them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, required=True, metavar="DIR")
    out: Path = asked.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with console() as address, sync_playwright() as driver:
        browser = launched(driver)
        pictures(browser, address, out)
        browser.close()


if __name__ == "__main__":
    main()
