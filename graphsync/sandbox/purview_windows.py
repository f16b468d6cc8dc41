"""The times of the activity feed: how they are written, what a window of content may be.

Management Activity API reference, "List available content": both ends or neither, UTC, at most 24
hours apart, the start no more than 7 days in the past; contentCreated >= start and < end. Without
them it is the last 24 hours. Times are milliseconds since the epoch.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from graphsync.sandbox.purview import KEPT_MS
from graphsync.sandbox.purview_problems import bad_page, bad_window, half_a_window, wrong_type

_DAY_MS = 24 * 3_600_000
# The documented forms; Microsoft's own client (O365-ActivityFeed-AzureFunction) sends ".fffZ".
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?Z?)?)?", re.ASCII)
_PAGE = re.compile(r"(\d{17})R(\d{12})", re.ASCII)


def stamp(moment: int) -> str:
    """As the feed prints times: ``2015-05-23T17:35:00.000Z``."""
    text = datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment % 1000:03}Z"


def digits(moment: int) -> str:
    """The time in 17 digits, as ids and page tokens have it."""
    return re.sub(r"\D", "", stamp(moment))


def from_digits(text: str) -> int | None:
    """The time of 17 digits; None where the calendar has none such."""
    try:
        whole = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(whole.timestamp()) * 1000 + int(text[14:])


def window(query: Mapping[str, str], now: int) -> tuple[int, int, dict[str, str]]:
    """Start and end, and how the next page's address names them; refused when they are wrong.

    query  by lower-case names
    """
    names = ("startTime", "endTime")
    given = {name: query[name.lower()] for name in names if query.get(name.lower())}
    if not given:
        start, end = now - _DAY_MS, now
        return start, end, {"startTime": stamp(start), "endTime": stamp(end)}
    if len(given) == 1:
        raise half_a_window()
    start, end = (_moment(name, text) for name, text in given.items())
    if not start < end <= start + _DAY_MS or start < now - KEPT_MS:
        raise bad_window(*given.values())
    return start, end, given


def page_token(available: int, number: int) -> str:
    """What stands for the page after this content."""
    return f"{digits(available)}R{number:012}"


def page_start(token: str | None) -> tuple[int, int]:
    """The content after which the page begins; refused for what is no token of a page."""
    if token is None:
        return (0, 0)
    match = _PAGE.fullmatch(token)
    moment = from_digits(match[1]) if match is not None else None
    if match is None or moment is None:
        raise bad_page(token)
    return moment, int(match[2])


def _moment(name: str, text: str) -> int:
    try:
        if not _TIME.fullmatch(text):
            raise wrong_type(name, "datetime")
        moment = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong_type(name, "datetime") from error
    return round(moment.timestamp() * 1000)
