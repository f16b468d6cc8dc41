"""A school's policy as configured: each key, what holds, who gave it and whom it overrode."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from graphsync.policy_desk import Standing
from policies.pack_keys import KEYS
from policies.pack_layers import Layers, Provenance, Source
from policies.platform import FACTS
from policies.policy_findings import legal_basis
from reports.listing import blocks, plain, said

# Who asks, as the sentence behind `--why` begins.
_ASKS = {
    "platform": "Microsoft asks",
    "trust": "The trust's policy asks",
    "school": "Your policy asks",
    "default": "Your policy is silent; the default, not in policy, is",
}


class Line(Struct, frozen=True, kw_only=True):
    """A key as it is printed; `given_by` says where the value comes from."""

    key: str
    value: str
    given_by: str
    clauses: str
    overrode: str


def as_document(layers: Layers, standings: Sequence[Standing], day: date) -> dict[str, Any]:
    """The whole policy as configured on `day`, for programs; keys in the order of the table."""
    return {
        "school": layers.value("school.id"),
        "name": layers.value("school.name"),
        "as_of": day.isoformat(),
        "legal_basis": legal_basis(layers),
        "packs": plain(tuple(standings)),
        "platform": plain(FACTS),
        "keys": [as_item(layers.provenance(path)) for path in KEYS],
    }


def as_item(one: Provenance) -> dict[str, Any]:
    """One key: `from` and `overrode` are lists; both are empty where every layer is silent."""
    return {
        "key": one.key,
        "value": plain(one.value),
        "from": [_asked(source) for source in one.sources],
        "clauses": list(one.clauses),
        "overrode": [_asked(source) for source in one.overrode],
    }


def _asked(source: Source) -> dict[str, Any]:
    return {
        "who": source.who,
        "where": source.where,
        "value": plain(source.value),
        "clauses": list(source.clauses),
    }


def why(one: Provenance) -> str:
    """Why a key holds what it holds: the sentence, and a line for everyone who asks something."""
    lines = [
        f"{one.key}: {sentence(one)}",
        *(f"  {_where(source)}" for source in _asked_in_order(one)),
    ]
    return "\n".join(lines) + "\n"


def sentence(one: Provenance) -> str:
    """In words: `Your policy asks 6. Microsoft asks 8. 8 applies.` (A-01)."""
    if one.value is None:
        return "No policy says anything, and there is no default."
    asked = " ".join(map(_says, _asked_in_order(one)))
    return f"{asked} {shown(one.value)} applies."


def _asked_in_order(one: Provenance) -> list[Source]:
    order = {"school": 0, "trust": 1, "default": 2, "platform": 3}
    return sorted([*one.sources, *one.overrode], key=lambda source: order.get(source.who, 4))


def _says(source: Source) -> str:
    begins = _ASKS.get(source.who) or f"The {source.who} asks"
    return f"{begins} {shown(source.value)}."


def _where(source: Source) -> str:
    clauses = f" ({', '.join(source.clauses)})" if source.clauses else ""
    return f"{source.who}: {source.where}{clauses}"


def shown(value: Any) -> str:
    """A value as a person reads it; an empty list says so."""
    if isinstance(value, tuple | list | dict) and not value:
        return "nothing"
    if isinstance(value, dict) and any(isinstance(one, Struct) for one in value.values()):
        return ", ".join(value)
    return said(value)


def as_text(layers: Layers, standings: Sequence[Standing], day: date) -> str:
    """The whole policy as configured, dated: the document that EIC-ROLE-12 asks to keep."""
    head = [
        f"{layers.value('school.name')} ({layers.value('school.id')}), as configured on {day}",
        f"Law: {legal_basis(layers)}",
        *(_standing(one) for one in standings),
        "",
    ]
    return "\n".join(head) + "\n" + blocks(list(lines(layers)))


def _standing(one: Standing) -> str:
    version = f"version {one.version}" if one.version else "no version"
    since = f" since {one.since}" if one.since else ""
    if one.state == "working":
        text = f"{one.file}: {version}, a working pack: it names no author, nothing is held fast"
    else:
        text = f"{one.file}: {version} by {one.author}, {one.state}{since}"
    return "\n".join([text, *(f"  {objection}" for objection in one.objections)])


def lines(layers: Layers) -> Iterator[Line]:
    """A line for each key that anyone says something at."""
    for path in KEYS:
        one = layers.provenance(path)
        if one.value is not None:
            yield Line(
                key=path,
                value=shown(one.value),
                given_by=", ".join(source.where for source in one.sources),
                clauses=", ".join(one.clauses),
                overrode=", ".join(
                    f"{shown(source.value)} ({source.where})" for source in one.overrode
                ),
            )
