"""What stands before every page: how large, how often, and the headers of every answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class Limiter:
    """Counts requests by address, in this process."""

    def __init__(self, a_minute: int) -> None:
        self._most = RateLimitItemPerMinute(a_minute)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    def refuses(self, address: str) -> bool:
        """Whether this request is one too many."""
        return not self._window.hit(self._most, address)


@dataclass(frozen=True)
class Limits:
    """What one application lets in: its headers, its largest body in bytes, requests a minute.

    `larger` are the paths, by their beginning, that take a larger body, and how large. `too_large`
    and `too_often` make the answers to what is not let in, for the path asked for.
    """

    headers: Mapping[str, str]
    largest_body: int
    a_minute: int
    too_large: Callable[[str], Response]
    too_often: Callable[[str], Response]
    larger: Mapping[str, int] = field(default_factory=dict)

    def most(self, path: str) -> int:
        """The largest body that this path takes."""
        return max(
            (most for begins, most in self.larger.items() if path.startswith(begins)),
            default=self.largest_body,
        )


class Threshold:
    """An ASGI application that lets through what is small and not too much of it."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._limiter = Limiter(limits.a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Asks the application, or answers 413 or 429; every answer gets the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._limits.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal := self._refusal(scope):
            await refusal(scope, receive, headed)
        else:
            await self._app(scope, receive, headed)

    def _refusal(self, scope: Scope) -> Response | None:
        """A body without a length is refused: how large it is must be known before it is read."""
        headers = dict(scope["headers"])
        most = self._limits.most(scope["path"])
        if not _is_small(headers, most, bodiless=scope["method"] in BODILESS):
            return self._limits.too_large(scope["path"])
        client = scope.get("client")
        if self._limiter.refuses(client[0] if client else ""):
            response = self._limits.too_often(scope["path"])
            response.headers["Retry-After"] = "60"
            return response
        return None


def _is_small(headers: dict[bytes, bytes], most: int, *, bodiless: bool) -> bool:
    told = headers.get(b"content-length")
    if told is None:
        return bodiless and b"transfer-encoding" not in headers
    return told.isdigit() and len(told) < 10 and int(told) <= most
