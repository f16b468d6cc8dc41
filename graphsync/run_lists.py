"""Runs as a person looks them through: page by page, and the last one of each school.

Of each stored report only the counts are decoded: a whole one names everybody.
"""

from collections.abc import Collection
from datetime import date, datetime

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.report import VerdictReport
from graphsync.store.runs import RunHead


class RunSummary(Struct, frozen=True, kw_only=True):
    """One run without the people in it; `counts` is how many changes there are of each kind."""

    run: str
    school: str
    name: str
    as_of: date
    state: str
    requester: str
    created_at: datetime
    changes: int
    held: int
    counts: dict[str, int]
    reasons: tuple[str, ...]
    error: str


class RunPage(Struct, frozen=True, kw_only=True):
    """Some runs, the newest first; behind the run `after` the next page begins (None: none)."""

    items: tuple[RunSummary, ...]
    after: str | None


class _Outline(Struct):
    """What is decoded of a stored RunReport."""

    name: str
    counts: dict[str, int]
    held: list[msgspec.Raw]
    verdict: VerdictReport
    error: str = ""


_OUTLINES = msgspec.msgpack.Decoder(_Outline)


def page(bench: Bench, schools: Collection[str], limit: int, after: str | None = None) -> RunPage:
    """The newest runs of these schools behind the run `after`; a run nobody knows ends the list."""
    found = bench.store.runs.page(schools, limit + 1, after)
    items = tuple(_summary(head, report) for head, report in found[:limit])
    return RunPage(items=items, after=items[-1].run if len(found) > limit else None)


def newest(bench: Bench, schools: Collection[str]) -> tuple[RunSummary, ...]:
    """The last run of each of these schools that has one."""
    return tuple(_summary(head, report) for head, report in bench.store.runs.newest(schools))


def _summary(head: RunHead, report: bytes) -> RunSummary:
    outline = _OUTLINES.decode(report)
    return RunSummary(
        run=head.id,
        school=head.school,
        name=outline.name,
        as_of=head.as_of,
        state=str(head.state),
        requester=head.requester,
        created_at=head.created_at,
        changes=sum(outline.counts.values()),
        held=len(outline.held),
        counts=outline.counts,
        reasons=tuple(reason.text for reason in outline.verdict.reasons),
        error=outline.error,
    )
