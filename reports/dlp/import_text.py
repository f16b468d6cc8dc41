"""What was read of DLP records, for people."""

from collections.abc import Iterator, Mapping

from reports.dlp.importing import FileReport, Imported
from reports.words import clean, counted


def as_text(imported: Imported) -> str:
    """A paragraph a file, then what no record ever told of."""
    lines = [line for item in imported.items for line in (*_file(item), "")]
    lines += [f"{clean(one.school)}: {one.sentence}" for one in imported.without_a_rule]
    return "\n".join(lines).rstrip() + "\n"


def _file(item: FileReport) -> Iterator[str]:
    yield clean(item.file)
    if item.problem:
        yield f"  refused: {item.problem}"
        return
    yield (
        f"  {item.format}: {counted(item.records, 'record')} = {item.events:,} new + "
        f"{item.merged:,} known already + {sum(item.quarantined.values()):,} not understood + "
        f"{sum(item.out_of_scope.values()):,} out of scope"
    )
    yield f"  {item.queued:,} to the queue, {item.counted_only:,} counted only"
    yield from _counts("to look at", item.exceptions)
    yield from _counts("not understood", item.quarantined)
    yield from _counts("out of scope", item.out_of_scope)


def _counts(what: str, counts: Mapping[str, int]) -> Iterator[str]:
    for name, count in counts.items():
        yield f"  {what}: {name}: {count:,}"
