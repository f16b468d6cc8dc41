"""Long work carried out beside the requests: one job at a time in a school, each in a thread.

A job's row is the truth: whoever asks writes it, this takes it from there. When the service is
told to stop, what has left is answered and recorded, as in a command that is stopped.
"""

import asyncio
import dataclasses
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Self

from api.work import Done, Places, Work
from graphsync.bench import Bench
from graphsync.job_desk import new_job
from graphsync.picking_up import left_behind
from graphsync.run import STOPPED
from graphsync.store.jobs import AtWork, Job, JobState
from graphsync.store.problems import StoreProblem
from graphsync.trouble import Broken, Refusal, Usage
from policies.pack_loading import PackRefused, schools

GONE = "the service ended before this did; the schools are settled at its next start"
NOT_BEGUN = "the service was stopped before this began; ask again"
LOOK_SECONDS = 60.0  # a sign of life, and a look whether another process has died
TELL_SECONDS = 1.0
STOP_SECONDS = 60.0
CONVEYED = (Refusal, Broken, Usage, PackRefused, StoreProblem)
_LOG = logging.getLogger(__name__)


class Telling:
    """A run's progress, written to its job at most once a second by a thread of its own."""

    def __init__(self, bench: Bench, job_id: str) -> None:
        self._bench = bench
        self._job = job_id
        self._now = ("", 0, 0)
        self._told = self._now
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def stage(self, text: str) -> None:
        """A new stage begins."""
        self._now = (text, 0, 0)

    def count(self, done: int, of: int) -> None:
        """So many of so many are done in this stage."""
        self._now = (self._now[0], done, of)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _tell(self) -> None:
        while not self._ended.wait(TELL_SECONDS):
            now = self._now
            if now != self._told:
                with suppress(StoreProblem):  # the run is writing; the next second will do
                    self._bench.store.jobs.tell(self._job, *now)
                    self._told = now


class _Hand:
    """One job at work: its thread, and the task that can be cancelled."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Done] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def carry_out(self, work: Work, bench: Bench, places: Places) -> Done:
        """Do it; raises CancelledError when it was stopped, else what the work raises."""
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            with self._lock:
                task = loop.create_task(_begun(work, bench, places, self.job))
                self._loop, self._task = loop, task
                if self._stopped:
                    task.cancel()
            try:
                return loop.run_until_complete(task)
            finally:
                with self._lock:
                    self._loop = self._task = None

    def stop(self) -> None:
        """Let what has left be answered and recorded, then end."""
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)


async def _begun(work: Work, bench: Bench, places: Places, job: Job) -> Done:
    return await work(bench, places, job)


class Runner:
    """Takes the waiting jobs of this process, once it is started."""

    def __init__(self, bench: Bench, work: Mapping[str, Work], places: Places) -> None:
        self.places = places
        self._bench = bench
        self._work = work
        self._hands: dict[str, _Hand] = {}
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._take_turns, daemon=True)

    def start(self) -> None:
        """From now on jobs are taken; first whatever an ended process left open is settled."""
        self._ask_to_settle(left_behind(self._bench, schools(self._bench.packs_dir)))
        self._thread.start()
        self._woken.set()

    def wake(self) -> None:
        """There is a new job, kept and committed."""
        self._woken.set()

    def stop(self) -> None:
        """Stop what is at work as a command is stopped; what waits is interrupted."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()
        with self._lock:
            hands = list(self._hands.values())
        for hand in hands:
            hand.stop()
        for hand in hands:
            if hand.thread is not None:
                hand.thread.join(STOP_SECONDS)
        for job in self._bench.store.jobs.own_waiting():
            self._bench.store.jobs.end(job.id, JobState.INTERRUPTED, problem=NOT_BEGUN)

    def _take_turns(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except StoreProblem as problem:
                _LOG.error("jobs cannot be taken: %s", problem)
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()

    def _look(self) -> None:
        jobs = self._bench.store.jobs
        jobs.renew()
        orphans = jobs.interrupt_orphans(GONE)
        self._ask_to_settle(
            left_behind(self._bench, {school for one in orphans for school in one.schools})
        )
        for job in jobs.own_waiting():
            with self._lock:
                busy = {one for hand in self._hands.values() for one in hand.job.schools}
                if job.id in self._hands or busy & set(job.schools) or self._stopping.is_set():
                    continue
                hand = self._hands[job.id] = _Hand(job)
                hand.thread = threading.Thread(target=self._carry_out, args=(hand,), daemon=True)
                hand.thread.start()

    def _ask_to_settle(self, left: tuple[str, ...]) -> None:
        bench = dataclasses.replace(self._bench, requester="serve")
        for school in left:
            with suppress(AtWork):
                self._bench.store.jobs.add(new_job(bench, "settle", [school]))

    def _carry_out(self, hand: _Hand) -> None:
        job, jobs = hand.job, self._bench.store.jobs
        try:
            jobs.begin(job.id)
            with Telling(self._bench, job.id) as telling:
                bench = dataclasses.replace(self._bench, requester=job.requester, progress=telling)
                done = hand.carry_out(self._work[job.what], bench, self.places)
            jobs.end(
                job.id, JobState.DONE, runs=done.runs, problem=done.problem, result=done.result
            )
        except asyncio.CancelledError:
            jobs.end(job.id, JobState.INTERRUPTED, problem=STOPPED)
        except CONVEYED as problem:
            jobs.end(job.id, JobState.FAILED, problem=f"{problem}")
        except Exception as problem:  # noqa: BLE001 - one job's fault ends no other, and no service
            # Only the kind: the text of an error may hold what somebody wrote.
            _LOG.error("job %s (%s) failed: %s", job.id, job.what, type(problem).__name__)
            jobs.end(job.id, JobState.FAILED, problem="it failed; the log of the service says how")
        finally:
            with self._lock:
                del self._hands[job.id]
            self.wake()
