"""The browser of the tests in a browser: Debian's Chromium, or Playwright's own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

DEBIANS = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def launched(driver: Playwright) -> Browser:
    """The browser, which the caller closes."""
    return driver.chromium.launch(executable_path=DEBIANS, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of a module's tests; without one they are skipped."""
    with sync_playwright() as driver:
        if DEBIANS is None and not Path(driver.chromium.executable_path).exists():
            pytest.skip("no Chromium is installed: apt install chromium, or playwright install")
        started = launched(driver)
        yield started
        started.close()


@contextmanager
def scriptless(browser: Browser) -> Iterator[Page]:
    """A page where no script runs, and that takes a certificate made by a test.

    It is closed before its server stops: that waits for every connection that is kept for later.
    """
    context = browser.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()
