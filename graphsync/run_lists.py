"""Runs as a person looks them through: page by page, and the last one of each school.

Lists are made of outlines, kept beside each report: a whole report names everybody.
"""

from collections.abc import Collection
from datetime import date, datetime

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.report import RunReport
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


class _Outline(Struct, frozen=True, kw_only=True):
    """What is kept beside a RunReport for the lists; it names nobody."""

    name: str
    counts: dict[str, int]
    held: int
    reasons: tuple[str, ...]
    error: str


_OUTLINES = msgspec.msgpack.Decoder(_Outline)


def outline_of(report: RunReport) -> bytes:
    """What the store keeps of a report for the lists."""
    return msgspec.msgpack.encode(
        _Outline(
            name=report.name,
            counts=report.counts,
            held=len(report.held),
            reasons=tuple(reason.text for reason in report.verdict.reasons),
            error=report.error,
        )
    )


def page(bench: Bench, schools: Collection[str], limit: int, after: str | None = None) -> RunPage:
    """The newest runs of these schools behind the run `after`; a run nobody knows ends the list."""
    found = bench.store.runs.page(schools, limit + 1, after)
    items = tuple(_summary(head, outline) for head, outline in found[:limit])
    return RunPage(items=items, after=items[-1].run if len(found) > limit else None)


def newest(bench: Bench, schools: Collection[str]) -> tuple[RunSummary, ...]:
    """The last run of each of these schools that has one."""
    return tuple(_summary(head, outline) for head, outline in bench.store.runs.newest(schools))


def _summary(head: RunHead, kept: bytes) -> RunSummary:
    outline = _OUTLINES.decode(kept)
    return RunSummary(
        run=head.id,
        school=head.school,
        name=outline.name,
        as_of=head.as_of,
        state=str(head.state),
        requester=head.requester,
        created_at=head.created_at,
        changes=sum(outline.counts.values()),
        held=outline.held,
        counts=outline.counts,
        reasons=outline.reasons,
        error=outline.error,
    )
