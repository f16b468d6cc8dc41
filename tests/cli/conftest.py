"""Our own command as a process, in an empty folder and an environment without our settings."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import started_ahead

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def graphsync(tmp_path: Path) -> Command:
    """`graphsync("plan", "--json", TENANT_ID="…")`: arguments, and settings by name."""

    def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "GRAPHSYNC_" not in name}
        given = {f"GRAPHSYNC_{name}": value for name, value in settings.items()}
        environment = {**kept, **given, "COLUMNS": "80"}
        return started_ahead.command(*arguments, folder=tmp_path, environment=environment)

    return run
