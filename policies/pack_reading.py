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
from policies.pack_schema import Read
from policies.policy_values import clause_ids

# The C parser reads a pack in a tenth of the time; both parse alike.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SECTIONS = frozenset(
    path[:end] for path in KEYS for end, letter in enumerate(path) if letter == "."
)
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
    """A value as it was read, the line of its key, and what the file says there."""

    value: Any
    line: int
    said: Any


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


class _Unreadable(ValueError):
    """A node that cannot be read, with its line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@lru_cache(maxsize=64)
def read_layer(file: str, role: str, content: bytes) -> Layer:
    """The layer of these bytes; `role` is defaults, trust or school, `file` the name to print."""
    try:
        root = _root(content)
    except _Unreadable as error:
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


def _root(content: bytes) -> yaml.MappingNode:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(line, "is not UTF-8; save it with that encoding") from None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise _Unreadable(_line(event), "repeats a part by *name; write the part out")
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _syntax(error) from None
    if root is None:
        raise _Unreadable(1, "is empty; begin with school: {id: …, name: …, domain: …}")
    if not isinstance(root, yaml.MappingNode):
        raise _Unreadable(_line(root), "is not a table of keys; write lines such as school: {…}")
    return root


def _syntax(error: yaml.YAMLError) -> _Unreadable:
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "a character that YAML does not allow"
    return _Unreadable(
        mark.line + 1 if mark else 1, f"is not YAML ({what}); check indentation, quotes, brackets"
    )


def _line(part: Any) -> int:
    """The line of a node or event, from 1; a node made by the safe loader always has its mark."""
    return int(part.start_mark.line) + 1


def _walk(node: yaml.MappingNode, prefix: str) -> Iterator[tuple[str, int, Entry | str]]:
    """Each key below with its line and its entry, or the text of its problem."""
    seen: set[str] = set()
    for key, value in node.value:
        path, line = f"{prefix}{key.value}", _line(key)
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
        elif not _is_null(value):
            yield path, line, "is not a section; write its keys below it, indented"
        seen.add(path)


def _clauses(node: yaml.MappingNode) -> Iterator[tuple[str, int, Entry | str]]:
    """The clauses of each key, each with its own line."""
    seen: set[str] = set()
    for key, value in node.value:
        named, line = str(key.value), _line(key)
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
    if _is_null(node):
        return
    try:
        said = _plain(node)
        yield path, line, Entry((read or KEYS[path].read)(said), line, said)
    except _Unreadable as error:
        yield path, error.line, str(error)
    except ValueError as error:
        yield path, line, str(error)


def _unknown(path: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(path, [*KEYS, *_SECTIONS, CLAUSES], n=1)
    return f"is no key of a pack; {f'did you mean {near[0]}?' if near else 'remove it'}"


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _plain(node: yaml.Node) -> Any:
    """The node as text, number, date, list or dictionary; refuses a repeated key."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        table: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in table:
                raise _Unreadable(_line(key), "has a name written twice; keep one of them")
            table[name] = _plain(value)
        return table
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        raise _Unreadable(_line(node), "is no value that YAML knows; put it in quotes") from None
