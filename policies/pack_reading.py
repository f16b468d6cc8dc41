"""One pack file, read: every key by the table, every problem with its file and line.

YAML is taken through the safe loader's node tree, because only the nodes know their lines and
still hold a key that is written twice.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml
from msgspec import Struct

from policies.pack_keys import KEYS
from policies.pack_schema import InRow, Read
from policies.policy_values import clause_ids
from policies.yaml_nodes import Unreadable, is_null, line_of, plain, root_of, rows_of

_SECTIONS = frozenset(
    path[:end] for path in KEYS for end, letter in enumerate(path) if letter == "."
)
_BEGIN = "school: {id: …, name: …, domain: …}"
CLAUSES = "clauses"  # the one section that is no key: which clauses stand behind a key or section


class Problem(Struct, frozen=True, order=True):
    """What is wrong at a key of a file and how to mend it."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.text}"


class Entry(Struct, frozen=True):
    """A value as it was read, the line of its key, what the file says there, and a table's lines.

    `rows` maps the names of a table to their lines.
    """

    value: Any
    line: int
    said: Any
    rows: Mapping[str, int] = {}


class Layer(Struct, frozen=True):
    """The keys that a file gives; what is null or left out is silent and not in `entries`.

    `clauses` maps a key or section to the ids of the clauses that it comes from.
    """

    file: str
    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...] = ()
    clauses: Mapping[str, Entry] = {}

    def clauses_of(self, path: str) -> tuple[str, ...]:
        """The clauses behind a key: those written for it, or for the nearest section above it."""
        while path:
            if path in self.clauses:
                ids: tuple[str, ...] = self.clauses[path].value
                return ids
            path = path.rpartition(".")[0]
        return ()


@lru_cache(maxsize=64)
def read_layer(file: str, role: str, content: bytes) -> Layer:
    """The layer of these bytes; `role` is defaults, trust or school, `file` the name to print."""
    try:
        root = root_of(content, _BEGIN)
    except Unreadable as error:
        return Layer(file, {}, (Problem(file, error.line, "(file)", str(error)),))
    entries: dict[str, Entry] = {}
    clauses: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path, line, read in _walk(root, ""):
        if isinstance(read, str):
            problems.append(Problem(file, line, path, read))
        elif path.startswith(f"{CLAUSES}."):
            clauses[path.removeprefix(f"{CLAUSES}.")] = read
        elif KEYS[path].only not in {"", role}:
            text = f"belongs in a {KEYS[path].only} pack; move it there"
            problems.append(Problem(file, line, path, text))
        else:
            entries[path] = read
    return Layer(file, entries, tuple(problems), clauses)


def _walk(node: yaml.MappingNode, prefix: str) -> Iterator[tuple[str, int, Entry | str]]:
    """Each key below with its line and its entry, or the text of its problem."""
    seen: set[str] = set()
    for key, value in node.value:
        path, line = f"{prefix}{key.value}", line_of(key)
        if path in seen:
            yield path, line, "is written twice; keep one of them"
        elif path in KEYS:
            yield from _leaf(path, line, value)
        elif path == CLAUSES and isinstance(value, yaml.MappingNode):
            yield from _clauses(value)
        elif path not in {*_SECTIONS, CLAUSES}:
            yield path, line, _unknown(path)
        elif isinstance(value, yaml.MappingNode):
            yield from _walk(value, f"{path}.")
        elif not is_null(value):
            yield path, line, "is not a section; write its keys below it, indented"
        seen.add(path)


def _clauses(node: yaml.MappingNode) -> Iterator[tuple[str, int, Entry | str]]:
    """The clauses of each key, each with its own line."""
    seen: set[str] = set()
    for key, value in node.value:
        named, line = str(key.value), line_of(key)
        path = f"{CLAUSES}.{named}"
        if named in seen:
            yield path, line, "is written twice; keep one of them"
        elif named in KEYS or named in _SECTIONS:
            yield from _leaf(path, line, value, clause_ids)
        else:
            yield path, line, _unknown(named)
        seen.add(named)


def _leaf(
    path: str, line: int, node: yaml.Node, read: Read | None = None
) -> Iterator[tuple[str, int, Entry | str]]:
    if is_null(node):
        return
    try:
        said = plain(node)
        yield path, line, Entry((read or KEYS[path].read)(said), line, said, rows_of(node))
    except Unreadable as error:
        yield path, error.line, str(error)
    except InRow as error:
        yield path, rows_of(node)[error.row], str(error)
    except ValueError as error:
        yield path, line, str(error)


def _unknown(path: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(path, [*KEYS, *_SECTIONS, CLAUSES], n=1)
    return f"is no key of a pack; {f'did you mean {near[0]}?' if near else 'remove it'}"
