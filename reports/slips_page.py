"""Slips to print and cut: name, user name, password, and what to do at the first sign-in.

Nothing else of a person is on it. Every password is set so that no two letters look alike, with a
line that reads it out.
"""

from collections.abc import Sequence

from msgspec import Struct

from graphsync.slip_desk import Page, Slip
from reports.run_page import TEMPLATES, template

A_SHEET = {"plain": 8, "large": 2}
_MARKS = {
    "-": "hyphen",
    "_": "underscore",
    ".": "full stop",
    "@": "at sign",
    "#": "hash sign",
    "!": "exclamation mark",
    "$": "dollar sign",
    "%": "per cent sign",
    "&": "ampersand",
    "*": "asterisk",
    "+": "plus sign",
    "=": "equals sign",
    "?": "question mark",
}


class Sheet(Struct, frozen=True):
    """One piece of paper; `size` is plain or large."""

    size: str
    slips: tuple[Slip, ...]


def page(of: Page, *, large: bool, style_at: str = "") -> str:
    """The whole page; `large` for everybody, and for pupils of KS1 and below in any case.

    A page that is served takes its style from `style_at`; one in a file holds it.
    """
    big = [slip for slip in of.slips if large or slip.young]
    small = [slip for slip in of.slips if not (large or slip.young)]
    sheets = [*_sheets("large", big), *_sheets("plain", small)]
    return template("slips.html").render(page=of, sheets=sheets, reading=reading, style_at=style_at)


def style() -> bytes:
    """The style of the page."""
    return (TEMPLATES / "slips.css").read_bytes()


def reading(password: str) -> str:
    """What a reader may mistake, said in words: `capital C, hyphen, number 7`."""
    said = [_said(one) for one in password]
    return ", ".join(dict.fromkeys(one for one in said if one))


def _said(sign: str) -> str:
    if sign.isdigit():
        return f"number {sign}"
    if sign.isupper():
        return f"capital {sign}"
    return _MARKS.get(sign, "")


def _sheets(size: str, slips: Sequence[Slip]) -> list[Sheet]:
    most = A_SHEET[size]
    return [Sheet(size, tuple(slips[at : at + most])) for at in range(0, len(slips), most)]
