"""YAML as nodes, because only they know their lines and still hold a key that is written twice."""

from typing import Any

import yaml

# The C parser reads a pack in a tenth of the time; both parse alike.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(ValueError):
    """A node that cannot be read, with its line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def root_of(content: bytes, begin: str) -> yaml.MappingNode:
    """The table of keys that a file holds; `begin` says how such a file begins.

    Raises Unreadable for anything else.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "is not UTF-8; save it with that encoding") from None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise Unreadable(line_of(event), "repeats a part by *name; write the part out")
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _syntax(error) from None
    if root is None:
        raise Unreadable(1, f"is empty; begin with {begin}")
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable(line_of(root), f"is not a table of keys; write lines such as {begin}")
    return root


def _syntax(error: yaml.YAMLError) -> Unreadable:
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "a character that YAML does not allow"
    return Unreadable(
        mark.line + 1 if mark else 1, f"is not YAML ({what}); check indentation, quotes, brackets"
    )


def line_of(part: Any) -> int:
    """The line of a node or event, from 1; a node made by the safe loader always has its mark."""
    return int(part.start_mark.line) + 1


def rows_of(node: yaml.Node) -> dict[str, int]:
    """The names of a table, each with its line; none for anything else."""
    rows = node.value if isinstance(node, yaml.MappingNode) else ()
    return {str(key.value): line_of(key) for key, _ in rows}


def is_null(node: yaml.Node) -> bool:
    """Whether nothing is written there."""
    return bool(node.tag == "tag:yaml.org,2002:null")


def plain(node: yaml.Node) -> Any:
    """The node as text, number, date, list or dictionary; refuses a repeated key."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(one) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        table: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in table:
                raise Unreadable(line_of(key), "has a name written twice; keep one of them")
            table[name] = plain(value)
        return table
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        raise Unreadable(line_of(node), "is no value that YAML knows; put it in quotes") from None
