"""How long we wait for the tenant to show something: ever longer looks, until a limit."""

from collections.abc import Awaitable, Callable

FIRST, LONGEST, GROWTH = 0.5, 5.0, 1.6  # seconds between two looks


class Patience:
    """Waits between looks; `limit` bounds the sum of the waits, in seconds."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]], limit: float) -> None:
        self._sleep = sleep
        self._left = limit
        self._next = FIRST

    async def again(self) -> bool:
        """Wait before another look; False, at once, when the limit is reached."""
        if self._left <= 0:
            return False
        wait = min(self._next, LONGEST, self._left)
        await self._sleep(wait)
        self._left -= wait
        self._next *= GROWTH
        return True
