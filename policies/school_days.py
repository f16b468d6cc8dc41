"""Which day it is at school: the one place that turns a moment into a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def school_day(moment: datetime) -> date:
    """The day in London at this moment (with its zone): at half past midnight in summer, today."""
    return moment.astimezone(LONDON).date()


def academic_year(day: date, rolls_over: date | None) -> int:
    """The calendar year in which the school's academic year of this day began.

    It begins on `rolls_over` in the year that this names, else on 1 September.
    """
    begins = date(day.year, 9, 1)
    if rolls_over is not None and rolls_over.year == day.year:
        begins = rolls_over
    return day.year if day >= begins else day.year - 1


def weekdays_after(day: date, number: int) -> date:
    """The day that so many Mondays to Fridays come after; the holidays of a school are unknown."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def years_before(moment: datetime, years: int) -> datetime:
    """The same moment so many years ago; of 29 February, the day before where there is none."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)
