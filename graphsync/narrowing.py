"""A plan for a pilot: only what concerns some people."""

from collections.abc import Callable

from msgspec.structs import replace

from graphsync.changes import Plan, in_order
from policies.people import PersonKey


def narrowed(plan: Plan, people: Callable[[PersonKey], bool]) -> Plan:
    """A pilot: only these people's changes, and of the groups only those they need."""
    chosen = [c for c in plan.changes if c.person is not None and people(c.person)]
    needed = {change.target for change in chosen}
    groups = [c for c in plan.changes if c.person is None and c.target in needed]
    return replace(
        plan,
        changes=tuple(sorted([*chosen, *groups], key=in_order)),
        held=tuple(one for one in plan.held if people(one.person)),
        unchanged=tuple(key for key in plan.unchanged if people(key)),
    )
