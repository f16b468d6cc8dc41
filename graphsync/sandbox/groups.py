"""Groups: create, upsert by uniqueName, read, list, change, delete (Graph docs: group-*)."""

from typing import Any
from uuid import uuid4

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.expanding import expander
from graphsync.sandbox.group_rules import (
    check_group_changes,
    check_new_group,
    check_unique_name,
    split_binds,
)
from graphsync.sandbox.listing import kind_source, list_answer
from graphsync.sandbox.lookups import (
    find_group,
    find_group_by_unique_name,
    require_at_primary,
)
from graphsync.sandbox.members import add_members, resolve_members
from graphsync.sandbox.objects import GONE, Entry
from graphsync.sandbox.owners import resolve_owners
from graphsync.sandbox.permissions import check_group_patch
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import bad_request, denied, mastered_on_premises, not_implemented
from graphsync.sandbox.users import delete_entry

_MAY_CREATE = frozenset({"Group.ReadWrite.All", "Group.Create", "Directory.ReadWrite.All"})


def create_group(call: Call) -> Answer:
    """201 and the group."""
    return created(call, {}, call.properties)


def get_group(call: Call) -> Answer:
    """200 and the group as a replica has it."""
    return _read(call, find_group(call, call.keys[0]))


def get_group_by_unique_name(call: Call) -> Answer:
    """200 and the group; uniqueName is an alternate key (CSDL)."""
    return _read(call, find_group_by_unique_name(call, call.keys[0]))


def list_groups(call: Call) -> Answer:
    """200 and a page of groups."""
    return list_answer(call, kind_source(call, "group"), "group", "groups", expander(call))


def patch_group(call: Call) -> Answer:
    """204; may bind up to 20 members, all or none."""
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    return _changed(call, group, call.properties)


def upsert_group(call: Call) -> Answer:
    """``Prefer: create-if-missing``: 201 when made, 204 when it was there and is changed.

    The key is looked up at the primary, so that two upserts never make two groups (Graph docs:
    group-upsert); without the header a replica is asked, as for any PATCH.
    """
    name = call.keys[0]
    body = dict(call.properties)
    if body.get("uniqueName") == name:
        del body["uniqueName"]
    if "create-if-missing" not in call.headers.get("prefer", "").lower():
        group = find_group_by_unique_name(call, name)
        require_at_primary(group, name)
        return _changed(call, group, body)
    check_unique_name(name)
    existing = call.tenant.directory.named("uniqueName", name)
    if existing is not None:
        return _changed(call, existing, body)
    if not call.roles & _MAY_CREATE:
        raise denied()
    return created(call, {"uniqueName": name}, body)


def delete_group(call: Call) -> Answer:
    """204; Microsoft 365 groups go to the recycle bin, security groups for good."""
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    if group.current.properties.get("onPremisesSyncEnabled"):
        raise mastered_on_premises()
    if group.current.properties.get("assignedLicenses"):
        # licensing-groups-resolve-problems: its licences must go first (text unverified).
        raise bad_request("A group with active license assignments cannot be deleted.")
    if "Unified" in group.current.properties.get("groupTypes", ()):
        delete_entry(call, group)
    else:
        call.tenant.directory.move(group, GONE, {})
    return Answer(204)


def created(call: Call, key: dict[str, str], body: dict[str, Any]) -> Answer:
    """201 and a new group, with an alternate key or none."""
    properties, members, owners = split_binds(body)
    check_new_group(call.tenant, properties)
    found = resolve_members(call, None, members, properties)
    owning = resolve_owners(call, owners)
    group = add_group(call, {**key, **properties, "_owners": owning or None})
    add_members(call, group, found)
    shaped = shape("group", None)(group.id, group.current.properties)
    location = (
        f"https://graph.microsoft.com/v2/{call.tenant.id}/directoryObjects/{group.id}"
        "/Microsoft.DirectoryServices.Group"
    )
    return Answer(
        201,
        {"@odata.context": context("groups", None, single=True), **shaped},
        {"Location": location},
    )


def add_group(call: Call, body: dict[str, Any]) -> Entry:
    """Puts a checked group in the directory."""
    now = call.tenant.clock.stamp()
    unified = "Unified" in body.get("groupTypes", ())
    properties = {
        "groupTypes": [],
        "visibility": "Public" if unified else "Private",
        **{n: v for n, v in body.items() if v is not None and n != "@odata.type"},
        "createdDateTime": now,
        "renewedDateTime": now,
    }
    if unified:
        mail = f"{properties['mailNickname']}@{call.tenant.domains[0]}"
        properties["mail"] = mail
        properties["proxyAddresses"] = [f"SMTP:{mail}"]
    return call.tenant.directory.add(str(uuid4()), "group", properties)


def _changed(call: Call, group: Entry, body: dict[str, Any]) -> Answer:
    check_group_patch(body.keys() - {"@odata.type"}, call.roles)
    properties, members, owners = split_binds(body)
    if owners:
        raise not_implemented()  # documented for creation only
    check_group_changes(call.tenant, group, properties)
    found = resolve_members(call, group, members, group.current.properties)
    changes = {name: value for name, value in properties.items() if name != "@odata.type"}
    call.tenant.directory.change(group, changes)
    add_members(call, group, found)
    return Answer(204)


def _read(call: Call, group: Entry) -> Answer:
    select = call.query.select("group")
    seen = group.seen(call.horizon)
    body = shape("group", select)(group.id, seen.properties if seen else {})
    more = expander(call)
    if more is not None:
        body |= more(group.id)
    return Answer(200, {"@odata.context": context("groups", select, single=True), **body})
