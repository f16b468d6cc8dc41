"""The cases in the order they are run: each needs what the one before it left in the tenant."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.bench.plans import Seen, Told, digest, look, most_write_requests
from tests.bench.running import COMMAND, Sandbox, Usage, measured
from tests.bench.table import Case, Target

LIBRARIES = "sqlalchemy, aiohttp, azure.identity.aio, pydantic_settings, msgspec, yaml"
FAST = 100  # a scale at which the sandbox's buckets never bind
SLOW = 4  # one at which they do
SHARE_PACED = 4  # a quarter of the people show the pacer at work
MOST_OVER = 1.05  # decision 19: at most five per cent more writes than the plan needs
QUOTA, REFILL = 3_000, 20  # Graph: the bucket, and what refills it a second at scale 1


class Bench:
    """One bench: a folder to work in, how many people, and how often the short cases run."""

    def __init__(self, folder: Path, people: int, runs: int) -> None:
        self.folder = folder
        self.people = people
        self.runs = runs

    def cases(self) -> Iterator[Case]:
        """Every case, measured when it is asked for."""
        yield self._help()
        yield self._libraries()
        with Sandbox(self.folder / "fast", self.people, FAST).running() as sandbox:
            yield self._first_load(sandbox)
            yield self._nothing_changed(sandbox)
            second = sandbox.night(2)
            yield self._planned(sandbox, second)
            yield self._applied(sandbox, second)
        people = max(1, self.people // SHARE_PACED)
        with Sandbox(self.folder / "slow", people, SLOW).running() as sandbox:
            yield self._paced(sandbox)

    def _help(self) -> Case:
        used = self._repeated([COMMAND, "--help"], {}, "help")
        return Case("`graphsync --help`", used, targets=(Target("CPU s", used.cpu, 0.35),))

    def _libraries(self) -> Case:
        """What every night pays before a line of ours runs: a yardstick for a busy machine."""
        command = [sys.executable, "-c", f"import {LIBRARIES}"]
        return Case("the libraries alone, imported", self._repeated(command, {}, "libraries"))

    def _first_load(self, sandbox: Sandbox) -> Case:
        used, told = self._sync(sandbox, sandbox.exports, "first")
        seen = look(sandbox)
        targets = (Target("wall s", used.wall, 300), *_writing(told, seen))
        return Case(f"first load of {self.people:,}", used, told, targets)

    def _nothing_changed(self, sandbox: Sandbox) -> Case:
        command = [COMMAND, "sync", "--roster", str(sandbox.exports), "--json"]
        used = self._repeated(command, sandbox.settings, "same")
        told = digest(self.folder / "same.json")
        targets = (
            Target("requests", told.requests, 5),
            Target("CPU s", used.cpu, 2.2),
            Target("MB", used.megabytes, 200),
            Target("changes", told.changes, 0),
        )
        return Case(f"{self.people:,}, nothing changed", used, told, targets)

    def _planned(self, sandbox: Sandbox, exports: Path) -> Case:
        look(sandbox)
        command = [COMMAND, "plan", "--roster", str(exports), "--json"]
        used = self._repeated(command, sandbox.settings, "plan")
        told = digest(self.folder / "plan.json")
        seen = look(sandbox)
        targets = (Target("CPU s", used.cpu, 2.6), Target("writes", seen.writes, 0))
        return Case("2 % in, 2 % out: planned", used, told, targets)

    def _applied(self, sandbox: Sandbox, exports: Path) -> Case:
        used, told = self._sync(sandbox, exports, "second")
        return Case("2 % in, 2 % out: applied", used, told, _writing(told, look(sandbox)))

    def _paced(self, sandbox: Sandbox) -> Case:
        used, told = self._sync(sandbox, sandbox.exports, "paced")
        seen = look(sandbox)
        # The log tells whole seconds, so the first and the last write may lie one more apart.
        allowed = QUOTA + REFILL * SLOW * (seen.seconds + 1)
        targets = (
            Target("writes", seen.writes, allowed, "the quota of that time"),
            Target("quota left unspent", 1 - seen.writes / allowed, 0.1),
            Target("429s", seen.throttled, 0),
        )
        return Case(f"first load of {sandbox.people:,} at scale {SLOW}", used, told, targets)

    def _sync(self, sandbox: Sandbox, exports: Path, name: str) -> tuple[Usage, Told]:
        look(sandbox)
        out = self.folder / f"{name}.json"
        command = [COMMAND, "sync", "--roster", str(exports), "--json"]
        used = measured(command, out, sandbox.settings)
        return used, digest(out)

    def _repeated(self, command: Sequence[str], settings: dict[str, str], name: str) -> Usage:
        """The medians of several runs, after one that fills the file cache and writes bytecode."""
        out = self.folder / f"{name}.json"
        measured(command, out, settings)
        used = [measured(command, out, settings) for _ in range(self.runs)]
        return Usage(
            median(one.wall for one in used),
            median(one.cpu for one in used),
            median(one.megabytes for one in used),
        )


def _writing(told: Told, seen: Seen) -> tuple[Target, ...]:
    most = round(MOST_OVER * told.expected)
    return (
        Target("writes", seen.writes, most, "105 % of expected"),
        Target("batches", seen.write_batches, most_write_requests(seen)),
    )
