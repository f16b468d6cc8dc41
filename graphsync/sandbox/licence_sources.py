"""Where a user's licences come from, and what they add up to.

``licenseAssignmentStates`` has a row for each source: the user itself (``assignedByGroup`` null) or
a group; ``assignedLicenses`` mixes them and does not tell them apart (the "user" resource).
"""

from typing import Any

from graphsync.sandbox.objects import Entry
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tenant_seed import SkuSeed

Row = dict[str, Any]

# Plan dependencies worth modelling (Entra docs: licensing-groups-resolve-problems); Teams meetings
# for education stand on SharePoint.
DEPENDS = {"SHAREPOINTWAC_EDU": "SHAREPOINTSTANDARD_EDU"}
# The same page's examples of conflicting plans: plan 1 and plan 2 of Exchange and of SharePoint
# Online; SharePoint's education plans by analogy.
EXCLUSIVE = (
    frozenset({"EXCHANGE_S_STANDARD", "EXCHANGE_S_ENTERPRISE"}),
    frozenset({"SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE"}),
    frozenset({"SHAREPOINTSTANDARD_EDU", "SHAREPOINTENTERPRISE_EDU"}),
)
MAILBOX_SECONDS = (300.0, 900.0)  # Graph docs "known-issues": up to 15 minutes of 404


def state_row(licence: Row, group: str | None, now: str, error: str = "None") -> Row:
    """A row of licenseAssignmentStates, Active unless there is an error."""
    return {
        "skuId": licence["skuId"],
        "disabledPlans": licence["disabledPlans"],
        "assignedByGroup": group,
        "state": "Active" if error == "None" else "Error",
        "error": error,
        "lastUpdatedDateTime": now,
    }


def is_active(row: Row) -> bool:
    """Whether the source gives the licence, if with an error."""
    return row["state"] in {"Active", "ActiveWithError"}


def group_rows(properties: Row) -> list[Row]:
    """The rows that groups gave, errors among them."""
    states = properties.get("licenseAssignmentStates", [])
    return [row for row in states if row.get("assignedByGroup")]


def direct_rows(properties: Row, now: str) -> list[Row]:
    """The rows given to the user itself; a seeded licence without any row is one of them."""
    states = properties.get("licenseAssignmentStates", [])
    told = {row["skuId"] for row in states}
    bare = [row for row in properties.get("assignedLicenses", []) if row["skuId"] not in told]
    direct = [row for row in states if not row.get("assignedByGroup")]
    return [*direct, *(state_row(row, None, now) for row in bare)]


def merged(rows: list[Row]) -> list[Row]:
    """assignedLicenses: a plan is off when every source of its subscription has it off."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if is_active(row):
            disabled = set(row["disabledPlans"])
            found[row["skuId"]] = found.get(row["skuId"], disabled) & disabled
    return [{"skuId": key, "disabledPlans": sorted(plans)} for key, plans in found.items()]


def switched_on(tenant: Tenant, licences: list[Row]) -> dict[str, str]:
    """Plan name to plan id, of all plans that the licences switch on."""
    return {
        name: key
        for row in licences
        for name, key in tenant.skus[row["skuId"]].plans
        if key not in row["disabledPlans"]
    }


def has_mailbox(tenant: Tenant, properties: Row) -> bool:
    """Whether a licence with a switched-on Exchange plan gives the user a mailbox."""
    plans = switched_on(tenant, properties.get("assignedLicenses", []))
    return any(name.startswith("EXCHANGE_S_") for name in plans)


def exhausted(tenant: Tenant, sku: SkuSeed) -> bool:
    """Whether every unit of the subscription is in use."""
    return tenant.directory.licences[sku.sku_id] >= sku.enabled_units


def settle(tenant: Tenant, user: Entry, direct: list[Row], inherited: list[Row]) -> None:
    """Gives the user what the rows add up to; the first Exchange plan brings a mailbox, late."""
    held = user.current.properties
    rows = [*direct, *inherited]
    changes: Row = {"assignedLicenses": merged(rows), "licenseAssignmentStates": rows}
    after = {**held, **changes}
    had, has = has_mailbox(tenant, held), has_mailbox(tenant, after)
    if had and not has:
        changes |= {"_mailboxAt": None, "_mailboxGone": True}
    elif has and not had:
        delay = tenant.choice.uniform(*MAILBOX_SECONDS) / tenant.time_scale
        changes |= {"_mailboxAt": tenant.clock.seconds() + delay, "_mailboxGone": None}
    mail = held["userPrincipalName"]
    free = tenant.directory.named("proxyAddresses", mail) is None
    if held.get("mail") is None and free and has:
        changes["mail"] = mail
        changes["proxyAddresses"] = [f"SMTP:{mail}", *held.get("proxyAddresses", [])]
    tenant.directory.change(user, changes)
