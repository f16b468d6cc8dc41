"""How token requests travel: azure-core's transport, with bodies that are bounded in size."""

import logging
from typing import Any

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

from graphsync.tenant.bounded_body import BoundedResponse

# It warns with the whole body of an answer that it does not understand: a proxy's page may hold a
# person's name. What there is to say, our problems say.
logging.getLogger("azure.identity").setLevel(logging.CRITICAL)


class TokenTransport(AioHttpTransport):  # type: ignore[misc]  # azure-core loads it untyped
    """azure-core reads and unpacks a whole body, however large; this session's are bounded."""

    session: aiohttp.ClientSession | None

    def __init__(self, **connection: Any) -> None:
        super().__init__(use_env_settings=False, **connection)

    async def open(self) -> None:
        """Opens the session, once; azure-core calls this before every request."""
        if self.session is None and not self._has_been_opened:
            self.session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), response_class=BoundedResponse
            )
        await super().open()
