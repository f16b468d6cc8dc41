"""Objects by id, whatever they are, and names tried out.

Graph docs: directoryobject-getbyids, directoryobject-validateproperties, group-validateproperties.
"""

from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.listing import MIXED, marked, selected
from graphsync.sandbox.lookups import find_group, find_object, seen_object
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.presenting import context
from graphsync.sandbox.problems import (
    Refusal,
    bad_request,
    invalid_value,
    required_value,
    unknown_property,
)
from graphsync.sandbox.schema import check_value, is_guid

_MOST_IDS = 1000
_TYPES = {
    "user": "user",
    "group": "group",
    "administrativeunit": "administrativeUnit",
    "directoryobject": "",
}
_NAMES = {"displayName": "String", "mailNickname": "String", "onBehalfOfUserId": "Guid"}


def get_object(call: Call) -> Answer:
    """200 and the object with its ``@odata.type``."""
    entry = find_object(call, call.keys[0])
    select = selected(call.query, MIXED)
    head = {"@odata.context": context("directoryObjects", select, single=True)}
    return Answer(200, {**head, **_presented(call, entry, select)})


def get_by_ids(call: Call) -> Answer:
    """200 and those of at most 1,000 ids that the replica has; ``types`` narrows the search."""
    body = call.properties
    for name in body:
        if name not in {"ids", "types"}:
            raise unknown_property(name)
    if body.get("ids") is None:
        raise required_value("ids", "DirectoryObject")
    check_value(body["ids"], "Collection(String)!", "ids", "DirectoryObject")
    kinds = _kinds(body.get("types"))
    if len(body["ids"]) > _MOST_IDS:
        raise bad_request(f"The number of ids exceeds the maximum of {_MOST_IDS}.")
    if not all(is_guid(key) for key in body["ids"]):
        raise bad_request("Invalid GUID in the ids of the request.")  # text unverified
    select = selected(call.query, MIXED)
    keys = dict.fromkeys(key.lower() for key in body["ids"])
    found = [entry for key in keys if (entry := seen_object(call, key)) is not None]
    rows = [_presented(call, entry, select) for entry in found if not kinds or entry.kind in kinds]
    return Answer(200, {"@odata.context": context("directoryObjects", select), "value": rows})


def validate_new(call: Call) -> Answer:
    """204 when a group of these names could be made; 422 with a detail for each that is taken."""
    body = dict(call.properties)
    if body.pop("entityType", None) != "Group":
        raise invalid_value("entityType", "DirectoryObject")
    return _validated(call, body, None)


def validate_group(call: Call) -> Answer:
    """204 when this group could take these names; 422 with a detail for each that is taken."""
    return _validated(call, call.properties, find_group(call, call.keys[0]))


def _validated(call: Call, body: dict[str, Any], group: Entry | None) -> Answer:
    for name, value in body.items():
        if name not in _NAMES:
            raise unknown_property(name)
        check_value(value, _NAMES[name], name, "Group")
    if not (body.get("displayName") or body.get("mailNickname")):
        raise required_value("displayName", "Group")
    nickname = body.get("mailNickname")
    holder = call.tenant.directory.named("mailNickname", nickname) if nickname else None
    if holder is not None and holder is not group:
        message = "Another object with the same value for property mailNickname already exists."
        detail = {"target": "mailNickname", "code": "PropertyConflict", "message": message}
        raise Refusal(422, "Request_UnprocessableEntity", message, details=(detail,))
    return Answer(204)


def _kinds(types: Any) -> set[str]:
    """The kinds to look for; empty for all. Types that no object here has find nothing."""
    if types is None:
        return set()
    check_value(types, "Collection(String)!", "types", "DirectoryObject")
    kinds = {_TYPES.get(name.lower(), "none") for name in types}
    return set() if "" in kinds else kinds


def _presented(call: Call, entry: Entry, select: tuple[str, ...] | None) -> dict[str, Any]:
    seen = entry.seen(call.horizon)
    return marked(entry.kind, select, entry.id, seen.properties if seen else {})
