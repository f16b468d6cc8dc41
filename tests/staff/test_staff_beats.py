"""The clock by day: nothing where nothing is due, once, and one failure stops no other."""

import dataclasses
import threading
from datetime import timedelta

import pytest
from rooms_of_mail import an_item, desk
from staff_side import StaffSide

from api.beats import alarm, depart, lapse, pull
from api.chores import BEATS, WORK, Times
from api.running import Runner
from api.schedule import Clock
from api.work import Done, Places
from graphsync import breach_desk, departure_desk
from graphsync.bench import Bench
from graphsync.dlp_desk import Note, advise, decide
from graphsync.job_desk import new_job
from graphsync.store.db import Store
from graphsync.store.dlp_feeds import Feed
from graphsync.store.jobs import Job, JobState
from graphsync.trouble import Broken
from policies.breach_records import Facts
from policies.departures import DepartureReason, State
from policies.mail_queue import Advice, Office, Outcome
from policies.people import PersonKey

ON = Times(pulls=True, alarms=True)
BY_NAME = {one.name: one for one in BEATS}
MINUTE = timedelta(minutes=1)


def a_clock(side: StaffSide, bench: Bench | None = None) -> Clock:
    bench = bench or side.office.bench
    return Clock(bench, Runner(bench, WORK, side.places), ON, BEATS)


def jobs(side: StaffSide) -> list[Job]:
    return side.office.store.jobs.latest(["oak", "elm"], 50)


def leaving(side: StaffSide, school: str, mis_id: str) -> str:
    """A departure at the next full hour."""
    who = departure_desk.Subject(
        school=school,
        person=PersonKey(school, mis_id),
        object_id=f"o-{mis_id}",
        sign_in_name=f"{mis_id}@{school}.example",
        surnames=frozenset({"wren"}),
    )
    at = side.office.now + timedelta(hours=1)
    wish = departure_desk.Wish(reason=DepartureReason.PLANNED, leaves_at=at)
    return departure_desk.record(side.office.bench, who, wish).id


def test_a_beat_with_nothing_to_do_writes_nothing(side: StaffSide) -> None:
    leaving(side, "oak", "9001")
    clock = a_clock(side)
    for _ in range(59):
        side.office.now += MINUTE
        assert not any(clock.strike(BY_NAME[name]) for name in ("pull", "alarm", "lapse", "depart"))
    assert jobs(side) == []
    side.office.now += MINUTE
    assert clock.strike(BY_NAME["depart"])


def test_the_feed_is_read_from_the_day_somebody_read_it_by_hand(side: StaffSide) -> None:
    office, clock = side.office, a_clock(side)
    assert not clock.strike(BY_NAME["pull"])
    feed = Feed(tenant=office.bench.tenant.tenant_id, started_at=office.now, read_until=office.now)
    office.store.dlp_feeds.put(feed, office.now)
    assert clock.strike(BY_NAME["pull"])
    assert BY_NAME["pull"].after(Times(pulls=False), office.now) is None


def test_a_beat_that_is_at_work_is_not_begun_again_by_any_service(side: StaffSide) -> None:
    office = side.office
    leaving(side, "oak", "9001")
    office.now += timedelta(hours=1)
    other = Store.open(f"sqlite:///{office.folder}/graphsync.db", lambda: office.now)
    clocks = [a_clock(side), a_clock(side, dataclasses.replace(office.bench, store=other))]
    begun = []
    for _ in range(3):
        begun += [clock.strike(BY_NAME["depart"]) for clock in clocks]
        office.now += MINUTE
    assert begun == [True, False, False, False, False, False]
    (job,) = jobs(side)
    office.store.jobs.end(job.id, JobState.DONE)
    assert clocks[1].strike(BY_NAME["depart"]), "it is not done, so it is looked at again"
    other.close()


def test_a_departure_acts_while_a_night_is_at_work_in_its_school(side: StaffSide) -> None:
    office = side.office
    leaving(side, "oak", "9001")
    office.now += timedelta(hours=1)
    night, left = threading.Event(), threading.Event()

    async def sync(_: Bench, __: Places, ___: Job) -> Done:
        assert left.wait(8)
        night.set()
        return Done()

    async def acted(bench: Bench, places: Places, job: Job) -> Done:
        assert not night.is_set()
        done = await depart(bench, places, job)
        left.set()
        return done

    runner = Runner(office.bench, {**WORK, "sync": sync, "depart": acted}, side.places)
    office.store.jobs.add(new_job(office.bench, "sync", ["oak"]))
    assert Clock(office.bench, runner, ON, BEATS).strike(BY_NAME["depart"])
    runner.start()
    assert night.wait(8)
    runner.stop()


async def test_a_departure_that_cannot_be_carried_out_holds_up_no_other(side: StaffSide) -> None:
    office = side.office
    broken, whole = leaving(side, "elm", "9002"), leaving(side, "oak", "9001")
    office.now += timedelta(hours=1)
    (office.packs / "elm.yaml").write_text("school: nonsense\n", "utf-8")
    done = await depart(office.bench, side.places, new_job(office.bench, "depart", []))
    assert f"departure {broken}: " in done.problem
    assert f"departure {whole} is not done" in done.problem, "no tenant answers here"
    assert office.store.departures.get(whole).state(office.now) is State.NOT_DONE


async def test_alarms_are_given_once_and_who_did_not_hear_is_told(side: StaffSide) -> None:
    office, clock = side.office, a_clock(side)
    report = breach_desk.Report(school="oak", aware_at=office.now, facts=Facts(title="Misdirected"))
    breach = breach_desk.open_breach(office.bench, report).breach
    assert not clock.strike(BY_NAME["alarm"])
    office.now += timedelta(hours=13)
    assert clock.strike(BY_NAME["alarm"])
    work = new_job(office.bench, "alarm", [])
    done = await alarm(office.bench, side.places, work)
    assert done.problem == "an alarm of oak has nobody to tell (notify: roles)"
    assert breach_desk.show(office.bench, breach).line.alarm == 12
    assert (await alarm(office.bench, side.places, work)).problem == ""
    office.now += timedelta(minutes=10)
    (job,) = jobs(side)
    office.store.jobs.end(job.id, JobState.DONE)
    assert not clock.strike(BY_NAME["alarm"])


async def test_a_feed_that_cannot_be_read_is_a_job_that_failed(side: StaffSide) -> None:
    bench = side.office.bench
    with pytest.raises(Broken):
        await pull(bench, side.places, new_job(bench, "pull", []))


def test_every_beat_has_a_step_that_divides_a_day() -> None:
    day = timedelta(days=1)
    assert all(day % one.step == timedelta(0) for one in BEATS)


async def test_what_was_allowed_until_yesterday_is_put_back_by_the_clock(side: StaffSide) -> None:
    item, now = an_item(side, "oak")["item"], side.office.now
    advise(side.office.bench, desk(Office.DPO), [item], Advice.SUPPORT, Note("the nurse"))
    decide(
        side.office.bench,
        desk(Office.HEAD, name="head"),
        [item],
        Outcome.ALLOWED,
        Note("as advised"),
        now.date() + timedelta(days=1),
    )
    clock = a_clock(side)
    side.office.days(1)
    assert not clock.strike(BY_NAME["lapse"])
    side.office.days(1)
    assert clock.strike(BY_NAME["lapse"])
    await lapse(side.office.bench, side.places, new_job(side.office.bench, "lapse", []))
    assert str(side.office.store.dlp_items.of([item])[item].state) == "reopened"
