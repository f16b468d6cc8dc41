"""Our own command as a process, in an empty folder and an environment without our settings."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def graphsync(tmp_path: Path) -> Command:
    """`graphsync("plan", "--json", TENANT_ID="…")`: arguments, and settings by name."""

    def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "GRAPHSYNC_" not in name}
        given = {f"GRAPHSYNC_{name}": value for name, value in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**kept, **given, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run
