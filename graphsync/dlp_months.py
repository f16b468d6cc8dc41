"""The unblocked share for a glance: by month, and of the last 30 days.

The numbers are those of the trends (graphsync/dlp_trends.py), so that a picture and the report say
the same. One of 1 to 4, and what it could be worked out of, is hidden where that is asked for.
"""

from collections.abc import Collection
from datetime import date, timedelta

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.dlp_trends import trends
from policies.mail_trends import Cell, Mark, shared_out, told
from policies.school_days import school_day

LATELY = timedelta(days=30)


class Mails(Struct, frozen=True, kw_only=True):
    """Incidents of a month (or of 30 days), by whether they were blocked: None is hidden."""

    month: str
    blocked: int | None
    not_blocked: int | None


def months(
    bench: Bench, schools: Collection[str], since: date, *, suppressed: bool
) -> tuple[Mails, ...]:
    """Each month since then in which something was seen, the oldest first."""
    found = trends(bench, schools, since, school_day(bench.now()), suppressed=False)
    pairs = zip(found.periods, found.incidents, found.unblocked, strict=True)
    return tuple(
        _mails(f"{period:%Y-%m}", seen, through, suppressed=suppressed)
        for period, seen, through in pairs
        if seen
    )


def lately(bench: Bench, schools: Collection[str], *, suppressed: bool) -> Mails | None:
    """The last 30 days; None where no rule fired at all, which proves nothing."""
    today = school_day(bench.now())
    found = trends(bench, schools, today - LATELY, today, suppressed=False)
    seen, through = sum(map(_number, found.incidents)), sum(map(_number, found.unblocked))
    return _mails("", seen, through, suppressed=suppressed) if seen else None


def _mails(month: str, seen: Cell, through: Cell, *, suppressed: bool) -> Mails:
    parts: tuple[Cell, ...] = (_number(seen) - _number(through), through)
    if suppressed:
        parts = shared_out(told(_number(seen)), [_number(one) for one in parts])
    blocked, not_blocked = (None if isinstance(one, Mark) else one for one in parts)
    return Mails(month=month, blocked=blocked, not_blocked=not_blocked)


def _number(cell: Cell) -> int:
    """A number of trends that hide none."""
    return 0 if isinstance(cell, Mark) else cell
