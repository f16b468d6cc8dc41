"""Trends of data loss: no number of 1 to 4 can be worked out of what one page tells."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policies.mail_effects import Fate
from policies.mail_queue import Outcome
from policies.mail_trends import (
    FEWEST,
    UNBLOCKED,
    Incident,
    Mark,
    Step,
    Trends,
    category_of,
    periods,
    shared_out,
    told,
    trends_of,
)

BEGIN, END = date(2026, 9, 1), date(2026, 10, 31)
SENDERS = ["staff: Head", "staff: Teacher", "pupil"]


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def test_who_knows_the_rule_works_no_small_number_out() -> None:
    """Every way to share out every total, by what is told of it: a small part has two answers."""
    for parts, most in ((2, 40), (3, 30), (4, 22)):
        for total in range(FEWEST, most):
            views: defaultdict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
            for one in compositions(total, parts):
                views[shared_out(total, one)].append(one)
            for view, may_be in views.items():
                for place, cell in enumerate(view):
                    values = {one[place] for one in may_be}
                    small = {value for value in values if 0 < value < FEWEST}
                    assert not small or len(values) > 1, (view, may_be)
                    assert isinstance(cell, Mark) or not small


def test_a_total_of_one_to_four_is_not_told_and_neither_is_any_part() -> None:
    assert [told(number) for number in (0, 1, 4, 5)] == [0, Mark.FEW, Mark.FEW, 5]
    assert shared_out(Mark.FEW, [3, 0]) == (Mark.HIDDEN, Mark.HIDDEN)


def test_large_parts_are_hidden_beside_small_ones_until_these_are_open() -> None:
    assert shared_out(39, [2, 7, 8, 22]) == (Mark.FEW, Mark.HIDDEN, 8, 22)
    assert shared_out(37, [1, 6, 8, 22]) == (Mark.FEW, Mark.HIDDEN, Mark.HIDDEN, 22)
    assert shared_out(8, [2, 6]) == (Mark.HIDDEN, Mark.HIDDEN)
    assert shared_out(12, [0, 12]) == (0, 12)


INCIDENTS = st.lists(
    st.builds(
        lambda day, fate, sender, category, outcome, overridden: Incident(
            day=BEGIN + timedelta(days=day),
            category=category,
            sender=sender,
            fate=fate,
            overridden=overridden,
            outcome=outcome,
            hours=None if outcome is None else 3.0,
        ),
        st.integers(0, 60),
        st.sampled_from(Fate),
        st.sampled_from(SENDERS),
        st.sampled_from(["medical", "personal"]),
        st.none() | st.sampled_from(Outcome),
        st.booleans(),
    ),
    max_size=60,
)


def of(incidents: list[Incident], *, suppressed: bool = True) -> Trends:
    return trends_of(incidents, ["oak"], BEGIN, END, Step.MONTH, suppressed=suppressed)


@given(INCIDENTS)
def test_a_page_that_leaves_the_desk_tells_no_number_of_one_to_four(
    incidents: list[Incident],
) -> None:
    page, plain = of(incidents), of(incidents, suppressed=False)
    series = [(page.incidents, plain.incidents), (page.unblocked, plain.unblocked)]
    series += [(page.overridden, plain.overridden), (page.decided, plain.decided)]
    for mine, whole in zip(page.tables, plain.tables, strict=True):
        series += [(a.cells, b.cells) for a, b in zip(mine.lines, whole.lines, strict=True)]
    for cells, numbers in series:
        for cell, number in zip(cells, numbers, strict=True):
            assert isinstance(cell, Mark) or (cell == number and not 0 < cell < FEWEST)
            assert cell is not Mark.FEW or 0 < int(number) < FEWEST


@given(INCIDENTS)
def test_what_is_left_of_a_total_when_all_that_is_told_is_taken_away_is_not_small(
    incidents: list[Incident],
) -> None:
    page = of(incidents)
    halves = [(page.incidents, [half]) for half in (page.unblocked, page.overridden, page.decided)]
    fates = {line.name: line.cells for line in page.tables[2].lines}
    bad = [fates[one] for one in UNBLOCKED]
    sums = [(page.incidents, [line.cells for line in table.lines]) for table in page.tables[:2]]
    sums += [(page.unblocked, bad), (page.decided, [o.cells for o in page.tables[3].lines])]
    for totals, rows in [*halves, *sums]:
        for place, total in enumerate(totals):
            cells = [row[place] for row in rows]
            known = sum(one for one in cells if not isinstance(one, Mark))
            hidden = sum(isinstance(one, Mark) for one in cells)
            if not isinstance(total, Mark) and (hidden == 1 or (len(rows) == 1 and not hidden)):
                assert not 0 < total - known < FEWEST


@given(INCIDENTS)
def test_the_desk_is_told_everything_and_every_table_adds_up(incidents: list[Incident]) -> None:
    page = of(incidents, suppressed=False)
    assert sum(map(int, page.incidents)) == len(incidents)
    for table in page.tables[:3]:
        for place, total in enumerate(page.incidents):
            assert sum(int(line.cells[place]) for line in table.lines) == total
    bad = sum(one.fate in UNBLOCKED for one in incidents)
    assert page.headline == (round(bad / len(incidents), 3) if incidents else None)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.sampled_from(Step))
def test_every_day_lies_in_one_period_that_begins_no_later(
    begin: date, length: int, step: Step
) -> None:
    end = begin + timedelta(days=length)
    found = periods(begin, end, step)
    assert list(found) == sorted(set(found))
    assert found[0] <= begin
    assert found[-1] <= end
    page = trends_of(
        [Incident(end, "medical", "pupil", Fate.TRIED, False)],
        ["oak"],
        begin,
        end,
        step,
        suppressed=False,
    )
    assert page.incidents == (*(0,) * (len(found) - 1), 1)


def test_an_incident_counts_under_its_gravest_class() -> None:
    assert category_of(["personal", "medical", "special_category"]) == "special_category"
    assert category_of(["zebra", "apple"]) == "apple"
    assert category_of([]) == "none"
