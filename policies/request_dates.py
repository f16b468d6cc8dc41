"""By when a request about somebody's data is answered (law A13.1, A13.2, A13.10).

Calendar months and days: no school holiday stops a clock (law A13.4). A last day on a Saturday or
Sunday moves to Monday. Bank holidays are not moved, since which there will be nobody knows here: a
day that is told is never too late.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from policies.periods import months_after

MONTHS = 1  # UK GDPR Article 12(3)
LONGER = 3  # one, and two more for many or difficult ones
ACKNOWLEDGE_DAYS = 30  # DPA 2018 section 164A; the day of receipt is the first


def working_day(day: date) -> date:
    """The day, or the Monday after it where it is a Saturday or Sunday."""
    return day + timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())


def due_on(received: date, paused: int, *, longer: bool) -> date:
    """The last day for the answer, where the clock stood for so many days."""
    end = months_after(received, LONGER if longer else MONTHS)
    return working_day(end + timedelta(days=paused))


def acknowledge_by(received: date) -> date:
    """The last day on which a complaint is acknowledged."""
    return received + timedelta(days=ACKNOWLEDGE_DAYS - 1)


def days_paused(pauses: Iterable[tuple[date, date | None]], today: date) -> int:
    """For how many days the clock stood; a pause without an end lasts until today."""
    return sum(((until or max(today, since)) - since).days for since, until in pauses)
