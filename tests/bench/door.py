"""`python -m tests.bench.door`: the door alone, against a sandbox tenant, held to its targets.

Prints one Markdown row a case, as `make bench` does. The exit status is 1 only when a case did not
run as it should; whether it was fast the verdicts say.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.__main__ import printed
from tests.bench.cases import FAST, QUOTA, REFILL
from tests.bench.plans import Told, look
from tests.bench.running import Sandbox, Usage, measured
from tests.bench.table import Case, Target

FEW = 2_000  # people that the SDK's models are given: more would take minutes
BRISK = 10  # the scale up to which rates are measured (decision 20)
CHEAPER = 350
WORK = [sys.executable, str(Path(__file__).with_name("door_work.py"))]


class Door:
    """One bench of the door: a folder to work in, how many are read, and how many written."""

    def __init__(self, folder: Path, people: int, writes: int) -> None:
        self.folder = folder
        self.people = people
        self.writes = writes

    def cases(self) -> Iterator[Case]:
        """Every case, measured when it is asked for."""
        yield from self._reading()
        with Sandbox(self.folder / "fast", 1_000, FAST).running() as sandbox:
            yield self._written(sandbox)
        with Sandbox(self.folder / "brisk", 1_000, BRISK).running() as sandbox:
            yield self._paced(sandbox)

    def _reading(self) -> Iterator[Case]:
        with self._filled("few", FEW).running() as sandbox:
            used, models = self._work(sandbox, "models")
            scaled = models["cpu"] * self.people / models["people"]
            name = f"the SDK's models, {models['people']:,} users"
            yield Case(name, used, _told(models))
        with self._filled("many", self.people).running() as sandbox:
            used, found = self._work(sandbox, "read")
        part = f"a {CHEAPER}th of {scaled:.0f} s, the models' for {self.people:,}"
        targets = (
            Target("CPU s of reading", found["cpu"], 1.5),
            Target("MB", used.megabytes, 200),
            Target("again", found["cpu"], scaled / CHEAPER, part),
        )
        yield Case(f"{found['people']:,} users read through the door", used, _told(found), targets)

    def _written(self, sandbox: Sandbox) -> Case:
        used, told = self._work(sandbox, "write", str(self.writes))
        targets = (
            Target("CPU ms a write", 1000 * told["cpu"] / self.writes, 1.2),
            Target("batches in flight", told["in_flight"], 4),
            *self._each_once(sandbox, told),
        )
        return Case(f"{self.writes:,} accounts made", used, _told(told), targets)

    def _paced(self, sandbox: Sandbox) -> Case:
        used, told = self._work(sandbox, "write", str(self.writes))
        allowed = QUOTA + REFILL * BRISK * told["seconds"]
        targets = (
            Target("quota left unspent", 1 - self.writes / allowed, 0.05),
            Target("share answered 429", told["throttled"] / self.writes, 0.01),
            *self._each_once(sandbox, told),
        )
        name = f"{self.writes:,} accounts made at scale {BRISK}, buckets on"
        return Case(name, used, _told(told), targets)

    def _each_once(self, sandbox: Sandbox, told: dict[str, Any]) -> tuple[Target, Target]:
        """None lost: each has ended as done. None doubled: the tenant accepted no more."""
        lost = self.writes - told["ends"].get("done", 0)
        doubled = look(sandbox).writes - self.writes
        return Target("lost", lost, 0), Target("doubled", doubled, 0)

    def _filled(self, name: str, people: int) -> Sandbox:
        sandbox = Sandbox(self.folder / name, 1_000, FAST)
        sandbox.folder.mkdir()
        out = self.folder / f"{name}.json"
        measured([*WORK, "fill", str(sandbox.folder / "tenant"), str(people)], out, {})
        return sandbox

    def _work(self, sandbox: Sandbox, *words: str) -> tuple[Usage, dict[str, Any]]:
        look(sandbox)
        out = self.folder / f"{words[0]}.json"
        used = measured([*WORK, *words], out, sandbox.settings)
        told: dict[str, Any] = json.loads(out.read_bytes())
        return used, told


def _told(work: dict[str, Any]) -> Told:
    """The counts that the table has columns for."""
    writes = work.get("writes", 0)
    return Told(work["requests"], writes, writes, writes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every case and print its row as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.door", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000, metavar="N", help="50000")
    parser.add_argument("--writes", type=int, default=8_000, metavar="N", help="8000")
    options = parser.parse_args(arguments)
    return printed(lambda folder: Door(folder, options.people, options.writes).cases())


if __name__ == "__main__":
    sys.exit(main())
