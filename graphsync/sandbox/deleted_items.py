"""The recycle bin: list, read, restore; emptying it is not for applications."""

from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.licence_worker import queue_user
from graphsync.sandbox.listing import kind_source, list_answer
from graphsync.sandbox.lookups import find_deleted
from graphsync.sandbox.objects import ACTIVE, DELETED, Entry
from graphsync.sandbox.permissions import check_restore
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import Refusal, denied, invalid_value, unknown_property
from graphsync.sandbox.user_rules import check_user_changes


def list_deleted_users(call: Call) -> Answer:
    """200 and a page of deleted users; the type segment is required."""
    return list_answer(call, kind_source(call, "user", DELETED), "user", "users")


def list_deleted_groups(call: Call) -> Answer:
    """200 and a page of deleted Microsoft 365 groups."""
    return list_answer(call, kind_source(call, "group", DELETED), "group", "groups")


def list_deleted_units(call: Call) -> Answer:
    """200 and a page of deleted administrative units."""
    kind = "administrativeUnit"
    return list_answer(call, kind_source(call, kind, DELETED), kind, "administrativeUnits")


def get_deleted(call: Call) -> Answer:
    """200 and the object with its ``@odata.type``."""
    entry = find_deleted(call, call.keys[0])
    return Answer(200, _presented(entry))


def restore(call: Call) -> Answer:
    """200 and the object; memberships and licences come back with it.

    Body, optional: autoReconcileProxyConflict drops addresses that others took meanwhile,
    newUserPrincipalName restores under another name (CSDL; Entra PowerShell docs).
    """
    entry = find_deleted(call, call.keys[0])
    check_restore(entry.kind, call.roles)
    if call.tenant.holds_role(entry.id):
        raise denied()
    wishes = _wishes(call, entry)
    changes: dict[str, Any] = {"deletedDateTime": None, "_deletedAt": None}
    if "newUserPrincipalName" in wishes:
        changes["userPrincipalName"] = wishes["newUserPrincipalName"]
    changes["proxyAddresses"] = _addresses(
        call, entry, drop=wishes.get("autoReconcileProxyConflict", False)
    )
    _refuse_taken_names(call, entry, changes)
    call.tenant.directory.move(entry, ACTIVE, changes)
    if entry.kind == "user":
        queue_user(call.tenant, entry)
    return Answer(200, _presented(entry))


def purge(call: Call) -> Answer:
    """403: Application permissions are "Not supported" for users and groups."""
    find_deleted(call, call.keys[0])
    raise denied()


def _wishes(call: Call, entry: Entry) -> dict[str, Any]:
    if call.body is None:
        return {}
    body = call.properties
    for name, value in body.items():
        if name not in {"autoReconcileProxyConflict", "newUserPrincipalName"}:
            raise unknown_property(name)
        kind = bool if name == "autoReconcileProxyConflict" else str
        if not isinstance(value, kind) or entry.kind != "user":
            raise invalid_value(name, "User")
    if "newUserPrincipalName" in body:
        check_user_changes(call.tenant, entry, {"userPrincipalName": body["newUserPrincipalName"]})
    return body


def _addresses(call: Call, entry: Entry, *, drop: bool) -> list[str] | None:
    kept = []
    for address in entry.current.properties.get("proxyAddresses", []):
        plain = address.split(":", 1)[-1]
        if call.tenant.directory.named("proxyAddresses", plain) is None:
            kept.append(address)
        elif not drop:
            raise _conflict("proxyAddresses")
    return kept or None


def _refuse_taken_names(call: Call, entry: Entry, changes: dict[str, Any]) -> None:
    named = call.tenant.directory.named
    properties = {**entry.current.properties, **changes}
    for name in ("userPrincipalName", "uniqueName"):
        value = properties.get(name)
        if value is not None and named(name, value) is not None:
            raise _conflict(name)
    if entry.kind == "group" and named("mailNickname", properties["mailNickname"]) is not None:
        raise _conflict("mailNickname")


def _conflict(name: str) -> Refusal:
    """The text is recorded; 400 (not 409) as for a taken name, which is unverified here."""
    message = (
        "A conflicting object with one or more of the specified property values is present in "
        "the directory."
    )
    return Refusal(
        400,
        "Request_BadRequest",
        message,
        details=({"code": "ObjectConflict", "message": message, "target": name},),
    )


def _presented(entry: Entry) -> dict[str, Any]:
    body = shape(entry.kind, None)(entry.id, entry.current.properties)
    return {
        "@odata.context": context("directoryObjects", None, single=True),
        "@odata.type": f"#microsoft.graph.{entry.kind}",
        **body,
    }
