"""SIGTERM ends a command as Ctrl-C does: what has left is answered and recorded, then it ends.

Service managers and `docker stop` ask with SIGTERM, and Python would end on it at once.
"""

import signal
from types import FrameType

_asked: list[int] = []


def heed_termination() -> None:
    """From now on SIGTERM is a KeyboardInterrupt, which asyncio makes a cancellation."""
    signal.signal(signal.SIGTERM, _interrupt)


def exit_code() -> int:
    """128 and the signal's number, as shells count: 143 after SIGTERM, else 130."""
    return 128 + (_asked[-1] if _asked else signal.SIGINT)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Call what Ctrl-C would; where a shell has SIGINT ignored, nobody else has asked for it."""
    _asked.append(number)
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        raise KeyboardInterrupt
