"""Progress on stderr: a moving line on a terminal, plain lines anywhere else.

Stages and counts only; names never pass through here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from graphsync.bench import Progress

PLAIN_COUNT_SECONDS = 5.0  # at most one line of counts in this time, so that a mailed log is short


class PlainProgress:
    """One line a stage, and a line of counts every few seconds. `clock` gives seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._told_at = clock()

    def stage(self, text: str) -> None:
        """Print the stage."""
        self._told_at = self._clock()
        print(text, file=self._stream, flush=True)

    def count(self, done: int, of: int) -> None:
        """Print the count, when the last line is old enough."""
        now = self._clock()
        if now - self._told_at >= PLAIN_COUNT_SECONDS:
            self._told_at = now
            print(f"  {done:,} of {of:,}", file=self._stream, flush=True)


class TerminalProgress:
    """The stage under way with a bar; it clears itself away at the end."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        text = TextColumn("{task.description}", markup=False)
        columns = (text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Bar(*columns, console=Console(file=stream), transient=True)
        self._task = self.bar.add_task("", total=None)

    def stage(self, text: str) -> None:
        """Show the stage, its count not yet known."""
        self.bar.reset(self._task, description=text, total=None)

    def count(self, done: int, of: int) -> None:
        """Move the bar."""
        self.bar.update(self._task, completed=done, total=of)


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Progress]:
    """The progress that suits `stream`, ended when the work is."""
    if not stream.isatty():
        yield PlainProgress(stream, time.monotonic)
        return
    terminal = TerminalProgress(stream)
    with terminal.bar:
        yield terminal
