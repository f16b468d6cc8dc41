"""The body of assignLicense, for users and groups: what is to be added and removed."""

from typing import Any

from graphsync.sandbox.problems import (
    bad_request,
    invalid_value,
    required_value,
    unknown_property,
)
from graphsync.sandbox.schema import check_value
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tenant_seed import SkuSeed

_PARAMETERS = {
    "addLicenses": "Collection(graph.assignedLicense)!",
    "removeLicenses": "Collection(Guid)!",
}


def checked_wish(body: dict[str, Any], resource: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Licences to add and ids of subscriptions to remove; both parameters are required."""
    for name in body:
        if name not in _PARAMETERS:
            raise unknown_property(name)
    for name, kind in _PARAMETERS.items():
        if body.get(name) is None:
            raise required_value(name, resource)
        check_value(body[name], kind, name, resource)
    for row in body["addLicenses"]:
        if row.get("skuId") is None:
            raise invalid_value("skuId", resource)
    added = [
        {
            "skuId": row["skuId"].lower(),
            "disabledPlans": sorted(plan.lower() for plan in row.get("disabledPlans", [])),
        }
        for row in body["addLicenses"]
    ]
    return added, [key.lower() for key in body["removeLicenses"]]


def known_sku(tenant: Tenant, key: str) -> SkuSeed:
    """The subscription with this id; 400 when the tenant has not bought it."""
    sku = tenant.skus.get(key)
    if sku is None:
        raise bad_request(f"License {key} does not correspond to a valid company License.")
    return sku


def check_plans(sku: SkuSeed, disabled: list[str]) -> None:
    """Raises 400 for a plan to switch off that is not in the subscription."""
    ids = {key for _, key in sku.plans}
    for key in disabled:
        if key not in ids:
            raise bad_request(f"Service plan {key} is not part of the subscription.")
