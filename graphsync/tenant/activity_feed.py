"""The activity feed of data loss: Office 365 Management Activity API, content type DLP.All.

It lists content by when it was made (contentCreated), keeps it for seven days, gives some of it
twice, and says *too many requests* with HTTP 403 and a body that is no JSON: answers are judged by
the code in their text. Every call names the tenant as its publisher, the contentUri included, and
the link to a next page, which comes without it. Nothing here logs an address, a body or a token.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from graphsync.tenant.answers import Answer, decoded
from graphsync.tenant.credentials import TenantSettings, check_certificate, credential
from graphsync.tenant.feed_problems import FeedSilent, NotTheFeed, Unread, refused
from graphsync.tenant.problems import (
    AnswerCut,
    AnswerMalformed,
    AnswerTooLarge,
    EndlessPages,
    SettingsProblem,
    SignInRefused,
)
from graphsync.tenant.wire import NoAnswer, NotSent, Wire

CONTENT_TYPE = "DLP.All"
TRIES, FIRST_REST = 5, 5.0  # seconds, doubled each time; Microsoft's own client: 5 tries, 10 s
_CODE = re.compile(rb"AF\d{3,6}")
_LEADING = 4096  # bytes of a refusal that are looked at
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COMMERCIAL = "manage.office.com"
# GCC, GCC High and DoD have hosts, and so audiences, of their own (the API's reference).
_MICROSOFT = frozenset(
    {_COMMERCIAL, "manage-gcc.office.com", "manage.office365.us", "manage.protection.apps.mil"}
)
_AGAIN = frozenset({b"AF429", b"AF50000"})
_GONE = {"AF20050": Unread.MISSING, "AF20051": Unread.EXPIRED, "AF20052": Unread.MISSING}
_ALREADY_ENABLED = "AF20024"  # a start where nothing would change: recorded, not documented
_T = TypeVar("_T")


class Standing(Enum):
    """How the subscription stands."""

    NONE = "none"
    ENABLED = "enabled"
    DISABLED = "disabled"


class Content(Struct, frozen=True, rename="camel"):
    """A row of the list: where its records are, and when it was made."""

    content_id: str
    content_uri: str
    content_created: datetime

    @property
    def created(self) -> datetime:
        """When it was made, in UTC: the feed writes Z, and means it where it does not."""
        made = self.content_created
        return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)

    def __repr__(self) -> str:
        return f"Content({self.content_id})"


class _Subscription(Struct, frozen=True, rename="camel"):
    content_type: str
    status: str = ""


def scope_of(management_url: str) -> str:
    """What a token for this address is asked for; the sandbox's is that of the commercial cloud."""
    host = urlsplit(management_url).hostname or ""
    return f"https://{host if host in _MICROSOFT else _COMMERCIAL}/.default"


def with_publisher(url: str, publisher: str) -> str:
    """The address with the publisher in its query, once; without one, everybody shares a quota."""
    if "publisheridentifier=" in url.lower():
        return url
    return f"{url}{'&' if '?' in url else '?'}PublisherIdentifier={publisher}"


