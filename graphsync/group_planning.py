"""Who joins and leaves which group. Only groups of ours, only people of ours (decision 2, 24).

A foreign account is never taken out. Groups are found by their unique name, or by the object id
that the pack binds. Out of a bound group goes whom we put there ourselves, and anybody else of ours
only once the pack adopts it; the guard asks for a person's yes the first time.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

from graphsync import sentences
from graphsync.accounts import Account, Group, Snapshot
from graphsync.changes import (
    AddToGroup,
    Change,
    CreateGroup,
    Held,
    Origin,
    RemoveFromGroup,
    UpdateGroup,
)
from graphsync.gated_groups import GatedGroups
from graphsync.group_order import in_turn
from graphsync.reasons import Reason
from graphsync.scene import Link
from policies.desired import Desired
from policies.filtering import sorts
from policies.groups import STAFF_KINDS, DesiredGroup, kind_of
from policies.licence_groups import school_of_licence_group
from policies.lifecycle import Stage
from policies.people import Kind, PersonKey
from policies.rules import GroupKind, Rules


def prefix(school: str) -> str:
    """How the unique names of a school's own groups begin."""
    return f"gs-{school}-"


_NONE: frozenset[str] = frozenset()
LARGEST_BIND = 20  # Graph "Create group": owners and members together


def _kept(school: str, rules: Rules, snapshot: Snapshot) -> dict[str, Group]:
    """The school's groups that are there, by unique name; a bound one stands in its place.

    Licence groups are kept elsewhere: nobody belongs to them by their place in the school.
    """
    beginning = prefix(school)
    ours = {
        group.unique_name: group
        for group in snapshot.groups.values()
        if group.unique_name
        and group.unique_name.startswith(beginning)
        and not school_of_licence_group(group.unique_name)
    }
    bound = {name: snapshot.groups.get(one) for name, one in rules.groups.bind.items()}
    return {name: group for name, group in (ours | bound).items() if group is not None}


def _names_of(snapshot: Snapshot) -> Mapping[str, Group]:
    """The groups that School Data Sync made, by each of their names in lower case."""
    theirs = [
        snapshot.groups[one] for one in sorted(snapshot.school_data_sync & snapshot.groups.keys())
    ]
    return {
        name.casefold(): group
        for group in theirs
        for name in (group.display_name, group.unique_name, group.mail_nickname)
        if name
    }


