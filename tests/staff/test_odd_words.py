"""Whatever somebody is called, or wrote: text on every page and picture, and in every file."""

import csv
import dataclasses
import io
import pprint
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
from odd_words import ODD, world
from room_asking import answer
from room_rows import Made, of_a_program, table
from staff_side import StaffSide

from api.staff.plots import PLOTS

# What a browser or a spreadsheet opens: JSON is read by programs, and never taken for a page.
OPENED = {
    (method, path): row
    for (method, path), row in table().items()
    if not of_a_program(path) or path.endswith((".csv", ".ps1"))
}
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
OURS = "alert(1)"  # what is left of the odd words wherever they are shown
LOCAL = re.compile(r"/([a-z][\w/:.?&=%-]*)?")
NO_TENANT = 503  # none is there to be asked
FORMULA = ("=", "+", "-", "@")
# What says our own words and numbers alone. Anything else shows the odd words to some role, or this
# test sees nothing of it: give `world` what the new page is about.
NO_WORDS = {
    *("/sign-in", "/sign-in/callback", "/signed-out", "/console.css", "/slips.css"),
    *("/breaches/report", "/consents/enforcement", "/consents/enter", "/consents/import"),
    *(
        "/exports",
        "/requests/log",
        "/journal",
        "/journal/export",
        "/mail",
        "/mail/feed",
        "/mail/import",
        "/slips",
    ),
    *("/pictures", *(f"/plots/{name}.svg" for name in PLOTS)),
    *("/policies/coverage", "/policies/why"),
}


class Elements(HTMLParser):
    """What a browser would make of odd words, if they were more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        odd = {one for one in names if one.startswith("on") or not re.fullmatch(r"[a-z:-]+", one)}
        if tag == "script" or odd or ("src", "x") in attrs or len(names) < len(attrs):
            self.wrong.append(f"<{tag} {sorted(names)}>")


def wrong_in(got: httpx.Response) -> Iterator[str]:
    """What in an answer is more than text, by its kind."""
    if got.status_code >= 500 and got.status_code != NO_TENANT:
        yield f"fails: {got.status_code}"
    if got.is_redirect:
        yield from () if LOCAL.fullmatch(got.headers["location"]) else [got.headers["location"]]
        return
    kind, text = got.headers["content-type"].partition(";")[0], got.text
    if found := TURNING.search(text):
        yield f"turns around: {text[max(found.start() - 200, 0) : found.start()]!r}"
    if "X49X" in text:
        yield "reckons what stands in a name"
    if kind in {"text/html", "image/svg+xml"}:
        elements = Elements()
        elements.feed(text)
        yield from elements.wrong
    elif kind == "text/csv":
        cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
        yield from (one for one in cells if one.startswith(FORMULA))
    elif kind not in {"text/plain", "text/css"}:
        yield f"nobody looks at {kind}"


def odd(sent: Any) -> Any:
    """The same form or document with odd words in every field."""
    return {name: ODD if isinstance(value, str) else value for name, value in sent.items()}


async def test_odd_words_are_text_in_every_room(side: StaffSide) -> None:
    made: Made = defaultdict(lambda: "x", world(side))
    wrong: list[object] = []
    silent: set[str] = set()
    for number, ((method, path), row) in enumerate(OPENED.items()):
        side.address = f"192.0.2.{number}"
        asked = dataclasses.replace(row, query={"school": "oak", **row.query})
        roles = sorted(row.roles or ())
        if "{" not in path:
            roles = roles[:1]
        if method == "POST":  # with what nobody meant, all are answered alike
            asked = dataclasses.replace(asked, sent=lambda made, row=row: odd(row.sent(made)))
            roles = roles[:1]
        told = [await answer(side, method, path, asked, role, made) for role in roles]
        wrong += [(method, path, *found) for got in told if (found := tuple(wrong_in(got)))]
        if method == "GET" and not any(OURS in got.text for got in told):
            silent.add(path)
    assert not wrong, pprint.pformat(wrong)
    assert silent == NO_WORDS
