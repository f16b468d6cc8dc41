"""Bindings that no night can go by: to a group that is gone, or is somebody else's to keep."""

from collections.abc import Collection, Iterator, Mapping

from graphsync.accounts import Group
from graphsync.watching import OURS
from policies.rules import Rules


def misbound(
    rules: Rules, groups: Mapping[str, Group], school_data_sync: Collection[str]
) -> tuple[str, ...]:
    """Each wrong row of the pack's `groups.bind`, as `file:line: groups.bind: what; how to mend`.

    `groups` are the tenant's, by object id; a soft-deleted one is not among them.
    """
    return tuple(
        f"{rules.groups.bind_rows[name]}: groups.bind: {name} is bound to {object_id}, {why}"
        for name, object_id in rules.groups.bind.items()
        for why in _wrong(name, groups.get(object_id), school_data_sync)
    )


def _wrong(name: str, group: Group | None, theirs: Collection[str]) -> Iterator[str]:
    if group is None:
        yield (
            "which the tenant does not have (deleted, or another tenant's); restore it within 30"
            " days of its deletion (only a Microsoft 365 group can be), or change or remove the row"
        )
    elif group.id in theirs:
        yield (
            f"the group {group.display_name}, which School Data Sync made and keeps; bind another"
            " group, or remove the row"
        )
    elif (group.unique_name or "").startswith(OURS) and group.unique_name != name:
        yield (
            f"which graphsync keeps as {group.unique_name} already; bind another group, or remove"
            " the row"
        )
