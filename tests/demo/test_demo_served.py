"""`make serve` as a whole: the nights, a week of a school, and the console on them."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def test_the_console_is_served_on_the_nights_with_something_on_every_page(tmp_path: Path) -> None:
    out, port = tmp_path / "out", free_port()
    command = [sys.executable, "-m", "api.cli", "demo", "--serve", "--port", str(port)]
    told = ""
    with subprocess.Popen(
        [*command, "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        try:
            assert running.stdout is not None
            for line in running.stdout:
                told += line
                if line.strip() == f"http://127.0.0.1:{port}":
                    break
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as answer:
                assert answer.status == 200
        finally:
            running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0, told[-2000:]
    assert "  NO  " not in told
    assert re.search(r"^  Head +\w", told, re.MULTILINE)
    with sqlite3.connect(next((out / "tenant" / "graphsync").glob("*.db"))) as store:
        shown = ("dlp_items", "consents", "consent_batches", "breaches", "departures")
        for table in (*shown, "data_requests"):
            (count,) = store.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert count, table
