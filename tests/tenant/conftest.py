"""The real sandbox over TLS, one server for the folder, clean of faults before every test."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from tenant_in_a_box import TenantInABox

from graphsync.tenant.door import open_door


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "graphsync.sandbox", "--port", "0", "--seed", "empty"]
    command += ["--time-scale", "50", "--data", str(folder), "--env-file", str(folder / "env")]
    unset = {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
        assert server.stdout is not None
        lines = [line.decode().strip() for line in iter(server.stdout.readline, b"ready\n")]
        yield TenantInABox(dict(line.split("=", 1) for line in lines), folder)
        server.terminate()
        server.wait(60)
        server.stdout.close()


@pytest.fixture
def tenant(served):
    served.call("DELETE", "/_sandbox/faults")
    served.call("DELETE", "/_sandbox/requests")
    return served


@pytest.fixture
async def door(tenant):
    async with open_door(tenant.settings(), lambda: datetime.now(UTC)) as opened:
        yield opened
