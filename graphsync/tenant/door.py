"""The one way out to a tenant. It only reads; writing needs a plan that the guard has cleared.

Reads are retried here and nowhere else: the SDK's own retry would send a group twice, and gives up
on a Retry-After of three minutes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from graphsync.guard import ClearedPlan
from graphsync.tenant.answers import LARGEST_BATCH, Answer, Request, envelope, opened
from graphsync.tenant.credentials import TenantSettings, check_certificate, credential
from graphsync.tenant.pacing import Pacer, Quota
from graphsync.tenant.problems import (
    PermissionMissing,
    SettingsProblem,
    SignInRefused,
    TenantProblem,
    TenantUnreachable,
    UnsafeMethod,
    missing_permission,
)
from graphsync.tenant.wire import Counts, NoAnswer, NotSent, Wire

__all__ = [
    "Answer",
    "Counts",
    "Door",
    "PermissionMissing",
    "Request",
    "SettingsProblem",
    "SignInRefused",
    "TenantProblem",
    "TenantUnreachable",
    "UnsafeMethod",
    "WritingDoor",
    "for_writing",
    "open_door",
]

IN_FLIGHT = 4
TRIES = 5
PATIENCE = 600.0  # seconds of throttling that one read sits out
TRANSIENT = frozenset({429, 500, 502, 503, 504})


class Page(Struct, frozen=True):
    """The links of one page of a collection."""

    next_link: str | None = field(default=None, name="@odata.nextLink")
    delta_link: str | None = field(default=None, name="@odata.deltaLink")


class Door:
    """Reads a tenant. A dry run is a property of this door: it knows no other method than GET."""

    def __init__(
        self,
        settings: TenantSettings,
        wire: Wire,
        pacer: Pacer,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.settings = settings
        self.counts: Counts = wire.counts
        self.pacer = pacer
        self.sleep = sleep
        self._wire = wire
        self._base = settings.graph_url.rstrip("/")

    async def get(self, path: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        """The answer to a GET of this path, or of a link that Graph gave us.

        Answers of 404, 410 and other refusals come back as they are. Raises TenantUnreachable,
        SignInRefused or PermissionMissing, whose texts say what to do.
        """
        answer = await self.send(Request("GET", path, headers))
        if answer.status == 403:
            raise missing_permission(self._relative(path))
        return answer

    async def pages(self, path: str) -> AsyncIterator[Answer]:
        """Every page of a collection, empty ones included; `nextLink` is followed verbatim."""
        link: str | None = path
        while link:
            answer = await self.get(link)
            yield answer
            link = answer.json(Page).next_link if answer.succeeded else None

    async def read_batch(self, paths: Sequence[str]) -> list[Answer]:
        """The answers to GETs of these paths, in the order asked, twenty to a request.

        Items that Graph throttled or failed are asked again, together, after the longest wait.
        """
        found: dict[int, Answer] = {}
        waiting = list(range(len(paths)))
        for attempt in range(TRIES * 2):
            answers = await self._in_batches([paths[number] for number in waiting])
            found.update(zip(waiting, answers, strict=True))
            again = [number for number in waiting if found[number].status in TRANSIENT]
            if not again:
                return [found[number] for number in range(len(paths))]
            await self.sleep(max(_wait(found[number], attempt) for number in again))
            waiting = again
        raise TenantUnreachable("Graph keeps refusing reads for load: try again later")

    async def send(self, request: Request) -> Answer:
        """The answer to a reading request, retried; raises UnsafeMethod for any other."""
        if request.method != "GET":
            raise UnsafeMethod(f"{request.method} through a door that only reads")
        url = self._url(request.path)
        return await self._retried("GET", url, dict(request.headers), None)

    async def _in_batches(self, paths: Sequence[str]) -> list[Answer]:
        free = asyncio.Semaphore(IN_FLIGHT)

        async def one(part: Sequence[str]) -> list[Answer]:
            async with free:
                return await self._batch(part)

        parts = [paths[at : at + LARGEST_BATCH] for at in range(0, len(paths), LARGEST_BATCH)]
        return [answer for part in await asyncio.gather(*map(one, parts)) for answer in part]

    async def _batch(self, paths: Sequence[str]) -> list[Answer]:
        body = envelope([Request("GET", self._relative(path)) for path in paths])
        headers = {"Content-Type": "application/json"}
        outer = await self._retried("POST", f"{self._base}/$batch", headers, body)
        if not outer.succeeded:
            raise TenantUnreachable(f"Graph refuses a batch of reads ({outer.status} {outer.code})")
        inner = [answer or _lost() for answer in opened(outer, len(paths))]
        self.counts.saw(*inner)
        return inner

    async def _retried(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        """Sends what only reads until it is answered: bounded tries, all of Retry-After."""
        waited, tries = 0.0, 0
        while True:
            answer = await self._tried(method, url, headers, body)
            if answer is not None and answer.status not in TRANSIENT:
                return answer
            throttled = answer is not None and answer.status == 429
            tries += not throttled
            wait = _wait(answer, tries)
            waited += wait
            if tries >= TRIES or waited > PATIENCE:
                raise _unreachable(answer)
            await self.sleep(wait)

    async def _tried(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer | None:
        try:
            return await self.exchange(method, url, headers, body)
        except (NotSent, NoAnswer):
            return None

    async def exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        """One exchange without retry; for this package alone. Raises as Wire.exchange."""
        return await self._wire.exchange(method, url, headers, body)

    def knows(self, link: str) -> bool:
        """Whether a stored link belongs to this tenant's Graph, where our token may go."""
        here, there = urlsplit(self._base), urlsplit(link)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    def _url(self, path: str) -> str:
        if path.startswith("/"):
            return self._base + path
        if not self.knows(path):
            raise TenantUnreachable("Graph gave a link to another host: our token stays here")
        return path

    def _relative(self, path: str) -> str:
        return path.removeprefix(self._base)


