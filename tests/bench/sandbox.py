"""How fast and how small the sandbox itself is, held to its targets.

    python -m tests.bench.sandbox

Prints one Markdown row a case: wall seconds of the client, processor seconds of the sandbox alone
and its resident set at the end, as the kernel tells them. The exit status is 1 only when a case
did not run as it should; whether it was fast is for the table to say.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.running import Failed, Sandbox, Usage
from tests.bench.sandbox_client import Client
from tests.bench.table import Case, Target, verdict

HEADING = "| case | wall s | CPU s | MB | verdict |\n|---|---|---|---|---|"
FAST = 1_000  # a scale at which no bucket binds
CREATES = 2_000
LOADED_SECONDS, CREATED_SECONDS, LISTED_SECONDS, MOST_MB = 60, 10, 5, 200
LOST_SECONDS = 0.5  # the fifth of a second that the documentation names, and the writing


@dataclass(frozen=True)
class Sizes:
    """How many users are loaded on the clock, how many there are in the end, and repetitions."""

    loaded: int
    held: int
    runs: int


async def cases(sandbox: Sandbox, sizes: Sizes) -> AsyncIterator[Case]:
    """Every case, measured when it is asked for."""
    with sandbox.running():
        async with Client(sandbox) as client:
            used = await _timed(sandbox, client.create(0, sizes.loaded))
            targets = (Target("wall s", used.wall, LOADED_SECONDS),)
            yield Case(f"{sizes.loaded:,} users loaded", used, targets=targets)
            until = sizes.loaded + CREATES
            used = await _timed(sandbox, client.create(sizes.loaded, until))
            targets = (Target("wall s", used.wall, CREATED_SECONDS),)
            yield Case(f"{CREATES:,} more created in `$batch`", used, targets=targets)
            await client.create(until, sizes.held)
            yield await _listed(sandbox, client, sizes)
            before = await client.state()
        began = time.perf_counter()
        sandbox.end(signal.SIGTERM)
    with sandbox.running():
        used = _started(sandbox, began)
        async with Client(sandbox) as client:
            same = int((await client.state())["digest"] != before["digest"])
            targets = (
                Target("digests that differ", same, 0),
                Target("MB", used.megabytes, MOST_MB),
            )
            yield Case("stopped and started again", used, targets=targets)
            names = await client.written_until_killed(sizes.held, sandbox)
        began = time.perf_counter()
    with sandbox.running():
        used = _started(sandbox, began)
        async with Client(sandbox) as client:
            yield _killed(used, names, await client.state())


def _started(sandbox: Sandbox, began: float) -> Usage:
    return Usage(time.perf_counter() - began, sandbox.cpu(), sandbox.resident())


async def _listed(sandbox: Sandbox, client: Client, sizes: Sizes) -> Case:
    used = [await _timed(sandbox, client.list_all(sizes.held)) for _ in range(sizes.runs)]
    middle = Usage(
        median(one.wall for one in used),
        median(one.cpu for one in used),
        max(one.megabytes for one in used),
    )
    targets = (
        Target("wall s", middle.wall, LISTED_SECONDS),
        Target("MB", middle.megabytes, MOST_MB),
    )
    return Case(f"{sizes.held:,} users listed", middle, targets=targets)


def _killed(used: Usage, names: dict[str, float], state: dict[str, Any]) -> Case:
    """``names``: each user that was answered 201, and how long before the kill."""
    held = {row["userPrincipalName"] for row in state["users"]}
    lost = [ago for name, ago in names.items() if name not in held]
    targets = (
        Target("answered before the kill and lost: s", max(lost, default=0.0), LOST_SECONDS),
    )
    name = f"killed (-9) amid writes and started again: {len(lost)} of {len(names):,} lost"
    return Case(name, used, targets=targets)


async def _timed(sandbox: Sandbox, work: Coroutine[None, None, None]) -> Usage:
    cpu, began = sandbox.cpu(), time.perf_counter()
    await work
    return Usage(time.perf_counter() - began, sandbox.cpu() - cpu, sandbox.resident())


async def _print(folder: Path, sizes: Sizes) -> None:
    async for case in cases(Sandbox(folder / "tenant", sizes.held, FAST), sizes):
        used = case.used
        numbers = f"{used.wall:.2f} | {used.cpu:.2f} | {used.megabytes:.0f}"
        sys.stdout.write(f"| {case.name} | {numbers} | {verdict(case)} |\n")
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every case and print its row as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sandbox")
    parser.add_argument("--loaded", type=int, default=20_000, metavar="N", help="20000")
    parser.add_argument("--held", type=int, default=50_000, metavar="N", help="50000")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of the listing: 3")
    sizes = Sizes(**vars(parser.parse_args(arguments)))
    sys.stdout.write(HEADING + "\n")
    with tempfile.TemporaryDirectory(prefix="graphsync-bench-") as folder:
        try:
            asyncio.run(_print(Path(folder), sizes))
        except Failed as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
