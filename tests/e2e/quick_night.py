"""A night whose waits are short: a second of its event loop is a fifth of one.

Whoever asks that loop for the time has waited as long as was meant; nothing is left out.
"""

import asyncio
import contextlib
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from night import School

from api.wiring import open_bench
from graphsync.report import RunDocument
from graphsync.run import Scope, Sources, sync
from graphsync.settings import Need, load_settings

SPEED = 5  # so that ten seconds to connect, the shortest that we give the tenant, are two

Found = TypeVar("Found")


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
            return quickly(sync(told, Sources(folders), Scope()))


def quickly(doing: Coroutine[Any, Any, Found], speed: int = SPEED) -> Found:
    """What comes of it, with waits so many times shorter."""
    with asyncio.Runner(loop_factory=lambda: _QuickLoop(speed)) as runner:
        return runner.run(doing)


def outcomes(document: RunDocument) -> dict[str, int]:
    """How many changes ended in each way, those that none did left out."""
    told = {name: getattr(document.outcomes, name) for name in document.outcomes.__struct_fields__}
    return {name: number for name, number in told.items() if number}


class _QuickLoop(asyncio.SelectorEventLoop):
    def __init__(self, speed: int) -> None:
        super().__init__(_QuickSelector(speed))
        self._speed = speed

    def time(self) -> float:
        return super().time() * self._speed


class _QuickSelector(selectors.DefaultSelector):
    def __init__(self, speed: int) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout and timeout / self._speed)
