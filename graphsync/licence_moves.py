"""Into which licence groups a person goes and out of which (docs/decisions/0013, decisions 24, 25).

Into a group goes only who is due all that it gives. Nobody is without a licence in between: the new
way is there before the old one ends, and under observation nothing ends that no consent covers.
"""

from collections.abc import Collection, Iterator

from msgspec import Struct

from graphsync import sentences
from graphsync.accounts import Account, Sku
from graphsync.change import Origin
from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    Held,
    RemoveFromGroup,
    RemoveLicence,
)
from graphsync.licence_groups import Giving, LicenceGroups
from graphsync.licences import direct, own_licence, state_by
from graphsync.licences_standing import held_for, in_order, listed, nothing_in
from graphsync.reasons import Reason
from policies.desired import Desired
from policies.licence_groups import shown_name
from policies.licensing import beyond
from policies.lifecycle import Stage
from policies.people import Kind

_NONE: frozenset[str] = frozenset()
# What Graph writes down where a group could not give a licence (licenseAssignmentState).
_ERRORS = {
    "CountViolation": "no unit is left; buy more or free some",
    "MutuallyExclusiveViolation": "another licence of the account excludes it",
    "DependencyViolation": "it needs a plan that is off or missing",
    "ProhibitedInUsageLocationViolation": "it is not sold in the account's usage location",
    "UniquenessViolation": "another account has the mail address",
}


class Moves(Struct):
    """What becomes of one person's places in licence groups.

    `settled` are the subscriptions whose licence on the account itself is spoken for here.
    """

    changes: list[Change] = []
    held: list[Held] = []
    settled: set[str] = set()


def joins(
    groups: LicenceGroups, wanted: Desired, account: Account | None, giving: Giving, *, unit: bool
) -> AddToGroup:
    """Somebody joins a licence group; `unit` where the subscription has one less after it."""
    part = giving.sku.sku_part_number
    group = groups.present.get(giving.name)
    return AddToGroup(
        person=wanted.key,
        population=wanted.kind,
        account=account.id if account else None,
        group=giving.name,
        group_id=group.id if group else None,
        licence=part,
        takes_unit=unit,
        origin=_origin(wanted),
        clauses=wanted.gate.clauses,
        sentence=sentences.join_licence(wanted, account, giving.shown, part),
    )


def left(groups: LicenceGroups, wanted: Desired, account: Account) -> list[Change]:
    """A leaver's places, when the licences go."""
    changes: list[Change] = []
    for name in sorted(groups.places.get(account.id, _NONE)):
        for sku_id in sorted(groups.carried[name].keys() & groups.terms.by_id.keys())[:1]:
            mover = _Mover(groups, wanted, account, groups.terms.by_id[sku_id])
            changes.append(mover.leaves(name, lost=mover.given(name), why="left long enough ago"))
    return changes


def moves(groups: LicenceGroups, wanted: Desired, account: Account) -> Moves:
    """Everything about the licences that a person has through these groups, or is to have."""
    out = Moves([], [], set())
    gone: set[str] = set()
    for sku_id in sorted(_concerned(groups, wanted, account)):
        mover = _Mover(groups, wanted, account, groups.terms.by_id[sku_id])
        for found in mover.found():
            if isinstance(found, RemoveFromGroup):
                if found.group in gone:
                    continue
                gone.add(found.group)
            told = _unless_more(groups, wanted, found)
            if isinstance(told, Held):
                out.held.append(told)
            else:
                out.changes.append(told)
        out.settled |= mover.settled
    return out


def _unless_more(groups: LicenceGroups, wanted: Desired, found: Change | Held) -> Change | Held:
    """The same, or held where somebody else gives more by the group: nobody loses that by us."""
    if not isinstance(found, RemoveFromGroup) or not wanted.gate.keeps:
        return found
    if len(groups.carried[found.group]) == 1:
        return found
    said = f"stays in {shown_name(found.group)}, to which somebody gave more licences"
    return held_for(wanted, Reason.LICENCE_GROUP_CHANGED, said, what="remove_from_group")


def _concerned(groups: LicenceGroups, wanted: Desired, account: Account) -> Iterator[str]:
    """The subscriptions that come through our groups, or by the account and should not."""
    names = groups.places.get(account.id, _NONE)
    known = groups.terms.by_id
    licence = groups.terms.licence(wanted.kind)
    through = {sku_id for name in names for sku_id in groups.carried[name]}
    if licence is not None and wanted.kind in groups.kinds and wanted.gate.open:
        named = {known[one].sku_id for one in known if known[one].sku_part_number in licence.named}
        through |= direct(account) & named
        through |= {one for one in named if _target(groups, wanted, known[one], names)}
    yield from through & known.keys()


