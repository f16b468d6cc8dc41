"""The clock of `graphsync serve`: APScheduler says when, a row in the store says that it is ours.

Two services on one store strike together; the night belongs to the one whose row was first.
"""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.schedulers.background import (  # type: ignore[import-untyped]
    BackgroundScheduler,
)
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

from api.chores import CHORES, Chore, Times
from api.running import Runner
from graphsync.bench import Bench
from graphsync.job_desk import new_job

REQUESTER = "schedule"  # decision 17
# A service that slept, or was started again, does a night this late; then the next one is due.
GRACE = timedelta(hours=6)


class Following(BaseTrigger):  # type: ignore[misc]
    """A trigger that asks when the next time after a moment is."""

    def __init__(self, after: Callable[[datetime], datetime | None]) -> None:
        self._after = after

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The next time; after one that was missed, that one's follower."""
        return self._after(previous or now)


class Clock:
    """Strikes for every chore that is not switched off, until it is stopped."""

    def __init__(
        self,
        bench: Bench,
        runner: Runner,
        times: Times,
        chores: Iterable[Chore] = CHORES,
    ) -> None:
        self._bench = dataclasses.replace(bench, requester=REQUESTER)
        self._runner = runner
        self._times = times
        self._chores = tuple(chores)
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": ThreadPoolExecutor(1)}
        )

    def start(self) -> None:
        """Strike from now on, at once for a night that was missed while nobody served."""
        for chore in self._chores:
            self._scheduler.add_job(
                self.strike,
                Following(partial(chore.after, self._times)),
                args=(chore,),
                coalesce=True,
                misfire_grace_time=int(GRACE.total_seconds()),
            )
        self._scheduler.start()
        for chore in self._missed():
            self.strike(chore)

    def stop(self) -> None:
        """Strike no more; what has begun is the runner's."""
        self._scheduler.shutdown(wait=False)

    def strike(self, chore: Chore) -> bool:
        """Ask for a chore now, unless this night or step was asked for; whether it was asked.

        A beat with nothing to do is not asked for, nor one that another service is still at.
        """
        if not (chore.begun(self._bench) and chore.due(self._bench)):
            return False
        slot = chore.slot(self._times, self._bench.now())
        schools = chore.works_in(self._bench, self._runner.places)
        jobs = self._bench.store.jobs
        add = jobs.add_beat if chore.at is None else jobs.add_slot
        asked = add(new_job(self._bench, chore.name, schools, slot=slot))
        if asked:
            self._runner.wake()
        return asked

    def _missed(self) -> list[Chore]:
        """Nightly chores that were due within the grace, where the clock has struck before."""
        now = self._bench.now()
        before = self._bench.store.jobs.last_of_clock()
        return [
            chore
            for chore in self._chores
            if chore.at is not None
            and chore.name in before
            and (due := chore.after(self._times, now - GRACE)) is not None
            and due <= now
        ]
