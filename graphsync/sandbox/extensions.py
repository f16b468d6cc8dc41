"""Directory extensions: properties that an application adds to users and groups.

Graph docs: application-post-extensionproperty (names, types, sizes); Entra service limits (values
an object may hold). An extension is returned only on ``$select``, and only where it was set.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphsync.sandbox.problems import Refusal, invalid_value

PREFIX = "extension_"
TYPES = {
    "Binary": "Binary",
    "Boolean": "Boolean",
    "DateTime": "DateTimeOffset",
    "Integer": "Int32",
    "LargeInteger": "Int64",
    "String": "String",
}
TARGETS = frozenset(
    {"User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"}
)
_LONGEST = 256  # characters of a String; a Binary is held to it as base64
_MOST_VALUES = 100

Declared = Mapping[str, str]  # property name to schema type


class Extensions:
    """The extension properties of a tenant, by name."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self._rows = {row["name"]: row for row in rows}

    def of(self, kind: str) -> dict[str, str]:
        """What objects of a kind ("user", "group") may hold: name to schema type."""
        target = kind[0].upper() + kind[1:]
        return {
            name: _schema_type(row)
            for name, row in self._rows.items()
            if target in row["targetObjects"]
        }

    def find(self, name: str) -> dict[str, Any] | None:
        """The extension property with this name, or None."""
        return self._rows.get(name)

    def add(self, row: dict[str, Any]) -> None:
        """Registers an extension property."""
        self._rows[row["name"]] = row

    def remove(self, name: str) -> None:
        """Takes one away; values that objects hold can no longer be seen."""
        del self._rows[name]

    def rows(self) -> list[dict[str, Any]]:
        """As plain data, for answers and for storage."""
        return list(self._rows.values())


def check_extension_values(body: dict[str, Any], held: dict[str, Any], resource: str) -> None:
    """Raises for a value that is too long, or one value too many (status and text unverified)."""
    given = {name: value for name, value in body.items() if name.startswith(PREFIX)}
    for name, value in given.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and len(each) > _LONGEST:
                raise invalid_value(name, resource)
    after = {**held, **given}
    if given and sum(after[n] is not None for n in after if n.startswith(PREFIX)) > _MOST_VALUES:
        raise Refusal(
            403,
            "Directory_QuotaExceeded",
            f"The object would hold more than {_MOST_VALUES} extension values.",
        )


def _schema_type(row: dict[str, Any]) -> str:
    plain = TYPES[row["dataType"]]
    return f"Collection({plain})" if row["isMultiValued"] else plain
