"""What Graph gives only to tenants with Entra ID P1: reports on sign-in, and when it last was."""

from graphsync.sandbox.problems import no_premium
from graphsync.sandbox.tenant import Tenant

_PREMIUM = frozenset({"AAD_PREMIUM", "AAD_PREMIUM_P2"})


def has_premium(tenant: Tenant) -> bool:
    """Whether the tenant has bought Entra ID P1 or P2, alone or in a suite."""
    return any(
        sku.enabled_units and not _PREMIUM.isdisjoint(name for name, _ in sku.plans)
        for sku in tenant.skus.values()
    )


def demand_premium(tenant: Tenant) -> None:
    """Raises the 403 of a tenant without it."""
    if not has_premium(tenant):
        raise no_premium()
