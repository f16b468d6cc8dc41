"""In which order one person joins and leaves groups (A2.5 of the law overlay, SNMAT-21d, 19i).

A pupil's new filter group comes before the old one goes, so that nobody is ever in none: while both
are held, or while the new one fails, the old one stands. Of all other rights a mover's old ones go
first where the pack says so, and the new ones wait until they have gone.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from graphsync.changes import AddToGroup, Change, RemoveFromGroup
from policies.groups import STAFF_KINDS, kind_of
from policies.people import Kind
from policies.rules import GroupKind, Rules


def in_turn(
    joins: Iterable[AddToGroup],
    leaves: Iterable[RemoveFromGroup],
    rules: Rules,
    *,
    keeps_filter: bool,
) -> list[Change]:
    """The same changes of one person, each naming what must be accepted before it.

    `keeps_filter`: no filter group can be joined tonight, so that the present one is not left.
    """
    joined = {change.group: change for change in joins}
    left = {change.group: change for change in leaves}
    kinds = {name: kind_of(name, rules.school) for name in (*joined, *left)}
    filters = [name for name, kind in kinds.items() if kind is GroupKind.FILTER and name in left]
    new = next((name for name in joined if kinds[name] is GroupKind.FILTER), None)
    for name in filters:
        if keeps_filter:
            del left[name]
        elif new:
            left[name] = replace(left[name], needs_joined=new)
    old_rights = tuple(sorted(left.keys() - set(filters)))
    if rules.groups.old_rights_first and _of_staff(joined, left, kinds):
        for name in joined.keys() - {new}:
            joined[name] = replace(joined[name], needs_left=old_rights)
    return [*joined.values(), *left.values()]


def _of_staff(
    joined: dict[str, AddToGroup],
    left: dict[str, RemoveFromGroup],
    kinds: dict[str, GroupKind | None],
) -> bool:
    """Whether these are rights of staff: a pupil who only moves up has none."""
    populations = {change.population for change in (*joined.values(), *left.values())}
    return Kind.STAFF in populations or any(kinds[name] in STAFF_KINDS for name in left)
