"""Stopped by a signal in each wave and run again: what had left is told, nothing is doubled."""

import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from night import Ended, School, ordinary, whole
from quick_night import quick_night
from running_tenant import Tenant, start_tenant
from started_ahead import until

BATCH = r"/\$batch$"
ANSWER = {"kind": "slow", "path": BATCH, "seconds": 60}  # until the faults are taken away
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


def stopped(school: School, *signals: signal.Signals) -> Ended:
    """A sync that gets these signals while its first batch of writes is on the way.

    One is followed by the batch's answer; with more the answer comes when the process has ended.
    """
    tenant = school.tenant
    assert school.json("plan").code == 0  # it reads what is new, so that the next batch is writes
    tenant.faults(ANSWER)
    mark = tenant.mark()
    process = school.start("sync")
    until(lambda: tenant.batches(mark) == 1)
    for number in signals:
        process.send_signal(number)
    if len(signals) == 1:
        tenant.faults()
    out, err = process.communicate(timeout=60)
    tenant.faults()
    tenant.settle()
    return Ended(process.returncode, out, err)


@pytest.fixture(scope="module")
def undisturbed(schools: Iterator[School]) -> tuple[Any, ...]:
    """How that night ends when nobody stops it."""
    twin = ordinary(next(schools))
    assert twin.json("sync").code == 0
    return twin.truth(), twin.groups()


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
def test_a_night_that_is_stopped_in_each_of_its_waves_ends_as_its_twin(
    school: School, undisturbed, number: signal.Signals
):
    ordinary(school)
    mark = school.tenant.mark()
    for wave in range(3):
        night = stopped(school, number)
        assert night.code == CODES[number], f"wave {wave + 1}: {night.err}"
        assert "the next run settles" in night.err.lower()
        assert "Traceback" not in night.err
        assert school.rows("open_intents") == [], "what had left was answered and is told"
        broken = [row["id"] for row in school.rows("runs") if row["state"] == "broken"]
        assert len(broken) == wave + 1
        assert all("stopped" in school.json("run", run).run["error"] for run in broken)
    last = school.json("sync")
    assert (last.code, last.counts) == (0, {}), "the third wave was the last"
    writes = [one for one in school.tenant.writes(mark) if one["status"] < 300]
    twice = [path for path, times in Counter(one["path"] for one in writes).items() if times > 1]
    assert twice == [], "no object is written twice"
    assert (school.truth(), school.groups()) == undisturbed
    whole(school)


def test_nothing_leaves_after_the_signal_and_the_report_says_what_was_not_tried(school: School):
    assert stopped(school, signal.SIGTERM).code == 143
    (run,) = [row["id"] for row in school.rows("runs") if row["state"] == "broken"]
    report = school.json("run", run).run
    counts = Counter(change["outcome"] for change in report["changes"])
    assert counts == {"done": 14, "not_tried": len(report["changes"]) - 14}
    assert len(school.users()) == 8
    assert all(user["groups"] == [] for user in school.users().values())


def test_a_second_signal_ends_it_at_once_and_the_next_run_settles(school: School):
    # Two of the same may reach a busy process as one.
    night = stopped(school, signal.SIGINT, signal.SIGTERM)
    assert night.code == 143, night.err
    assert len(school.rows("open_intents")) == 14, "nobody waited for the answers"
    assert school.json("sync").code == 0
    assert len(school.users()) == 8
    whole(school)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory):
    """A tenant whose replicas are twelve seconds behind in the mean, thirty at most."""
    running = start_tenant(tmp_path_factory.mktemp("late"), seed="3000", scale=0.2)
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize(("number", "domain"), [(signal.SIGKILL, "s01"), (signal.SIGTERM, "s02")])
def test_what_a_stopped_run_had_written_is_not_missed_while_replicas_hide_it(
    late: Tenant, tmp_path, number: signal.Signals, domain: str
):
    school = School(late, domain, tmp_path)
    school.save_settings(VERIFY_WAIT="1")
    process = school.start("sync")
    until(lambda: "create_user" in _told(school))
    process.send_signal(number)
    process.communicate(timeout=60)
    (again,) = quick_night(school).runs
    assert again.held == (), "nobody's account is gone: it is only late"
    assert "create_user" not in again.counts
    assert len(school.users()) == 8
    whole(school, tries=2)


def _told(school: School) -> set[str]:
    """The operations of which the journal tells the end, as soon as there is a journal."""
    try:
        rows = school.rows("journal")
    except sqlite3.OperationalError:
        return set()
    return {row["operation"] for row in rows if row["what"] == "outcome"}
