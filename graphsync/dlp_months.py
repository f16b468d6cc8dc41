"""The unblocked share for a glance: by month, and of the last 30 days.

The numbers are counted as those of the trends (graphsync/dlp_trends.py), so that a picture and the
report say the same; who sent it and what was decided is not asked for. One of 1 to 4, and what it
could be worked out of, is hidden where that is asked for.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.dlp_trends import day_of, fate_of, records_of
from policies.mail_trends import (
    UNBLOCKED,
    Cell,
    Mark,
    Step,
    period_of,
    shared_out,
    told,
)
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
    seen, through = _counted(bench, schools, since)
    return tuple(
        _mails(f"{month:%Y-%m}", seen[month], through[month], suppressed=suppressed)
        for month in sorted(seen)
    )


def lately(bench: Bench, schools: Collection[str], *, suppressed: bool) -> Mails | None:
    """The last 30 days; None where no rule fired at all, which proves nothing."""
    seen, through = _counted(bench, schools, school_day(bench.now()) - LATELY)
    if not seen:
        return None
    return _mails("", seen.total(), through.total(), suppressed=suppressed)


def _counted(
    bench: Bench, schools: Collection[str], since: date
) -> tuple[Counter[date], Counter[date]]:
    """How many incidents there were in each month, and how many of them went through."""
    seen, through = Counter[date](), Counter[date]()
    for rows in records_of(bench, schools, since, school_day(bench.now())).values():
        month = period_of(day_of(rows), Step.MONTH)
        seen[month] += 1
        through[month] += fate_of(rows) in UNBLOCKED
    return seen, through


def _mails(month: str, seen: int, through: int, *, suppressed: bool) -> Mails:
    numbers = (seen - through, through)
    parts: tuple[Cell, ...] = shared_out(told(seen), numbers) if suppressed else numbers
    blocked, not_blocked = (None if isinstance(one, Mark) else one for one in parts)
    return Mails(month=month, blocked=blocked, not_blocked=not_blocked)
