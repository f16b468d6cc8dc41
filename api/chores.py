"""What the clock does by itself: every night, and by day every so often.

To add one, write it as a `Work` and name it in NIGHTLY, with the setting that gives its time, or in
BEATS, with its step; and give it a title in `graphsync/job_desk.py`.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

from api.beats import (
    a_departure_waits,
    alarm,
    an_alarm_waits,
    depart,
    feed_is_read,
    lapse,
    pull,
    verify_all,
)
from api.sources import folders_of
from api.work import ON_REQUEST, Done, Places, Work, sync
from graphsync.bench import Bench
from graphsync.consent_asking import remind
from graphsync.dlp_allowances import time_is_over
from graphsync.job_desk import TITLES
from graphsync.store.jobs import Job
from graphsync.trouble import Refusal, Usage
from policies.pack_loading import PackRefused, schools
from policies.school_days import school_day
from policies.timetable import daily_after, daily_until, every_after

JOBS_KEPT = timedelta(days=30)
UPLOADS_KEPT = timedelta(days=1)


class Times(Struct, frozen=True, kw_only=True):
    """When the clock strikes, by the clock in London; None: not at all.

    `pulls` and `alarms`: whether the feed of data loss is read and alarms of breaches are mailed.
    """

    sync_at: time | None = None
    remind_at: time | None = None
    pulls: bool = False
    alarms: bool = False


def nowhere(_bench: Bench, _places: Places) -> tuple[str, ...]:
    """It works in no school's accounts, so it waits for nothing."""
    return ()


def always(_: object) -> bool:
    """Switched on whatever was set, and due whatever there is."""
    return True


def every_roster(_: Bench, places: Places) -> tuple[str, ...]:
    """The schools that have a folder of exports."""
    if places.rosters is None:
        return ()
    try:
        return tuple(sorted(folders_of(places.rosters, ())))
    except Usage:  # the job says what is wrong with the folder
        return ()


async def remind_parents(bench: Bench, _: Places, __: Job) -> Done:
    """Ask again whoever has not answered, on the days that each pack names."""
    failed = 0
    for school in schools(bench.packs_dir):
        try:
            report = await remind(bench, school)
        except (Refusal, PackRefused):  # a school that asks nobody yet
            continue
        failed += report.failed
    return Done(problem=f"{failed} schools could not write to everybody" if failed else "")


async def tidy(bench: Bench, places: Places, _: Job) -> Done:
    """Forget jobs that are long over and uploaded files that nobody drafted from in a day."""
    bench.store.jobs.forget(bench.now() - JOBS_KEPT)
    bench.store.secrets.purge_expired(bench.now())
    if places.uploads.is_dir():
        before = (bench.now() - UPLOADS_KEPT).timestamp()
        for folder in places.uploads.iterdir():
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder)
    return Done()


class Chore(Struct, frozen=True, kw_only=True):
    """One thing that the clock does: its name, what is done, where, and when.

    `at` gives the time of day; None for a beat, which comes every `step` while it is `on`, does
    nothing unless it is `due`, and waits for the one before to end. `needs` says what has to be set
    or done for it, `begun` whether it was done.
    """

    name: str
    work: Work
    at: Callable[[Times], time | None] | None = None
    step: timedelta = timedelta(hours=1)
    on: Callable[[Times], bool] = always
    begun: Callable[[Bench], bool] = always
    due: Callable[[Bench], bool] = always
    needs: str = ""
    works_in: Callable[[Bench, Places], tuple[str, ...]] = nowhere

    def after(self, times: Times, moment: datetime) -> datetime | None:
        """When it is done next after a moment; None while it is switched off."""
        if self.at is None:
            return every_after(self.step, moment) if self.on(times) else None
        at = self.at(times)
        return None if at is None else daily_after(at, moment)

    def slot(self, times: Times, moment: datetime) -> str:
        """The night or the step that a moment belongs to: it is done once in each."""
        at = None if self.at is None else self.at(times)
        if at is None:
            return f"{self.name} {every_after(self.step, moment):%Y-%m-%dT%H:%M}"
        return f"{self.name} {school_day(daily_until(at, moment))}"


NIGHTLY = (
    Chore(
        name="sync",
        work=sync,
        at=lambda times: times.sync_at,
        needs="GRAPHSYNC_ROSTER_PATH and GRAPHSYNC_SYNC_AT",
        works_in=every_roster,
    ),
    Chore(
        name="remind",
        work=remind_parents,
        at=lambda times: times.remind_at,
        needs="GRAPHSYNC_PARENTS_URL, GRAPHSYNC_MAIL_FROM and GRAPHSYNC_REMIND_AT",
    ),
)
BEATS = (
    Chore(name="tidy", work=tidy),
    Chore(
        name="pull",
        work=pull,
        on=lambda times: times.pulls,
        begun=feed_is_read,
        needs="graphsync dlp pull, once by hand, and GRAPHSYNC_DLP_PULL",
    ),
    Chore(
        name="alarm",
        work=alarm,
        step=timedelta(minutes=10),
        on=lambda times: times.alarms,
        due=an_alarm_waits,
        needs="GRAPHSYNC_MAIL_FROM",
    ),
    Chore(name="verify", work=verify_all, step=timedelta(days=1)),
    Chore(name="lapse", work=lapse, due=time_is_over),
    Chore(name="depart", work=depart, step=timedelta(minutes=1), due=a_departure_waits),
)
CHORES = (*NIGHTLY, *BEATS)
WORK: Mapping[str, Work] = {**{one.name: one.work for one in CHORES}, **ON_REQUEST}


class ScheduleLine(Struct, frozen=True, kw_only=True):
    """One chore: when it is done next (None: switched off, `needs` says by what), the last time."""

    chore: str
    title: str
    next_at: datetime | None
    needs: str
    last_job: str | None
    last_state: str | None
    last_at: datetime | None


def schedule(bench: Bench, times: Times) -> tuple[ScheduleLine, ...]:
    """What the clock does next, in the order in which it is done."""
    lines = sorted(_lines(bench, times), key=lambda one: (one.next_at is None, one.next_at))
    return tuple(lines)


def _lines(bench: Bench, times: Times) -> Iterator[ScheduleLine]:
    last = bench.store.jobs.last_of_clock()
    for one in CHORES:
        job = last.get(one.name)
        following = one.after(times, bench.now()) if one.begun(bench) else None
        yield ScheduleLine(
            chore=one.name,
            title=TITLES[one.name],
            next_at=following,
            needs="" if following else one.needs,
            last_job=job.id if job else None,
            last_state=str(job.state) if job else None,
            last_at=job.asked_at if job else None,
        )
