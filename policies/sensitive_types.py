"""Which class of data a sensitive information type is a sign of: the map, and what packs add.

Ids decide; names vary in capitals and punctuation between Microsoft's own pages and serve only
where a record has no id.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

_FILE = Path(__file__).parent / "sensitive_types.yaml"
UNCLASSIFIED = "unclassified"  # a type that neither the map nor the pack knows

CLASSES = {  # class -> what it is, in words for governors
    "financial": "bank cards, accounts and tax numbers",
    "medical": "health and treatment",
    "special_category": "health, ethnic origin, belief, sex life and the like (Article 9)",
    "national_id": "numbers of passports, licences and National Insurance",
    "safeguarding": "child protection",
    "credentials": "passwords and keys",
    "personal": "anything about a person who can be told from it",
}


class Detector(StrEnum):
    """What a type needs in order to be found."""

    PATTERN = "pattern"
    NAMED_ENTITY = "named_entity"


class SensitiveType(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A type of Microsoft's; `source` says where its GUID was read, or UNVERIFIED."""

    id: str
    name: str
    classes: tuple[str, ...]
    detector: Detector
    source: str


@lru_cache(maxsize=1)
def sensitive_types() -> tuple[SensitiveType, ...]:
    """Every type of the map; raises ValueError when the file is not whole."""
    import yaml  # here, so that `graphsync --help` answers at once

    rows = msgspec.convert(yaml.safe_load(_FILE.read_bytes()), tuple[SensitiveType, ...])
    if len({one.id for one in rows}) < len(rows):
        raise ValueError(f"{_FILE.name}: an id stands twice; give each type one row")
    if odd := {name for one in rows for name in one.classes} - set(CLASSES):
        raise ValueError(f"{_FILE.name}: no class is called {min(odd)}; add it to CLASSES")
    return rows


def classes_of(kind: str, added: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The classes of a type by GUID or name, the pack's word first; `unclassified` for none."""
    if kind in added:
        return added[kind]
    by_id, by_name = _maps()
    return by_id.get(kind) or by_name.get(_plain(kind)) or (UNCLASSIFIED,)


@lru_cache(maxsize=1)
def _maps() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    rows = sensitive_types()
    by_id = {one.id: one.classes for one in rows}
    return by_id, {_plain(one.name): one.classes for one in rows}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
