"""Licences: assign to a user, read the details, count the subscriptions (Graph docs: user-*)."""

from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.lookups import find_user, require_at_primary
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import (
    bad_request,
    invalid_value,
    not_found,
    required_value,
    unknown_property,
)
from graphsync.sandbox.schema import check_value
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tenant_seed import SkuSeed

# Plan dependencies worth modelling (Entra docs: licensing-groups-resolve-problems); Teams meetings
# for education stand on SharePoint.
_DEPENDS = {"SHAREPOINTWAC_EDU": "SHAREPOINTSTANDARD_EDU"}


def assign_license(call: Call) -> Answer:
    """200 and the user; adds and removes in one step, all or nothing."""
    body = call.properties
    added, removed = _checked(body)
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    licences = _after(call, entry, added, removed)
    _change(call.tenant, entry, licences)
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


def has_mailbox(tenant: Tenant, properties: dict[str, Any]) -> bool:
    """Whether a licence with a switched-on Exchange plan gives the user a mailbox."""
    for licence in properties.get("assignedLicenses", []):
        for name, key in tenant.skus[licence["skuId"]].plans:
            if name.startswith("EXCHANGE_S_") and key not in licence["disabledPlans"]:
                return True
    return False


def _checked(body: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    for name in body:
        if name not in {"addLicenses", "removeLicenses"}:
            raise unknown_property(name)
    for name, kind in (
        ("addLicenses", "Collection(graph.assignedLicense)!"),
        ("removeLicenses", "Collection(Guid)!"),
    ):
        if body.get(name) is None:
            raise required_value(name, "User")
        check_value(body[name], kind, name, "User")
    added = [
        {
            "skuId": row["skuId"].lower(),
            "disabledPlans": sorted(plan.lower() for plan in row.get("disabledPlans", [])),
        }
        for row in body["addLicenses"]
        if _has_sku(row)
    ]
    return added, [key.lower() for key in body["removeLicenses"]]


def _has_sku(row: dict[str, Any]) -> bool:
    if row.get("skuId") is None:
        raise invalid_value("skuId", "User")
    return True


def _after(
    call: Call, entry: Entry, added: list[dict[str, Any]], removed: list[str]
) -> list[dict[str, Any]]:
    """The licences the user would have; raises when one may not be given or taken."""
    tenant = call.tenant
    seen = entry.seen(call.horizon)
    if added and not (seen and seen.properties.get("usageLocation")):
        # usageLocation replicates late as well: a fresh one may not be there yet.
        raise bad_request("License assignment cannot be done for user with invalid usage location.")
    held = {row["skuId"]: row for row in entry.current.properties.get("assignedLicenses", [])}
    for key in removed:
        if key not in held:
            raise bad_request(f"User does not have a corresponding license. SKU: {key}")
        _refuse_inherited(entry, key)
        del held[key]
    for row in added:
        sku = tenant.skus.get(row["skuId"])
        if sku is None:
            raise bad_request(
                f"License {row['skuId']} does not correspond to a valid company License."
            )
        _check_plans(sku, row["disabledPlans"])
        if row["skuId"] not in held and tenant.directory.licences[sku.sku_id] >= sku.enabled_units:
            raise bad_request(
                f"Subscription with SKU {sku.sku_id} does not have any available licenses."
            )
        held[row["skuId"]] = row
    return list(held.values())


def _refuse_inherited(entry: Entry, key: str) -> None:
    states = entry.current.properties.get("licenseAssignmentStates", [])
    mine = [row for row in states if row["skuId"] == key]
    if mine and all(row.get("assignedByGroup") for row in mine):
        raise bad_request(
            "User license is inherited from a group membership and it cannot be removed directly "
            "from the user."
        )


def _check_plans(sku: SkuSeed, disabled: list[str]) -> None:
    names = {key: name for name, key in sku.plans}
    for key in disabled:
        if key not in names:
            raise bad_request(f"Service plan {key} is not part of the subscription.")
    off = {names[key] for key in disabled}
    ids = dict(sku.plans)
    for plan, needs in _DEPENDS.items():
        if plan in ids and plan not in off and needs in off:
            raise bad_request(
                f"License assignment failed because service plan {ids[plan]} depends on the "
                f"service plan(s) {ids[needs]}"
            )


def _change(tenant: Tenant, entry: Entry, licences: list[dict[str, Any]]) -> None:
    now = tenant.clock.stamp()
    held = entry.current.properties
    inherited = [
        row for row in held.get("licenseAssignmentStates", []) if row.get("assignedByGroup")
    ]
    by_group = {row["skuId"] for row in inherited}
    direct = [
        {
            "skuId": row["skuId"],
            "disabledPlans": row["disabledPlans"],
            "assignedByGroup": None,
            "state": "Active",
            "error": "None",
            "lastUpdatedDateTime": now,
        }
        for row in licences
        if row["skuId"] not in by_group
    ]
    changes: dict[str, Any] = {
        "assignedLicenses": licences,
        "licenseAssignmentStates": [*direct, *inherited],
    }
    if held.get("mail") is None and has_mailbox(tenant, {**held, **changes}):
        mail = held["userPrincipalName"]
        if tenant.directory.named("proxyAddresses", mail) is None:
            changes["mail"] = mail
            changes["proxyAddresses"] = [f"SMTP:{mail}", *held.get("proxyAddresses", [])]
    tenant.directory.change(entry, changes)


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
