"""Processes, measured from outside: the product's, and the sandbox's beside them."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).with_name("graphsync"))
START_SECONDS = 120


class Failed(Exception):
    """A case that did not run as it should: then there is nothing to measure."""


@dataclass(frozen=True)
class Usage:
    """One process from start to end: seconds of wall and of processor, most megabytes resident."""

    wall: float
    cpu: float
    megabytes: float


def measured(command: Sequence[str], out: Path, settings: Mapping[str, str]) -> Usage:
    """Run a command with its stdout into `out`; raises Failed unless it ends with 0.

    Linux counts the resident set of the process that forks into the child's maximum, so whoever
    calls this stays small (see `plans.digest`).
    """
    begun = time.perf_counter()
    with out.open("wb") as stdout, out.with_suffix(".err").open("wb") as stderr:
        process = subprocess.Popen(
            command,
            stdout=stdout,
            stderr=stderr,
            env=environment(settings),
            cwd=out.parent,
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = out.with_suffix(".err").read_text("utf-8", "replace")[-2000:]
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Ours without anyone's settings; with bytecode, as an installed product has it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GRAPHSYNC_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {**kept, **settings}


class Sandbox:
    """A running tenant: the settings that lead to it, the night-1 exports, its request log."""

    def __init__(self, folder: Path, people: int, scale: float) -> None:
        self.folder = folder
        self.people = people
        self.scale = scale
        self.exports = folder / "exports"
        self._env_file = folder / "env"
        self.settings: dict[str, str] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What a process that reads the request log needs: all but the running process."""
        return {name: value for name, value in vars(self).items() if name != "_process"}

    @contextmanager
    def running(self) -> Iterator["Sandbox"]:
        """Serves inside the block; raises Failed when it does not come up."""
        self.folder.mkdir(parents=True, exist_ok=True)
        process = self._process = subprocess.Popen(
            self._command(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment({}),
            cwd=ROOT,
            text=True,
        )
        try:
            self._wait(process)
            yield self
        finally:
            self.end(signal.SIGTERM)

    def end(self, signal_number: signal.Signals) -> None:
        """Sends the signal, to one that still runs, and waits for the end."""
        self._process.send_signal(signal_number)
        self._process.communicate(timeout=60)

    def cpu(self) -> float:
        """Processor seconds of the sandbox so far."""
        fields = self._about("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """Megabytes of the sandbox in memory now."""
        return int(self._about("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def _about(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text()

    def _command(self) -> list[str]:
        options = {
            "--port": "0",
            "--data": str(self.folder / "tenant"),
            "--seed": str(self.people),
            "--time-scale": str(self.scale),
            "--env-file": str(self._env_file),
            "--export-dir": str(self.exports),
        }
        words = [word for pair in options.items() for word in pair]
        return [sys.executable, "-m", "graphsync.sandbox", *words]

    def _wait(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        begun = time.monotonic()
        for line in process.stdout:
            if line.strip() == "ready":
                lines = self._env_file.read_text("utf-8").splitlines()
                self.settings = dict(line.split("=", 1) for line in lines if line)
                return
            if time.monotonic() - begun > START_SECONDS:
                break
        raise Failed("the sandbox did not start")

    def night(self, number: int) -> Path:
        """The exports of a later night, in a folder of their own."""
        out = self.folder / f"exports-{number}"
        words = ["--seed", str(self.people), "--night", str(number), "--out", str(out)]
        subprocess.run(
            [sys.executable, "-m", "graphsync.sandbox.exports", *words],
            check=True,
            cwd=ROOT,
            env=environment({}),
        )
        return out

    def log(self) -> list[dict[str, Any]]:
        """The request log since it was last asked for."""
        found: dict[str, Any] = json.loads(self._call("GET"))
        self._call("DELETE")
        items: list[dict[str, Any]] = found["items"]
        return items

    def _call(self, method: str) -> bytes:
        url = f"{self.settings['GRAPHSYNC_AUTHORITY']}/_sandbox/requests"
        trust = ssl.create_default_context(cafile=self.settings["GRAPHSYNC_CA_FILE"])
        request = urllib.request.Request(url, method=method)  # noqa: S310 - our own https address
        with urllib.request.urlopen(request, context=trust, timeout=120) as answer:  # noqa: S310
            body: bytes = answer.read()
        return body
