"""Times of records and of exports. All are UTC; a record has no zone on it."""

import re
from datetime import UTC, datetime

_RECORD = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,7})?(?:Z|\+00:?00)?", re.ASCII
)
# `9/20/2023 4:05:03 AM`: how the portal writes times, month first, whoever's language it speaks.
_PORTAL = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d):(\d\d) ([AP])M", re.ASCII | re.IGNORECASE
)


def record_time(text: str | None) -> datetime | None:
    """`2026-01-24T06:54:24` with or without a fraction and a Z; None for anything else."""
    match = _RECORD.fullmatch((text or "").strip())
    return _moment(*map(int, match.groups())) if match else None


def export_time(text: str) -> datetime | None:
    """A time as exports write it: as records do, or in the US order with AM or PM.

    None for anything else, so for what a spreadsheet made of it: without AM or PM nobody can tell
    the month from the day.
    """
    if (moment := record_time(text)) is not None:
        return moment
    match = _PORTAL.fullmatch(text.strip())
    if match is None:
        return None
    month, day, year, hour, minute, second = map(int, match.groups()[:6])
    if not 1 <= hour <= 12:
        return None
    afternoon = 12 if match[7].upper() == "P" else 0
    return _moment(year, month, day, hour % 12 + afternoon, minute, second)


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
