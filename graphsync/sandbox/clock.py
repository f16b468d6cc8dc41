"""The sandbox's clock: real time and whatever it was moved forward; it never goes backwards.

It dates objects and ends the life of tokens and delta tokens. Replication and throttling follow
real time instead, so that moving the clock does not lift them.
"""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Real time plus an offset of zero or more seconds."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        """The sandbox's time, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def stamp(self) -> str:
        """Now, as Graph prints a DateTimeOffset: whole seconds and Z."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def seconds(self) -> float:
        """Now, in seconds since the epoch."""
        return self.now().timestamp()

    def advance(self, seconds: float) -> None:
        """Moves forward; ValueError for a negative step."""
        if seconds < 0:
            raise ValueError("the clock never goes backwards")
        self.offset_seconds += seconds

    def move_to(self, moment: datetime) -> None:
        """Moves forward to an aware moment; ValueError for one in the past."""
        self.advance((moment - self.now()).total_seconds())
