"""What whoever says yes to a plan looks at first: totals, ten of its changes, all staff blocked.

The ten follow from the plan's digest: whoever looks, and whenever, sees the same (law B3).
"""

import hashlib
from collections.abc import Iterator

from msgspec import Struct

from graphsync.report import ChangeReport, RunReport
from policies.people import Kind
from reports.run_view import KindGroup, by_kind
from reports.words import kind_title

SAMPLE = 10


class Sampled(Struct, frozen=True):
    """One change with the words for its kind."""

    title: str
    change: ChangeReport


class Glance(Struct, frozen=True):
    """`kinds` are the totals, `sample` at most ten changes, `staff` the blocks of staff, all."""

    kinds: tuple[KindGroup, ...]
    sample: tuple[Sampled, ...]
    staff: tuple[ChangeReport, ...]


def glance(run: RunReport) -> Glance:
    """The plan in one look; every kind is in the sample before any has two."""
    kinds = by_kind(run)
    drawn = [
        (turn, place, Sampled(kind_title(group.kind), group.changes[index]))
        for place, group in enumerate(kinds)
        for turn, index in enumerate(_drawn(run.digest, group.kind, len(group.changes)))
    ]
    first = sorted(drawn, key=lambda one: one[:2])[:SAMPLE]
    return Glance(
        kinds=kinds,
        sample=tuple(one for _, _, one in sorted(first, key=lambda one: (one[1], one[0]))),
        staff=tuple(
            change
            for change in run.changes
            if change.kind == "disable_user" and change.population == Kind.STAFF
        ),
    )


def _drawn(digest: str, kind: str, number: int) -> list[int]:
    """Up to ten different places of so many, in the order in which the digest names them."""
    found: dict[int, None] = {}
    source = _numbers(f"{digest} {kind}")
    while len(found) < min(SAMPLE, number):
        found[next(source) % number] = None
    return list(found)


def _numbers(seed: str) -> Iterator[int]:
    turn = 0
    while True:
        yield int.from_bytes(hashlib.sha256(f"{seed} {turn}".encode()).digest()[:8])
        turn += 1
