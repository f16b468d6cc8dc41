"""A night whose waits are short: a second of its event loop is a fifth of one."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from night import School
from quick_loop import quickly

from api.wiring import open_bench
from graphsync.report import RunDocument
from graphsync.run import Scope, Sources, sync
from graphsync.settings import Need, load_settings

SPEED = 5  # so that ten seconds to connect, the shortest that we give the tenant, are two


class Teller:
    """Progress that does something when a stage begins: at that moment nothing has left for it."""

    def __init__(self, stage: str, act: Callable[[], None]) -> None:
        self._stage, self._act = stage, act

    def stage(self, text: str) -> None:
        if self._stage and text.startswith(self._stage):
            self._act()

    def count(self, done: int, of: int) -> None:
        pass


def quick_night(
    school: School,
    stage: str = "",
    act: Callable[[], None] = lambda: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> RunDocument:
    """A sync in this process; `act` is called when this stage begins.

    `sleep` is how it waits between its tries.
    """
    with contextlib.chdir(school.folder):
        settings = load_settings()
        with open_bench(settings, Need.PACKS, Need.TENANT, Need.SEAL) as bench:
            told = replace(bench, sleep=sleep, progress=Teller(stage, act))
            folders = {school.id: (school.exports,)}
            return quickly(sync(told, Sources(folders), Scope()), SPEED)


def outcomes(document: RunDocument) -> dict[str, int]:
    """How many changes ended in each way, those that none did left out."""
    told = {name: getattr(document.outcomes, name) for name in document.outcomes.__struct_fields__}
    return {name: number for name, number in told.items() if number}
