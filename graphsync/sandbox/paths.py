"""Graph's paths: segments with keys, taken as loosely as Graph takes them.

Doubled slashes, the case of segments, ``/users('upn')`` beside ``/users/upn``, ``delta()`` and the
namespaces ``microsoft.graph.`` and ``graph.`` all mean the same; keys keep their case.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote

from graphsync.sandbox.operations import OPERATIONS, Operation
from graphsync.sandbox.problems import (
    Refusal,
    method_not_allowed,
    not_implemented,
    unknown_segment,
)
from graphsync.sandbox.schema import ROOT_SEGMENTS, links, properties

_CALLED = re.compile(r"([^()]+)\((.*)\)")
_ALTERNATE = re.compile(r"\s*(\w+)\s*=\s*(.+)")
_KEYED = re.compile(r"\(")
_CASTS = ("graph.user", "graph.group", "graph.administrativeunit", "graph.directoryrole")
# Kinds of objects that this tenant lists nowhere, and OData's own segments where it lacks them.
_MODELLED = frozenset(
    {"graph.application", "graph.device", "graph.orgcontact", "graph.serviceprincipal"}
    | {"$count", "$ref", "$value"}
)
_LINKED_TYPES = {
    "users": "user",
    "groups": "group",
    "applications": "application",
    "serviceprincipals": "servicePrincipal",
}


class Route(NamedTuple):
    """The operation a request names, and the keys in its path."""

    operation: Operation
    keys: tuple[str, ...]


class _Node:
    __slots__ = ("below", "operations")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.operations: dict[str, Operation] = {}


def _tree() -> _Node:
    root = _Node()
    for operation in OPERATIONS:
        node = root
        for segment in _KEYED.sub("/(", operation.template[1:]).split("/"):
            node = node.below.setdefault(segment, _Node())
        node.operations[operation.method] = operation
    return root


_TREE = _tree()


def route(method: str, path: str) -> Route:
    """The operation of a method and a still percent-encoded path below ``/v1.0``.

    Raises Graph's refusal: 400 for a segment the model lacks, 501 for one that this tenant does
    not speak, 405 for another method.
    """
    node = _TREE
    keys: list[str] = []
    walked: list[str] = []
    for name, key in _segments(path):
        fixed = node.below.get(name.lower())
        if fixed is not None:
            node = fixed
        elif "{id}" in node.below and key is None and _is_key(name):
            node = node.below["{id}"]
            keys.append(name)
        else:
            raise _refusal(walked, name)
        walked.append(name.lower())
        if key is not None:
            template, key_value = _key(key)
            if template not in node.below:
                raise unknown_segment(name)
            node = node.below[template]
            keys.append(key_value)
            walked.append(template)
    operation = node.operations.get(method)
    if operation is None:
        raise _refusal_of_method(method, node, walked)
    return Route(operation, tuple(keys))


def _is_key(name: str) -> bool:
    """Graph docs "known-issues": a name that starts with $ is found in quotes only."""
    return not name.startswith("$") and name not in _MODELLED


def _segments(path: str) -> list[tuple[str, str | None]]:
    """(name, key): the key is None without parentheses; a function's empty ones are dropped."""
    found: list[tuple[str, str | None]] = []
    for raw in path.split("/"):
        if not raw:
            continue
        segment = unquote(raw)
        called = _CALLED.fullmatch(segment) if segment.endswith(")") else None
        if called:
            found.append((_bare(called[1]), called[2] or None))
        else:
            found.append((_bare(segment), None))
    return found


def _bare(segment: str) -> str:
    lower = segment.lower()
    short = lower.removeprefix("microsoft.")
    if not short.startswith("graph."):
        return segment
    return short if short in _CASTS or short in _MODELLED else short[6:]


def _key(key: str) -> tuple[str, str]:
    alternate = _ALTERNATE.fullmatch(key)
    if alternate:
        return f"({alternate[1].lower()}={{id}})", _unquoted(alternate[2])
    return "{id}", _unquoted(key)


def _unquoted(literal: str) -> str:
    text = literal.strip()
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text


def _refusal(walked: list[str], name: str) -> Refusal:
    lower = name.lower()
    if not walked:
        return not_implemented() if lower in ROOT_SEGMENTS else unknown_segment(name)
    linked = _LINKED_TYPES.get(walked[0])
    if lower in _MODELLED or (linked and lower in _segments_of(linked)):
        return not_implemented()
    return unknown_segment(name)


def _segments_of(type_name: str) -> frozenset[str]:
    """What may follow an object of the type in a path: its links and its properties."""
    return links(type_name) | {name.lower() for name in properties(type_name)}


def _refusal_of_method(method: str, node: _Node, walked: list[str]) -> Refusal:
    if not walked:
        return unknown_segment("")
    if not node.operations or (method == "GET" and walked[-1] == "$ref"):
        return not_implemented()
    return method_not_allowed()
