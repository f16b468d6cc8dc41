"""The request log: every HTTP call and every ``$batch`` item, for tests and benchmarks to read."""

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

_KEPT = 200_000
_LONGEST_PATH = 1_000  # so that 200,000 records are not gigabytes, whoever asks for what


@dataclass(slots=True)
class Record:
    """One call; ``batch`` is the ``n`` of the $batch an item came in, and ``item`` its id there.

    write  whether it is a write to Graph: each POST, PATCH or DELETE, a $batch itself not
    ms     time the sandbox took
    code   the error code of a refusal
    """

    n: int
    time: str
    method: str
    path: str
    status: int = 0
    app: str = ""
    batch: int | None = None
    write: bool = False
    item: str | None = None
    ms: float = 0.0
    code: str | None = None


class RequestLog:
    """The last 200,000 records; ``n`` grows for ever, ``total`` counts since the last clearing."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=_KEPT)
        self._last = 0
        self.total = 0

    def open(self, time: str, method: str, path: str) -> Record:
        """Adds a record whose outcome is yet to be filled in; a long path is cut."""
        self._last += 1
        self.total += 1
        record = Record(self._last, time, sys.intern(method), sys.intern(path[:_LONGEST_PATH]))
        self._records.append(record)
        return record

    def clear(self) -> None:
        """Forgets all records."""
        self._records.clear()
        self.total = 0

    def since(self, n: int) -> list[dict[str, Any]]:
        """The records after the n-th, oldest first."""
        newest = [asdict(record) for record in self.last(self._last - n)]
        return newest[::-1]

    def last(self, count: int) -> Iterator[Record]:
        """The last records, newest first."""
        for _, record in zip(range(count), reversed(self._records), strict=False):
            yield record
