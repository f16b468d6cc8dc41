"""The counts of a source of DLP records, for people: every record is accounted for."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from reports.words import counted


class Counted(Protocol):
    """A file, or a pull of the feed: records = events + merged + quarantined + out of scope."""

    @property
    def records(self) -> int:
        """How many came in."""

    @property
    def events(self) -> int:
        """How many were new."""

    @property
    def queued(self) -> int:
        """How many of the new ones a person is to look at."""

    @property
    def counted_only(self) -> int:
        """How many of the new ones nobody has to."""

    @property
    def merged(self) -> int:
        """How many were known already."""

    @property
    def quarantined(self) -> Mapping[str, int]:
        """How many were not understood, by reason."""

    @property
    def out_of_scope(self) -> Mapping[str, int]:
        """How many are not looked at, by reason."""

    @property
    def exceptions(self) -> Mapping[str, int]:
        """Reasons to look among the new ones."""


def counts(source: Counted, label: str = "") -> Iterator[str]:
    """The sum, then a line for each reason."""
    yield (
        f"{label}{counted(source.records, 'record')} = {source.events:,} new + "
        f"{source.merged:,} known already + {sum(source.quarantined.values()):,} not understood + "
        f"{sum(source.out_of_scope.values()):,} out of scope"
    )
    yield f"{source.queued:,} to the queue, {source.counted_only:,} counted only"
    yield from _each("to look at", source.exceptions)
    yield from _each("not understood", source.quarantined)
    yield from _each("out of scope", source.out_of_scope)


def _each(what: str, reasons: Mapping[str, int]) -> Iterator[str]:
    for name, count in reasons.items():
        yield f"{what}: {name}: {count:,}"
