"""By when a request about somebody's data is answered: month ends, holidays, pauses."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.periods import months_after
from policies.request_dates import (
    acknowledge_by,
    days_paused,
    due_on,
    working_day,
)

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
PAUSED = st.integers(0, 400)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-30", "2026-12-30"),
        ("2027-01-31", "2027-03-01"),  # 28 February is a Sunday
        ("2026-07-21", "2026-08-21"),  # the holidays of a school stop nothing
        ("2028-01-31", "2028-02-29"),
        ("2026-12-31", "2027-02-01"),  # 31 January is a Sunday
        ("2026-09-12", "2026-10-12"),
    ],
)
def test_it_is_due_on_the_same_day_of_the_next_month_or_its_last(received: str, due: str) -> None:
    assert due_on(date.fromisoformat(received), 0, longer=False) == date.fromisoformat(due)


def test_two_more_months_count_from_the_day_of_receipt_too() -> None:
    assert due_on(date(2026, 11, 30), 0, longer=True) == date(2027, 3, 1)  # 28.2. is a Sunday
    assert due_on(date(2026, 9, 1), 0, longer=True) == date(2026, 12, 1)


def test_a_pause_of_five_days_moves_it_by_five() -> None:
    assert due_on(date(2026, 9, 1), 5, longer=False) == date(2026, 10, 6)


def test_a_complaint_is_acknowledged_within_thirty_days_the_first_of_which_is_that_of_receipt() -> (
    None
):
    assert acknowledge_by(date(2026, 11, 1)) == date(2026, 11, 30)


@given(DAYS, st.integers(1, 12))
def test_months_after_lead_to_the_month_and_never_past_its_last_day(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == min(day.day, monthrange(after.year, after.month)[1])


@given(DAYS, PAUSED, st.sampled_from([1, 3]))
def test_a_last_day_is_never_on_a_weekend_and_never_before_the_months_are_over(
    received: date, paused: int, months: int
) -> None:
    due = due_on(received, paused, longer=months == 3)
    plain = months_after(received, months) + timedelta(days=paused)
    assert due.weekday() < 5
    assert timedelta() <= due - plain <= timedelta(days=2)


@given(DAYS, DAYS, PAUSED)
def test_what_came_in_later_is_never_due_earlier(one: date, other: date, paused: int) -> None:
    first, second = sorted([one, other])
    assert due_on(first, paused, longer=False) <= due_on(second, paused, longer=False)


@given(DAYS)
def test_a_working_day_is_the_day_itself_or_the_monday_after_it(day: date) -> None:
    then = working_day(day)
    assert then == day if day.weekday() < 5 else (then.weekday() == 0 and then - day < timedelta(3))


@given(DAYS, st.lists(st.integers(0, 30), max_size=6), st.integers(0, 60))
def test_pauses_add_up_and_one_that_lasts_counts_until_today(
    begin: date, lengths: list[int], today: int
) -> None:
    at, pauses = begin, list[tuple[date, date | None]]()
    for length in lengths:
        pauses.append((at, at + timedelta(days=length)))
        at += timedelta(days=length + 1)
    now = at + timedelta(days=today)
    assert days_paused(pauses, now) == sum(lengths)
    assert days_paused([*pauses, (at, None)], now) == sum(lengths) + today
    assert days_paused([(at, None)], at - timedelta(days=3)) == 0
