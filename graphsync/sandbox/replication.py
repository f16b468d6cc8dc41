"""Writes go to a primary; reads come from replicas that follow it in steps, some seconds behind.

Entra docs "architecture": replicas are updated asynchronously and application-only requests get no
session consistency. A read is answered as of a *horizon*: the last commit its replica has seen.
"""

import random
import time
from bisect import bisect_right

MEAN_STEP_SECONDS = 2.5
LONGEST_STEP_SECONDS = 6.0
REPLICAS = 4


class Timeline:
    """Commit numbers, and when the recent ones were made (monotonic seconds)."""

    def __init__(self, first: int = 0) -> None:
        self.latest = first
        self._times: list[float] = []
        self._numbers: list[int] = []
        self._base = first

    def next(self) -> int:
        """The number of a commit made now."""
        self.latest += 1
        self._times.append(time.monotonic())
        self._numbers.append(self.latest)
        return self.latest

    def at(self, moment: float) -> int:
        """The last commit made at or before the moment."""
        index = bisect_right(self._times, moment)
        return self._numbers[index - 1] if index else self._base

    def forget_up_to(self, horizon: int) -> None:
        """Drops what every replica has seen."""
        index = bisect_right(self._numbers, horizon)
        if index:
            self._base = self._numbers[index - 1]
            del self._times[:index], self._numbers[:index]


class _Replica:
    __slots__ = ("horizon", "next_step")

    def __init__(self, horizon: int, next_step: float) -> None:
        self.horizon = horizon
        self.next_step = next_step


class Replicas:
    """Random replicas, each catching up with the primary in steps of random length.

    ``scale`` divides the steps: with 1 a replica is some 2 s behind in the mean and 6 s at most.
    """

    def __init__(self, timeline: Timeline, choice: random.Random, scale: float) -> None:
        self._timeline = timeline
        self._choice = choice
        self._mean = MEAN_STEP_SECONDS / scale
        self.longest = LONGEST_STEP_SECONDS / scale
        start = time.monotonic()
        self._replicas = [_Replica(timeline.latest, start + self._step()) for _ in range(REPLICAS)]

    def horizon(self) -> int:
        """What a replica chosen at random has seen; it never moves backwards on one replica."""
        return self._caught_up(self._choice.choice(self._replicas), time.monotonic())

    def hold(self, seconds: float) -> None:
        """No replica takes a step for these seconds."""
        now = time.monotonic()
        for replica in self._replicas:
            self._caught_up(replica, now)
            replica.next_step = max(replica.next_step, now + seconds)

    def slowest(self) -> int:
        """What every replica has seen."""
        now = time.monotonic()
        return min(self._caught_up(replica, now) for replica in self._replicas)

    def _step(self) -> float:
        return min(self._choice.expovariate(1 / self._mean), self.longest)

    def _caught_up(self, replica: _Replica, now: float) -> int:
        if replica.next_step > now:
            return replica.horizon
        at = max(replica.next_step, now - self.longest)
        while at + (step := self._step()) <= now:
            at += step
        replica.horizon = self._timeline.at(at)
        replica.next_step = at + step
        return replica.horizon
