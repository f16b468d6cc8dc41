"""The settings that lead the product to this tenant, as ``GRAPHSYNC_NAME=value`` lines."""

import os
from pathlib import Path

from graphsync.sandbox.certificates import ca_file, kept, new_seal_key
from graphsync.sandbox.replication import LONGEST_STEP_SECONDS
from graphsync.sandbox.storage import Storage
from graphsync.sandbox.tenant import Tenant

_WINDOW_SECONDS = 150
_SHORTEST_WAIT = 5


def product_settings(tenant: Tenant, storage: Storage, data: Path, port: int) -> dict[str, str]:
    """Name without prefix to value; every one that a first sync needs."""
    origin = f"https://localhost:{port}"
    app = tenant.apps.named("graphsync")
    product_data = data / "graphsync"
    product_data.mkdir(exist_ok=True)
    settings = {
        "TENANT_ID": tenant.id,
        "CLIENT_ID": app.client_id,
        "CLIENT_SECRET": app.secret,
        "AUTHORITY": origin,
        "GRAPH_URL": f"{origin}/v1.0",
        "MANAGEMENT_URL": f"{origin}/api/v1.0",
        "CA_FILE": str(ca_file(data)),
        "DATA_DIR": str(product_data),
        "WRITE_QUOTA": write_quota(tenant.time_scale),
        "VERIFY_WAIT": str(verify_wait(tenant.time_scale)),
        "STAMP": "employeeId",
        "SEAL_KEY": kept(data / "seal.key", new_seal_key).decode(),
    }
    for name, value in storage.fact("settings") or []:
        settings[str(name).removeprefix("GRAPHSYNC_")] = str(value)
    return settings


def write_quota(time_scale: float) -> str:
    """3,000 writes in the scaled window, such as ``3000/15s``; rounded up, never too generous."""
    hundredths = -(-_WINDOW_SECONDS * 100 // time_scale)
    return f"3000/{hundredths / 100:g}s"


def verify_wait(time_scale: float) -> int:
    """Seconds after which every replica has seen a write, twice over; at least 5."""
    return max(_SHORTEST_WAIT, round(2 * LONGEST_STEP_SECONDS / time_scale))


def as_lines(settings: dict[str, str]) -> str:
    """The lines, each ended."""
    return "".join(f"GRAPHSYNC_{name}={value}\n" for name, value in settings.items())


def write_env_file(path: Path, settings: dict[str, str]) -> None:
    """Writes the lines for the owner only: there is a secret among them."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(as_lines(settings))
