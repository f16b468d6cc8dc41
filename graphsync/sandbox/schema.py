"""The v1.0 schema of the types the sandbox speaks: which properties exist and what they hold."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from graphsync.sandbox.problems import invalid_value, unknown_property

_TABLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "schema.json").read_text("utf-8")
)
ROOT_SEGMENTS: frozenset[str] = frozenset(_TABLES["roots"])
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)")
_INT32 = 2**31
_MOST_IN_A_COLLECTION = 10_000  # unverified; no collection is documented to hold more than 1,000
_INT64 = 2**63
_NONE: Mapping[str, str] = MappingProxyType({})

type_names: dict[str, dict[str, str]] = {
    name: row["properties"] for name, row in _TABLES["types"].items()
}


def names(text: str) -> frozenset[str]:
    """The names in a text, separated by white space."""
    return frozenset(text.split())


def properties(type_name: str) -> dict[str, str]:
    """Property name to type, such as ``String`` or ``Collection(graph.assignedLicense)!``."""
    return type_names[type_name]


def links(type_name: str) -> frozenset[str]:
    """Navigation properties, lower case, as path segments are compared."""
    return frozenset(name.lower() for name in _TABLES["types"][type_name]["links"])


def empty_value(type_name: str, name: str) -> list[Any] | None:
    """What a never-set property reads as: an empty list for a collection, else null."""
    return [] if properties(type_name)[name].startswith("Collection(") else None


def is_guid(value: object) -> bool:
    """Whether the value is a string in GUID form."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def is_moment(value: object) -> bool:
    """Whether the value is a DateTimeOffset string that names a real moment."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value[:19].rstrip("Z"))
    except ValueError:
        return False
    return True


def _is_integer(value: object) -> bool:
    return type(value) is int and -_INT32 <= value < _INT32


def _is_large_integer(value: object) -> bool:
    return type(value) is int and -_INT64 <= value < _INT64


_PLAIN: dict[str, Callable[[object], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Int32": _is_integer,
    "Int64": _is_large_integer,
    "Guid": is_guid,
    "DateTimeOffset": is_moment,
    "Date": lambda value: isinstance(value, str),
    "TimeOfDay": lambda value: isinstance(value, str),
    "Binary": lambda value: isinstance(value, str),
}


# Graph docs "user-sendmail" and "user-post-messages" write the members of bodyType like this.
_ALSO_SPELLED = {"bodyType": ("Text", "HTML")}


def check_value(value: Any, type_name: str, name: str, resource: str) -> None:
    """Raises 400 when the value is not of the schema's type; ``name`` and ``resource`` are told."""
    if value is None and not type_name.endswith("!"):
        return
    bare = type_name.removesuffix("!")
    if bare.startswith("Collection("):
        if not isinstance(value, list) or len(value) > _MOST_IN_A_COLLECTION:
            raise invalid_value(name, resource)
        for each in value:
            check_value(each, bare[11:-1] + "!", name, resource)
    elif bare.startswith("graph."):
        _check_structured(value, bare[6:], name, resource)
    elif not _PLAIN[bare](value):
        raise invalid_value(name, resource)


def _check_structured(value: Any, type_name: str, name: str, resource: str) -> None:
    members = _TABLES["enums"].get(type_name)
    if members is not None:
        if value not in members and value not in _ALSO_SPELLED.get(type_name, ()):
            raise invalid_value(name, resource)
        return
    if not isinstance(value, dict):
        raise invalid_value(name, resource)
    check_properties(value, type_name, resource)


def check_properties(
    body: dict[str, Any], type_name: str, resource: str, extensions: Mapping[str, str] = _NONE
) -> None:
    """Checks names and types of a body; annotations other than ``@odata.type`` are refused.

    Open types are checked as strictly as closed ones: beside the schema's properties they take
    the directory ``extensions`` (name to type) that were registered.
    """
    known = properties(type_name)
    for name, value in body.items():
        declared = known.get(name) or extensions.get(name)
        if declared is not None:
            check_value(value, declared, name, resource)
        elif name == "@odata.type":
            # Clients in use write ``User`` for ``user``; that Graph takes it is unverified.
            if str(value).lower() != f"#microsoft.graph.{type_name}".lower():
                raise invalid_value(name, resource)
        else:
            raise unknown_property(name)
