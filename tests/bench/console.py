"""The lists and pages of runs: `python -m tests.bench.console`.

A store with 400 runs of one school, one of which plans 2,000 changes for a roster of 2,000, and
20,000 items of mail; each
page and list is asked for fifty times, one after the other, in one process without a network.
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import msgspec

sys.path.append(str(Path(__file__).parents[1] / "staff"))
from staff_side import StaffSide, a_pupil

from api.permissions import AppRole
from graphsync.run_lists import outline_of
from graphsync.store.runs import Run, State
from tests.bench.dlp_queue import an_item

RUNS, CHANGES, ITEMS, TIMES = 400, 2_000, 20_000, 50
PAGE_MS, LIST_MS = 100, 60


def _founded(folder: Path) -> tuple[StaffSide, str]:
    side = StaffSide(folder)
    office = side.office
    office.accept(*(a_pupil(str(number)) for number in range(1, CHANGES + 1)))
    report = office.plan()
    run = msgspec.structs.replace(office.store.runs.get(report.run), outline=outline_of(report))
    with office.store.transaction():
        for number in range(RUNS - 1):
            again = msgspec.structs.replace(
                run, id=f"r-20261125-{number:04x}", state=State.SUPERSEDED
            )
            office.store.runs.add(Run(**msgspec.structs.asdict(again)))
    chance = random.Random(1)  # noqa: S311 - which item it is decides nothing
    items = [an_item(number, chance, closed=False) for number in range(ITEMS)]
    office.store.dlp_items.put([msgspec.structs.replace(one, school="oak") for one in items])
    return side, report.run


async def _measured(side: StaffSide, method: str, path: str, **more: object) -> list[float]:
    taken = []
    for number in range(TIMES + 3):
        cookie = "" if path.startswith("/api/") else side.session(AppRole.HEAD)
        headers = side.bearer("Head") if not cookie else {}
        begun = time.perf_counter()
        answer = await side.ask(method, path, cookie, headers=headers, **more)
        if number >= 3:
            taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.text[:300]
    return taken


async def _rows(side: StaffSide, run: str) -> None:
    asked = (
        ("GET", "/api/v1/runs", LIST_MS, {}),
        ("GET", "/api/v1/jobs", LIST_MS, {}),
        ("GET", "/api/v1/schedule", LIST_MS, {}),
        ("GET", "/", PAGE_MS, {}),
        ("GET", "/api/v1/today", LIST_MS, {}),
        ("GET", "/pictures", PAGE_MS, {}),
        ("GET", "/plots/accounts.svg", PAGE_MS, {}),
        ("GET", "/api/v1/series/mails", LIST_MS, {}),
        ("GET", "/runs", PAGE_MS, {}),
        ("GET", f"/runs/{run}", PAGE_MS, {}),
        ("POST", f"/runs/{run}/look", PAGE_MS, {"data": {"search": "amy19", "page": "2"}}),
        ("GET", "/schedule", PAGE_MS, {}),
    )
    sys.stdout.write("| asked | median ms | p95 ms | target ms |\n|---|---|---|---|\n")
    for method, path, target, more in asked:
        taken = await _measured(side, method, path, **more)
        shown = path.replace(run, "{run}")
        p95 = quantiles(taken, n=20)[-1]
        sys.stdout.write(f"| {method} {shown} | {median(taken):.0f} | {p95:.0f} | {target} |\n")
        sys.stdout.flush()


def main() -> int:
    """Print the table; a shared machine is no judge, so the exit code is 0."""
    with tempfile.TemporaryDirectory(prefix="graphsync-console-") as folder:
        side, run = _founded(Path(folder))
        asyncio.run(_rows(side, run))
        side.office.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
