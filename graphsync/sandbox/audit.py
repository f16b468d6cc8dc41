"""What was done, by whom: the directory's audit log (Graph docs: directoryaudit-list, -get).

Each write that succeeded is told at once; in Entra it takes some minutes. The newest
10,000 are kept.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from graphsync.sandbox.objects import Entry

MOST_KEPT = 10_000
_READ_AT_ONCE = 500


class Activity(NamedTuple):
    """What the log calls an operation."""

    name: str
    category: str
    kind: str


def _activities(text: str) -> dict[str, Activity]:
    found = {}
    for line in text.strip().splitlines():
        operation, name, category, kind = (part.strip() for part in line.split("|"))
        found[operation] = Activity(name, category, kind)
    return found


# Entra docs "reference-audit-activities": activities of the core directory.
ACTIVITIES = _activities("""
    POST /users                                  | Add user              | UserManagement  | Add
    PATCH /users/{id}                            | Update user           | UserManagement  | Update
    DELETE /users/{id}                           | Delete user           | UserManagement  | Delete
    DELETE /groups/{id}/members/{id}             | Delete user           | UserManagement  | Delete
    POST /directory/deleteditems/{id}/restore    | Restore user          | UserManagement  | Update
    POST /users/{id}/revokesigninsessions  | Update StsRefreshTokenValidFrom Timestamp | UserManagement | Update
    POST /users/{id}/assignlicense               | Change user license   | UserManagement  | Update
    POST /users/{id}/reprocesslicenseassignment  | Change user license   | UserManagement  | Update
    PUT /users/{id}/manager/$ref                 | Set user manager      | UserManagement  | Update
    DELETE /users/{id}/manager/$ref              | Remove user manager   | UserManagement  | Update
    POST /users/{id}/authentication/phonemethods | Admin registered security info | UserManagement | Add
    POST /users/{id}/authentication/temporaryaccesspassmethods | Admin registered security info | UserManagement | Add
    DELETE /users/{id}/authentication/temporaryaccesspassmethods/{id} | Admin deleted security info | UserManagement | Delete
    POST /groups                                 | Add group             | GroupManagement | Add
    PATCH /groups/{id}                           | Update group          | GroupManagement | Update
    PATCH /groups(uniquename={id})               | Update group          | GroupManagement | Update
    DELETE /groups/{id}                          | Delete group          | GroupManagement | Delete
    POST /groups/{id}/members/$ref               | Add member to group   | GroupManagement | Assign
    DELETE /groups/{id}/members/{id}/$ref        | Remove member from group | GroupManagement | Unassign
    POST /groups/{id}/owners/$ref                | Add owner to group    | GroupManagement | Assign
    DELETE /groups/{id}/owners/{id}/$ref         | Remove owner from group | GroupManagement | Unassign
    POST /groups/{id}/assignlicense              | Change group license  | GroupManagement | Update
    POST /directory/administrativeunits          | Add administrative unit | AdministrativeUnit | Add
    PATCH /directory/administrativeunits/{id}    | Update administrative unit | AdministrativeUnit | Update
    DELETE /directory/administrativeunits/{id}   | Delete administrative unit | AdministrativeUnit | Delete
    POST /directory/administrativeunits/{id}/members/$ref | Add member to administrative unit | AdministrativeUnit | Assign
    POST /directory/administrativeunits/{id}/members | Add group | GroupManagement | Add
    DELETE /directory/administrativeunits/{id}/members/{id}/$ref | Remove member from administrative unit | AdministrativeUnit | Unassign
    POST /directory/administrativeunits/{id}/scopedrolemembers | Add scoped member to role | RoleManagement | Assign
    DELETE /directory/administrativeunits/{id}/scopedrolemembers/{id} | Remove scoped member from role | RoleManagement | Unassign
""")  # noqa: E501 - one activity a line

RESTORING = {
    "user": ACTIVITIES["POST /directory/deleteditems/{id}/restore"],
    "group": Activity("Restore Group", "GroupManagement", "Update"),
    "administrativeUnit": Activity("Restore administrative unit", "AdministrativeUnit", "Update"),
}


class AuditLog:
    """The rows, each with its number and as JSON; ``unsaved`` is what storage has yet to write.

    The others stay in storage: in memory they would outweigh the users they tell of.

    last     the number of the newest row in storage
    written  storage's rows before a number, at most so many, the newest first
    """

    def __init__(self, last: int, written: Callable[[int, int], list[tuple[int, bytes]]]) -> None:
        self._last = last
        self._written = written
        self.unsaved: list[tuple[int, bytes]] = []

    def add(
        self,
        activity: Activity,
        now: str,
        initiator: dict[str, Any],
        targets: list[dict[str, Any]],
    ) -> None:
        """Notes one success."""
        row = {
            "id": f"Directory_{uuid4()}",
            "activityDateTime": now,
            "activityDisplayName": activity.name,
            "category": activity.category,
            "correlationId": str(uuid4()),
            "loggedByService": "Core Directory",
            "operationType": activity.kind,
            "result": "success",
            "resultReason": "",
            "initiatedBy": {"user": None, "app": initiator},
            "targetResources": targets,
            "additionalDetails": [],
        }
        self._last += 1
        self.unsaved.append((self._last, msgspec.json.encode(row)))

    def newest_first(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows with their numbers."""
        unsaved = self.unsaved[::-1]
        before = unsaved[-1][0] if unsaved else self._last + 1
        for number, row in islice(chain(unsaved, self._read(before)), MOST_KEPT):
            yield number, msgspec.json.decode(row)

    def _read(self, before: int) -> Iterator[tuple[int, bytes]]:
        while rows := self._written(before, _READ_AT_ONCE):
            yield from rows
            before = rows[-1][0]


def target(entry: Entry, changed_after: int) -> dict[str, Any]:
    """The object as the log shows it, with what changed after a commit; passwords never do."""
    held = entry.current.properties
    kind = "User" if entry.kind == "user" else "Group" if entry.kind == "group" else "Directory"
    return {
        "id": entry.id,
        "displayName": held.get("displayName"),
        "type": kind,
        "userPrincipalName": held.get("userPrincipalName"),
        "groupType": "unknownFutureValue" if kind == "Group" else None,
        "modifiedProperties": _modified(entry, changed_after),
    }


def _modified(entry: Entry, changed_after: int) -> list[dict[str, Any]]:
    if entry.current.number <= changed_after:
        return []
    old = entry.versions[-2].properties if len(entry.versions) > 1 else {}
    new = entry.current.properties
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [
        {
            "displayName": name[0].upper() + name[1:],
            "oldValue": _text(old.get(name)),
            "newValue": _text(new.get(name)),
        }
        for name in names
        if name[0] != "_"
    ]


def _text(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
