"""How often one address may ask: guessing is slow, reading is not disturbed."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

A_MINUTE = 120  # a whole school may sit behind one address


class Limiter:
    """Counts requests by address, in this process."""

    def __init__(self, a_minute: int = A_MINUTE) -> None:
        self._most = RateLimitItemPerMinute(a_minute)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    def refuses(self, address: str) -> bool:
        """Whether this request is one too many."""
        return not self._window.hit(self._most, address)
