"""Which write items may travel now: two writes to one object never share a parallel batch.

Items of one object stand in a line. The heads of the lines travel in parallel; when the lines are
few and long, one line travels in order, each item depending on the one before (Graph JSON batching:
keep a batch fully parallel or fully sequential).
"""

import heapq
from collections import deque
from collections.abc import Iterable
from enum import Enum, auto
from itertools import count

from msgspec import Struct

from graphsync.tenant.requests import WriteItem


class State(Enum):
    """Where an unfinished item is."""

    QUEUED = auto()
    READY = auto()
    TRAVELLING = auto()
    RESTING = auto()


class Entry(Struct, eq=False):
    """An unfinished item.

    `tries` counts its refusals for load, `rested` their seconds; `unseen_since` is its first 404.
    """

    item: WriteItem
    state: State = State.QUEUED
    announced: bool = False
    tries: int = 0
    rested: float = 0.0
    unseen: int = 0
    unseen_since: float | None = None


class Batch(Struct, frozen=True):
    """Entries that leave together, in parallel or each after the one before."""

    entries: tuple[Entry, ...]
    in_order: bool = False


class Queue:
    """The unfinished items of one performance. Times are seconds of the event loop's clock."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lines: dict[str, deque[Entry]] = {}
        self._ready: dict[int, Entry] = {}
        self._resting: list[tuple[float, int, Entry]] = []
        self._numbers = count()

    @property
    def hungry(self) -> bool:
        """Whether fewer items are ready than fill a batch."""
        return len(self._ready) < self._size

    def admit(self, entry: Entry) -> None:
        """Puts an item at the end of the lines of its objects."""
        for key in entry.item.objects:
            self._lines.setdefault(key, deque()).append(entry)
        self._wake(entry)

    def rest(self, entry: Entry, until: float) -> None:
        """Keeps an item's place in line; it is ready again at this time."""
        entry.state = State.RESTING
        heapq.heappush(self._resting, (until, next(self._numbers), entry))

    def requeue(self, entry: Entry) -> None:
        """Gives an item that was not tried its place in line back."""
        entry.state = State.QUEUED

    def finish(self, entry: Entry) -> None:
        """Takes an item out of its lines for good."""
        for key in entry.item.objects:
            line = self._lines[key]
            line.remove(entry)
            if not line:
                del self._lines[key]

    def wake(self, keys: Iterable[str]) -> None:
        """Makes the heads of these objects' lines ready, once a batch has been judged."""
        for key in keys:
            if line := self._lines.get(key):
                self._wake(line[0])

    def take(self, now: float, *, whole: bool) -> Batch | None:
        """The next batch, if there is one; only a full one when `whole`."""
        self._release(now)
        heads = list(self._ready.values())[: self._size]
        line = () if len(heads) == self._size else self._longest(heads)
        entries = line if len(line) > len(heads) else tuple(heads)
        if not entries or (whole and len(entries) < self._size):
            return None
        for entry in entries:
            entry.state = State.TRAVELLING
            self._ready.pop(id(entry), None)
        return Batch(entries, in_order=entries is line)

    def next_due(self) -> float | None:
        """When the first resting item is ready again."""
        return self._resting[0][0] if self._resting else None

    def _release(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            entry = heapq.heappop(self._resting)[2]
            entry.state = State.QUEUED
            self._wake(entry)

    def _wake(self, entry: Entry) -> None:
        heads_all = all(self._lines[key][0] is entry for key in entry.item.objects)
        if entry.state is State.QUEUED and heads_all:
            entry.state = State.READY
            self._ready[id(entry)] = entry

    def _longest(self, heads: Iterable[Entry]) -> tuple[Entry, ...]:
        """The longest run of waiting items behind one of these heads, the head included."""
        lines = [self._run(next(iter(head.item.objects))) for head in heads]
        return max(lines, key=len, default=())

    def _run(self, key: str) -> tuple[Entry, ...]:
        run: list[Entry] = []
        for entry in self._lines[key]:
            waits = entry.state in (State.READY, State.QUEUED)
            if not waits or len(entry.item.objects) > 1 or len(run) == self._size:
                break
            run.append(entry)
        return tuple(run)
