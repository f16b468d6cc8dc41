"""The password part of a school's packs, resolved: values, who asks which length, the clauses."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from policies.entra_passwords import SHORTEST
from policies.pack_reading import Layer
from policies.password_keys import PERSON_TYPE
from policies.password_rules import ChangeRules, CompromisedRules, PasswordRules, Phase, PhaseRules

_T = TypeVar("_T", bound=Struct)

Value = Callable[[str], Any]


def password_rules(value: Value, layers: Mapping[str, Layer]) -> PasswordRules:
    """The rules; `value` gives the effective value of a key, `layers` are those that speak.

    The names of the layers (`pack`, `trust pack`) are what refusals call them.
    """
    lengths = _lengths(value, layers)
    return PasswordRules(
        **_said(value, "password", PasswordRules)
        | {
            "min_length": max(lengths.values()),
            "lengths": lengths,
            "clauses": _clauses(layers),
            "change": ChangeRules(**_said(value, "password.change", ChangeRules)),
            "compromised": CompromisedRules(
                **_said(value, "password.compromised", CompromisedRules)
            ),
            "phases": {
                phase: PhaseRules(**_said(value, f"password.phases.{phase}", PhaseRules))
                for phase in Phase
            },
            "user_may_change": {
                kind: may
                for kind, name in PERSON_TYPE.items()
                if (may := value(f"password.user_may_change.{name}")) is not None
            },
        }
    )


def _said(value: Value, prefix: str, struct: type[_T]) -> dict[str, Any]:
    """The values of the struct's fields that some layer gives."""
    values = {name: value(f"{prefix}.{name}") for name in struct.__struct_fields__}
    return {name: given for name, given in values.items() if given is not None}


def _lengths(value: Value, layers: Mapping[str, Layer]) -> dict[str, int]:
    """Who asks for which least length: the packs as written, the linked systems, Entra."""
    asked = {
        name: layer.entries["password.min_length"].value
        for name, layer in layers.items()
        if "password.min_length" in layer.entries
    }
    return asked | (value("password.linked_systems") or {}) | {"Entra": SHORTEST}


def _clauses(layers: Mapping[str, Layer]) -> dict[str, tuple[str, ...]]:
    """The clauses behind each key of passwords, by its name below `password.`."""
    found: dict[str, tuple[str, ...]] = {}
    for layer in layers.values():
        entry = layer.entries.get("clauses")
        for path, ids in (entry.value if entry else {}).items():
            if path.startswith("password."):
                name = path.removeprefix("password.")
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *ids)))
    return found
