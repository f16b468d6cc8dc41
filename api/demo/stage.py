"""The stage of the demo: the sandbox as a process of its own, a clock that jumps, the exports.

The nights lie in the days just past, so that they follow one another in a minute and the last one
is last night; the tenant's clock is moved along with ours, and the files look as fresh as a
scheduled export would.
"""

import json
import os
import ssl
import subprocess
import sys
import time as waiting
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from api.wiring import open_bench
from graphsync.bench import Bench
from graphsync.settings import Loaded, Need, load_settings
from graphsync.trouble import Broken, Usage

READY_SECONDS = 60
FIRST_LOOK = time(10, 0, tzinfo=UTC)
AT_NIGHT = time(2, 0, tzinfo=UTC)
TIME_SCALE = "20"  # the tenant's replication lag is a tenth of a second on average


class Clock:
    """The real clock with an offset that only grows, up to zero: it begins in the past."""

    def __init__(self, beginning: datetime) -> None:
        self._offset = beginning - datetime.now(UTC)

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
        self.nights = last_nights(datetime.now(UTC))
        self.clock = Clock(datetime.combine(self.nights[0] - timedelta(days=1), FIRST_LOOK))
        self.today = self.clock.now().date()

    @contextmanager
    def tenant(self) -> Iterator[None]:
        """The sandbox with the demo's schools, stopped at the end."""
        command = [
            *(sys.executable, "-m", "graphsync.sandbox", "--port", "0", "--seed", "demo"),
            *("--data", str(self.out / "tenant"), "--time-scale", TIME_SCALE),
            *("--env-file", str(self.env_file), "--export-dir", str(self.exports)),
            *("--founded", self.clock.now().isoformat()),
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
        self.control("clock", {"now": self.clock.now().isoformat()})
        command = [
            *(sys.executable, "-m", "graphsync.sandbox.exports", "--seed", "demo"),
            *("--night", str(number), "--out", str(self.exports), "--today", str(self.today)),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        fresh = (self.clock.now() - timedelta(hours=1)).timestamp()
        for file in self.exports.rglob("*"):
            os.utime(file, (fresh, fresh))

    def control(self, what: str, body: dict[str, Any] | None = None) -> Any:
        """What the tenant's own side answers; with a body something is changed."""
        values = self.settings().values
        context = ssl.create_default_context(cafile=values.ca_file)
        call = Request(  # noqa: S310 - the address is the sandbox's own, https
            f"{values.authority}/_sandbox/{what}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(call, context=context, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)


def last_nights(now: datetime) -> tuple[date, date]:
    """The last two school nights before now: two in the morning of days from Monday to Friday."""
    found: list[date] = []
    day = now.date() if now.timetz() > AT_NIGHT else now.date() - timedelta(days=1)
    while len(found) < 2:
        if day.weekday() < 5:
            found.append(day)
        day -= timedelta(days=1)
    return found[1], found[0]


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
    deadline = waiting.monotonic() + READY_SECONDS
    if running.stdout is None:
        raise Broken("the sandbox has no output to wait for")
    for line in running.stdout:
        if line.strip() == b"ready":
            return
        if waiting.monotonic() > deadline:
            break
    raise Broken(f"the sandbox did not start; {log} says why")
