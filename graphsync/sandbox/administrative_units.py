"""Administrative units: made, filled, read (Graph docs: administrativeunit-*).

They bound the reach of directory roles, not of applications. Units with rules and units of
restricted management are in the model but not spoken here.
"""

from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.groups import created
from graphsync.sandbox.listing import MIXED, kind_source, list_answer
from graphsync.sandbox.lookups import find_reference, find_unit, reference_url, require_at_primary
from graphsync.sandbox.members import member_source, toggle
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import (
    Refusal,
    already_referenced,
    invalid_value,
    not_found,
    not_implemented,
    read_only,
    required_value,
    unknown_property,
)
from graphsync.sandbox.schema import check_properties, check_value
from graphsync.sandbox.users import delete_entry

_KIND = "administrativeUnit"
_RESOURCE = "AdministrativeUnit"
_MOST_UNITS = 30  # Entra service limits: an object is in at most 30 units
_NOT_SPOKEN = frozenset({"membershipType", "membershipRule", "membershipRuleProcessingState"}) | {
    "isMemberManagementRestricted"
}


def list_units(call: Call) -> Answer:
    """200 and a page of units."""
    return list_answer(call, kind_source(call, _KIND), _KIND, "administrativeUnits")


def create_unit(call: Call) -> Answer:
    """201 and the unit."""
    body = call.properties
    _check(body)
    if not body.get("displayName"):
        raise required_value("displayName", _RESOURCE)
    properties = {n: v for n, v in body.items() if v is not None and n != "@odata.type"}
    unit = call.tenant.directory.add(str(uuid4()), _KIND, properties)
    return Answer(201, _presented(unit, properties))


def get_unit(call: Call) -> Answer:
    """200 and the unit as a replica has it."""
    unit = find_unit(call, call.keys[0])
    select = call.query.select(_KIND)
    seen = unit.seen(call.horizon)
    body = shape(_KIND, select)(unit.id, seen.properties if seen else {})
    head = {"@odata.context": context("administrativeUnits", select, single=True)}
    return Answer(200, {**head, **body})


def patch_unit(call: Call) -> Answer:
    """204."""
    unit = _changeable(call)
    body = call.properties
    _check(body)
    if body.get("displayName", "x") in (None, ""):
        raise required_value("displayName", _RESOURCE)
    changes = {name: value for name, value in body.items() if name != "@odata.type"}
    call.tenant.directory.change(unit, changes)
    return Answer(204)


def delete_unit(call: Call) -> Answer:
    """204; the unit goes to the recycle bin, its members stay where they are."""
    delete_entry(call, _changeable(call))
    return Answer(204)


def list_unit_members(call: Call) -> Answer:
    """200 and a page of the members, each with its ``@odata.type``."""
    unit = find_unit(call, call.keys[0])
    return list_answer(call, member_source(call, unit), MIXED, "directoryObjects")


def list_unit_users(call: Call) -> Answer:
    """200 and a page of the members that are users."""
    unit = find_unit(call, call.keys[0])
    return list_answer(call, member_source(call, unit, "user"), "user", "users")


def list_unit_groups(call: Call) -> Answer:
    """200 and a page of the members that are groups."""
    unit = find_unit(call, call.keys[0])
    return list_answer(call, member_source(call, unit, "group"), "group", "groups")


def add_unit_member(call: Call) -> Answer:
    """204; 400 for one that is a member already, 403 for one that is in 30 units."""
    unit = _changeable(call)
    member = find_reference(call, reference_url(call))
    require_at_primary(member, member.id)
    if call.tenant.directory.is_member(unit, member):
        raise already_referenced("members")
    if _units_of(call, member) >= _MOST_UNITS:
        # Text by analogy with the owners' (unverified).
        raise Refusal(
            403,
            "Directory_QuotaExceeded",
            f"Unable to perform operation as '{_MOST_UNITS + 1}' would exceed the maximum quota "
            f"count '{_MOST_UNITS}' for back-link 'administrativeUnits'.",
        )
    toggle(call, unit, member)
    return Answer(204)


def create_group_in_unit(call: Call) -> Answer:
    """201 and a new group that is in the unit; the body says that it is a group."""
    unit = _changeable(call)
    if call.properties.get("@odata.type") != "#microsoft.graph.group":
        raise invalid_value("@odata.type", _RESOURCE)
    answer = created(call, {}, call.properties)
    toggle(call, unit, call.tenant.directory.entries[answer.body["id"]])
    head = {
        "@odata.context": context("directoryObjects", None, single=True),
        "@odata.type": "#microsoft.graph.group",
    }
    return Answer(201, {**answer.body, **head}, answer.headers)


