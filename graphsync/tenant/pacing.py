"""The pacer: spends Graph's write quota and never exceeds it.

Graph throttling limits, identity and access: a token bucket, 3,000 writes per 150 seconds for one
app in one tenant. The bucket starts full, so the first 3,000 leave at once and then 20 a second.
Microsoft changes the figures; they are a setting (`GRAPHSYNC_WRITE_QUOTA`).
"""

import re
from collections.abc import Awaitable, Callable
from typing import Self

from msgspec import Struct

from graphsync.tenant.problems import SettingsProblem

SPARE = 30
_QUOTA = re.compile(r"(\d+)/(\d+(?:\.\d+)?)s")


class Quota(Struct, frozen=True):
    """So many writes in so many seconds."""

    writes: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """The quota written as "3000/150s"; raises SettingsProblem for anything else."""
        found = _QUOTA.fullmatch(text.strip())
        if not found or int(found[1]) == 0 or float(found[2]) == 0:
            raise SettingsProblem(
                f"GRAPHSYNC_WRITE_QUOTA={text} is not a quota: write writes/seconds, like 3000/150s"
            )
        return cls(int(found[1]), float(found[2]))

    def with_spare(self) -> "Quota":
        """The same rate with a bucket that is a thirtieth smaller.

        Batches arrive closer together than they left. At the very edge some would be refused, and
        Graph counts a refused request as well.
        """
        bucket = self.writes - self.writes // SPARE
        return Quota(bucket, bucket / self.rate)

    @property
    def rate(self) -> float:
        """Writes a second that refill the bucket."""
        return self.writes / self.seconds


class Bucket:
    """A full bucket of one quota. Times are seconds of any clock that does not run backwards."""

    def __init__(self, quota: Quota, now: float) -> None:
        self.quota = quota
        self._level = float(quota.writes)
        self._at = now
        self._closed_until = now

    def take(self, writes: int, now: float) -> float:
        """Takes this many writes; the seconds until they may leave.

        At most the quota's count can be taken at once. A level below zero is a debt that refills
        first, so that calls are served in order.
        """
        if writes > self.quota.writes:
            raise ValueError(f"{writes} writes at once exceed a quota of {self.quota.writes}")
        self._refill(now)
        self._level -= writes
        debt = max(0.0, -self._level) / self.quota.rate
        return max(debt, self._closed_until - now)

    def close(self, seconds: float, now: float) -> None:
        """Graph said 429: nothing leaves before these seconds have passed."""
        self._closed_until = max(self._closed_until, now + seconds)

    def _refill(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._level = min(float(self.quota.writes), self._level + passed * self.quota.rate)
        self._at = max(self._at, now)


class Pacer:
    """The bucket of one tenant, with a clock and a way to wait."""

    def __init__(
        self,
        quota: Quota,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.quota = quota
        self._now = now
        self._sleep = sleep
        self._bucket = Bucket(quota.with_spare(), now())

    async def take(self, writes: int) -> None:
        """Returns when this many writes may leave."""
        wait = self._bucket.take(writes, self._now())
        if wait > 0:
            await self._sleep(wait)

    def pause(self, seconds: float) -> None:
        """Holds back everything not yet taken for these seconds."""
        self._bucket.close(seconds, self._now())
