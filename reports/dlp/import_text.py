"""What was read of files of DLP records, for people."""

from collections.abc import Iterator

from reports.dlp.counts_text import counts
from reports.dlp.importing import FileReport, Imported
from reports.words import clean


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
    yield from (f"  {line}" for line in counts(item, f"{item.format}: "))