def _target(
    groups: LicenceGroups, wanted: Desired, sku: Sku, names: Collection[str]
) -> Giving | None:
    """The group for this subscription, where the person is in it already."""
    giving = target_of(groups, wanted, sku)
    return giving if giving is not None and giving.name in names else None


def target_of(groups: LicenceGroups, wanted: Desired, sku: Sku) -> Giving | None:
    """The group that gives what the person's gate opens of a subscription; None for nothing."""
    licence = groups.terms.licence(wanted.kind)
    services = wanted.gate.services
    if licence is None or sku.sku_part_number not in licence.named or not wanted.gate.open:
        return None
    off = groups.terms.off_in(sku.sku_id, wanted.kind, services)
    if services is not None and off == groups.terms.plans[sku.sku_id].keys():
        return None
    return groups.giving(wanted.kind, sku, off)


class _Mover:
    """One person and one subscription."""

    def __init__(self, groups: LicenceGroups, wanted: Desired, account: Account, sku: Sku) -> None:
        self.groups = groups
        self.terms = groups.terms
        self.wanted = wanted
        self.account = account
        self.sku = sku
        self.plans = self.terms.plans[sku.sku_id]
        self.observed = wanted.kind is Kind.PUPIL and wanted.gate.keeps
        self.mine = groups.of_sku(account, sku.sku_id)
        own = own_licence(account, sku.sku_id)
        self.own = None if own is None else self.plans.keys() - own.disabled_plans
        self.target = target_of(groups, wanted, sku)
        self.settled: set[str] = set()

    def found(self) -> Iterator[Change | Held]:
        if self.target is None:
            for name in self.mine:
                yield from self._without(name)
        elif self.wanted.kind in self.groups.kinds:
            yield from self._by_group(self.target)
        else:
            yield from self._by_account(self.target)

    def _by_group(self, target: Giving) -> Iterator[Change | Held]:
        """The school licenses by group: into the right one, then out of every other way."""
        on = self.plans.keys() - target.off
        in_it = target.name in self.groups.places.get(self.account.id, _NONE)
        joining = stands = False
        why = self.groups.unfit(target)
        if why:
            yield self._held(Reason.LICENCE_GROUP_CHANGED, why, "add_to_group")
        elif in_it:
            stands, told = self._given_by(target)
            if told:
                yield self._held(Reason.LICENCE_NOT_GIVEN, told, "assign_licence")
            yield from self._own_licence(target, on)
        else:
            joining = stands = True
            self.groups.needed[target.name] = target
            yield joins(self.groups, self.wanted, self.account, target, unit=False)
        for name in self.mine:
            if why or name != target.name:
                yield from self._out_of(name, on, target.name if joining else "", stands=stands)

    def _given_by(self, target: Giving) -> tuple[bool, str]:
        """Whether the group may be relied on, and what Graph says where it did not give."""
        part = self.sku.sku_part_number
        state = state_by(self.account, self.sku.sku_id, self.groups.present[target.name].id)
        if state is None:
            return True, f"is in {target.shown}, which has not given {part} yet"
        if state.state == "Active":
            return True, ""
        error = state.error or state.state
        why = f"{error}: {_ERRORS[error]}" if error in _ERRORS else error
        return state.gives, f"{target.shown} cannot give {part}: {why}"

    def _own_licence(self, target: Giving, on: Collection[str]) -> Iterator[Change | Held]:
        """The account's own licence ends once the group's is seen to be active."""
        state = state_by(self.account, self.sku.sku_id, self.groups.present[target.name].id)
        seen = state is not None and state.state == "Active"
        if self.own is None or state is None or not seen or set(state.disabled_plans) - target.off:
            return
        self.settled.add(self.sku.sku_id)
        more = self.own - set(on)
        if kept := self._kept(more):
            yield self._keeps(kept)
            return
        part = self.sku.sku_part_number
        yield RemoveLicence(
            person=self.wanted.key,
            population=self.wanted.kind,
            account=self.account.id,
            sku=part,
            sku_id=self.sku.sku_id,
            given_by="" if more else target.shown,
            origin=_origin(self.wanted),
            clauses=self.wanted.gate.clauses,
            sentence=sentences.given_by_group(self.account, part, target.shown),
        )

    def _out_of(
        self, name: str, on: Collection[str], joining: str, *, stands: bool
    ) -> Iterator[Change | Held]:
        """Out of a group that gives other plans, unless something would be missed."""
        too_much = self._closed_by_gate(self._on(name) - set(on))
        if not stands and not too_much:
            return
        lost = self.given(name) - (set(on) if stands else set()) - (self.own or set())
        if kept := self._kept(lost):
            yield self._keeps(kept)
            return
        # What the gate has closed does not wait for the new group.
        yield self.leaves(name, lost=lost, joined="" if too_much else joining)

    def _by_account(self, target: Giving) -> Iterator[Change | Held]:
        """The school licenses accounts again: out of a group once the account has its own."""
        on = self.plans.keys() - target.off
        if self.own is None and self.mine:
            yield self._assigned(target)
        for name in self.mine:
            lost = self.given(name) - (self.own or set())
            too_much = self._closed_by_gate(self._on(name) - on)
            if self.own is None and not too_much:
                continue
            if self.own is not None and (kept := self._kept(lost)):
                yield self._keeps(kept)
            else:
                yield self.leaves(name, lost=lost - (on if self.own is None else set()))

    def _assigned(self, target: Giving) -> AssignLicence:
        """What the group gives, given to the account itself as well: no unit is used by it."""
        now = {one.sku_id: one.disabled_plans for one in self.account.assigned_licenses}
        before = now.get(self.sku.sku_id)
        part = self.sku.sku_part_number
        return AssignLicence(
            person=self.wanted.key,
            population=self.wanted.kind,
            account=self.account.id,
            sku=part,
            sku_id=self.sku.sku_id,
            disabled_plans=in_order(self.sku, target.off),
            plans_before=None if before is None else in_order(self.sku, frozenset(before)),
            origin=_origin(self.wanted),
            clauses=self.wanted.gate.clauses,
            sentence=sentences.license_(self.wanted, self.account, part),
        )

    def _without(self, name: str) -> Iterator[Change | Held]:
        """A place in a group where nothing of the subscription is due any more."""
        gate = self.wanted.gate
        if self.wanted.kind is not Kind.PUPIL:
            return
        if gate.services:
            names = [self.plans[one] for one in self._on(name)]
            over = beyond(names, gate.services, self.terms.rules.consent.plans)
            why = f"no consent covers {listed(over)}" if over else ""
        else:
            why = gate.told
        if gate.services and not self._named:
            # The pack no longer names it: only what no consent covers is looked into.
            if not why:
                return
        elif gate.services:
            why = nothing_in([self.sku])
        given = self.given(name)
        if gate.keeps and given:
            if self.terms.asks:
                said = f"keeps {self.sku.sku_part_number} for now, by {shown_name(name)}: {why}"
                yield self._held(Reason.LICENCE_WITHOUT_CONSENT, said, "remove_from_group")
            return
        yield self.leaves(name, lost=given - (self.own or set()), why=why)

    @property
    def _named(self) -> bool:
        licence = self.terms.licence(self.wanted.kind)
        return licence is not None and self.sku.sku_part_number in licence.named

    def _on(self, name: str) -> set[str]:
        """The plans that a group gives of the subscription, by id."""
        return self.plans.keys() - self.groups.carried[name][self.sku.sku_id]

    def given(self, name: str) -> set[str]:
        """Those of its plans that the account has by it already."""
        state = state_by(self.account, self.sku.sku_id, self.groups.present[name].id)
        return self.plans.keys() - state.disabled_plans if state and state.gives else set()

    def _closed_by_gate(self, plans: Collection[str]) -> bool:
        """Whether these are plans that a pupil may not keep."""
        return bool(plans) and self.wanted.kind is Kind.PUPIL and not self.wanted.gate.keeps

    def _kept(self, plans: Collection[str]) -> set[str]:
        """Those of the plans that nobody takes while the school observes."""
        if not self.observed:
            return set()
        licence = self.terms.licence(self.wanted.kind)
        off_at_once = licence is not None and licence.unmapped_off
        unmapped = self.terms.unmapped_in(self.sku.sku_id) if off_at_once else _NONE
        return set(plans) - unmapped

    def _keeps(self, plans: Collection[str]) -> Held:
        names = listed(self.plans[one] for one in plans)
        said = f"keeps {names} in {self.sku.sku_part_number} for now, which no consent covers"
        return self._held(Reason.LICENCE_WITHOUT_CONSENT, said, "remove_from_group")

    def _held(self, reason: Reason, sentence: str, what: str) -> Held:
        return held_for(self.wanted, reason, sentence, what=what)

    def leaves(
        self, name: str, *, lost: Collection[str], joined: str = "", why: str = ""
    ) -> RemoveFromGroup:
        """Out of a group; `lost` are the ids of the plans that the person then has no longer."""
        takes = tuple(sorted(self.plans[one] for one in lost))
        part = self.sku.sku_part_number
        return RemoveFromGroup(
            person=self.wanted.key,
            population=self.wanted.kind,
            account=self.account.id,
            group=name,
            group_id=self.groups.present[name].id,
            needs_joined=joined,
            licence=part,
            takes=takes,
            origin=_origin(self.wanted),
            clauses=self.wanted.gate.clauses,
            sentence=sentences.leave_licence(self.account, shown_name(name), part, takes, why),
        )


def _origin(wanted: Desired) -> Origin:
    here = wanted.standing.stage is Stage.CURRENT
    return Origin.CONSENT if wanted.kind is Kind.PUPIL and here else Origin.RULE
