"""Requests byte by byte over TLS, for what HTTP libraries will not send."""

import contextlib
import os
import socket
import ssl
import time
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from running_sandbox import Sandbox

TICKS = os.sysconf("SC_CLK_TCK")


class Reply(NamedTuple):
    """One answer: its body, decoded where it is JSON."""

    status: int
    headers: dict[str, str]
    body: Any


class Line:
    """An open connection to a sandbox."""

    def __init__(self, sandbox: Sandbox):
        port = int(sandbox.authority.rpartition(":")[2])
        context = ssl.create_default_context(cafile=sandbox.settings["CA_FILE"])
        plain = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *pieces: bytes) -> None:
        """Send them; a sandbox that has answered and hung up by then is read all the same."""
        with contextlib.suppress(ssl.SSLEOFError):
            for piece in pieces:
                self.socket.sendall(piece)

    def reply(self, method: str = "GET") -> Reply:
        answer = HTTPResponse(self.socket, method=method)
        answer.begin()
        body = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status, named, msgspec.json.decode(body) if is_json and body else body)


def answered(sandbox: Sandbox, *pieces: bytes, method: str = "GET") -> Reply:
    """The first answer to these bytes, sent one after the other."""
    with Line(sandbox) as line:
        line.send(*pieces)
        return line.reply(method)


def head(sandbox: Sandbox, method: str, path: str, *more: str, host: str = "localhost") -> bytes:
    """A request line and headers, with the product's token."""
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {sandbox.token}",
        *more,
    )
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def posted(sandbox: Sandbox, path: str, body: bytes, *more: str) -> bytes:
    """A whole POST of JSON."""
    length = f"Content-Length: {len(body)}"
    return head(sandbox, "POST", path, "Content-Type: application/json", length, *more) + body


def told(reply: Reply, status: int, code: str | None = None) -> str:
    """Checks Graph's envelope and gives the message."""
    assert reply.status == status, reply
    error = reply.body["error"]
    assert code is None or error["code"] == code, error
    assert error["innerError"].keys() == {"date", "request-id", "client-request-id"}
    return str(error["message"])


class Cost(NamedTuple):
    """What a process has used so far: processor seconds, and megabytes at most."""

    cpu: float
    megabytes: float


def used(sandbox: Sandbox) -> Cost:
    folder = Path(f"/proc/{sandbox.process.pid}")
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    peak = next(
        line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return Cost((int(fields[11]) + int(fields[12])) / TICKS, int(peak.split()[1]) / 1024)


def goes_on(sandbox: Sandbox) -> bool:
    """Whether the sandbox still answers, and quickly."""
    begun = time.monotonic()
    return sandbox.get("/users?$top=1").status_code == 200 and time.monotonic() - begun < 20