def _wait(answer: Answer | None, attempt: int) -> float:
    wanted = answer.retry_after if answer else None
    return wanted or float(min(30.0, 0.5 * 2**attempt))


def _lost() -> Answer:
    """Stands for an item that the batch's answer left out: read again."""
    return Answer(503, {}, b"", "")


def _unreachable(answer: Answer | None) -> TenantUnreachable:
    if answer is None:
        return TenantUnreachable(
            "Graph does not answer: check the network and GRAPHSYNC_GRAPH_URL; outages are told at"
            " status.cloud.microsoft"
        )
    if answer.status == 429:
        return TenantUnreachable("Graph has throttled us for ten minutes: try again later")
    return TenantUnreachable(f"Graph answers {answer.status} again and again: try again later")


class WritingDoor:
    """Sends batches of writes, for one plan that the guard has cleared. Made by `for_writing`."""

    def __init__(self, door: Door, cleared: ClearedPlan) -> None:
        self.door = door
        self.cleared = cleared

    async def send_batch(
        self, requests: Sequence[Request], *, in_order: bool = False
    ) -> list[Answer | None]:
        """One `$batch` of writes, sent once; None for an item whose answer is lost.

        A refusal of the whole batch is every item's answer. Raises NotSent when it did not leave,
        and UnsafeMethod for a DELETE of anything but a membership: without `/$ref` Graph would
        delete the member.
        """
        if any(one.method == "DELETE" and not one.path.endswith("/$ref") for one in requests):
            raise UnsafeMethod("a DELETE that does not end in /$ref")
        url = self.door.settings.graph_url.rstrip("/") + "/$batch"
        body = envelope(requests, in_order=in_order)
        try:
            headers = {"Content-Type": "application/json"}
            outer = await self.door.exchange("POST", url, headers, body)
            answers = (
                [outer] * len(requests) if not outer.succeeded else opened(outer, len(requests))
            )
        except (NoAnswer, msgspec.DecodeError):
            return [None] * len(requests)
        self._count(outer, answers)
        return list(answers)

    def _count(self, outer: Answer, answers: Sequence[Answer | None]) -> None:
        if outer.succeeded:
            inner = [answer for answer in answers if answer is not None]
            self.door.counts.writes += sum(answer.succeeded for answer in inner)
            self.door.counts.saw(*inner)


def for_writing(door: Door, cleared: ClearedPlan) -> WritingDoor:
    """The door, opened for writing by a cleared plan; raises TypeError for anything else."""
    if not isinstance(cleared, ClearedPlan):
        raise TypeError("only a cleared plan opens the door for writing")
    return WritingDoor(door, cleared)


@asynccontextmanager
async def open_door(
    settings: TenantSettings,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Door]:
    """The door to this tenant, closed afterwards; nothing is sent before the first read.

    Raises SettingsProblem, or SignInRefused when the certificate has expired by `clock`.
    """
    check_certificate(settings, clock())
    pacer = Pacer(Quota.parse(settings.write_quota), asyncio.get_running_loop().time, sleep)
    async with Wire(settings, lambda: credential(settings)) as wire:
        yield Door(settings, wire, pacer, sleep)
