"""The groups that others made: those that packs bind, and School Data Sync's."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from graphsync.accounts import Group
from graphsync.binding import misbound
from graphsync.doctor.findings import Case, Finding, State, counted, each, ok
from graphsync.tenant.door import Door
from graphsync.tenant.memberships import all_groups, members_of, with_members
from graphsync.tenant.school_data_sync import marked_groups, theirs
from policies.rules import Rules


async def groups(case: Case, door: Door) -> list[Finding]:
    """Whether every bound group can be kept, who is in it, and what School Data Sync made."""
    found = await all_groups(door)
    marked = theirs(found.values(), await marked_groups(door))
    bound = {one for rules in case.rules.values() for one in rules.groups.bind.values()}
    listed = await members_of(door, sorted(bound & found.keys()))
    found |= with_members(found, listed)
    linked = case.store.links.all_object_ids().keys() if case.store else frozenset[str]()
    findings = [
        finding
        for _, rules in sorted(case.rules.items())
        for finding in _of_school(rules, found, marked, linked)
    ]
    if marked:
        made = f"{counted(len(marked), 'group')} made by School Data Sync; left alone"
        findings.append(ok("groups", made))
    return findings


def _of_school(
    rules: Rules, found: Mapping[str, Group], marked: frozenset[str], linked: AbstractSet[str]
) -> Iterator[Finding]:
    check = f"groups {rules.school}"
    wrong = misbound(rules, found, marked)
    yield from each(check, State.BROKEN, wrong, f"change the row in {rules.school}.yaml")
    for name, object_id in rules.groups.bind.items():
        if not wrong and (group := found.get(object_id)):
            yield ok(
                check, f"{name} is {group.display_name}: {_members(rules, name, group, linked)}"
            )


def _members(rules: Rules, name: str, group: Group, linked: AbstractSet[str]) -> str:
    """How many are in the group, and how many of them can never be taken out of it by us."""
    members = group.members or frozenset()
    out = "adopted" if name in rules.groups.adopt else "only gains members"
    number = counted(len(members), "member")
    return f"{number}, {len(members - linked):,} of them linked to nobody; {out}"
