"""What keeps somebody from using a page, as a browser sees it (WCAG 2.2 AA)."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WIDE, ZOOMED, NARROW = 1280, 640, 320  # a window, the same at 200 % zoom and at 400 % (1.4.10)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"type": "tag", "values": TAGS}
# What a colour scheme or a narrow window can change.
LOOKS = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
RUN = "only => axe.run({runOnly: only, resultTypes: ['violations'], preload: false})"
# The width that the page needs beyond the window: tables may scroll, in a box of their own.
BEYOND = """() => {
  const room = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - room;
  if (over <= 0) return '';
  const at = [...document.querySelectorAll('body *')].find(
    (one) => one.getBoundingClientRect().right > room + 0.5);
  return `${over} px beyond ${room}, at ${at ? at.outerHTML.slice(0, 80) : '?'}`;
}"""
# After a key was pressed, focus by script shows as focus by keyboard does.
UNSEEN_IN_FOCUS = """() => {
  const able = 'a[href], button, input:not([type=hidden]), select, textarea, '
    + 'summary, [tabindex="0"]';
  return [...document.querySelectorAll(able)].filter((one) => {
    if (one.disabled || !one.checkVisibility()) return false;
    one.focus();
    const style = getComputedStyle(one);
    return document.activeElement !== one || style.outlineStyle === 'none'
      || parseFloat(style.outlineWidth) < 2;
  }).map((one) => one.outerHTML.slice(0, 80));
}"""

PRINTED = """() => [...document.querySelectorAll('body > header, nav, button, .skip')]
  .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80))"""


def window(browser: Browser, **more: Any) -> Page:
    """A window that lets axe in where a page itself may run no script."""
    page = browser.new_context(ignore_https_errors=True, bypass_csp=True, **more).new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(Axe().axe_script)
    return page


def show(page: Page, url: str, html: str) -> None:
    """Put a page into the window that came from this address.

    Pages of one origin are written one over the other, not gone to: axe, a large program, stays
    loaded and warm. The console has no script of its own that could tell.
    """
    if page.url == "about:blank":
        page.route(url, lambda route: route.fulfill(body="", content_type="text/html"))
        page.goto(url)
        page.unroute(url)
    page.set_content(html)


def wrong_with(page: Page) -> list[str]:
    """What is wrong with the page that is open: wide in light, printed, narrow in dark."""
    page.set_viewport_size({"width": WIDE, "height": 800})
    page.emulate_media(color_scheme="light")
    found = _violations(page, EVERY_RULE) + _headed(page)
    page.keyboard.press("Tab")
    found += [f"focus is not seen: {one}" for one in page.evaluate(UNSEEN_IN_FOCUS)]
    page.emulate_media(media="print")
    found += [f"printed: {one}" for one in page.evaluate(PRINTED)]
    page.emulate_media(media="screen", color_scheme="dark")
    for width in (ZOOMED, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        found += _beyond(page)
    return found + [f"{one} (dark)" for one in _violations(page, LOOKS)]


def _violations(page: Page, only: dict[str, Any]) -> list[str]:
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in page.evaluate(RUN, only)["violations"]
        for node in one["nodes"]
    ]


def _headed(page: Page) -> list[str]:
    found = []
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} first headings")
    if not page.title().split("·")[0].strip():
        found.append("a title that names nothing")
    return found


def _beyond(page: Page) -> list[str]:
    told = page.evaluate(BEYOND)
    return [told] if told else []
