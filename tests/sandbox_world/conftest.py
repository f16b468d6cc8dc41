"""The demo's world, written once: four nights of exports, and the tenant."""

from pathlib import Path

import pytest
from export_rows import TODAY

from graphsync.sandbox.exports import write_exports
from graphsync.sandbox.seed import seed
from graphsync.sandbox.tenant_seed import TenantSeed


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folders = {night: tmp_path_factory.mktemp(f"night{night}") for night in (1, 2, 3, 4)}
    for night, folder in folders.items():
        write_exports("demo", night, folder, TODAY)
    return folders


@pytest.fixture(scope="session")
def tenant() -> TenantSeed:
    return seed("demo", None, TODAY)