class ActivityFeed:
    """The feed of one tenant. Every call raises TenantProblem when the feed cannot be used."""

    def __init__(
        self, settings: TenantSettings, wire: Wire, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._wire = wire
        self._sleep = sleep
        self._limits = settings.limits
        self._rested = 0.0  # of the whole pull: rests behind each of many pieces would take days
        self._publisher = settings.tenant_id
        base = settings.management_url.rstrip("/")
        self._origin = _origin(base)
        self._root = f"{base}/{settings.tenant_id}/activity/feed"

    async def standing(self) -> Standing:
        """Whether DLP.All is subscribed to: asked before a start, which may come every 15 min."""
        answer = await self._demanded("GET", f"{self._root}/subscriptions/list")
        for one in _read(answer, tuple[_Subscription, ...]):
            if one.content_type.casefold() == CONTENT_TYPE.casefold():
                enabled = one.status.casefold() == Standing.ENABLED.value
                return Standing.ENABLED if enabled else Standing.DISABLED
        return Standing.NONE

    async def start(self) -> None:
        """Subscribe, or enable again; the first content can take twelve hours.

        Content that is made before, or while it is off, never comes.
        """
        url = f"{self._root}/subscriptions/start?contentType={CONTENT_TYPE}"
        answer = await self._tried("POST", self._named(url))
        if not isinstance(answer, Answer):
            raise answer
        if not answer.succeeded and _code(answer) != _ALREADY_ENABLED:
            raise _no(answer)

    async def listed(self, begin: datetime, end: datetime) -> AsyncIterator[Content]:
        """The content that was made in begin <= contentCreated < end, at most 24 hours apart.

        Whole seconds; the feed refuses a begin more than seven days ago.
        """
        window = {"startTime": _stamp(begin), "endTime": _stamp(end)}
        query = urlencode({"contentType": CONTENT_TYPE, **window}, safe=":")
        url, seen = f"{self._root}/subscriptions/content?{query}", set[str]()
        while url:
            if url in seen or len(seen) >= self._limits.pages:
                raise EndlessPages(f"after {len(seen)} pages of content")
            seen.add(url)
            answer = await self._demanded("GET", url)
            for one in _read(answer, tuple[Content, ...]):
                yield one
            url = answer.headers.get("nextpageuri", "")

    async def blob(self, content: Content) -> bytes | Unread:
        """The records of a row as the feed sends them, or why there are none."""
        answer = await self._asked("GET", content.content_uri)
        if isinstance(answer, Unread):
            return answer
        if answer.succeeded:
            return answer.body
        if (gone := _GONE.get(_code(answer))) is not None:
            return gone
        raise _no(answer)

    async def _demanded(self, method: str, url: str) -> Answer:
        answer = await self._asked(method, url)
        if isinstance(answer, Unread):
            raise NotTheFeed(str(answer))
        if not answer.succeeded:
            raise _no(answer)
        return answer

    async def _asked(self, method: str, url: str) -> Answer | Unread:
        """The answer, after rests where the feed is throttled or out of order."""
        named, rest = self._named(url), FIRST_REST
        for tries in range(1, TRIES + 1):
            answer = await self._tried(method, named)
            if isinstance(answer, Answer) and not _again(answer):
                return answer
            if isinstance(answer, AnswerTooLarge):
                return Unread.TOO_LARGE
            wanted = answer.retry_after if isinstance(answer, Answer) else None
            pause = wanted or rest
            if tries == TRIES or self._rested + pause > self._limits.rest:
                break
            rest, self._rested = rest * 2, self._rested + pause
            await self._sleep(pause)
        if isinstance(answer, AnswerCut | AnswerMalformed):
            return Unread.CUT
        raise _silent(answer)

    async def _tried(
        self, method: str, url: str
    ) -> Answer | AnswerTooLarge | AnswerCut | AnswerMalformed | FeedSilent:
        body = b"" if method == "POST" else None
        try:
            return await self._wire.answered(method, url, {}, body)
        except NotSent:
            return FeedSilent("no connection")
        except AnswerTooLarge as large:
            return large
        except NoAnswer as lost:
            if isinstance(lost.problem, AnswerCut | AnswerMalformed):
                return lost.problem
            return FeedSilent("no whole answer in time")

    def _named(self, url: str) -> str:
        """The address with its publisher; raises NotTheFeed for one of another host.

        Our token goes to the origin of GRAPHSYNC_MANAGEMENT_URL and nowhere else.
        """
        if _origin(url) != self._origin:
            raise NotTheFeed("a link to another host")
        return with_publisher(url, self._publisher)


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as a bracket without its other half in the host
        return "", ""
    return parts.scheme, parts.netloc


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _code(answer: Answer) -> str:
    """The code anywhere in the text: the body of a throttled request is no JSON."""
    found = None if answer.succeeded else _CODE.search(answer.body[:_LEADING])
    return found[0].decode() if found else ""


def _again(answer: Answer) -> bool:
    return answer.status >= 500 or answer.status == 429 or _code(answer).encode() in _AGAIN


def _no(answer: Answer) -> Exception:
    text = answer.body[:_LEADING].decode("utf-8", "replace")
    if answer.status == 401 and not _code(answer):
        return SignInRefused(
            "401",
            "the activity feed does not take the token that Entra gave: GRAPHSYNC_AUTHORITY and"
            " GRAPHSYNC_MANAGEMENT_URL must belong to the same cloud",
        )
    if not _code(answer) and not answer.body.lstrip().startswith((b"{", b"[")):
        return NotTheFeed(f"HTTP {answer.status}, {answer.media_type}")
    return refused(_code(answer), text)


def _silent(answer: Answer | Exception) -> Exception:
    if isinstance(answer, Answer):
        return FeedSilent(f"HTTP {answer.status} {_code(answer)}".rstrip())
    return answer


def _read(answer: Answer, kind: type[_T]) -> _T:
    try:
        return decoded(answer.body, kind)
    except AnswerMalformed:
        raise NotTheFeed("a list that is none") from None


@asynccontextmanager
async def open_feed(
    settings: TenantSettings,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[ActivityFeed]:
    """The feed of this tenant, closed afterwards; nothing is sent before the first call.

    Raises SettingsProblem where the tenant is named by a domain, which the feed does not take.
    """
    if not _GUID.fullmatch(settings.tenant_id):
        raise SettingsProblem(
            "GRAPHSYNC_TENANT_ID has to be the tenant's GUID for the activity feed: the Entra admin"
            " centre shows it under Overview"
        )
    check_certificate(settings, clock())
    scope = scope_of(settings.management_url)
    async with Wire(settings, lambda: credential(settings), scope) as wire:
        yield ActivityFeed(settings, wire, sleep)
