"""A run's document in its three forms: the published JSON, text for people, a page for people.

Each form imports its own library when it is made.
"""

from typing import Any

import msgspec

from graphsync.report import RunDocument, RunReport
from reports.run_view import SHOWN

_ONLY_AFTER_APPLYING = ("outcome", "request_id", "note")


def as_json(document: RunDocument, *, with_lists: bool) -> dict[str, Any]:
    """The published shape, decoded; `with_lists` adds the keys of the people left unchanged."""
    printed = document.printed()
    runs = [_run(run, with_lists=with_lists) for run in document.runs]
    return {**msgspec.to_builtins(printed), "runs": runs}


def _run(run: RunReport, *, with_lists: bool) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(run)
    plain["changes"] = [_change(change) for change in plain["changes"]]
    for name in ("outcomes", "requests", "worklist", "erased", "returned"):
        if plain[name] is None:
            del plain[name]
    if not with_lists:
        del plain["unchanged_people"]
    return plain


def _change(change: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in change.items() if value or name not in _ONLY_AFTER_APPLYING
    }


def as_text(
    document: RunDocument, *, everything: bool, width: int | None = None, shown: int = SHOWN
) -> str:
    """Text as wide as the terminal (80 columns where there is none), in colour only on one.

    `shown` is how many of each kind are listed, unless `everything` is wanted.
    """
    from rich.console import Console

    from reports.listing import trimmed
    from reports.run_table import print_document

    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        print_document(document, console, everything=everything, shown=shown)
    return trimmed(captured.get())


def as_page(document: RunDocument) -> str:
    """A page of HTML that stands alone: no script, nothing fetched."""
    from reports.run_page import page

    return page(document)
