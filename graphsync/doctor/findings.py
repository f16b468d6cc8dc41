"""What a check finds, and what a check is given; texts hold no secret and no person's name."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from graphsync.settings import Loaded
from graphsync.store.db import Store
from policies.rules import Rules


class State(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


class Finding(Struct, frozen=True):
    """One line: which check, how it stands, what was found and what to do about it."""

    check: str
    state: State
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Case:
    """The installation that is looked at.

    `store` is None where there is none yet or it cannot be opened: `store_problem` says which.
    `rules` are of the schools whose packs can be used, `pack_problems` tell of the others.
    """

    loaded: Loaded
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    store: Store | None
    store_problem: str = ""
    rules: Mapping[str, Rules] = field(default_factory=dict)
    pack_problems: tuple[str, ...] = ()


def ok(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check, State.OK, found)


def warning(check: str, found: str, mend: str) -> Finding:
    """A night still goes through, or it cannot be told."""
    return Finding(check, State.WARNING, found, mend)


def broken(check: str, found: str, mend: str) -> Finding:
    """A night does not go through, or not rightly."""
    return Finding(check, State.BROKEN, found, mend)


def apart(sentence: str, *borders: str) -> tuple[str, str]:
    """A sentence of the form *what is wrong; how to mend it* in its two parts.

    It is parted at the first of `borders` that occurs; the mend is empty when none does.
    """
    for border in borders or ("; ",):
        what, found, mend = sentence.partition(border)
        if found:
            return what.strip(), mend.strip()
    return sentence.strip(), ""


def each(check: str, state: State, problems: Iterable[str], mend: str) -> Iterator[Finding]:
    """A finding for each *what; mend* sentence; `mend` where a sentence has none."""
    for problem in problems:
        what, own = apart(problem)
        yield Finding(check, state, what, own or mend)


def counted(number: int, thing: str) -> str:
    """`1 account`, `2 accounts`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a row, the rest as a number."""
    kept = list(names)
    more = f" and {len(kept) - most} more" if len(kept) > most else ""
    return ", ".join(kept[:most]) + more
