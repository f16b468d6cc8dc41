"""Urlencoded bodies of Entra's endpoints, read no further than anybody honest would go."""

from starlette.requests import Request

from graphsync.sandbox.sign_in_problems import malformed

_LARGEST = 256 * 1024  # assertions and refresh tokens take some KiB; Entra's own limit is unknown


async def form_text(request: Request) -> str:
    """The body as text; the refusal of a malformed request for one that is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST:
            raise malformed()
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")
