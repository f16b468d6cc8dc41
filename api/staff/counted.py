"""Counts over a whole trust, kept for a few minutes: they take longer than a page may."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from msgspec import Struct

KEPT = timedelta(minutes=5)
_LOG = logging.getLogger(__name__)


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
        self._begun: dict[tuple[str, ...], Future[None]] = {}
        self._counting = ThreadPoolExecutor(1, "counting")

    def of(self, what: tuple[str, ...], make: Callable[[], Any]) -> Count:
        """The count, made anew when the last is older than five minutes; a failure is not kept."""
        with self._lock:
            kept, now = self._kept.get(what), self._now()
            if kept is None or not now - KEPT < kept.at <= now:
                kept = self._kept[what] = Count(now, make())
            return kept

    def lately(self, what: tuple[str, ...], make: Callable[[], Any]) -> Count | None:
        """The last count whatever its age, or None; nobody waits while it is made anew."""
        kept, now = self._kept.get(what), self._now()
        begun = self._begun.get(what)
        fresh = kept is not None and now - KEPT < kept.at <= now
        if not fresh and (begun is None or begun.done()):
            self._begun[what] = self._counting.submit(self._count, what, make)
        return kept

    def settle(self) -> None:
        """Waits until nothing is being counted."""
        for one in list(self._begun.values()):
            one.result()

    def _count(self, what: tuple[str, ...], make: Callable[[], Any]) -> None:
        try:
            self._kept[what] = Count(self._now(), make())
        except Exception as problem:  # noqa: BLE001 - of a thread nobody else would hear of it
            _LOG.error("a count of %s failed: %s", what[0], type(problem).__name__)


async def counted_of(request: Request) -> Counted:
    """The counts that this application keeps."""
    counted: Counted = request.app.state.counted
    return counted


Counts = Annotated[Counted, Depends(counted_of)]
