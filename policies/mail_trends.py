"""How incidents of data loss went, period by period; small numbers are not told (law A16.7).

An incident counts once, in the period of its first record, under its gravest class, and as the
safest thing that one of its records tells: Purview writes several records of one mail. Every table
shares out the incidents of a period, so that what a page tells of one table adds up to what it
tells of the others; nothing adds up over periods.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import TypeAlias

from msgspec import Struct

from policies.mail_effects import Fate
from policies.mail_queue import Outcome
from policies.school_days import monday

FEWEST = 5
UNBLOCKED = frozenset({Fate.UNKNOWN, Fate.TRIED, Fate.LET_THROUGH})
# From the gravest; a class of a pack's own stands after these.
CLASSES = (
    "special_category",
    "safeguarding",
    "medical",
    "national_id",
    "financial",
    "credentials",
    "personal",
)


class Mark(StrEnum):
    """What stands for a number that is not told: one of 1 to 4, or one that would tell of those."""

    FEW = "<5"
    HIDDEN = "hidden"


class Step(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"


Cell: TypeAlias = int | Mark


class Incident(Struct, frozen=True):
    """One incident: its first day, and what counts of it; `hours` until somebody decided."""

    day: date
    category: str
    sender: str
    fate: Fate
    overridden: bool
    outcome: Outcome | None = None
    hours: float | None = None


class Line(Struct, frozen=True):
    """One row of a table: a cell for each period."""

    name: str
    cells: tuple[Cell, ...]


class Table(Struct, frozen=True):
    """The incidents of each period shared out `by` something."""

    by: str
    lines: tuple[Line, ...]


class Trends(Struct, frozen=True, kw_only=True):
    """The whole page: each series has one value a period, a share is None where it is not told.

    `begin` and `end` are the first and the last day. `headline` is the unblocked share over all
    periods that tell theirs. `decided` are incidents on which somebody decided, with the median and
    the worst of the hours that this took.
    """

    schools: tuple[str, ...]
    begin: date
    end: date
    step: Step
    suppressed: bool
    periods: tuple[date, ...]
    headline: float | None
    incidents: tuple[Cell, ...]
    unblocked: tuple[Cell, ...]
    unblocked_share: tuple[float | None, ...]
    overridden: tuple[Cell, ...]
    override_share: tuple[float | None, ...]
    decided: tuple[Cell, ...]
    median_hours: tuple[float | None, ...]
    worst_hours: tuple[float | None, ...]
    tables: tuple[Table, ...]


def category_of(classes: Iterable[str]) -> str:
    """The gravest of these classes of data."""
    return min(classes, key=lambda one: (_rank(one), one), default="none")


def period_of(day: date, step: Step) -> date:
    """The first day of the period of a day."""
    return day.replace(day=1) if step is Step.MONTH else monday(day)


def periods(begin: date, end: date, step: Step) -> tuple[date, ...]:
    """The first days of all periods from one day to another, both included."""
    found = [period_of(begin, step)]
    while (following := period_of(found[-1] + timedelta(days=_LONGEST[step]), step)) <= end:
        found.append(following)
    return tuple(found)


_LONGEST = {Step.WEEK: 7, Step.MONTH: 31}  # days after which the next period has begun


def shared_out(total: Cell, parts: Sequence[int]) -> tuple[Cell, ...]:
    """The parts of a total as they may be told beside it.

    Where parts are of 1 to 4, larger ones are hidden beside them, from the first on, until the sum
    of what is hidden leaves each small part open. Which ones these are depends on sums alone that
    anybody can take from the total. Where all would not do, none is told. A nought is told: it is
    nobody.
    """
    if isinstance(total, Mark):
        return (Mark.HIDDEN,) * len(parts)
    few = {number for number, one in enumerate(parts) if 0 < one < FEWEST}
    if not few:
        return tuple(parts)
    beside: set[int] = set()
    spare = sum(parts[number] for number in few) - (FEWEST - 1) * len(few)
    for number, one in enumerate(parts):
        if one >= FEWEST and (spare < 0 or not beside):
            beside.add(number)
            spare += one - FEWEST
    if spare < 0 or not beside:
        return (Mark.HIDDEN,) * len(parts)
    marks = {**dict.fromkeys(few, Mark.FEW), **dict.fromkeys(beside, Mark.HIDDEN)}
    return tuple(marks.get(number, one) for number, one in enumerate(parts))


def told(total: int) -> Cell:
    """A total that nothing is known of beside."""
    return Mark.FEW if 0 < total < FEWEST else total


class _Page:
    """The incidents by period, and how a number of them is told."""

    def __init__(self, by_period: Sequence[Sequence[Incident]], *, suppressed: bool) -> None:
        self.by_period = by_period
        self.suppressed = suppressed
        self.totals = tuple(self.total(len(some)) for some in by_period)

    def total(self, number: int) -> Cell:
        return told(number) if self.suppressed else number

    def parts(self, total: Cell, numbers: Sequence[int]) -> tuple[Cell, ...]:
        return shared_out(total, numbers) if self.suppressed else tuple(numbers)

    def halves(self, holds: Callable[[Incident], bool]) -> list[tuple[Cell, ...]]:
        """For each period those of which something holds, and the others."""
        found = []
        for total, some in zip(self.totals, self.by_period, strict=True):
            number = sum(map(holds, some))
            found.append(self.parts(total, (number, len(some) - number)))
        return found

    def lines(
        self,
        totals: Sequence[Cell],
        names: Iterable[str],
        name_of: Callable[[Incident], str | None],
    ) -> tuple[Line, ...]:
        """A row for each name, whose cells share out the totals."""
        order = tuple(names)
        columns = []
        for total, some in zip(totals, self.by_period, strict=True):
            counts = dict.fromkeys(order, 0)
            for one in some:
                if (name := name_of(one)) in counts:
                    counts[name] += 1
            columns.append(self.parts(total, [counts[name] for name in order]))
        return tuple(
            Line(name, tuple(column[row] for column in columns)) for row, name in enumerate(order)
        )


def trends_of(
    incidents: Iterable[Incident],
    schools: Sequence[str],
    begin: date,
    end: date,
    step: Step,
    *,
    suppressed: bool,
) -> Trends:
    """The page of these incidents, which all happened from `begin` to `end`."""
    firsts = periods(begin, end, step)
    by_period: Mapping[date, list[Incident]] = {first: [] for first in firsts}
    for one in incidents:
        by_period[period_of(one.day, step)].append(one)
    every = [one for some in by_period.values() for one in some]
    page = _Page(list(by_period.values()), suppressed=suppressed)
    fates = page.halves(lambda one: one.fate in UNBLOCKED)
    unblocked, stopped = tuple(one[0] for one in fates), tuple(one[1] for one in fates)
    overrides = page.halves(lambda one: one.overridden)
    overridden = tuple(one[0] for one in overrides)
    times = [sorted(o.hours for o in some if o.hours is not None) for some in page.by_period]
    decided = tuple(one[0] for one in page.halves(lambda one: one.hours is not None))
    telling = [
        [] if isinstance(number, Mark) else hours
        for hours, number in zip(times, decided, strict=True)
    ]
    categories = sorted({one.category for one in every}, key=lambda one: (_rank(one), one))
    safe = [one for one in Fate if one not in UNBLOCKED]
    unsafe = [one for one in Fate if one in UNBLOCKED]
    return Trends(
        schools=tuple(schools),
        begin=begin,
        end=end,
        step=step,
        suppressed=suppressed,
        periods=firsts,
        headline=_headline(unblocked, page.totals),
        incidents=page.totals,
        unblocked=unblocked,
        unblocked_share=_shares(unblocked, page.totals),
        overridden=overridden,
        override_share=_shares(overridden, page.totals),
        decided=decided,
        median_hours=tuple(round(median(some), 1) if some else None for some in telling),
        worst_hours=tuple(round(some[-1], 1) if some else None for some in telling),
        tables=(
            Table("class of data", page.lines(page.totals, categories, lambda one: one.category)),
            Table(
                "sender",
                page.lines(page.totals, sorted({o.sender for o in every}), lambda o: o.sender),
            ),
            Table(
                "what became of it",
                (
                    *page.lines(stopped, safe, lambda one: one.fate),
                    *page.lines(unblocked, unsafe, lambda one: one.fate),
                ),
            ),
            Table("decision", page.lines(decided, Outcome, lambda one: one.outcome)),
        ),
    )


def _rank(name: str) -> int:
    return CLASSES.index(name) if name in CLASSES else len(CLASSES)


def _share(part: Cell, total: Cell) -> float | None:
    if isinstance(part, Mark) or isinstance(total, Mark) or not total:
        return None
    return round(part / total, 3)


def _shares(parts: Iterable[Cell], totals: Iterable[Cell]) -> tuple[float | None, ...]:
    return tuple(_share(part, total) for part, total in zip(parts, totals, strict=True))


def _headline(parts: Iterable[Cell], totals: Iterable[Cell]) -> float | None:
    told_of = [
        (part, total)
        for part, total in zip(parts, totals, strict=True)
        if not isinstance(part, Mark) and not isinstance(total, Mark)
    ]
    return _share(sum(part for part, _ in told_of), sum(total for _, total in told_of))
