"""Processes of ours that start warm: forked from one that has imported everything already.

To import what a night needs takes several times as long as a small school's night. The fork runs
the whole command, from its arguments to its exit code, and a signal reaches it like any process.
"""

import atexit
import itertools
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

ROOT = Path(__file__).parents[2]
FROM_ELSEWHERE = (
    "azure.identity.aio",
    "msal",
    "msgraph.generated.groups.groups_request_builder",
    "msgraph.generated.groups_with_unique_name.groups_with_unique_name_request_builder",
    "msgraph.generated.users.users_request_builder",
)
Command = Callable[[Sequence[str]], int]


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

    def __init__(self, command: Command, arguments: Sequence[str], folder: Path) -> None:
        """Start `command(arguments)` in this folder."""
        stem = str(next(_stems()))
        self._out, self._err = Path(f"{stem}.out"), Path(f"{stem}.err")
        for path in (self._out, self._err):
            path.touch()
        told = (self._out, self._err)
        self._process = _server().Process(
            target=_begin, args=(command, arguments, folder, told), daemon=True
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


def _begin(
    command: Command, arguments: Sequence[str], folder: Path, told: tuple[Path, Path]
) -> None:
    """In the fork: what it tells goes into these files."""
    for number, path in enumerate(told, start=1):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    os.chdir(folder)
    sys.exit(command(arguments))


@cache
def _server() -> ForkServerContext:
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([*_ours(), *FROM_ELSEWHERE])
    return server


def _ours() -> Iterator[str]:
    """The modules of the product and of the sandbox that do nothing by being imported."""
    for floor in ("policies", "graphsync", "reports", "api"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts and parts[-1] not in {"__init__", "__main__"}:
                yield ".".join(parts)


@cache
def _stems() -> Iterator[Path]:
    """Names for what each process tells, in a folder that goes when the tests end."""
    folder = tempfile.mkdtemp(prefix="graphsync-told-")
    atexit.register(shutil.rmtree, folder)
    return (Path(folder) / str(number) for number in itertools.count())
