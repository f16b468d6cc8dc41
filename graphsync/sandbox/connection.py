"""One connection to the server: answers what is no HTTP, and does not wait for ever.

uvicorn has a limit for idle connections only: a request that trickles in would hold its
connection as long as it likes. HTTP.sys drops such a request (Windows docs: error logging in
HTTP.sys, Timer_HeaderWait and Timer_EntityBody), 120 s after its last byte out of the box. Here
the whole request has 60 s, so that one byte a minute does not help.
"""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from graphsync.sandbox.calls import Answer
from graphsync.sandbox.front import front_refusal
from graphsync.sandbox.replies import encoded

_ON_THE_WAY = (h11.IDLE, h11.SEND_BODY)


class Connection(H11Protocol):
    """uvicorn's protocol with Graph's envelope for bad requests and a limit for slow ones."""

    arriving_seconds = 60.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is awaited from here on."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a request; its time runs until it is there as a whole."""
        self._expect()
        super().data_received(data)
        if self.conn.their_state not in _ON_THE_WAY:
            self._arrived()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own sentence
        """What is no HTTP: refused in Graph's envelope, unless an answer is under way already."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        identity = str(uuid4())
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        body = front_refusal("The request is badly formed.").envelope(now, identity, identity)
        payload, headers = encoded(Answer(400, body, {"Connection": "close"}))
        events = (
            h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request"),
            h11.Data(data=payload),
            h11.EndOfMessage(),
        )
        self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()

    def _expect(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.arriving_seconds, self.transport.abort)

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
