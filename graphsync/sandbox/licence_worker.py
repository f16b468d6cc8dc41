"""Group licences are given and taken by a worker, late; what fails is written down, not answered.

Entra docs: concept-group-based-licensing, licensing-groups-resolve-problems. Jobs fall due on the
sandbox's clock, some minutes later divided by the time scale, so that moving the clock runs them.
Only direct members count: nested groups are not supported by group-based licensing.
"""

from heapq import heappop, heappush

from graphsync.sandbox.licence_sources import (
    DEPENDS,
    EXCLUSIVE,
    Row,
    direct_rows,
    exhausted,
    group_rows,
    has_mailbox,
    is_active,
    merged,
    settle,
    state_row,
    switched_on,
)
from graphsync.sandbox.objects import ACTIVE, Entry
from graphsync.sandbox.tenant import Tenant

DELAY_SECONDS = (30.0, 180.0)  # "usually within minutes" (concept-group-based-licensing)


def queue_group(tenant: Tenant, group: Entry) -> None:
    """The group's licences have changed: all its members are to be looked at."""
    tenant.directory.change(group, {"licenseProcessingState": {"state": "QueuedForProcessing"}})
    first = _due(tenant)
    heappush(tenant.jobs, [first, "start", group.id])
    heappush(tenant.jobs, [first + DELAY_SECONDS[0] / tenant.time_scale, "members", group.id])


def queue_user(tenant: Tenant, user: Entry) -> None:
    """The user's memberships, or what its licences need, have changed."""
    heappush(tenant.jobs, [_due(tenant), "user", user.id])


def queue_member(tenant: Tenant, group: Entry, member: Entry) -> None:
    """A membership has changed; it matters when the group gives licences."""
    if group.current.properties.get("assignedLicenses") and member.kind == "user":
        queue_user(tenant, member)


def run_due(tenant: Tenant) -> None:
    """Does every job whose time has come, oldest first."""
    if not tenant.jobs:
        return
    now = tenant.clock.seconds()
    while tenant.jobs and tenant.jobs[0][0] <= now:
        _, what, key = heappop(tenant.jobs)
        _do(tenant, what, tenant.directory.entries[key])


def errors_in(tenant: Tenant, group: Entry) -> list[Entry]:
    """The users who have an error from this group's licences, oldest first."""
    users = [tenant.directory.entries[key] for key in tenant.licence_errors.get(group.id, ())]
    return sorted(users, key=lambda user: user.born)


def _due(tenant: Tenant) -> float:
    return tenant.clock.seconds() + tenant.choice.uniform(*DELAY_SECONDS) / tenant.time_scale


def _do(tenant: Tenant, what: str, entry: Entry) -> None:
    if what == "user":
        _evaluate(tenant, entry)
    elif what == "start":
        _processing(tenant, entry, "ProcessingInProgress")
    else:
        for key in list(tenant.directory.members.get(entry.id, ())):
            member = tenant.directory.entries[key]
            if member.kind == "user":
                _evaluate(tenant, member)
        _processing(tenant, entry, "ProcessingComplete")


def _processing(tenant: Tenant, group: Entry, state: str) -> None:
    tenant.directory.change(group, {"licenseProcessingState": {"state": state}})


def _evaluate(tenant: Tenant, user: Entry) -> None:
    """Gives the user what its groups give now, and takes what they no longer give."""
    rows: list[Row] = []
    if user.current.state == ACTIVE:
        held = user.current.properties
        direct = direct_rows(held, tenant.clock.stamp())
        for group in _licensed_groups(tenant, user):
            rows += _from_group(tenant, user, group, [*direct, *rows])
        if rows != group_rows(held):
            settle(tenant, user, direct, rows)
    _write_down(tenant, user, {row["assignedByGroup"] for row in rows if row["error"] != "None"})


def _licensed_groups(tenant: Tenant, user: Entry) -> list[Entry]:
    directory = tenant.directory
    groups = [directory.entries[key] for key in directory.groups_of.get(user.id, ())]
    giving = [
        group
        for group in groups
        if group.active
        and group.current.properties.get("assignedLicenses")
        and directory.is_member(group, user)
    ]
    return sorted(giving, key=lambda group: group.born)


def _from_group(tenant: Tenant, user: Entry, group: Entry, others: list[Row]) -> list[Row]:
    """The rows of one group. One subscription that fails holds up the group's other new ones."""
    now = tenant.clock.stamp()
    wanted = group.current.properties["assignedLicenses"]
    before = {
        row["skuId"]: row
        for row in group_rows(user.current.properties)
        if row["assignedByGroup"] == group.id
    }
    errors = {row["skuId"]: _error(tenant, user, row, wanted, others) for row in wanted}
    failing = any(error != "None" for error in errors.values())
    rows = []
    for licence in wanted:
        error, old = errors[licence["skuId"]], before.get(licence["skuId"])
        had = old is not None and is_active(old)
        if failing and error == "None" and not had:
            error = "Others"
        row = state_row(licence, group.id, now, error)
        if had and old is not None and error != "None":
            row |= {"state": "ActiveWithError", "disabledPlans": old["disabledPlans"]}
        rows.append(_kept(row, old))
    return rows


def _kept(row: Row, old: Row | None) -> Row:
    """The old row where nothing but the time of looking has changed."""
    if old is not None and {**old, "lastUpdatedDateTime": ""} == {**row, "lastUpdatedDateTime": ""}:
        return old
    return row


def _error(tenant: Tenant, user: Entry, licence: Row, wanted: list[Row], others: list[Row]) -> str:
    """Why the licence cannot be given, in the names of licenseAssignmentState; None is fine."""
    sku = tenant.skus[licence["skuId"]]
    held = user.current.properties
    if exhausted(tenant, sku) and not _holds(held.get("assignedLicenses", []), sku.sku_id):
        return "CountViolation"
    mine = switched_on(tenant, [licence])
    rest = [row for row in merged(others) if row["skuId"] != sku.sku_id]
    all_on = switched_on(tenant, [*merged(others), *wanted])
    if any(needs not in all_on for plan, needs in DEPENDS.items() if plan in mine):
        return "DependencyViolation"
    if conflicting(set(mine), set(switched_on(tenant, rest))):
        return "MutuallyExclusiveViolation"
    if held.get("mail") is None and has_mailbox(tenant, {"assignedLicenses": [licence]}):
        holder = tenant.directory.named("proxyAddresses", held["userPrincipalName"])
        if holder is not None and holder is not user:
            return "UniquenessViolation"
    return "None"


def conflicting(mine: set[str], others: set[str]) -> tuple[str, str] | None:
    """Two plans of different subscriptions that exclude each other, or None."""
    for pair in EXCLUSIVE:
        for one, other in (sorted(pair), sorted(pair, reverse=True)):
            if one in mine and other in others:
                return one, other
    return None


def _holds(licences: list[Row], sku_id: str) -> bool:
    return any(row["skuId"] == sku_id for row in licences)


def _write_down(tenant: Tenant, user: Entry, failing: set[str]) -> None:
    """Keeps ``hasMembersWithLicenseErrors`` of the groups true."""
    noted = tenant.licence_errors
    for key in {*failing, *(group for group, users in noted.items() if user.id in users)}:
        users = noted.setdefault(key, set())
        (users.add if key in failing else users.discard)(user.id)
        group = tenant.directory.entries[key]
        tenant.directory.change(group, {"hasMembersWithLicenseErrors": bool(users) or None})
