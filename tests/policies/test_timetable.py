"""When the clock strikes: once a day in London, also where a day has a time twice or not at all."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.school_days import LONDON, school_day
from policies.timetable import daily_after, daily_until, every_after, moment_on

TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(
    datetime(2024, 1, 2),  # noqa: DTZ001 - the zone comes beside it
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("day", "at", "strikes"),
    [
        (date(2026, 3, 28), time(1, 30), "2026-03-28T01:30"),
        (date(2026, 3, 29), time(1, 30), "2026-03-29T01:30"),  # 02:30 by the new clock
        (date(2026, 3, 29), time(2), "2026-03-29T01:00"),
        (date(2026, 3, 30), time(1, 30), "2026-03-30T00:30"),
        (date(2026, 10, 24), time(1, 30), "2026-10-24T00:30"),
        (date(2026, 10, 25), time(1, 30), "2026-10-25T00:30"),  # the first of the two
        (date(2026, 10, 26), time(1, 30), "2026-10-26T01:30"),
    ],
)
def test_a_time_that_a_change_leaves_out_or_doubles_is_one_moment(
    day: date, at: time, strikes: str
) -> None:
    assert moment_on(day, at) == datetime.fromisoformat(strikes).replace(tzinfo=UTC)


@given(TIMES, MOMENTS)
def test_every_day_has_each_time_exactly_once(at: time, start: datetime) -> None:
    moment, days = start, []
    for _ in range(5):
        later = daily_after(at, moment)
        assert later > moment
        assert daily_until(at, later) == later
        assert daily_until(at, later - timedelta(microseconds=1)) <= moment
        days.append(school_day(later))
        moment = later
    assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 4


@given(TIMES, MOMENTS)
def test_the_clock_in_london_shows_that_time_unless_it_was_left_out(
    at: time, moment: datetime
) -> None:
    shown = daily_after(at, moment).astimezone(LONDON)
    later = shown.replace(tzinfo=None) - datetime.combine(shown.date(), at)
    assert later in {timedelta(0), timedelta(hours=1)}
    assert later == timedelta(0) or (shown.month, shown.hour) == (3, 2)


@given(MOMENTS, st.sampled_from([1, 10, 60]))
def test_a_step_strikes_when_it_is_full(moment: datetime, minutes: int) -> None:
    later = every_after(timedelta(minutes=minutes), moment)
    assert timedelta(0) < later - moment <= timedelta(minutes=minutes)
    assert (later.minute % minutes, later.second, later.microsecond) == (0, 0, 0)
