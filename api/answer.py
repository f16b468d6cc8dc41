"""What a command prints on stdout: one JSON document, or text for people."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from graphsync.report import RunDocument
from graphsync.trouble import Usage


def encoded(value: Any) -> bytes:
    """One JSON document, indented, with a new line at its end."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2) + b"\n"


def say(text: str | bytes) -> None:
    """Write to stdout. A reader that has gone away (`| head`) does not change how a run ended."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode(errors="replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at exit; that must find an open file.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def answer(args: Namespace, value: Any, text: Callable[[], str]) -> None:
    """The value as JSON if that was asked for, otherwise the text, which is made only then."""
    say(encoded(value) if args.json else text())


def answer_items(
    args: Namespace, items: Sequence[msgspec.Struct], nothing: str, columns: Sequence[str] = ()
) -> None:
    """A list: `{"items": […]}`, or for people those `columns`, or a sentence for an empty one."""
    from reports.listing import blocks, plain, table

    def text() -> str:
        if not items:
            return f"{nothing}\n"
        return table(items, columns) if columns else blocks(items)

    answer(args, {"items": plain(items)}, text)


def answer_facts(args: Namespace, value: msgspec.Struct, then: str = "") -> None:
    """One record, and a sentence that says what to do next."""
    from reports.listing import facts, plain

    after = f"{then}\n" if then else ""
    answer(args, plain(value), lambda: facts(value) + after)


def answer_run(args: Namespace, document: RunDocument) -> None:
    """A run's document; `--html FILE` writes the page for people as well."""
    from reports.render import as_json, as_page, as_text

    if args.html is not None:
        write_page(args.html, as_page(document))
    plain = as_json(document, with_lists=args.all)
    answer(args, plain, lambda: as_text(document, everything=args.all))


def write_page(path: Path, page: str) -> None:
    """The page, readable by its owner alone: it names people."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(page)


def write_new_page(path: Path, page: str) -> None:
    """A page that holds secrets: a new file, readable by its owner alone, whole or not there.

    Raises Usage for a file that is there already.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Usage(f"{path} is there already: name a new file, or delete that one") from None
    part = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
