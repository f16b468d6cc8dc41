"""An export of the journal: a head line, then one JSON line a row, each in its canonical form.

The lines carry keys and hashes, no names: an export may be kept elsewhere as the witness that the
store's own journal was not rewritten.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from graphsync.store import chain
from graphsync.store.chain import Head
from graphsync.store.problems import BrokenExport, StoreProblem

_T = TypeVar("_T")


class HeadLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line: what follows must be this many rows, and end in this hash."""

    format: Literal["graphsync journal 1"] = "graphsync journal 1"
    rows: int
    hash: str


def write_export(path: Path, head: Head, rows: Iterable[chain.Link]) -> None:
    """Write the file (0600) beside its place and move it there whole; raises StoreProblem."""
    unfinished = path.with_name(f"{path.name}.part")
    encode = msgspec.json.Encoder().encode
    try:
        with os.fdopen(
            os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb"
        ) as file:
            file.write(encode(HeadLine(rows=head.rows, hash=head.hash)) + b"\n")
            file.writelines(encode(row) + b"\n" for row in rows)
        unfinished.replace(path)
    except OSError as error:
        raise StoreProblem(f"cannot write {path}: {error.strerror}; name another place") from None


def verify_export(path: Path) -> Head:
    """The head, when every line is whole; raises BrokenExport with the first bad line."""
    try:
        with path.open("rb") as lines:
            stated = _decoded(lines.readline(), HeadLine, 1)
            found = _chain_of(lines)
    except OSError as error:
        raise StoreProblem(f"cannot read {path}: {error.strerror}") from None
    _check_head(stated, found)
    return found


def read_export(path: Path) -> list[chain.Link]:
    """Every row of an export that is whole; raises BrokenExport as `verify_export` does."""
    verify_export(path)
    with path.open("rb") as lines:
        lines.readline()
        return [msgspec.json.decode(line, type=chain.Link) for line in lines]


def _chain_of(lines: Iterable[bytes]) -> Head:
    found = Head()
    for number, line in enumerate(lines, start=2):
        row = _decoded(line, chain.Link, number)
        if why := chain.fault(msgspec.structs.astuple(row), found):
            raise BrokenExport(number, why)
        found = Head(rows=row.seq, hash=row.hash)
    return found


def _check_head(stated: HeadLine, found: Head) -> None:
    if found.rows < stated.rows:
        raise BrokenExport(
            found.rows + 2, f"the line is missing: the export is cut, it had {stated.rows} rows"
        )
    if (found.rows, found.hash) != (stated.rows, stated.hash):
        raise BrokenExport(1, "the head line does not belong to these rows")


def _decoded(line: bytes, kind: type[_T], number: int) -> _T:
    """The line's value; only the exact bytes that we write are accepted, so no edit is unseen."""
    try:
        value = msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BrokenExport(number, "the line is not a line of an export") from None
    if msgspec.json.encode(value) + b"\n" != line:
        raise BrokenExport(number, "the line was edited")
    return value
