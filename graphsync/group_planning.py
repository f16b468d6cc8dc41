"""Who joins and leaves which group. Only groups of ours, only people of ours (decision 2, 24).

A membership that we cannot have made (a foreign account, a bound group's earlier members) is never
removed. Groups are found by their unique name, or by the object id that the pack binds.
"""

from collections import defaultdict
from collections.abc import Mapping

from graphsync import sentences
from graphsync.accounts import Account, Group, Snapshot
from graphsync.changes import (
    AddToGroup,
    Change,
    CreateGroup,
    Held,
    Origin,
    Reason,
    RemoveFromGroup,
    UpdateGroup,
)
from graphsync.group_order import in_turn
from graphsync.scene import Link
from policies.desired import Desired
from policies.filtering import sorts
from policies.groups import STAFF_KINDS, DesiredGroup, kind_of
from policies.lifecycle import Stage
from policies.people import Kind, PersonKey
from policies.rules import GroupKind, Rules


def prefix(school: str) -> str:
    """How the unique names of a school's own groups begin."""
    return f"gs-{school}-"


_NONE: frozenset[str] = frozenset()
LARGEST_BIND = 20  # Graph "Create group": owners and members together


class GroupBook:
    """The groups of one school, present and wanted, while its plan is drawn."""

    def __init__(
        self,
        school: str,
        rules: Rules,
        snapshot: Snapshot,
        links: Mapping[PersonKey, Link],
    ) -> None:
        self.rules = rules
        self.links = links
        self.sorted = {
            kind
            for kind in Kind
            if GroupKind.FILTER in rules.groups.names and sorts(kind, rules.groups.filter)
        }
        self.bind = rules.groups.bind
        self.snapshot = snapshot
        beginning = prefix(school)
        self.ours: dict[str, Group] = {
            group.unique_name: group
            for group in snapshot.groups.values()
            if group.unique_name and group.unique_name.startswith(beginning)
        }
        self.memberships: dict[str, set[str]] = defaultdict(set)
        for name, group in self.ours.items():
            for member in group.members or ():
                self.memberships[member].add(name)
        self.wanted: dict[str, DesiredGroup] = {}
        self.listed = frozenset(name.casefold() for name in rules.protected.groups)
        self.protected = {
            one.id for one in snapshot.groups.values() if self.listed and self._is_listed(one)
        }
        # A whole form wants the same groups: these are told once for all of them.
        self._names: dict[tuple[DesiredGroup, ...], dict[str, DesiredGroup]] = {}
        self._waiting: dict[str, bool] = {}
        self._no_filter: dict[tuple[DesiredGroup, ...], bool] = {}
        self._closed: dict[tuple[DesiredGroup, ...], tuple[DesiredGroup, ...]] = {}

    def as_wanted(self, wanted: Desired, account: Account) -> bool:
        """Whether the person is in all the groups they should be in, and in no other of ours."""
        if wanted.groups is None:
            return True
        names = self._named(wanted.groups).keys()
        if self.sorted and self._unsorted(wanted):
            return False
        return not self.bind and names == self.memberships.get(account.id, _NONE)

    def changes_for(self, wanted: Desired, account: Account | None) -> list[Change]:
        """One person's additions and removals; None groups mean: as found."""
        if wanted.groups is None or (account and self.as_wanted(wanted, account)):
            return []
        names = self._named(wanted.groups)
        present = self.memberships.get(account.id, _NONE) if account else _NONE
        added = [
            self._add(wanted, account, group)
            for name, group in names.items()
            if self.writable(name) and not self._member(name, account)
        ]
        removed = [
            self._remove(wanted, account, self.ours[name])
            for name in sorted(present - names.keys())
            if account and self.writable(name)
        ]
        keeps_filter = self._unsorted(wanted) or self._filter_is_closed(wanted, account)
        return in_turn(added, removed, self.rules, keeps_filter=keeps_filter)

    def held_for(self, wanted: Desired, account: Account | None) -> list[Held]:
        """The groups that a person is still to join and that we may not write."""
        held = [
            Held(
                person=wanted.key,
                reason=Reason.NO_OWNER if self._waits(group) else Reason.GROUP_NOT_OURS,
                what="add_to_group",
                sentence=f"{group.display_name}: {self._why_closed(group)}",
            )
            for group in self._closed_of(wanted.groups or ())
            if not self._member(group.unique_name, account)
        ]
        if self._unsorted(wanted):
            held.append(
                Held(
                    person=wanted.key,
                    reason=Reason.NO_FILTER,
                    what="add_to_group",
                    sentence="stays in the filter group as found, or in none: the roster gives no"
                    " year that the pack's filter groups know",
                )
            )
        return held

    def own_changes(self) -> list[Change]:
        """The groups themselves: made where they are wanted, renamed as the pack names them."""
        changes: list[Change] = []
        for name, group in self.wanted.items():
            if name in self.bind or not self.writable(name):
                continue
            present = self.ours.get(name)
            if present is None:
                changes.append(
                    CreateGroup(
                        group=name,
                        display_name=group.display_name,
                        mail_nickname=group.mail_nickname,
                        owners=self._owners(group),
                        origin=Origin.RULE,
                        sentence=sentences.create_group(group.display_name),
                    )
                )
            elif present.display_name != group.display_name:
                changes.append(
                    UpdateGroup(
                        group=name,
                        group_id=present.id,
                        old_name=present.display_name,
                        display_name=group.display_name,
                        origin=Origin.RULE,
                        sentence=sentences.rename_group(present.display_name, group.display_name),
                    )
                )
        return changes

    def _named(self, groups: tuple[DesiredGroup, ...]) -> dict[str, DesiredGroup]:
        names = self._names.get(groups)
        if names is None:
            names = self._names[groups] = {group.unique_name: group for group in groups}
            self.wanted.update(names)
        return names

    def _closed_of(self, groups: tuple[DesiredGroup, ...]) -> tuple[DesiredGroup, ...]:
        """Those of the groups that we may not write."""
        closed = self._closed.get(groups)
        if closed is None:
            closed = tuple(one for one in groups if not self.writable(one.unique_name))
            self._closed[groups] = closed
        return closed

    def _unsorted(self, wanted: Desired) -> bool:
        """Whether the person has to be in a filter group and nobody can say in which."""
        if wanted.kind not in self.sorted or wanted.standing.stage is not Stage.CURRENT:
            return False
        groups = wanted.groups or ()
        unsorted = self._no_filter.get(groups)
        if unsorted is None:
            unsorted = all(group.kind is not GroupKind.FILTER for group in groups)
            self._no_filter[groups] = unsorted
        return unsorted

    def _filter_is_closed(self, wanted: Desired, account: Account | None) -> bool:
        """Whether the person is still to join a filter group that we may not write."""
        return any(
            group.kind is GroupKind.FILTER and not self._member(group.unique_name, account)
            for group in self._closed_of(wanted.groups or ())
        )

    def _owners(self, group: DesiredGroup) -> tuple[str, ...] | None:
        """The accounts of a group's owners; twenty at most go into one request."""
        if group.owners is None:
            return None
        ids = (self.links[one].object_id for one in group.owners if one in self.links)
        return tuple(sorted(one for one in ids if one in self.snapshot.accounts))[:LARGEST_BIND]

    def _waits(self, group: DesiredGroup) -> bool:
        """Whether a Microsoft 365 group cannot be made yet, since none of its owners is here."""
        if group.owners is None or group.unique_name in self.ours:
            return False
        waits = self._waiting.get(group.unique_name)
        if waits is None:
            waits = group.unique_name not in self.bind and self._owners(group) == ()
            self._waiting[group.unique_name] = waits
        return waits

    def _why_closed(self, group: DesiredGroup) -> str:
        if self._waits(group):
            return "made the night after a teacher of the class has an account, who will own it"
        return (
            "the pack protects it, its members are not Graph's to change, or the bound group is not"
            " in the tenant"
        )

    def present(self, name: str) -> Group | None:
        """The group of a unique name, or the one that the pack binds to it."""
        if name in self.bind:
            return self.snapshot.groups.get(self.bind[name])
        return self.ours.get(name)

    def writable(self, name: str) -> bool:
        """Whether the members and the name of a group, there or wanted, may be written by us."""
        group = self.present(name)
        if group is None:
            wanted = self.wanted[name]
            return not (name in self.bind or self._is_listed(wanted) or self._waits(wanted))
        elsewhere = group.on_premises_sync_enabled or "DynamicMembership" in group.group_types
        return not (elsewhere or group.id in self.protected)

    def _is_listed(self, group: Group | DesiredGroup) -> bool:
        """Whether the pack protects the group, by its id or by either name (decision 10)."""
        names = [group.unique_name, group.display_name]
        if isinstance(group, Group):
            names.append(group.id)
        return any(name and name.casefold() in self.listed for name in names)

    def _member(self, name: str, account: Account | None) -> bool:
        group = self.present(name)
        return bool(account and group and group.members and account.id in group.members)

    def _add(self, wanted: Desired, account: Account | None, group: DesiredGroup) -> AddToGroup:
        present = self.present(group.unique_name)
        return AddToGroup(
            person=wanted.key,
            population=wanted.kind,
            account=account.id if account else None,
            group=group.unique_name,
            group_id=present.id if present else None,
            sentence=sentences.join(wanted, account, group.display_name),
        )

    def _remove(self, wanted: Desired, account: Account, group: Group) -> RemoveFromGroup:
        name = group.unique_name or ""
        of_staff = kind_of(name, self.rules.school) in STAFF_KINDS
        say = sentences.leave_staff if of_staff and wanted.kind is Kind.PUPIL else sentences.leave
        return RemoveFromGroup(
            person=wanted.key,
            population=wanted.kind,
            account=account.id,
            group=name,
            group_id=group.id,
            sentence=say(wanted, account, group.display_name or ""),
        )
