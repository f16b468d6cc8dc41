"""School terms by the calendar: whole and apart from each other, so that none is part of another.

A pack is of one of them and of no other days: numbers of spans that overlap could be subtracted
from each other (law B9, worst case a).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

# The month in which each begins. Easter moves; a term that moved with it could overlap another.
_BEGINS = {"spring": 1, "summer": 4, "autumn": 9}


class Term(Struct, frozen=True):
    """One term, both days included; `name` is such as `2026-autumn`."""

    name: str
    begin: date
    end: date

    @property
    def season(self) -> str:
        """`spring`, `summer` or `autumn`."""
        return self.name.partition("-")[2]

    @property
    def title(self) -> str:
        """Such as `Autumn term 2026`."""
        return f"{self.season.capitalize()} term {self.begin.year}"


def term_named(name: str) -> Term | None:
    """The term of this name; None where there is no such name."""
    year, _, season = name.partition("-")
    if season not in _BEGINS or len(year) != 4 or not (year.isascii() and year.isdigit()):
        return None
    return _term(int(year), season) if int(year) else None


def term_on(day: date) -> Term:
    """The term that a day lies in; days of holidays belong to the term before them."""
    season = [one for one, month in _BEGINS.items() if month <= day.month][-1]
    return _term(day.year, season)


def terms_back(last: date, first: date) -> Iterator[Term]:
    """The terms from that of one day back to that of an earlier one."""
    term = term_on(last)
    while term.end >= first:
        yield term
        term = term_on(term.begin - timedelta(days=1))


def _term(year: int, season: str) -> Term:
    begin = date(year, _BEGINS[season], 1)
    later = [date(year, month, 1) for month in _BEGINS.values() if month > begin.month]
    end = min(later) - timedelta(days=1) if later else date(year, 12, 31)
    return Term(f"{year:04}-{season}", begin, end)
