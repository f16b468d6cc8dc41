"""Carries write items to the tenant: batches of twenty, up to four at a time, each answer judged.

Nothing is sent twice that may have happened: after a lost answer or a 5xx an item is left to be
settled by reading. What certainly did not happen (429, 424, not replicated yet) is sent again.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from graphsync.tenant.answers import LARGEST_BATCH, Answer
from graphsync.tenant.door import IN_FLIGHT, TRIES, WritingDoor
from graphsync.tenant.outcomes import Judgement, Meaning, judge
from graphsync.tenant.problems import (
    SignInRefused,
    TenantProblem,
    TenantUnreachable,
    ThrottledTooLong,
)
from graphsync.tenant.queueing import Batch, Entry, Queue
from graphsync.tenant.requests import WriteItem, single_adds
from graphsync.tenant.wire import NotSent

LOAD_TRIES = 20  # refusals for load that one item sits out
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0  # seconds between looks for what has not replicated
SOON = 0.25  # seconds that a part-filled batch waits for company
# Seconds that a stopped run waits for answers to what has left: `docker stop` kills after ten.
GRACE = 8.0

Judged = tuple[WriteItem, Answer | None, Judgement]


class Hooks(Protocol):
    """Who is told: the journal."""

    def sending(self, batch: Sequence[WriteItem]) -> None:
        """Called before these items leave for the first time; an error keeps them here."""

    def answered(self, judged: Sequence[Judged]) -> None:
        """Called with final judgements, each item once: never not_now or retry_until_replicated.

        A bind that is split is reported as `split`; its single additions follow as items of their
        own.
        """


async def perform(door: WritingDoor, items: Iterable[WriteItem], hooks: Hooks) -> None:
    """Sends these items until each has its final judgement.

    Items that write the same object are sent in the order given, the next when the one before has
    its judgement. Raises TenantUnreachable or SignInRefused when the tenant is lost on the way:
    what had left was reported, what was not reported was not sent. Cancelled, it sends nothing
    more and waits `GRACE` seconds for the answers to what has left.
    """
    await _Performance(door, hooks).through(iter(items))


class _Performance:
    def __init__(self, door: WritingDoor, hooks: Hooks) -> None:
        self._door = door
        self._hooks = hooks
        self._pacer = door.door.pacer
        self._sleep = door.door.sleep
        self._verify_wait = door.door.settings.verify_wait
        self._longest_rest = door.door.settings.limits.rest
        self._now = asyncio.get_running_loop().time
        self._queue = Queue(min(LARGEST_BATCH, self._pacer.quota.writes))
        self._flights: set[asyncio.Task[None]] = set()
        self._away: set[asyncio.Task[None] | None] = set()
        self._closing = False

    async def through(self, source: Iterator[WriteItem]) -> None:
        try:
            while True:
                self._fill(source)
                if self._flights:
                    await self._land_one()
                elif (due := self._queue.next_due()) is not None:
                    await self._sleep(max(0.0, due - self._now()))
                else:
                    return
        except Exception:
            await self._land_all(None)
            raise
        except asyncio.CancelledError:
            await self._land_all(GRACE)
            raise
        finally:
            for flight in self._flights:
                flight.cancel()

    def _fill(self, source: Iterator[WriteItem]) -> None:
        """Starts batches: part-filled ones only when nothing in flight or due could fill them."""
        while len(self._flights) < IN_FLIGHT:
            self._admit(source)
            batch = self._queue.take(self._now(), whole=bool(self._flights) or self._company_due())
            if batch is None:
                return
            self._flights.add(asyncio.create_task(self._fly(batch)))

    def _admit(self, source: Iterator[WriteItem]) -> None:
        while self._queue.hungry and (item := next(source, None)) is not None:
            self._queue.admit(Entry(item))

    def _company_due(self) -> bool:
        due = self._queue.next_due()
        return due is not None and 0 < due - self._now() < SOON

    async def _land_one(self) -> None:
        due = self._queue.next_due()
        timeout = None if due is None else max(0.0, due - self._now())
        timeout = None if len(self._flights) == IN_FLIGHT else timeout
        landed, self._flights = await asyncio.wait(
            self._flights, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        for error in [flight.exception() for flight in landed]:
            if error is not None:
                raise error

    async def _land_all(self, seconds: float | None) -> None:
        """What is in flight is answered and recorded before the error goes on; no more leaves."""
        self._closing = True
        for flight in self._flights - self._away:
            flight.cancel()  # it only waits for its turn
        if self._flights:
            landed, _ = await asyncio.wait(self._flights, timeout=seconds)
            for flight in landed:
                _ = flight.cancelled() or flight.exception()  # the first error is the one told

    async def _fly(self, batch: Batch) -> None:
        await self._pacer.take(len(batch.entries))
        self._away.add(asyncio.current_task())
        fresh = [entry for entry in batch.entries if not entry.announced]
        if fresh:
            self._hooks.sending([entry.item for entry in fresh])
        for entry in fresh:
            entry.announced = True
        try:
            answers = await self._send(batch)
        except TenantProblem as problem:
            self._give_up(batch, problem)
            raise
        self._judge(batch, answers)

    async def _send(self, batch: Batch) -> list[Answer | None]:
        """The batch's answers. It is sent again only when no connection was made at all."""
        requests = [entry.item.request for entry in batch.entries]
        for attempt in range(TRIES):
            try:
                return await self._door.send_batch(requests, in_order=batch.in_order)
            except NotSent:
                if self._closing:
                    break
                await self._sleep(FIRST_WAIT * 2**attempt)
        raise TenantUnreachable("Graph cannot be reached any more: what was not sent waits")

    def _give_up(self, batch: Batch, problem: TenantProblem) -> None:
        word = "sign-in was refused" if isinstance(problem, SignInRefused) else "no connection"
        judgement = Judgement(Meaning.NOT_TRIED, f"not sent: {word}")
        self._hooks.answered([(entry.item, None, judgement) for entry in batch.entries])

    def _judge(self, batch: Batch, answers: Sequence[Answer | None]) -> None:
        rest = _rest(answers)
        endless = rest is not None and rest > self._longest_rest
        if rest is not None and not endless:
            self._pacer.pause(rest)
        final: list[Judged] = []
        for place, (entry, answer) in enumerate(zip(batch.entries, answers, strict=True)):
            if batch.in_order and place and answer is not None and answer.status == 424:
                self._queue.requeue(entry)  # it only waits for the one before
                continue
            judged = judge(entry.item.operation, answer, len(entry.item.changes))
            if judgement := self._again(entry, judged, rest):
                final.append((entry.item, answer, judgement))
                self._queue.finish(entry)
        if final:
            self._hooks.answered(final)
        self._split(batch, final)
        self._queue.wake({key for entry in batch.entries for key in entry.item.objects})
        if endless:
            raise ThrottledTooLong(self._longest_rest)

    def _split(self, batch: Batch, final: Sequence[Judged]) -> None:
        """Puts the single additions of split binds in line; their time of waiting counts on."""
        split = {item.id for item, _, judgement in final if judgement.meaning is Meaning.SPLIT}
        for entry in batch.entries:
            if entry.item.id in split:
                for one in single_adds(entry.item):
                    self._queue.admit(Entry(one, unseen_since=entry.unseen_since))

    def _again(self, entry: Entry, judged: Judgement, rest: float | None) -> Judgement | None:
        """None when the item will be sent again, else its final judgement."""
        match judged.meaning:
            case Meaning.NOT_NOW | Meaning.NOT_TRIED:
                return self._after_load(entry, judged, rest)
            case Meaning.RETRY_UNTIL_REPLICATED:
                return self._after_replication(entry)
            case _:
                return judged

    def _after_load(self, entry: Entry, judged: Judgement, rest: float | None) -> Judgement | None:
        entry.tries += 1
        if entry.tries >= LOAD_TRIES:
            return Judgement(Meaning.NOT_TRIED, f"given up after {LOAD_TRIES} tries: {judged.text}")
        wait = rest or min(30.0, FIRST_WAIT * 2 ** (entry.tries - 1))
        entry.rested += wait
        if entry.rested > self._longest_rest:
            minutes = f"{self._longest_rest / 60:g} minutes"
            return Judgement(Meaning.NOT_TRIED, f"given up after {minutes} of rest: {judged.text}")
        self._queue.rest(entry, self._now() + wait)
        return None

    def _after_replication(self, entry: Entry) -> Judgement | None:
        now = self._now()
        entry.unseen_since = now if entry.unseen_since is None else entry.unseen_since
        if now - entry.unseen_since < self._verify_wait:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2**entry.unseen)
            entry.unseen += 1
            self._queue.rest(entry, now + wait)
            return None
        waited = f"after {self._verify_wait:g} seconds"
        if len(entry.item.changes) > 1:
            return Judgement(
                Meaning.SPLIT, f"one of them is not seen {waited}: added singly instead"
            )
        return Judgement(Meaning.SETTLE_BY_READING, f"not seen everywhere {waited}")


def _rest(answers: Sequence[Answer | None]) -> float | None:
    """The longest Retry-After among throttled items; None when none says how long."""
    asked = [answer.retry_after for answer in answers if answer and answer.status == 429]
    return max((wait for wait in asked if wait), default=None)
