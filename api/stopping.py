"""SIGTERM ends a command as Ctrl-C does: what has left is answered and recorded, then it ends.

Service managers and `docker stop` ask with SIGTERM, and Python would end on it at once. asyncio
makes a cancellation of Ctrl-C alone, and not where SIGINT is ignored, as a script does for what it
starts with `&`. There SIGINT is blocked instead: it ends nothing either, and asyncio takes it over.
"""

import signal
from types import FrameType

_asked: list[int] = []


def heed_termination() -> None:
    """From now on SIGTERM is a KeyboardInterrupt, which asyncio makes a cancellation.

    Before any thread is started: each takes over what is blocked.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)


def exit_code() -> int:
    """128 and the signal's number, as shells count: 143 after SIGTERM, else 130."""
    return 128 + (_asked[-1] if _asked else signal.SIGINT)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Call what Ctrl-C would."""
    _asked.append(number)
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        raise KeyboardInterrupt
