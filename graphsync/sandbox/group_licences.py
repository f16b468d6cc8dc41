"""Licences by group: asked for here, given later by the worker (group-assignlicense)."""

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.licence_wishes import check_plans, checked_wish, known_sku
from graphsync.sandbox.licence_worker import errors_in, queue_group, queue_user
from graphsync.sandbox.listing import MIXED, fixed_source, list_answer, listed
from graphsync.sandbox.lookups import find_group, find_user, require_at_primary
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import bad_request


def assign_group_license(call: Call) -> Answer:
    """202 and the group; its members get and lose licences later, and errors show on them."""
    added, removed = checked_wish(call.properties, "Group")
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    held = {row["skuId"]: row for row in group.current.properties.get("assignedLicenses", [])}
    if not group.current.properties.get("securityEnabled"):
        # concept-group-based-licensing: security-enabled groups only (text unverified).
        raise bad_request("Licenses can be assigned to security-enabled groups only.")
    for key in removed:
        if held.pop(key, None) is None:
            # By analogy with the user's (text unverified).
            raise bad_request(f"Group does not have a corresponding license. SKU: {key}")
    for row in added:
        check_plans(known_sku(call.tenant, row["skuId"]), row["disabledPlans"])
        held[row["skuId"]] = row
    call.tenant.directory.change(group, {"assignedLicenses": list(held.values()) or None})
    queue_group(call.tenant, group)
    answer = shape("group", None)(group.id, group.current.properties)
    location = (
        f"https://graph.microsoft.com/v2/{call.tenant.id}/directoryObjects/{group.id}"
        "/Microsoft.DirectoryServices.Group"
    )
    head = {"@odata.context": context("groups", None, single=True)}
    return Answer(202, {**head, **answer}, {"Location": location})


def members_with_license_errors(call: Call) -> Answer:
    """200 and a page of the members whose licence from this group failed."""
    users = errors_in(call.tenant, find_group(call, call.keys[0]))
    source = fixed_source(listed(users, call.horizon))
    return list_answer(call, source, MIXED, "directoryObjects")


def reprocess(call: Call) -> Answer:
    """200 and the user; its group licences are looked at again, later (user-reprocess...)."""
    user = find_user(call, call.keys[0])
    require_at_primary(user, call.keys[0])
    queue_user(call.tenant, user)
    answer = shape("user", None)(user.id, user.current.properties)
    return Answer(200, {"@odata.context": context("users", None, single=True), **answer})
