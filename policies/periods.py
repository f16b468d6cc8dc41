"""Months as policies write them: when something was reviewed, and when it is due again."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

_MONTHS = 12


def months_of(period: str) -> int:
    """A month or day, written 2023-12 or 2023-12-04, as months since the year 0."""
    year, month = period.split("-")[:2]
    return int(year) * _MONTHS + int(month) - 1


def month_name(months: int) -> str:
    """`Dec 2023`, from months since the year 0."""
    return f"{date(months // _MONTHS, months % _MONTHS + 1, 1):%b %Y}"


def age(period: str, day: date) -> str:
    """How long ago that was, in whole years, or in months below one year."""
    months = months_of(day.isoformat()) - months_of(period)
    years = months // _MONTHS
    number, unit = (years, "year") if years else (months, "month")
    return f"{number} {unit}" + ("" if number == 1 else "s")


def is_over(period: str, months: int, day: date) -> bool:
    """Whether so many months after that month or day have passed; a month counts to its end."""
    due = months_of(period) + months
    today = months_of(day.isoformat())
    parts = period.split("-")
    return today > due or (today == due and len(parts) == 3 and day.day > int(parts[2]))


@lru_cache(maxsize=4096)
def months_after(day: date, months: int) -> date:
    """The corresponding date, or the last day of a month that has none, as periods run in law."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
