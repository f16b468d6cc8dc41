"""`graphsync serve`: two listeners, nothing unencrypted beyond this machine, a quiet end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from api.cli import main
from graphsync.sealing import new_key

ENVIRONMENT = {
    "GRAPHSYNC_TENANT_ID": "0d5a1d5c-0000-4000-8000-000000000000",
    "GRAPHSYNC_CLIENT_ID": "11111111-2222-4333-8444-555555555555",
    "GRAPHSYNC_CLIENT_SECRET": "s3cret",
    "GRAPHSYNC_PUBLIC_URL": "http://localhost:8000",
    "GRAPHSYNC_PARENTS_URL": "https://ask.school.example",
}
SERVE = "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))"


def test_staff_and_parents_have_listeners_of_their_own_and_end_with_0(tmp_path: Path) -> None:
    whole = {**os.environ, **ENVIRONMENT, "GRAPHSYNC_SEAL_KEY": new_key()}
    whole["PYTHONPATH"] = str(Path(__file__).parents[2])
    ports = ["--port", "0", "--parents-port", "0"]
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--staff", "--parents", *ports],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=whole,
    ) as process:
        assert process.stdout is not None
        staff, parents = (process.stdout.readline().strip() for _ in range(2))
        with httpx.Client(trust_env=False) as web:
            for _ in range(100):
                try:
                    assert web.get(f"{staff}/health").json() == {"status": "up"}
                    assert web.get(f"{parents}/health").json() == {"status": "up"}
                    break
                except httpx.ConnectError:
                    time.sleep(0.05)
            assert web.get(f"{staff}/c/{'0' * 64}").status_code == 404
            assert web.get(f"{parents}/api/v1/me").status_code == 410
            assert "graphsync_sessions 0" in web.get(f"{staff}/metrics").text
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_it_does_not_listen_unencrypted_beyond_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {**ENVIRONMENT, "GRAPHSYNC_SEAL_KEY": new_key()}.items():
        monkeypatch.setenv(name, value)
    assert main(["serve", "--host", "192.0.2.1"]) == 64
    assert "nothing would be encrypted" in capsys.readouterr().err


def test_a_managed_identity_cannot_sign_people_in_and_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {**ENVIRONMENT, "GRAPHSYNC_SEAL_KEY": new_key(), "GRAPHSYNC_MANAGED_IDENTITY": "1"}
    del settings["GRAPHSYNC_CLIENT_SECRET"]
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert main(["serve"]) == 1
    assert "cannot sign people in" in capsys.readouterr().err
