"""Groups that carry licences: a pupil joins one only as far as a consent goes (decision 24)."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from graphsync.accounts import Group, Snapshot
from graphsync.changes import Held
from graphsync.licences import plans_on
from graphsync.reasons import Reason
from policies.desired import Desired
from policies.groups import kind_of
from policies.licensing import beyond
from policies.people import Kind
from policies.rules import GroupKind, Rules


class GatedGroups:
    """Those of a school's groups that carry licences, by unique name."""

    def __init__(self, rules: Rules, snapshot: Snapshot, kept: Mapping[str, Group]) -> None:
        self.rules = rules
        self.named = {name: group.display_name or name for name, group in kept.items()}
        self.plans = {
            name: tuple(plans_on(group, snapshot.skus))
            for name, group in kept.items()
            if group.assigned_licenses
        }

    def __bool__(self) -> bool:
        return bool(self.plans)

    def shut(self, wanted: Desired, names: Collection[str]) -> frozenset[str]:
        """Those of these groups that give a pupil what no live consent covers."""
        if wanted.kind is not Kind.PUPIL or not self.plans:
            return frozenset()
        services = wanted.gate.services or frozenset()
        return frozenset(
            name
            for name in names
            if name in self.plans
            and (not services or beyond(self.plans[name], services, self.rules.consent.plans))
        )

    def to_leave(self, wanted: Desired, names: AbstractSet[str]) -> AbstractSet[str]:
        """Those of the groups that are left for it: none that a filter product goes by."""
        if wanted.gate.keeps:
            return frozenset()
        school = self.rules.school
        return {name for name in names if kind_of(name, school) is not GroupKind.FILTER}

    def held(self, wanted: Desired, name: str) -> Held:
        """A group that is not joined, and why."""
        why = self.why(wanted, name)
        return Held(
            person=wanted.key,
            reason=Reason.GROUP_NEEDS_CONSENT,
            what="add_to_group",
            sentence=f"does not join {self.named[name]}, which carries a licence: {why}",
            clauses=wanted.gate.clauses,
        )

    def why(self, wanted: Desired, name: str) -> str:
        """What of a group's licences no consent of the pupil covers."""
        services = wanted.gate.services
        if not services:
            return wanted.gate.told
        over = beyond(self.plans[name], services, self.rules.consent.plans)
        return f"no consent covers {', '.join(sorted(over))}"
