"""Listeners: a socket, TLS or a proxy that ends it, and a server that stops on a signal."""

import contextlib
import gc
import ipaddress
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from graphsync.trouble import Broken, Usage

LARGEST_HEAD = 16_384
SWITCH_S = 0.0005  # how long a busy thread keeps the others waiting; Python's own is ten times that


@dataclass(frozen=True)
class Listening:
    """Where to listen. Port 0 takes any free one; `proxy` is the address of one that ends TLS."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""

    @property
    def scheme(self) -> str:
        """How the listener itself is spoken to."""
        return "https" if self.certificate else "http"

    def demand_safe(self) -> None:
        """Raise Usage for half a certificate, and for plain HTTP beyond this machine."""
        if (self.certificate is None) != (self.key is None):
            raise Usage("--certificate and --key belong together; give both or neither")
        if self.certificate is None and not self.proxy and not _is_loopback(self.host):
            raise Usage(
                f"{self.host} is not this machine alone, and nothing would be encrypted: give"
                " --certificate and --key, or --behind-proxy ADDRESS where a proxy ends TLS"
            )


def serve(
    applications: Sequence[tuple[ASGIApp, Listening]],
    beside: AbstractContextManager[None],
) -> int:
    """Serve each application on its listener until SIGTERM or SIGINT, and answer 0 then.

    `beside` is entered once the sockets are there, and left when nobody is served any more.
    Raises Usage or Broken before anything is served.
    """
    with contextlib.ExitStack() as stack:
        served = [_ready(stack, app, listening) for app, listening in applications]
        stack.enter_context(beside)
        (first, sock), *others = served

        def leave(_number: int, _frame: object) -> None:
            first.should_exit = True

        # uvicorn raises a signal again after its own shutdown; the process should end with 0. One
        # that comes before uvicorn listens for it is not lost.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, leave)
        threads = [
            threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
            for server, own in others
        ]
        for thread in threads:
            thread.start()
        _wait_for_nobody()
        # Signals come to the main thread alone: its server ends first, then the others are told.
        first.run(sockets=[sock])
        for server, _ in others:
            server.should_exit = True
        for thread in threads:
            thread.join()
    return 0


def _wait_for_nobody() -> None:
    """No answer waits for a look at a million objects that stay, nor long for a busy thread."""
    gc.freeze()
    gc.set_threshold(2000, 10, 10)
    sys.setswitchinterval(SWITCH_S)


def _ready(
    stack: contextlib.ExitStack, app: ASGIApp, listening: Listening
) -> tuple[uvicorn.Server, socket.socket]:
    listening.demand_safe()
    sock = stack.enter_context(contextlib.closing(_bound(listening)))
    config = uvicorn.Config(
        app,
        ws="none",
        http="h11",
        h11_max_incomplete_event_size=LARGEST_HEAD,
        log_level="warning",
        access_log=False,  # the path of a request is a parent's link
        lifespan="off",
        server_header=False,
        date_header=True,
        proxy_headers=bool(listening.proxy),
        forwarded_allow_ips=listening.proxy or None,
        ssl_certfile=listening.certificate,
        ssl_keyfile=listening.key,
        timeout_graceful_shutdown=5,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise Broken(f"--certificate or --key cannot be used: {error}") from None
    port = sock.getsockname()[1]
    sys.stdout.write(f"{listening.scheme}://{listening.host}:{port}\n")
    sys.stdout.flush()
    return uvicorn.Server(config), sock


def _bound(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    # With the protocol named asyncio turns Nagle off; else each answer waits 40 ms for an ACK.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((listening.host, listening.port))
        sock.listen(2048)  # who comes before the server is up waits for it
    except OSError as error:
        sock.close()
        raise Broken(
            f"cannot listen on {listening.host}:{listening.port}: {error.strerror or error}"
        ) from None
    return sock


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
