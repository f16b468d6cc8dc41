"""The one way out to a tenant. It only reads; writing needs a plan that the guard has cleared.

Reads are retried here and nowhere else: the SDK's own retry would send a group twice, and gives up
on a Retry-After of three minutes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct, field

from graphsync.guard import ClearedPlan
from graphsync.tenant.answers import LARGEST_BATCH, Answer, Request, envelope, opened
from graphsync.tenant.credentials import TenantSettings, check_certificate, credential
from graphsync.tenant.pacing import Pacer, Quota
from graphsync.tenant.paging import Trail
from graphsync.tenant.problems import (
    AnswerMalformed,
    AnswerTooLarge,
    ForeignLink,
    NotGraph,
    PermissionMissing,
    SettingsProblem,
    SignInRefused,
    TenantProblem,
    TenantUnreachable,
    ThrottledTooLong,
    UnsafeMethod,
    refused_read,
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
        SignInRefused, PermissionMissing or PremiumMissing, whose texts say what to do.
        """
        answer = await self.send(Request("GET", path, headers))
        if answer.status == 403:
            raise refused_read(self._relative(path), answer.code)
        return answer

    async def pages(self, path: str) -> AsyncIterator[Answer]:
        """Every page of a collection, empty ones included; `nextLink` is followed verbatim.

        Raises EndlessPages for a collection without end, ForeignLink for a link away from Graph.
        """
        trail = Trail(self.settings.limits)
        link: str | None = path
        while link is not None:
            trail.follow(link)
            answer = await self.get(link)
            trail.carry(len(answer.body))
            yield answer
            link = answer.json(Page).next_link if answer.succeeded else None

    async def read_batch(self, paths: Sequence[str]) -> list[Answer]:
        """The answers to GETs of these paths, in the order asked, twenty to a request.

        Items that Graph throttled or failed are asked again, together, after the longest wait.
        """
        waited = 0.0
        found: dict[int, Answer] = {}
        waiting = list(range(len(paths)))
        for attempt in range(TRIES * 2):
            answers = await self._in_batches([paths[number] for number in waiting])
            found.update(zip(waiting, answers, strict=True))
            again = [number for number in waiting if found[number].status in TRANSIENT]
            if not again:
                return [found[number] for number in range(len(paths))]
            wait = max(_wait(found[number], attempt) for number in again)
            waited += wait
            self._demand_patience(waited)
            await self.sleep(wait)
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
            if isinstance(answer, Answer) and answer.status not in TRANSIENT:
                if not answer.from_graph:
                    raise NotGraph(answer.status, answer.media_type)
                return answer
            throttled = isinstance(answer, Answer) and answer.status == 429
            tries += not throttled
            wait = _wait(answer, tries)
            waited += wait
            if tries >= TRIES:
                raise _unreachable(answer)
            self._demand_patience(waited)
            await self.sleep(wait)

    def _demand_patience(self, waited: float) -> None:
        if waited > self.settings.limits.rest:
            raise ThrottledTooLong(self.settings.limits.rest)

    async def _tried(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer | TenantUnreachable:
        """The answer, or what to say when there is none in the end."""
        try:
            return await self.exchange(method, url, headers, body)
        except NotSent:
            return _silent()
        except NoAnswer as lost:
            return lost.problem

    async def exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        """One exchange without retry; for this package alone. Raises as Wire.exchange."""
        return await self._wire.exchange(method, url, headers, body)

    def knows(self, link: str) -> bool:
        """Whether a link belongs to this tenant's Graph, where our token may go."""
        try:
            here, there = urlsplit(self._base), urlsplit(link)
        except ValueError:  # such as a bracket without its other half in the host
            return False
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    def _url(self, path: str) -> str:
        if path.startswith("/"):
            return self._base + path
        if not self.knows(path):
            raise ForeignLink
        return path

    def _relative(self, path: str) -> str:
        return path.removeprefix(self._base)


def _wait(answer: Answer | TenantUnreachable, attempt: int) -> float:
    wanted = answer.retry_after if isinstance(answer, Answer) else None
    return wanted or float(min(30.0, 0.5 * 2**attempt))


def _lost() -> Answer:
    """Stands for an item that the batch's answer left out: read again."""
    return Answer(503, {}, b"", "")


def _silent() -> TenantUnreachable:
    return TenantUnreachable(
        "Graph does not answer: check the network and GRAPHSYNC_GRAPH_URL; outages are told at"
        " status.cloud.microsoft"
    )


def _unreachable(answer: Answer | TenantUnreachable) -> TenantUnreachable:
    """What to say when the last try ended like this."""
    if not isinstance(answer, Answer):
        return answer
    if answer.body and not answer.from_graph:
        return NotGraph(answer.status, answer.media_type)
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

        A refusal of the whole batch is every item's answer, when it is Graph that refuses; what
        something in its place made of the batch, we cannot tell. Raises NotSent when it did not
        leave, and UnsafeMethod for a DELETE of anything but a membership: without `/$ref` Graph
        would delete the member.
        """
        if any(one.method == "DELETE" and not one.path.endswith("/$ref") for one in requests):
            raise UnsafeMethod("a DELETE that does not end in /$ref")
        url = self.door.settings.graph_url.rstrip("/") + "/$batch"
        body = envelope(requests, in_order=in_order)
        try:
            headers = {"Content-Type": "application/json"}
            outer = await self.door.exchange("POST", url, headers, body)
            answers = _inside(outer, len(requests))
        except (NoAnswer, AnswerTooLarge, AnswerMalformed):
            return [None] * len(requests)
        self._count(outer, answers)
        return answers

    def _count(self, outer: Answer, answers: Sequence[Answer | None]) -> None:
        if outer.succeeded:
            inner = [answer for answer in answers if answer is not None]
            self.door.counts.writes += sum(answer.succeeded for answer in inner)
            self.door.counts.saw(*inner)


def _inside(outer: Answer, count: int) -> list[Answer | None]:
    """The answers of the items of a batch; raises AnswerMalformed when they cannot be told."""
    if outer.status in TRANSIENT or (outer.from_graph and not outer.succeeded):
        return [outer] * count
    if not outer.from_graph:
        return [None] * count
    return opened(outer, count)


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
