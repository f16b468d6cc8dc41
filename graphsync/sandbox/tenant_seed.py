"""What a new sandbox tenant holds before the first request: plain data, no behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SkuSeed:
    """A subscription: its part number, its id (GUID), the units bought, its service plans.

    Each plan is (plan name, plan id); a plan id is a GUID.
    """

    part_number: str
    sku_id: str
    enabled_units: int
    plans: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TenantSeed:
    """Everything that is loaded into an empty tenant, without validation by app permissions.

    domains       verified domains; the first is the initial ``*.onmicrosoft.com`` one
    organization  the tenant's display name
    skus          subscriptions
    users         Graph user properties; read-only ones (onPremisesSyncEnabled) and "id" allowed
    groups        Graph group properties, and "members": a tuple of user principal names
    role_members  (directory role display name, user principal name)
    deleted       users already in the recycle bin, as ``users``
    app_roles     roles of the product's app: (value, display name)
    role_holders  (app role value, user principal name)
    extensions    directory extensions, as ``extensionProperty`` objects of applications elsewhere
    mobiles       (user principal name, number): mobile phones registered for a second factor
    settings      further GRAPHSYNC_ lines to print, (name, value), such as PACKS_DIR, ROSTER_PATH;
                  names may be given with or without the GRAPHSYNC_ prefix
    """

    domains: tuple[str, ...]
    organization: str
    skus: tuple[SkuSeed, ...] = ()
    users: tuple[dict[str, object], ...] = ()
    groups: tuple[dict[str, object], ...] = ()
    role_members: tuple[tuple[str, str], ...] = ()
    deleted: tuple[dict[str, object], ...] = ()
    app_roles: tuple[tuple[str, str], ...] = ()
    role_holders: tuple[tuple[str, str], ...] = ()
    extensions: tuple[dict[str, object], ...] = ()
    mobiles: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