class GroupBook:
    """The groups of one school, present and wanted, while its plan is drawn.

    `made` are the memberships of bound groups that we made, as pairs of a group's and an account's
    object ids.
    """

    def __init__(
        self,
        school: str,
        rules: Rules,
        snapshot: Snapshot,
        links: Mapping[PersonKey, Link],
        made: Collection[tuple[str, str]] = frozenset(),
    ) -> None:
        self.rules = rules
        self.links = links
        self.sorted = {
            kind
            for kind in Kind
            if GroupKind.FILTER in rules.groups.names and sorts(kind, rules.groups.filter)
        }
        self.bind = rules.groups.bind
        self.adopted = rules.groups.adopt
        self.made = made
        self.snapshot = snapshot
        self.kept = _kept(school, rules, snapshot)
        self.memberships: dict[str, set[str]] = defaultdict(set)
        for name, group in self.kept.items():
            for member in group.members or ():
                self.memberships[member].add(name)
        self.theirs = _names_of(snapshot)
        self.wanted: dict[str, DesiredGroup] = {}
        self.listed = frozenset(name.casefold() for name in rules.protected.groups)
        groups = snapshot.groups.values() if self.listed else ()
        self.protected = {group.id for group in groups if self._is_listed(group)}
        self.gated = GatedGroups(rules, snapshot, self.kept)
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
        if self.gated and self.gated.shut(wanted, names):
            return False
        return names == self.memberships.get(account.id, _NONE)

    def changes_for(self, wanted: Desired, account: Account | None) -> list[Change]:
        """One person's additions and removals; None groups mean: as found."""
        if wanted.groups is None or (account and self.as_wanted(wanted, account)):
            return []
        names = self._named(wanted.groups)
        present = self.memberships.get(account.id, _NONE) if account else _NONE
        shut = self.gated.shut(wanted, names.keys())
        added = [
            self._add(wanted, account, group)
            for name, group in names.items()
            if name not in shut and self.writable(name) and not self._member(name, account)
        ]
        gated = self.gated.to_leave(wanted, present & shut)
        removed = [
            self._remove(wanted, account, name, gated)
            for name in sorted(present - names.keys() | gated)
            if account and self.writable(name) and self._may_leave(name, account)
        ]
        keeps_filter = (
            self._unsorted(wanted)
            or self._filter_is_closed(wanted, account)
            or any(names[name].kind is GroupKind.FILTER for name in shut - present)
        )
        return in_turn(added, removed, self.rules, keeps_filter=keeps_filter)

    def held_for(self, wanted: Desired, account: Account | None) -> list[Held]:
        """The groups that a person is still to join and that we may not write, or not to leave."""
        if wanted.groups is None:
            return []
        closed = [
            Held(
                person=wanted.key,
                reason=Reason.NO_OWNER if self._waits(group) else Reason.GROUP_NOT_OURS,
                what="add_to_group",
                sentence=self._why_closed(group),
            )
            for group in self._closed_of(wanted.groups)
            if not self._member(group.unique_name, account)
        ]
        closed += [
            self.gated.held(wanted, name)
            for name in sorted(self.gated.shut(wanted, self._named(wanted.groups).keys()))
            if self.writable(name) and not self._member(name, account)
        ]
        if self._unsorted(wanted):
            closed.append(
                Held(
                    person=wanted.key,
                    reason=Reason.NO_FILTER,
                    what="add_to_group",
                    sentence="stays in the filter group as found, or in none: the roster gives no"
                    " year that the pack's filter groups know",
                )
            )
        return closed + self._stays(wanted, account)

    def _stays(self, wanted: Desired, account: Account | None) -> list[Held]:
        """The bound groups that a person was in before us and does not belong to."""
        if account is None or not self.bind:
            return []
        names = self._named(wanted.groups or ())
        return [
            Held(
                person=wanted.key,
                reason=Reason.MEMBERSHIP_NOT_OURS,
                what="remove_from_group",
                sentence=f"stays in {self.kept[name].display_name or name}: somebody else put the"
                f" account there, and the pack does not adopt {name}",
            )
            for name in sorted(self.memberships.get(account.id, _NONE) - names.keys())
            if self.writable(name) and not self._may_leave(name, account)
        ]

    def _may_leave(self, name: str, account: Account) -> bool:
        """Whether we may take the account out: of a bound group only whom we put there."""
        ours = name not in self.bind or name in self.adopted
        return ours or (self.bind[name], account.id) in self.made

    def _why_closed(self, group: DesiredGroup) -> str:
        present, clash = self.present(group.unique_name), self._clash(group)
        if clash and (present is None or present == clash):
            return (
                f"{group.display_name}: School Data Sync has a group of this name"
                f" ({clash.mail_nickname or clash.id}) and keeps it; name ours otherwise in the"
                f" pack (groups.{group.kind})"
            )
        if self._waits(group):
            return (
                f"{group.display_name}: made the night after a teacher of the class has an account,"
                " who will own it"
            )
        return (
            f"{group.display_name}: the pack protects it, its members are not Graph's"
            " to change, or the bound group is not in the tenant"
        )

    def _clash(self, group: DesiredGroup) -> Group | None:
        """The group of School Data Sync that has one of this group's names."""
        names = (group.display_name, group.unique_name, group.mail_nickname)
        return next((self.theirs[n.casefold()] for n in names if n.casefold() in self.theirs), None)

    def own_changes(self) -> list[Change]:
        """The groups themselves: made where they are wanted, renamed as the pack names them."""
        changes: list[Change] = []
        for name, group in self.wanted.items():
            if name in self.bind or not self.writable(name):
                continue
            present = self.kept.get(name)
            if present is None:
                changes.append(
                    CreateGroup(
                        group=name,
                        display_name=group.display_name,
                        mail_nickname=group.mail_nickname,
                        owners=self.owners(group),
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

    def owners(self, group: DesiredGroup) -> tuple[str, ...] | None:
        """The accounts of a group's owners; twenty at most go into one request."""
        if group.owners is None:
            return None
        ids = (self.links[one].object_id for one in group.owners if one in self.links)
        return tuple(sorted(one for one in ids if one in self.snapshot.accounts))[:LARGEST_BIND]

    def _waits(self, group: DesiredGroup) -> bool:
        """Whether a Microsoft 365 group cannot be made yet, since none of its owners is here."""
        if group.owners is None or group.unique_name in self.kept:
            return False
        waits = self._waiting.get(group.unique_name)
        if waits is None:
            waits = group.unique_name not in self.bind and self.owners(group) == ()
            self._waiting[group.unique_name] = waits
        return waits

    def present(self, name: str) -> Group | None:
        """The group of a unique name, or the one that the pack binds to it."""
        return self.kept.get(name)

    def writable(self, name: str) -> bool:
        """Whether the members and the name of a group, there or wanted, may be written by us."""
        group = self.present(name)
        if group is None:
            wanted = self.wanted[name]
            closed = self._is_listed(wanted) or self._clash(wanted) or self._waits(wanted)
            return not (name in self.bind or closed)
        # Members of mail-enabled groups other than Microsoft 365's are Exchange's (Graph groups).
        mail = bool(group.mail_enabled) and "Unified" not in group.group_types
        dynamic = "DynamicMembership" in group.group_types
        elsewhere = group.on_premises_sync_enabled or dynamic or mail
        theirs = group.id in self.snapshot.school_data_sync
        return not (elsewhere or theirs or group.id in self.protected)

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

    def _remove(
        self, wanted: Desired, account: Account, name: str, gated: Collection[str]
    ) -> RemoveFromGroup:
        group = self.kept[name]
        of_staff = kind_of(name, self.rules.school) in STAFF_KINDS
        say = sentences.leave_staff if of_staff and wanted.kind is Kind.PUPIL else sentences.leave
        sentence = say(wanted, account, group.display_name or "")
        for_consent = name in gated
        return RemoveFromGroup(
            person=wanted.key,
            population=wanted.kind,
            account=account.id,
            group=name,
            group_id=group.id,
            origin=Origin.CONSENT if for_consent else Origin.ROSTER,
            clauses=wanted.gate.clauses if for_consent else (),
            sentence=f"{sentence}: {self.gated.why(wanted, name)}" if for_consent else sentence,
        )
