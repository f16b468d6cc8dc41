"""The staff side at a port of this machine, over TLS, for a browser that is signed in already."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme
import uvicorn
from free_port import listening
from staff_side import StaffSide


@contextmanager
def serving(side: StaffSide, folder: Path) -> Iterator[str]:
    """The address; a cookie with the prefix `__Host-` needs https."""
    own = folder / "own.pem"
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(own)
    sock = listening()
    config = uvicorn.Config(
        side.app, log_level="error", lifespan="off", access_log=False, ssl_certfile=own
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])))
    thread.start()
    try:
        yield f"https://localhost:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        sock.close()