def remove_unit_member(call: Call) -> Answer:
    """204; 404 when it is no member."""
    unit = _changeable(call)
    member = call.tenant.directory.entries.get(call.keys[1].lower())
    if member is None or not call.tenant.directory.is_member(unit, member):
        raise not_found(call.keys[1])
    toggle(call, unit, member)
    return Answer(204)


def list_scoped_role_members(call: Call) -> Answer:
    """200 and who holds which directory role over the unit."""
    rows = _scoped(call, find_unit(call, call.keys[0]))
    return Answer(200, {"@odata.context": _SCOPED, "value": rows})


def get_scoped_role_member(call: Call) -> Answer:
    """200 and the one with this id."""
    for row in _scoped(call, find_unit(call, call.keys[0])):
        if row["id"] == call.keys[1].lower():
            return Answer(200, {"@odata.context": f"{_SCOPED}/$entity", **row})
    raise not_found(call.keys[1])


def add_scoped_role_member(call: Call) -> Answer:
    """201; the role is an activated one, the member a user."""
    unit = _changeable(call)
    role_id, user = _role_and_user(call)
    key = str(uuid5(NAMESPACE_URL, f"{unit.id}:{role_id}:{user.id}"))
    held = unit.current.properties.get("_scopedRoles", [])
    if any(row["id"] == key for row in held):
        message = (
            "A conflicting object with one or more of the specified property values is present in "
            "the directory."
        )
        raise Refusal(400, "Request_BadRequest", message)
    row = {"id": key, "roleId": role_id, "user": user.id}
    call.tenant.directory.change(unit, {"_scopedRoles": [*held, row]})
    return Answer(201, {"@odata.context": f"{_SCOPED}/$entity", **_scoped_row(call, unit, row)})


def remove_scoped_role_member(call: Call) -> Answer:
    """204; 404 when nobody holds a role by this id (administrativeunit-delete-scoped...)."""
    unit = _changeable(call)
    held = unit.current.properties.get("_scopedRoles", [])
    kept = [row for row in held if row["id"] != call.keys[1].lower()]
    if len(kept) == len(held):
        raise not_found(call.keys[1])
    call.tenant.directory.change(unit, {"_scopedRoles": kept})
    return Answer(204)


_SCOPED = f"{GRAPH}/$metadata#scopedRoleMemberships"


def _role_and_user(call: Call) -> tuple[str, Entry]:
    body = call.properties
    for name in body:
        if name not in {"roleId", "roleMemberInfo", "@odata.type"}:
            raise unknown_property(name)
    for name, kind in (("roleId", "String!"), ("roleMemberInfo", "graph.identity!")):
        if body.get(name) is None:
            raise required_value(name, "ScopedRoleMembership")
        check_value(body[name], kind, name, "ScopedRoleMembership")
    role_id = body["roleId"].lower()
    if role_id not in {role.id for role in call.tenant.roles}:
        raise not_found(body["roleId"])
    key = body["roleMemberInfo"].get("id") or ""
    return role_id, find_reference(call, f"{GRAPH}/users/{key}")


def _scoped(call: Call, unit: Entry) -> list[dict[str, Any]]:
    seen = unit.seen(call.horizon)
    held = seen.properties.get("_scopedRoles", []) if seen is not None else []
    entries = call.tenant.directory.entries
    return [_scoped_row(call, unit, row) for row in held if entries[row["user"]].active]


def _scoped_row(call: Call, unit: Entry, row: dict[str, str]) -> dict[str, Any]:
    user = call.tenant.directory.entries[row["user"]]
    name = user.current.properties.get("displayName")
    return {
        "id": row["id"],
        "roleId": row["roleId"],
        "administrativeUnitId": unit.id,
        "roleMemberInfo": {"id": user.id, "displayName": name},
    }


def _check(body: dict[str, Any]) -> None:
    check_properties(body, _KIND, _RESOURCE)
    for name in ("id", "deletedDateTime"):
        if name in body:
            raise read_only(name)
    if any(body.get(name) for name in _NOT_SPOKEN):
        raise not_implemented()
    if body.get("visibility") not in {None, "Public", "HiddenMembership"}:
        raise invalid_value("visibility", _RESOURCE)


def _units_of(call: Call, member: Entry) -> int:
    directory = call.tenant.directory
    units = (directory.entries[key] for key in directory.groups_of.get(member.id, ()))
    return sum(
        1
        for unit in units
        if unit.kind == _KIND and unit.active and directory.is_member(unit, member)
    )


def _changeable(call: Call) -> Entry:
    unit = find_unit(call, call.keys[0])
    require_at_primary(unit, call.keys[0])
    return unit


def _presented(unit: Entry, properties: dict[str, Any]) -> dict[str, Any]:
    head = {"@odata.context": context("administrativeUnits", None, single=True)}
    return {**head, **shape(_KIND, None)(unit.id, properties)}
