"""How many new passwords each person was set: for the safeguarding lead and IT (law B6).

Who resets a password can read what the account holds: many within a week are looked at.
"""

from collections.abc import Collection
from datetime import date, datetime, time

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.password_desk import ASKED, OFTEN, WEEK
from policies.people import PersonKey
from policies.school_days import LONDON, school_day


class ResetCount(Struct, frozen=True, kw_only=True):
    """One person's new passwords: within seven days, this month and the one before; the last one.

    `by` is who asked for the last: an account, or the key of a teacher.
    """

    person: PersonKey
    week: int
    month: int
    month_before: int
    last: datetime
    by: str

    @property
    def often(self) -> bool:
        """Whether somebody should ask why."""
        return self.week >= OFTEN


def counts(bench: Bench, schools: Collection[str]) -> tuple[ResetCount, ...]:
    """Everybody of these schools who was set one since the month before began.

    The most within seven days first, then the most this month.
    """
    now = bench.now()
    month = school_day(now).replace(day=1)
    before = month.replace(year=month.year - (month.month == 1), month=(month.month - 2) % 12 + 1)
    found: dict[PersonKey, list[tuple[datetime, str]]] = {}
    for person, at, by in bench.store.journal.events(schools, ASKED, _midnight(before)):
        found.setdefault(person, []).append((at, by))
    lines = (_count(person, its, now, month) for person, its in found.items())
    return tuple(sorted(lines, key=lambda one: (-one.week, -one.month, one.person)))


def _count(
    person: PersonKey, asked: list[tuple[datetime, str]], now: datetime, month: date
) -> ResetCount:
    this_month = sum(at >= _midnight(month) for at, _ in asked)
    last, by = asked[-1]
    return ResetCount(
        person=person,
        week=sum(at >= now - WEEK for at, _ in asked),
        month=this_month,
        month_before=len(asked) - this_month,
        last=last,
        by=by,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
