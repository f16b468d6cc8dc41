"""An answer on its way out, as bytes of HTTP."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from graphsync.sandbox.calls import Answer

_JSON = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"


async def send_answer(
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]], answer: Answer
) -> None:
    """Sends status, headers and body by an ASGI server's ``send``."""
    payload, headers = encoded(answer)
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": payload})


async def give_no_answer(
    scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[MutableMapping[str, Any]]]
) -> None:
    """Closes the connection instead; uvicorn's ``send`` is a method of its cycle."""
    scope["sandbox.send"].__self__.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def encoded(answer: Answer) -> tuple[bytes, dict[str, str]]:
    """The body and all headers of an answer."""
    kind = _JSON
    if answer.body is None:
        payload = b""
    elif isinstance(answer.body, str):
        payload, kind = answer.body.encode(), "text/plain"
    else:
        payload = msgspec.json.encode(answer.body)
    headers = {**answer.headers, "Strict-Transport-Security": "max-age=31536000"}
    if payload:
        headers.setdefault("Content-Type", kind)
    if answer.status != 204:
        headers["Content-Length"] = str(len(payload))
    return payload, headers
