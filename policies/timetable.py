"""When the clock strikes: a time of day in London, or every so often; a pure matter of moments.

A day has each of its times once. A time that the change to summer time leaves out is taken an hour
later by the new clock; of one that the change back has twice, the first is taken.
"""

from datetime import UTC, date, datetime, time, timedelta

from policies.school_days import LONDON


def moment_on(day: date, at: time) -> datetime:
    """This time of this day in London, in UTC."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def daily_after(at: time, moment: datetime) -> datetime:
    """The first moment after `moment` at which it is this time in London, in UTC."""
    day = moment.astimezone(LONDON).date()
    return min(
        one
        for one in (moment_on(day + timedelta(days=more), at) for more in (-1, 0, 1, 2))
        if one > moment
    )


def daily_until(at: time, moment: datetime) -> datetime:
    """The last moment not after `moment` at which it was this time in London, in UTC."""
    day = moment.astimezone(LONDON).date()
    return max(
        one
        for one in (moment_on(day + timedelta(days=more), at) for more in (-2, -1, 0, 1))
        if one <= moment
    )


def every_after(step: timedelta, moment: datetime) -> datetime:
    """The next full step after a moment, in UTC; steps divide a day and begin with it."""
    utc = moment.astimezone(UTC)
    midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((utc - midnight) // step + 1) * step
