"""Our command and the sandbox as processes that need not read their modules any more.

To read them is most of what a short command costs. multiprocessing's fork server reads them once;
whatever it starts is a process like any other, with arguments, environment, working folder,
standard streams, signals and exit code of its own. That they start from nothing as well is shown
by tests/cli/test_cli_usage.py and tests/e2e.
"""

import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

AHEAD = get_context("forkserver")
AHEAD.set_forkserver_preload(
    [
        "api.cli", "api.wiring", "api.answer", "graphsync.run_desk", "graphsync.consent_views",
        "graphsync.policy_checks", "graphsync.password_checking", "reports.policy_view",
        "reports.dlp.pulling", "alembic.command", "pandas", "rich.console", "sqlite3",
        "sqlalchemy.dialects.sqlite.pysqlite", "graphsync.sandbox.serve",
    ]
)  # fmt: skip


def command(
    *arguments: object, folder: Path, environment: Mapping[str, str], typed: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """`graphsync` with these arguments in this folder and in no other environment, to its end."""
    words = tuple(map(str, arguments))
    with TemporaryDirectory() as streams:
        given, out, err = (Path(streams) / name for name in ("in", "out", "err"))
        given.write_bytes(typed)
        process = AHEAD.Process(
            target=_be_the_command,
            args=(words, folder, dict(environment), (given, out, err)),
            daemon=True,
        )
        process.start()
        process.join(60)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, 60)
        return subprocess.CompletedProcess(
            words, process.exitcode, out.read_text(), err.read_text()
        )


def _be_the_command(
    words: Sequence[str], folder: Path, environment: dict[str, str], streams: Sequence[Path]
) -> None:
    from api.cli import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    given, out, err = streams
    os.dup2(os.open(given, os.O_RDONLY), 0)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT, 0o600), 1)
    os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT, 0o600), 2)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    sys.argv = ["graphsync", *words]
    sys.exit(main())


class Served:
    """A running sandbox, and the settings that it printed; named as in subprocess.Popen."""

    def __init__(self, process: BaseProcess, stdout: io.TextIOBase) -> None:
        self._process = process
        self._stdout = stdout
        self.terminate, self.kill = process.terminate, process.kill
        assert process.pid
        self.pid = process.pid
        lines = takewhile(lambda line: line != "ready\n", stdout)
        named = (line.strip().removeprefix("GRAPHSYNC_").partition("=") for line in lines)
        self.printed = {name: value for name, _, value in named}

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("sandbox", timeout)
        self._stdout.close()
        return self._process.exitcode


def sandbox(*arguments: object) -> Served:
    """`python -m graphsync.sandbox` with these arguments and any port, once it says `ready`."""
    read, write = AHEAD.Pipe(duplex=False)
    process = AHEAD.Process(
        target=_be_a_sandbox, args=(("--port", "0", *map(str, arguments)), write), daemon=True
    )
    process.start()
    write.close()
    stdout = os.fdopen(os.dup(read.fileno()))
    read.close()
    return Served(process, stdout)


def _be_a_sandbox(words: Sequence[str], stdout: Connection) -> None:
    from graphsync.sandbox.__main__ import main

    os.dup2(stdout.fileno(), 1)
    stdout.close()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115
    sys.exit(main(list(words)))
