"""A small HTTPS server that answers what a test tells it to, well-formed or not."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from typing import NamedTuple

import trustme

from graphsync.tenant.credentials import TenantSettings

AUTHORITY = trustme.CA()
TOKEN = {"token_type": "Bearer", "expires_in": 3600, "access_token": "a.token.of-ours"}
JSON = "application/json"
KEPT_OPEN = b"\r\nConnection: keep-alive\r\n"


class Call(NamedTuple):
    """What a client sent."""

    method: str
    path: str
    headers: dict
    body: bytes


def http(status=200, body=b"", kind=JSON, **headers):
    """A whole answer as bytes; keyword names have underscores for hyphens."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X"]
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    usual = {"Connection": "close", "Content-Type": kind, "Content-Length": str(len(content))}
    fields = usual | given
    lines += [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class HostileServer:
    """Answers each call with what `script` gives: bytes, or an iterator of them; then closes.

    After bytes that say `Connection: keep-alive` it does not close. Token requests get a token,
    unless the script answers them. `written` counts what was streamed.
    """

    def __init__(self, script):
        self.script = script
        self.calls = []
        self.written = 0

    async def __aenter__(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        AUTHORITY.issue_cert("localhost").configure_cert(context)
        self._tasks = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.url = f"https://localhost:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def settings(self, folder, **changed):
        ca_file = folder / "hostile-ca.pem"
        AUTHORITY.cert_pem.write_to_path(ca_file)
        values = {
            "tenant_id": "00000000-0000-4000-8000-000000000001",
            "client_id": "00000000-0000-4000-8000-000000000002",
            "client_secret": "a-secret",
            "authority": self.url,
            "graph_url": f"{self.url}/v1.0",
            "ca_file": ca_file,
            "verify_wait": 1.0,
        }
        return TenantSettings(**(values | changed))

    def stop_listening(self):
        self._server.close()

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # the client has seen enough
        except asyncio.CancelledError:
            pass  # so has the test
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer(self, reader, writer):
        """Whether another call may come."""
        call = await _call(reader)
        self.calls.append(call)
        reply = self.script(call)
        if asyncio.iscoroutine(reply):
            reply = await reply
        if reply is None and call.path.endswith("/oauth2/v2.0/token"):
            reply = http(body=TOKEN)
        pieces = reply if isinstance(reply, AsyncIterator) else _once(reply)
        async for piece in pieces:
            writer.write(piece)
            await writer.drain()
            self.written += len(piece)
            await asyncio.sleep(0)
            if reader.at_eof():  # the client has gone; asyncio's TLS would write on without a word
                return False
        if isinstance(reply, bytes) and KEPT_OPEN in reply:
            return True
        writer.close()
        await writer.wait_closed()
        return False

    @property
    def graph_calls(self):
        return [call for call in self.calls if call.path.startswith("/v1.0")]


async def _once(reply):
    yield reply or b""


async def _call(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
    }
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    return Call(method, path, headers, body)
