"""How a hold stands on a day, and which holds somebody should look at because they end.

Pure. A hold that has ended changes nothing by itself: the next plan draws the person from the
roster again, and the guard judges that plan like any other.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from graphsync.report import EndingReport
from graphsync.store.holds import Hold

NEAR = timedelta(days=7)


def ending(holds: Iterable[Hold], day: date) -> tuple[EndingReport, ...]:
    """The holds that end within a week of `day` or ended in the week before it, by their end."""
    found = [
        EndingReport(
            hold=hold.id,
            person=str(hold.person),
            mode=hold.mode,
            until=hold.until,
            ended=hold.until < day,
        )
        for hold in holds
        if hold.lifted_at is None and hold.until is not None and abs(hold.until - day) <= NEAR
    ]
    return tuple(sorted(found, key=lambda one: (one.until, one.hold)))


def state_of(hold: Hold, day: date) -> str:
    """How the hold stands on this day, in words."""
    if hold.lifted_at is not None:
        return "lifted"
    if hold.until is None:
        return "stands, without an end"
    left = (hold.until - day).days
    if left < 0:
        return "ended"
    if left > NEAR.days:
        return "stands"
    return "ends today" if left == 0 else f"ends in {left} day{'' if left == 1 else 's'}"
