"""Whom a sample draws: by a seed that a governor says, so that nobody could prepare it."""

import hashlib
from collections.abc import Iterable

SIZE = 25  # law B9, task 2
FEWEST = 5  # of fewer a sample would be everybody


def drawn(seed: str, people: Iterable[str]) -> tuple[str, ...]:
    """At most `SIZE` of these, in the order of the draw: the same seed and people, the same draw.

    The order of `people` does not matter. Capitals and spaces around the seed do not either.
    """
    told = plain(seed)
    return tuple(sorted(set(people), key=lambda one: _place(told, one))[:SIZE])


def plain(seed: str) -> str:
    """A seed as it is used and kept."""
    return " ".join(seed.split()).casefold()


def _place(seed: str, one: str) -> str:
    return hashlib.sha256(f"{seed}\n{one}".encode()).hexdigest()
