"""What stands before the parents' page: how large, how often, and the headers of every answer."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.parents.limits import Limiter
from api.parents.pages import page

LARGEST_BODY = 16_384
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, noarchive",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}


class Guard:
    """An ASGI application that lets through what is small and not too much of it."""

    def __init__(self, app: ASGIApp, limiter: Callable[[], Limiter] = Limiter) -> None:
        self._app = app
        self._limiter = limiter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Asks the application, or answers 413 or 429; every answer gets the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal := self._refusal(scope):
            await refusal(scope, receive, headed)
        else:
            await self._app(scope, receive, headed)

    def _refusal(self, scope: Scope) -> Response | None:
        """A body without a length is refused: how large it is must be known before it is read."""
        if scope["method"] == "POST" and not _is_small(dict(scope["headers"])):
            return page("dead.html", 413)
        client = scope.get("client")
        if self._limiter.refuses(client[0] if client else ""):
            response = page("slower.html", 429)
            response.headers["Retry-After"] = "60"
            return response
        return None


def _is_small(headers: dict[bytes, bytes]) -> bool:
    told = headers.get(b"content-length", b"")
    return told.isdigit() and len(told) < 8 and int(told) <= LARGEST_BODY
