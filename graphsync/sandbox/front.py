"""The front of the service: what it refuses before anything looks at the request itself.

Graph stands behind Windows' HTTP.sys, whose refusals come out in Graph's envelope with the code
UnknownError (recorded for headers that are too long). Its documented limits are taken: 16 KB for
the request line and headers together (Windows docs: Http.sys registry settings). Bodies end at
4 MB (Graph docs: errors, 413); Entra's own limit is not documented.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from graphsync.sandbox.graph import Request, refuse
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.replies import send_answer
from graphsync.sandbox.tenant import Tenant

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LARGEST_BODY = 4 * 1024 * 1024
_LARGEST_FORM = 256 * 1024
LARGEST_HEAD = 16_384
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_WITH_LARGE_BODIES = ("/v1.0/", "/beta/", "/_sandbox/")


class Disconnected(Exception):
    """The client went away before its request was there as a whole."""


class FrontDoor:
    """An ASGI application that lets through what is well formed and small enough, whole."""

    def __init__(self, app: App, tenant: Tenant) -> None:
        self._app = app
        self._tenant = tenant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body to its end, then asks the application; half a request is none."""
        try:
            check_head(scope)
            body = await whole_body(scope, receive)
        except Refusal as refusal:
            await self._refuse(scope, send, refusal)
        except Disconnected:
            return
        else:
            await self._app(scope, _replayed(body, receive), send)

    async def _refuse(self, scope: Scope, send: Send, refusal: Refusal) -> None:
        tenant = self._tenant
        record = tenant.log.open(tenant.clock.stamp(), scope["method"], scope["path"])
        request = Request(scope["method"], scope["path"], "", {}, None)
        await send_answer(send, refuse(tenant, refusal, request, record))


def check_head(scope: Scope) -> None:
    """Raises 400 for a head that is too large and for a Host that is no host, 505 for HTTP/3.1."""
    if scope["http_version"] not in {"1.0", "1.1"}:
        raise front_refusal("The HTTP version is not supported.", 505)
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    size = len(scope["raw_path"]) + len(scope["query_string"])
    if size + sum(len(name) + len(value) + 4 for name, value in headers) > LARGEST_HEAD:
        raise front_refusal("The size of the request headers is too long.")
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0].decode("latin-1")):
        raise front_refusal("The request hostname is invalid.")


def front_refusal(reason: str, status: int = 400) -> Refusal:
    """A refusal as HTTP.sys says it (its page is HTML; the sentence is the same)."""
    return Refusal(status, "UnknownError", f"HTTP Error {status}. {reason}")


async def whole_body(scope: Scope, receive: Receive) -> bytes:
    """The body; raises 413 as soon as it is known to be too large, or Disconnected."""
    large = scope["path"].startswith(_WITH_LARGE_BODIES)
    most = _LARGEST_BODY if large else _LARGEST_FORM
    told = dict(scope["headers"]).get(b"content-length", b"0")
    if len(told) > len(str(most)) or int(told) > most:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large()
        if not message.get("more_body", False):
            return b"".join(parts)


def _too_large() -> Refusal:
    return Refusal(413, "RequestEntityTooLarge", "The request is larger than the maximum size.")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body at once, and then what the server's own gives."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
