"""The stage of the demo: the sandbox as a process of its own, a clock that jumps, the exports.

The nights lie in the near future, so that they follow one another in a minute; the tenant's clock
is moved along with ours, and the files look as fresh as a scheduled export would.
"""

import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from api.wiring import open_bench
from graphsync.bench import Bench
from graphsync.settings import Loaded, Need, load_settings
from graphsync.trouble import Broken, Usage

READY_SECONDS = 60
TIME_SCALE = "20"  # the tenant's replication lag is a tenth of a second on average


class Clock:
    """The real clock with an offset that only grows."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The demo's moment, UTC."""
        return datetime.now(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        """Jump ahead; never back."""
        self._offset += max(timedelta(0), moment - self.now())


class Stage:
    """One playing: where everything lies, the running tenant, and the clock."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.exports = out / "exports"
        self.env_file = out / "tenant.env"
        self.clock = Clock()
        self.today = self.clock.now().date()

    @contextmanager
    def tenant(self) -> Iterator[None]:
        """The sandbox with the demo's schools, stopped at the end."""
        command = [
            *(sys.executable, "-m", "graphsync.sandbox", "--port", "0", "--seed", "demo"),
            *("--data", str(self.out / "tenant"), "--time-scale", TIME_SCALE),
            *("--env-file", str(self.env_file), "--export-dir", str(self.exports)),
        ]
        log = self.out / "tenant.log"
        with (
            log.open("wb") as kept,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=kept) as running,  # noqa: S603 - our own command
        ):
            try:
                _wait_until_ready(running, log)
                yield
            finally:
                running.terminate()

    def settings(self) -> Loaded:
        """The settings that the sandbox printed, and no others."""
        for name in [name for name in os.environ if name.startswith("GRAPHSYNC_")]:
            del os.environ[name]
        return load_settings(self.env_file)

    @contextmanager
    def bench(self, requester: str) -> Iterator[Bench]:
        """The product as `requester` uses it, on the demo's clock."""
        needs = (Need.PACKS, Need.TENANT, Need.SEAL)
        with open_bench(
            self.settings(), *needs, requester=requester, clock=self.clock.now
        ) as bench:
            yield bench

    def night(self, number: int, moment: datetime) -> None:
        """Let the clocks jump and the schools export their rosters."""
        self.clock.move_to(moment)
        self._control("clock", {"now": self.clock.now().isoformat()})
        command = [
            *(sys.executable, "-m", "graphsync.sandbox.exports", "--seed", "demo"),
            *("--night", str(number), "--out", str(self.exports), "--today", str(self.today)),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        fresh = (self.clock.now() - timedelta(hours=1)).timestamp()
        for file in self.exports.rglob("*"):
            os.utime(file, (fresh, fresh))

    def _control(self, what: str, body: dict[str, str]) -> None:
        values = self.settings().values
        context = ssl.create_default_context(cafile=values.ca_file)
        call = Request(  # noqa: S310 - the address is the sandbox's own, https
            f"{values.authority}/_sandbox/{what}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(call, context=context, timeout=30):  # noqa: S310 - as above
            pass


def empty_folder(out: Path | None) -> Path:
    """Where the demo keeps its files; raises Usage for a folder that holds something already."""
    if out is None:
        from tempfile import mkdtemp

        return Path(mkdtemp(prefix="graphsync-demo-"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Usage(f"{out} is there already: name a new or empty folder with --out")
    out.mkdir(parents=True, exist_ok=True)
    return out.resolve()


def _wait_until_ready(running: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    if running.stdout is None:
        raise Broken("the sandbox has no output to wait for")
    for line in running.stdout:
        if line.strip() == b"ready":
            return
        if time.monotonic() > deadline:
            break
    raise Broken(f"the sandbox did not start; {log} says why")
