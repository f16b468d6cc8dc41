"""The clock: one night for all services together, caught up, paused, and told."""

import dataclasses
import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from staff_side import StaffSide

from api.chores import CHORES, NIGHTLY, Chore, Times, every_roster
from api.permissions import AppRole
from api.running import Runner
from api.schedule import REQUESTER, Clock, Following
from api.work import Done, Places
from graphsync.bench import Bench
from graphsync.job_desk import new_job
from graphsync.store.db import Store
from graphsync.store.jobs import Job, JobState

TIMES = Times(sync_at=time(1, 30), remind_at=None)
SYNC = NIGHTLY[0]


async def nothing(_: Bench, __: Places, ___: Job) -> Done:
    return Done()


def a_clock(side: StaffSide, *chores: Chore, times: Times = TIMES) -> Clock:
    work = {one.name: nothing for one in CHORES}
    runner = Runner(side.office.bench, work, side.places)
    return Clock(side.office.bench, runner, times, chores)


def slots(side: StaffSide) -> list[str | None]:
    return sorted(str(one.slot) for one in side.office.store.jobs.latest(["oak", "elm"], 50))


def test_two_services_on_one_store_have_one_night_between_them(side: StaffSide) -> None:
    office = side.office
    other = Store.open(f"sqlite:///{office.folder}/graphsync.db", lambda: office.now)
    bench = dataclasses.replace(office.bench, store=other)
    clocks = [
        a_clock(side, SYNC),
        Clock(bench, Runner(bench, {"sync": nothing}, side.places), TIMES, [SYNC]),
    ]
    asked: list[bool] = []
    together = threading.Barrier(8)

    def strike(clock: Clock) -> None:
        together.wait(8)
        asked.append(clock.strike(SYNC))

    threads = [threading.Thread(target=strike, args=(clocks[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(asked) == [False] * 7 + [True]
    (job,) = office.store.jobs.open()
    assert (job.what, job.requester) == ("sync", REQUESTER)


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_a_change_of_the_clock_gives_each_day_one_night(side: StaffSide, day: str) -> None:
    """Walked minute by minute in steps of twenty, as a timer that is late would."""
    clock = a_clock(side, SYNC)
    side.office.now = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    trigger = Following(lambda moment: SYNC.after(TIMES, moment))
    due = trigger.get_next_fire_time(None, side.office.now)
    struck = 0
    for _ in range(3 * 24 * 3):
        side.office.now += timedelta(minutes=20)
        if due is not None and due <= side.office.now:
            struck += clock.strike(SYNC)
            due = trigger.get_next_fire_time(due, side.office.now)
        clock.strike(SYNC) if struck else None  # a second service that is late
    assert struck == 3
    assert len(set(slots(side))) == len(slots(side)) == 3


def test_nights_that_were_slept_through_are_one_night(side: StaffSide) -> None:
    trigger = Following(lambda moment: SYNC.after(TIMES, moment))
    first = trigger.get_next_fire_time(None, side.office.now)
    assert first == datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
    clock = a_clock(side, SYNC)
    side.office.now += timedelta(days=5)
    assert clock.strike(SYNC)
    assert not clock.strike(SYNC)
    assert slots(side) == ["sync 2026-11-30"]


def test_a_service_that_was_started_late_does_the_night_it_missed_and_no_first_one(
    side: StaffSide,
) -> None:
    for hours, asked in ((2, []), (2, ["sync 2026-11-25"]), (7, ["sync 2026-11-25"])):
        side.office.now = datetime(2026, 11, 25, 1, 30, tzinfo=UTC) + timedelta(hours=hours)
        clock = a_clock(side, SYNC)
        clock.start()
        clock.stop()
        assert [one for one in slots(side) if one == "sync 2026-11-25"] == asked
        if not asked:  # the clock strikes for the first time, a night before
            job = new_job(side.office.bench, "sync", ["oak"], slot="sync 2026-11-24")
            assert side.office.store.jobs.add_slot(job)


def test_apscheduler_strikes_when_it_is_told_and_the_job_is_carried_out(side: StaffSide) -> None:
    done = threading.Event()
    due = datetime.now(UTC) + timedelta(seconds=0.3)

    class Soon(Chore, frozen=True):
        def after(self, _: Times, moment: datetime) -> datetime | None:
            return due if moment < due else None

    async def work(_: Bench, __: Places, job: Job) -> Done:
        assert job.requester == "schedule"
        done.set()
        return Done()

    bench = side.office.bench
    runner = Runner(bench, {"tidy": work}, side.places)
    clock = Clock(bench, runner, TIMES, [Soon(name="tidy", work=work)])
    runner.start()
    clock.start()
    assert done.wait(8)
    clock.stop()
    runner.stop()


def test_the_night_works_in_every_school_that_has_a_folder(side: StaffSide) -> None:
    assert every_roster(side.office.bench, side.places) == ()
    for school in ("oak", "elm"):
        (side.places.rosters or side.office.folder).joinpath(school).mkdir(parents=True)
    assert every_roster(side.office.bench, side.places) == ("elm", "oak")
    assert every_roster(side.office.bench, Places(None, side.office.folder)) == ()


async def test_the_next_times_are_told_and_what_is_switched_off_says_by_what(
    side: StaffSide,
) -> None:
    job = new_job(side.office.bench, "sync", ["oak"], slot="sync 2026-11-25")
    side.office.store.jobs.add_slot(job)
    side.office.store.jobs.end(job.id, JobState.DONE)
    got = await side.ask("GET", "/api/v1/schedule", headers=side.bearer("Head"))
    lines = {one["chore"]: one for one in got.json()["items"]}
    assert lines["sync"]["next_at"] == "2026-11-26T02:00:00Z"
    assert (lines["sync"]["last_job"], lines["sync"]["last_state"]) == (job.id, "done")
    assert lines["remind"]["next_at"] is None
    assert "GRAPHSYNC_PARENTS_URL" in lines["remind"]["needs"]
    assert lines["tidy"]["next_at"] == "2026-11-25T03:00:00Z"
    assert lines["depart"]["next_at"] == "2026-11-25T02:01:00Z"
    assert lines["alarm"]["needs"] == "GRAPHSYNC_MAIL_FROM"
    assert "once by hand" in lines["pull"]["needs"]
    page = await side.ask("GET", "/schedule", side.session(AppRole.HEAD))
    assert "Thu 26 November 2026, 02:00" in page.text
    assert (
        "Thu 26 November 2026, 02:00"
        in (await side.ask("GET", "/", side.session(AppRole.HEAD))).text
    )


async def test_a_school_is_paused_with_a_reason_and_goes_on(side: StaffSide) -> None:
    cookie = side.session(AppRole.HEAD)
    short = await side.ask("POST", "/schedule/pause", cookie, data={"school": "oak"})
    assert (short.status_code, "who asked, and why" in short.text) == (422, True)
    form = {"school": "oak", "reason": "SIMS <upgrade>"}
    assert (await side.ask("POST", "/schedule/pause", cookie, data=form)).status_code == 303
    told = await side.ask("GET", "/api/v1/pauses", headers=side.bearer("DPO"))
    assert [(one["school"], one["reason"]) for one in told.json()["items"]] == [
        ("oak", "SIMS <upgrade>")
    ]
    assert "SIMS &lt;upgrade&gt;" in (await side.ask("GET", "/schedule", cookie)).text
    assert "Paused since" in (await side.ask("GET", "/", cookie)).text
    headers = {**side.bearer("ITManager"), "Idempotency-Key": "key-0001"}
    body = {"school": "oak"}
    for _ in range(2):
        got = await side.ask("POST", "/api/v1/resume", headers=headers, json=body)
        assert got.json() == {"items": []}
    again = await side.ask("POST", "/schedule/resume", cookie, data=body)
    assert (again.status_code, "no pause" in again.text) == (409, True)
