"""The tenant in canonical form, with a digest that leaves out random ids and times."""

import hashlib
from typing import Any

import msgspec

from graphsync.sandbox.directory import Directory
from graphsync.sandbox.objects import ACTIVE, DELETED, Entry
from graphsync.sandbox.tenant import Tenant

_USER = ("userPrincipalName", "accountEnabled", "employeeId", "displayName")
_MORE = (
    "givenName",
    "surname",
    "mailNickname",
    "department",
    "usageLocation",
    "ageGroup",
    "consentProvidedForMinor",
)
_RANDOM = "id"


def canonical_state(tenant: Tenant) -> dict[str, Any]:
    """What the primary holds: users by name with their groups, groups with members, deleted.

    Equal tenants have equal digests, whatever ids and times they gave their objects.
    """
    directory = tenant.directory
    groups_of: dict[str, list[str]] = {}
    groups = [_group(directory, group, groups_of) for group in _in_state(directory, "group")]
    users = [_user(user, groups_of.get(user.id, [])) for user in _in_state(directory, "user")]
    deleted = [
        {"id": entry.id, "type": kind, "name": _name(entry)}
        for kind in ("user", "group")
        for entry in _in_state(directory, kind, DELETED)
    ]
    document = {
        "users": sorted(users, key=lambda row: str(row["userPrincipalName"]).lower()),
        "groups": sorted(groups, key=lambda row: (str(row["name"]).lower(), row["members"])),
        "deleted": sorted(deleted, key=lambda row: (row["type"], row["name"].lower())),
    }
    return {"digest": _digest(document), **document}


def _in_state(directory: Directory, kind: str, state: str = ACTIVE) -> list[Entry]:
    return [each for each in directory.listings[kind] if each.current.state == state]


def _name(entry: Entry) -> str:
    properties = entry.current.properties
    if entry.kind == "user":
        return str(properties["userPrincipalName"])
    return str(properties.get("uniqueName") or properties["displayName"])


def _group(directory: Directory, group: Entry, groups_of: dict[str, list[str]]) -> dict[str, Any]:
    """The row of a group; its name is put down for each of its members on the way."""
    name = _name(group)
    members = []
    for key, link in directory.members.get(group.id, {}).items():
        member = directory.entries[key]
        if link.present and member.active:
            groups_of.setdefault(key, []).append(name)
            members.append(_name(member))
    properties = group.current.properties
    return {
        "id": group.id,
        "name": name,
        "displayName": properties["displayName"],
        "uniqueName": properties.get("uniqueName"),
        "mailNickname": properties.get("mailNickname"),
        "groupTypes": properties.get("groupTypes", []),
        "members": sorted(members),
    }


def _user(user: Entry, groups: list[str]) -> dict[str, Any]:
    properties = user.current.properties
    licences = sorted(properties.get("assignedLicenses", []), key=lambda row: str(row["skuId"]))
    return {
        "id": user.id,
        **{name: properties.get(name) for name in _USER},
        "kind": properties.get("employeeType"),
        **{name: properties.get(name) for name in _MORE},
        "assignedLicenses": licences,
        "groups": sorted(groups),
    }


def _digest(document: dict[str, list[dict[str, Any]]]) -> str:
    plain = {
        part: [{name: value for name, value in row.items() if name != _RANDOM} for row in rows]
        for part, rows in document.items()
    }
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()
