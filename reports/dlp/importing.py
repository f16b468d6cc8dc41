"""Files of DLP records into the store: read, handed to the desk, and counted file by file."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.store.dlp_imports import Import
from graphsync.store.journal import Entry
from reports.dlp.files import RecordFile, UnknownFile
from reports.dlp.taking import MissingRule, TakingDesk, Tally, ordered


class FileReport(Struct, frozen=True, kw_only=True):
    """What became of one file: records = events + merged + quarantined + out of scope.

    The new events are queued for a person, or counted only: events = queued + counted only.
    `problem` says why the whole file was refused; then nothing of it was read. `exceptions` counts
    the reasons to look among the new events.
    """

    file: str
    format: str = ""
    records: int = 0
    events: int = 0
    queued: int = 0
    counted_only: int = 0
    merged: int = 0
    quarantined: dict[str, int] = {}
    out_of_scope: dict[str, int] = {}
    exceptions: dict[str, int] = {}
    problem: str = ""


class Imported(Struct, frozen=True, kw_only=True):
    """What a command read, file by file, and what is still missing."""

    items: tuple[FileReport, ...]
    without_a_rule: tuple[MissingRule, ...] = ()


def import_files(bench: Bench, paths: Sequence[Path]) -> Imported:
    """Read the files in turn. What is known already changes nothing.

    Raises PackRefused when a school's pack cannot be used, OSError for a file that cannot be read.
    """
    desk = TakingDesk(bench)
    items = tuple(_taken(bench, desk, path) for path in paths)
    return Imported(items=items, without_a_rule=tuple(desk.missing()))


def _taken(bench: Bench, desk: TakingDesk, path: Path) -> FileReport:
    """Read one file and keep what it tells."""
    file, tally = RecordFile(path, desk.labels, desk.tenant), Tally()
    try:
        desk.take(tally, file.read())
    except UnknownFile as unknown:
        return FileReport(file=path.name, problem=str(unknown))
    _remember(bench, file, tally)
    return FileReport(
        file=path.name,
        format=str(file.format),
        records=tally.records,
        events=tally.events,
        queued=tally.queued,
        counted_only=tally.counted_only,
        merged=tally.merged,
        quarantined=ordered(tally.quarantined),
        out_of_scope=ordered(tally.out_of_scope),
        exceptions=ordered(tally.exceptions),
    )


def _remember(bench: Bench, file: RecordFile, tally: Tally) -> None:
    """The same file once more, from which nothing new came, leaves no trace."""
    store = bench.store
    if not tally.events and store.dlp_imports.of(file.digest) is not None:
        return
    read = Import(
        sha256=file.digest,
        format=str(file.format),
        at=bench.now(),
        by=bench.requester,
        records=tally.records,
        events=tally.events,
        merged=tally.merged,
        out_of_scope=tally.out_of_scope.total(),
        quarantined=ordered(tally.quarantined),
    )
    entry = Entry(
        school="",
        run="",
        item=file.digest,
        what="event",
        operation="import_dlp",
        result=str(tally.events),
    )
    with store.transaction():
        store.dlp_imports.put(read)
        store.journal.append([entry])
