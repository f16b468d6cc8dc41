"""Licences: assign to a user, read the details, count the subscriptions (Graph docs: user-*)."""

from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.licence_sources import (
    DEPENDS,
    Row,
    direct_rows,
    exhausted,
    group_rows,
    is_active,
    merged,
    settle,
    state_row,
    switched_on,
)
from graphsync.sandbox.licence_wishes import check_plans, checked_wish, known_sku
from graphsync.sandbox.licence_worker import conflicting
from graphsync.sandbox.lookups import find_user, require_at_primary
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import Refusal, bad_request, not_found
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tenant_seed import SkuSeed


def assign_license(call: Call) -> Answer:
    """200 and the user; adds and removes in one step, all or nothing."""
    added, removed = checked_wish(call.properties, "User")
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    direct = _direct_after(call, entry, added, removed)
    settle(call.tenant, entry, direct, group_rows(entry.current.properties))
    answer = shape("user", None)(entry.id, entry.current.properties)
    return Answer(200, {"@odata.context": context("users", None, single=True), **answer})


def license_details(call: Call) -> Answer:
    """200 and one row a subscription, with the state of each plan."""
    entry = find_user(call, call.keys[0])
    seen = entry.seen(call.horizon)
    held = seen.properties.get("assignedLicenses", []) if seen else []
    rows = []
    for licence in held:
        sku = call.tenant.skus[licence["skuId"]]
        plans = [
            {
                **plan,
                "provisioningStatus": "Disabled"
                if plan["servicePlanId"] in licence["disabledPlans"]
                else "Success",
            }
            for plan in _plans(sku)
        ]
        row = {"id": _details_id(entry, sku), "skuId": sku.sku_id}
        rows.append({**row, "skuPartNumber": sku.part_number, "servicePlans": plans})
    path = f"{GRAPH}/$metadata#users('{entry.id}')/licenseDetails"
    return Answer(200, {"@odata.context": path, "value": rows})


def list_skus(call: Call) -> Answer:
    """200 and all subscriptions; query options are not supported (subscribedsku-list)."""
    rows = [_sku(call.tenant, sku) for sku in call.tenant.skus.values()]
    return Answer(200, {"@odata.context": f"{GRAPH}/$metadata#subscribedSkus", "value": rows})


def get_sku(call: Call) -> Answer:
    """200 and the subscription with the id ``{tenant}_{sku}``."""
    for sku in call.tenant.skus.values():
        row = _sku(call.tenant, sku)
        if row["id"] == call.keys[0].lower():
            head = {"@odata.context": f"{GRAPH}/$metadata#subscribedSkus/$entity"}
            return Answer(200, {**head, **row})
    raise not_found(call.keys[0])


def _direct_after(call: Call, entry: Entry, added: list[Row], removed: list[str]) -> list[Row]:
    """The user's own licences as they would be; raises when one may not be given or taken."""
    tenant = call.tenant
    seen = entry.seen(call.horizon)
    if added and not (seen and seen.properties.get("usageLocation")):
        # usageLocation replicates late as well: a fresh one may not be there yet.
        raise bad_request("License assignment cannot be done for user with invalid usage location.")
    held = entry.current.properties
    now = tenant.clock.stamp()
    direct = {row["skuId"]: row for row in direct_rows(held, now)}
    for key in removed:
        if direct.pop(key, None) is None:
            raise _not_its_own(held, key)
    holding = {row["skuId"] for row in held.get("assignedLicenses", [])}
    for row in added:
        sku = known_sku(tenant, row["skuId"])
        check_plans(sku, row["disabledPlans"])
        _check_dependencies(sku, row["disabledPlans"])
        if sku.sku_id not in holding and exhausted(tenant, sku):
            raise bad_request(
                f"Subscription with SKU {sku.sku_id} does not have any available licenses."
            )
        direct[sku.sku_id] = state_row(row, None, now)
        _check_conflicts(tenant, row, [*direct.values(), *group_rows(held)])
    return list(direct.values())


def _not_its_own(held: dict[str, Any], key: str) -> Refusal:
    if any(row["skuId"] == key and is_active(row) for row in group_rows(held)):
        return bad_request(
            "User license is inherited from a group membership and it cannot be removed directly "
            "from the user."
        )
    return bad_request(f"User does not have a corresponding license. SKU: {key}")


def _check_dependencies(sku: SkuSeed, disabled: list[str]) -> None:
    ids = dict(sku.plans)
    on = {name for name, key in sku.plans if key not in disabled}
    for plan, needs in DEPENDS.items():
        if plan in on and needs in ids and needs not in on:
            raise bad_request(
                f"License assignment failed because service plan {ids[plan]} depends on the "
                f"service plan(s) {ids[needs]}"
            )


def _check_conflicts(tenant: Tenant, licence: Row, rows: list[Row]) -> None:
    mine = switched_on(tenant, [licence])
    others = switched_on(tenant, [row for row in merged(rows) if row["skuId"] != licence["skuId"]])
    pair = conflicting(set(mine), set(others))
    if pair is not None:
        raise bad_request(
            f"License assignment failed because service plans {mine[pair[0]]}, {others[pair[1]]} "
            "are mutually exclusive."
        )


def _details_id(entry: Entry, sku: SkuSeed) -> str:
    return f"{entry.id[:8]}_{sku.sku_id}"


def _plans(sku: SkuSeed) -> list[dict[str, Any]]:
    return [
        {
            "servicePlanId": key,
            "servicePlanName": name,
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
        for name, key in sku.plans
    ]


def _sku(tenant: Tenant, sku: SkuSeed) -> dict[str, Any]:
    return {
        "id": f"{tenant.id}_{sku.sku_id}",
        "accountName": tenant.domains[0].split(".", 1)[0],
        "accountId": tenant.id,
        "skuId": sku.sku_id,
        "skuPartNumber": sku.part_number,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": tenant.directory.licences[sku.sku_id],
        "prepaidUnits": {
            "enabled": sku.enabled_units,
            "suspended": 0,
            "warning": 0,
            "lockedOut": 0,
        },
        "servicePlans": _plans(sku),
        "subscriptionIds": [],
    }
