"""Our command and the sandbox as processes that need not read their modules any more.

To read them is most of what a short command costs, and several times a small school's night.
multiprocessing's fork server reads them once; whatever it starts is a process like any other, with
arguments, environment, working folder, standard streams, signals and exit code of its own. That
they start from nothing as well is shown by tests/cli/test_cli_usage.py and tests/e2e.
"""

import atexit
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[1]
FROM_ELSEWHERE = (
    "alembic.command",
    "azure.identity.aio",
    "msal",
    "msgraph.generated.groups.groups_request_builder",
    "msgraph.generated.groups_with_unique_name.groups_with_unique_name_request_builder",
    "msgraph.generated.users.users_request_builder",
    "pandas",
    "rich.console",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlite3",
)
Command = Callable[[Sequence[str]], int]


def _ours() -> Iterator[str]:
    """The modules of the product and of the sandbox that do nothing by being imported."""
    for floor in ("policies", "graphsync", "reports", "api"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts and parts[-1] not in {"__init__", "__main__"}:
                yield ".".join(parts)


AHEAD = get_context("forkserver")
AHEAD.set_forkserver_preload([*_ours(), *FROM_ELSEWHERE])


def graphsync(arguments: Sequence[str]) -> int:
    """`graphsync ARGUMENTS`, as the whole process."""
    from api.cli import main

    sys.argv = ["graphsync", *arguments]
    return main()


def sandbox(arguments: Sequence[str]) -> int:
    """`python -m graphsync.sandbox ARGUMENTS`."""
    from graphsync.sandbox.__main__ import main

    return main(list(arguments))


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that another process brings about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class Process:
    """A process, to be asked, told and ended like one of `subprocess`."""

    def __init__(
        self,
        command: Command,
        arguments: Sequence[object],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        typed: bytes = b"",
    ) -> None:
        """Start `command(arguments)` in this folder, in this environment (None: in ours)."""
        stem = next(_stems())
        streams = tuple(stem.with_suffix(one) for one in (".in", ".out", ".err"))
        for path in streams:
            path.write_bytes(typed if path.suffix == ".in" else b"")
        _, self._out, self._err = streams
        kept = dict(os.environ if environment is None else environment)
        words = tuple(map(str, arguments))
        self._process = AHEAD.Process(
            target=_begin, args=(command, words, folder, kept, streams), daemon=True
        )
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    @property
    def out(self) -> str:
        """What it has told on stdout so far."""
        return self._out.read_text("utf-8")

    def first_line(self) -> str:
        """The first line that it tells on stdout."""
        until(lambda: "\n" in self.out)
        return self.out.partition("\n")[0]

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float = 60) -> tuple[str, str]:
        """Wait for its end, so many seconds at most; all that it told on stdout and stderr."""
        self._process.join(timeout)
        assert self.returncode is not None, "it does not end"
        return self.out, self._err.read_text("utf-8")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit code."""
        if self.returncode is None:
            self.send_signal(number)
        self.communicate()
        return int(self.returncode or 0)


def command(
    *arguments: object, folder: Path, environment: Mapping[str, str], typed: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """`graphsync` with these arguments in this folder and in no other environment, to its end."""
    process = Process(graphsync, arguments, folder, environment, typed)
    out, err = process.communicate()
    return subprocess.CompletedProcess(arguments, int(process.returncode or 0), out, err)


def a_sandbox(data: Path, *arguments: object, port: object = 0) -> tuple[Process, dict[str, str]]:
    """A sandbox with this folder that says `ready`, and the settings that it printed."""
    asked = ("--port", port, "--data", data, *arguments)
    process = Process(sandbox, asked, folder=ROOT)
    until(lambda: "\nready\n" in process.out or process.returncode is not None)
    told = (line.partition("=") for line in process.out.splitlines())
    return process, {name.removeprefix("GRAPHSYNC_"): value for name, sign, value in told if sign}


def _begin(
    command: Command,
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: Sequence[Path],
) -> None:
    """In the fork: it reads from and writes to these files."""
    for number, (path, how) in enumerate(
        zip(streams, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)
    ):
        opened = os.open(path, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(command(words))


@cache
def _stems() -> Iterator[Path]:
    """Names for the streams of each process, in a folder that goes when the tests end."""
    folder = tempfile.mkdtemp(prefix="graphsync-told-")
    atexit.register(shutil.rmtree, folder)
    return (Path(folder) / str(number) for number in itertools.count())
