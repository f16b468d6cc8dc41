"""The password part of a school's packs, resolved: values, who asks which length, the clauses."""

from typing import Any

from msgspec import Struct

from policies.entra_passwords import SHORTEST
from policies.pack_layers import Layers
from policies.password_keys import PASSWORD_KEYS, PERSON_TYPE
from policies.password_rules import ChangeRules, CompromisedRules, PasswordRules, Phase, PhaseRules

_PREFIX = "password."
_MIN_LENGTH = "password.min_length"


def password_rules(layers: Layers) -> PasswordRules:
    """The effective rules for passwords of one school."""
    lengths = _lengths(layers)
    said = _said(layers, "password", PasswordRules)
    made = {
        "min_length": max(lengths.values()),
        "lengths": lengths,
        "clauses": _clauses(layers),
        "change": ChangeRules(**_said(layers, "password.change", ChangeRules)),
        "compromised": CompromisedRules(**_said(layers, "password.compromised", CompromisedRules)),
        "phases": {
            phase: PhaseRules(**_said(layers, f"password.phases.{phase}", PhaseRules))
            for phase in Phase
        },
        "user_may_change": {
            kind: may
            for kind, name in PERSON_TYPE.items()
            if (may := layers.value(f"password.user_may_change.{name}")) is not None
        },
    }
    return PasswordRules(**said | made)


def _said(layers: Layers, prefix: str, struct: type[Struct]) -> dict[str, Any]:
    """The values of the struct's fields that some layer gives."""
    values = {name: layers.value(f"{prefix}.{name}") for name in struct.__struct_fields__}
    return {name: given for name, given in values.items() if given is not None}


def _lengths(layers: Layers) -> dict[str, int]:
    """Who asks for which least length: the packs as written, the linked systems, Entra."""
    named = {"trust pack": layers.trust, "pack": layers.school}
    asked = {
        name: layer.entries[_MIN_LENGTH].value
        for name, layer in named.items()
        if layer and _MIN_LENGTH in layer.entries
    }
    return asked | (layers.value("password.linked_systems") or {}) | {"Entra": SHORTEST}


def _clauses(layers: Layers) -> dict[str, tuple[str, ...]]:
    """The clauses behind each key of passwords, by its name below `password.`."""
    found: dict[str, tuple[str, ...]] = {}
    for key in PASSWORD_KEYS:
        ids = [one for layer in layers.speaking() for one in layer.clauses_of(key.path)]
        if ids:
            found[key.path.removeprefix(_PREFIX)] = tuple(dict.fromkeys(ids))
    return found
