"""Counts over a whole trust, kept for a few minutes: they take longer than a page may."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from msgspec import Struct

KEPT = timedelta(minutes=5)


class Count(Struct, frozen=True):
    """What was counted, and when."""

    at: datetime
    told: Any


class Counted:
    """The last count of each kind; one thread counts, the others wait for it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[tuple[str, ...], Count] = {}
        self._lock = threading.Lock()

    def of(self, what: tuple[str, ...], make: Callable[[], Any]) -> Count:
        """The count, made anew when the last is older than five minutes; a failure is not kept."""
        with self._lock:
            kept, now = self._kept.get(what), self._now()
            if kept is None or not now - KEPT < kept.at <= now:
                kept = self._kept[what] = Count(now, make())
            return kept


def counted_of(request: Request) -> Counted:
    """The counts that this application keeps."""
    counted: Counted = request.app.state.counted
    return counted


Counts = Annotated[Counted, Depends(counted_of)]
