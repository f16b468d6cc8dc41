"""On how many mails a rule fired, month by month, and how many of them were not blocked.

A mail counts in the month in which graphsync learned of it. One of which it cannot be told counts
as not blocked: no evidence is never a pass.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct

from graphsync.bench import Bench
from policies.mail import Kind

SMALL = 5  # from here on a number says nothing about one person
LATELY = timedelta(days=30)
NOT_BLOCKED = (
    Kind.NOT_BLOCKED,
    Kind.TEST_MODE,
    Kind.UNKNOWN_ACTION,
    Kind.ENCRYPTION_NO_EXEMPTION,
    Kind.NOT_ENCRYPTED,
    Kind.OVERRIDDEN,
    Kind.OVERRIDDEN_UNJUSTIFIED,
)


class Mails(Struct, frozen=True, kw_only=True):
    """Mails of a month (or of 30 days): None is a number from 1 to 4 that is hidden."""

    month: str
    blocked: int | None
    not_blocked: int | None


def months(
    bench: Bench, schools: Collection[str], since: datetime, *, suppressed: bool
) -> tuple[Mails, ...]:
    """Each month since then in which something was seen, the oldest first."""
    seen = bench.store.tallies.mails(schools, since)
    through = bench.store.tallies.exceptions(schools, NOT_BLOCKED, since)
    return tuple(
        _mails(month, seen.get(month, 0), through.get(month, 0), suppressed=suppressed)
        for month in sorted(seen.keys() | through.keys())
    )


def lately(bench: Bench, schools: Collection[str], *, suppressed: bool) -> Mails | None:
    """The last 30 days; None where no rule fired at all, which proves nothing."""
    since = bench.now() - LATELY
    seen = sum(bench.store.tallies.mails(schools, since).values())
    through = sum(bench.store.tallies.exceptions(schools, NOT_BLOCKED, since).values())
    return _mails("", seen, through, suppressed=suppressed) if seen or through else None


def _mails(month: str, seen: int, through: int, *, suppressed: bool) -> Mails:
    # An item's time may begin in the month after its mail, so there may be more than were seen.
    parts = (max(seen - through, 0), through)
    if suppressed and any(0 < one < SMALL for one in parts):
        return Mails(month=month, blocked=None, not_blocked=None)
    return Mails(month=month, blocked=parts[0], not_blocked=parts[1])
