"""Runs the sandbox: founds the tenant if need be, serves it over TLS, stops on a signal."""

import asyncio
import gc
import json
import signal
import socket
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from graphsync.sandbox.app import SandboxApp
from graphsync.sandbox.certificates import server_context
from graphsync.sandbox.connection import Connection
from graphsync.sandbox.founding import found
from graphsync.sandbox.front import LARGEST_HEAD, FrontDoor
from graphsync.sandbox.key_ring import KeyRing
from graphsync.sandbox.licence_worker import run_due
from graphsync.sandbox.settings import as_lines, product_settings, write_env_file
from graphsync.sandbox.storage import Storage
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import Tokens

_FLUSH_SECONDS = 0.2


def serve(
    port: int,
    data: Path | None,
    seed: str,
    time_scale: float,
    faults: Path | None,
    env_file: Path | None,
    export_dir: Path | None,
    founded: datetime | None = None,
) -> int:
    """Serves until SIGTERM or SIGINT; 0 then, 1 when it cannot start.

    port        on loopback; 0 takes any free one, and the printed settings say which
    data        where the tenant lives; None makes a temporary folder
    seed        ``demo``, ``empty`` or a number of people; only for a data folder without a tenant
    time_scale  multiplies throttle refill and divides replication lag
    faults      a JSON file of fault rules to start with
    env_file    gets the settings lines that go to stdout
    export_dir  where a seed's SIMS exports go
    founded     when a new tenant comes to be, at the latest now; its clock begins there
    """
    if data is None:
        data = Path(tempfile.mkdtemp(prefix="graphsync-sandbox-"))
    data.mkdir(parents=True, exist_ok=True)
    data = data.resolve()
    try:
        if time_scale <= 0:
            raise ValueError("the time scale is a number above 0")  # noqa: TRY301
        listener = _listen(port)
        storage = Storage(data / "tenant.sqlite")
        found(storage, data, seed, export_dir, _beginning(founded))
        tenant = Tenant(storage, time_scale)
        if faults is not None:
            tenant.faults.add(json.loads(faults.read_text("utf-8")))
    except (OSError, ValueError) as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    settings = product_settings(tenant, storage, data, listener.getsockname()[1])
    if env_file is not None:
        write_env_file(env_file, settings)
    gc.freeze()  # the seed stays: the collector need not walk it again and again
    asyncio.run(_serve(tenant, data, listener, settings))
    return 0


def _beginning(founded: datetime | None) -> datetime:
    now = datetime.now(UTC)
    if founded is not None and founded > now:
        raise ValueError("a tenant is not founded in the future")
    return founded or now


def _listen(port: int) -> socket.socket:
    # Only with the protocol named does asyncio switch Nagle's algorithm off for what is accepted
    # here; with it the second segment of every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


async def _serve(
    tenant: Tenant, data: Path, listener: socket.socket, settings: dict[str, str]
) -> None:
    tokens = Tokens(tenant.id, KeyRing(data / "token.key", tenant.retired_keys, tenant.flush))
    config = uvicorn.Config(
        FrontDoor(SandboxApp(tenant, tokens), tenant),
        http=Connection,
        ws="none",
        h11_max_incomplete_event_size=LARGEST_HEAD,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        ssl_context_factory=lambda _config, _default: server_context(data),
        timeout_keep_alive=120,  # as Graph, so that a pooled connection is not cut at once
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    # uvicorn raises a signal again after its own shutdown; with nobody else listening the process
    # would end by the signal instead of with 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    flushing = asyncio.create_task(_keep_flushing(tenant))
    announcing = asyncio.create_task(_announce(server, settings))
    try:
        await server.serve(sockets=[listener])
    finally:
        flushing.cancel()
        announcing.cancel()
        tenant.close()


async def _keep_flushing(tenant: Tenant) -> None:
    while True:
        await asyncio.sleep(_FLUSH_SECONDS)
        run_due(tenant)
        tenant.flush()


async def _announce(server: uvicorn.Server, settings: dict[str, str]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by an attribute only
        await asyncio.sleep(0.01)
    print(as_lines(settings) + "ready", flush=True)  # noqa: T201 - the contract of the command
    origin = settings["AUTHORITY"]
    print(  # noqa: T201
        f"The tenant is up: {origin}/ shows what it holds. Put the lines above into the product's "
        "environment (--env-file writes them), then run graphsync sync. Ctrl-C stops it.",
        file=sys.stderr,
        flush=True,
    )
