"""The sandbox's clock: real time and an offset that only grows; it never goes backwards.

It dates objects and ends the life of tokens and delta tokens. Replication and throttling follow
real time instead, so that moving the clock does not lift them.
"""

import time
from datetime import UTC, datetime, timedelta

_LAST_YEAR = 9000  # what is dated from here, such as the end of a pass, has a date as well


class SandboxClock:
    """Real time plus an offset in seconds: below zero in a tenant that was founded in the past."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds
        self._second = -1
        self._stamp = ""

    def now(self) -> datetime:
        """The sandbox's time, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def stamp(self) -> str:
        """Now, as Graph prints a DateTimeOffset: whole seconds and Z.

        Within a second it is one and the same string: whatever keeps it keeps it once.
        """
        second = int(time.time() + self.offset_seconds)
        if second != self._second:
            self._second = second
            self._stamp = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self._stamp

    def seconds(self) -> float:
        """Now, in seconds since the epoch."""
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        """Moves forward; ValueError for a negative step, and for one that leaves the calendar."""
        if seconds < 0:
            raise ValueError("the clock never goes backwards")
        offset = self.offset_seconds + seconds
        try:
            reached = datetime.now(UTC) + timedelta(seconds=offset)
        except OverflowError as error:
            raise ValueError("the clock cannot go that far") from error
        if reached.year > _LAST_YEAR:
            raise ValueError(f"the clock ends with the year {_LAST_YEAR}")
        self.offset_seconds = offset

    def move_to(self, moment: datetime) -> None:
        """Moves forward to an aware moment; ValueError for one in the past."""
        self.advance((moment - self.now()).total_seconds())
