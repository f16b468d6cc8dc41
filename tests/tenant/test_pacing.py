"""The pacer spends the quota and never exceeds it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsync.tenant.pacing import Bucket, Pacer, Quota
from graphsync.tenant.problems import SettingsProblem

quotas = st.builds(Quota, st.integers(1, 200), st.floats(0.5, 200))
steps = st.lists(st.tuples(st.floats(0, 60), st.integers(1, 200)), min_size=1, max_size=60)


def departures(quota, steps):
    """When each taking leaves, and how many writes it carries."""
    bucket, now, left = Bucket(quota, 0.0), 0.0, []
    for pause, writes in steps:
        now += pause
        wait = bucket.take(min(writes, quota.writes), now)
        left.append((now + wait, min(writes, quota.writes)))
    return left


@given(quotas, steps)
def test_no_window_ever_carries_more_than_the_quota_and_what_refilled(quota, steps):
    left = departures(quota, steps)
    for first in range(len(left)):
        carried = 0
        for at, writes in left[first:]:
            carried += writes
            allowed = quota.writes + quota.rate * (at - left[first][0])
            assert carried <= allowed + 1e-6 * quota.writes


@given(quotas, steps)
def test_takings_leave_in_the_order_they_were_asked(quota, steps):
    times = [at for at, _ in departures(quota, steps)]
    assert all(later >= sooner - 1e-6 for sooner, later in pairwise(times))


@given(quotas)
def test_a_full_bucket_leaves_at_once_and_the_next_write_waits_for_its_refill(quota):
    bucket = Bucket(quota, 0.0)
    assert bucket.take(quota.writes, 0.0) == 0
    assert bucket.take(1, 0.0) == pytest.approx(1 / quota.rate)


@given(quotas, st.floats(0.1, 100))
def test_a_429_holds_everything_back_for_its_time(quota, seconds):
    bucket = Bucket(quota, 0.0)
    bucket.close(seconds, 0.0)
    assert bucket.take(1, 0.0) >= seconds


def test_more_than_the_bucket_holds_is_refused():
    with pytest.raises(ValueError, match="exceed a quota"):
        Bucket(Quota(10, 1), 0.0).take(11, 0.0)


@pytest.mark.parametrize(
    ("text", "writes", "seconds"), [("3000/150s", 3000, 150), ("3000/7.5s", 3000, 7.5)]
)
def test_a_quota_is_written_as_writes_and_seconds(text, writes, seconds):
    assert Quota.parse(text) == Quota(writes, seconds)


@pytest.mark.parametrize("text", ["3000", "3000/150", "0/150s", "10/0s", "x/1s", ""])
def test_anything_else_is_refused_and_says_how_to_write_it(text):
    with pytest.raises(SettingsProblem, match="3000/150s"):
        Quota.parse(text)


def test_the_pacer_keeps_a_little_of_the_bucket_and_spends_the_whole_rate():
    kept = Quota(3000, 150).with_spare()
    assert kept.writes == 2900
    assert kept.rate == pytest.approx(20)


async def test_the_pacer_waits_as_long_as_the_bucket_says():
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    pacer = Pacer(Quota(20, 10), lambda: 5.0, sleep)
    await pacer.take(20)
    await pacer.take(4)
    pacer.pause(30)
    await pacer.take(1)
    assert slept == [pytest.approx(2), pytest.approx(30)]
