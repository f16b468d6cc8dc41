"""The licences that stand on an account: its own, and those that come through a group."""

from collections.abc import Iterable, Mapping

from graphsync.accounts import Account, Group, Sku


def direct(account: Account) -> set[str]:
    """The SKUs given to the account itself; Graph refuses to take inherited ones away."""
    assigned = {one.sku_id for one in account.assigned_licenses}
    states = account.license_assignment_states
    if states is None:
        return assigned
    return assigned & {state.sku_id for state in states if state.assigned_by_group is None}


def inherited(account: Account) -> dict[str, str]:
    """The SKUs that the account has through a group, with the id of one such group."""
    assigned = {one.sku_id for one in account.assigned_licenses}
    states = account.license_assignment_states or ()
    return {
        state.sku_id: state.assigned_by_group
        for state in states
        if state.assigned_by_group and state.sku_id in assigned
    }


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
