"""The licences that stand on an account: its own, and those that come through a group."""

from collections.abc import Collection, Iterable, Mapping

from graphsync.accounts import Account, AssignedLicence, Group, LicenceState, Sku
from graphsync.changes import AddToGroup, AssignLicence, Change


def direct(account: Account) -> set[str]:
    """The SKUs given to the account itself; Graph refuses to take inherited ones away."""
    assigned = {one.sku_id for one in account.assigned_licenses}
    states = account.license_assignment_states
    if states is None:
        return assigned
    return assigned & {state.sku_id for state in states if state.assigned_by_group is None}


def inherited(account: Account, but: Collection[str] = frozenset()) -> dict[str, str]:
    """The SKUs that the account has through a group, with the id of one such group.

    `but` are the ids of groups that do not count.
    """
    assigned = {one.sku_id for one in account.assigned_licenses}
    states = account.license_assignment_states or ()
    return {
        state.sku_id: state.assigned_by_group
        for state in states
        if state.assigned_by_group
        and state.sku_id in assigned
        and state.assigned_by_group not in but
    }


def own_licence(account: Account, sku_id: str) -> AssignedLicence | None:
    """What was given to the account itself, with its own plans off; None where nothing was."""
    if sku_id not in direct(account):
        return None
    for state in account.license_assignment_states or ():
        if state.sku_id == sku_id and state.assigned_by_group is None:
            return AssignedLicence(sku_id, state.disabled_plans)
    return next(one for one in account.assigned_licenses if one.sku_id == sku_id)


def state_by(account: Account, sku_id: str, group_id: str) -> LicenceState | None:
    """What Graph tells of a SKU that a group gives the account; None before it has tried."""
    for state in account.license_assignment_states or ():
        if state.sku_id == sku_id and state.assigned_by_group == group_id:
            return state
    return None


def carried(group: Group) -> dict[str, frozenset[str]]:
    """The SKUs that a group gives its members, each with the plans that are off in it."""
    return {one.sku_id: frozenset(one.disabled_plans) for one in group.assigned_licenses}


def units_taken(changes: Iterable[Change]) -> Iterable[str]:
    """The part number of each unit that a subscription has less after these changes."""
    for change in changes:
        match change:
            case AssignLicence() if change.is_new:
                yield change.sku
            case AddToGroup() if change.takes_unit:
                yield change.licence
            case _:
                pass


def plan_names(sku: Sku) -> dict[str, str]:
    """The plans of a SKU that a person can be given, by id; those of the whole company are not."""
    return {
        plan.service_plan_id: plan.service_plan_name
        for plan in sku.service_plans
        if plan.applies_to != "Company"
    }


def plans_on(group: Group, skus: Mapping[str, Sku]) -> Iterable[str]:
    """The names of the plans that a group's licences give; an unknown SKU stands for itself."""
    for one in group.assigned_licenses:
        sku = skus.get(one.sku_id)
        if sku is None:
            yield one.sku_id
            continue
        off = set(one.disabled_plans)
        yield from (name for plan, name in plan_names(sku).items() if plan not in off)
