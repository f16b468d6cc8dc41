"""The licence groups of one school: what each gives, who is in it, which are made tonight.

A group gives one subscription with one set of plans off, and keeps its name and its licence for
ever: who is due other plans joins another group (docs/decisions/0013). What somebody else made of a
group is told and left alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from msgspec import Struct

from graphsync import sentences
from graphsync.accounts import Account, Sku, Snapshot
from graphsync.change import Origin
from graphsync.changes import Change, CreateGroup, LicenseGroup
from graphsync.licence_terms import LicenceTerms
from graphsync.licences import carried
from policies.desired import Desired
from policies.licence_groups import licence_group_name, shown_name
from policies.people import Kind
from policies.rules import LicenceMode, Rules

_NONE: frozenset[str] = frozenset()


class Giving(Struct, frozen=True):
    """A licence group as it has to be: its unique name, and what it gives without which plans."""

    name: str
    sku: Sku
    off: frozenset[str]

    @property
    def shown(self) -> str:
        """What people see of it."""
        return shown_name(self.name)


class LicenceGroups:
    """The licence groups of a school, there and wanted, while its plan is drawn."""

    def __init__(self, rules: Rules, snapshot: Snapshot, terms: LicenceTerms) -> None:
        self.rules = rules
        self.terms = terms
        licences = rules.licences.items()
        self.kinds = frozenset(kind for kind, one in licences if one.mode is LicenceMode.GROUP)
        self.present = snapshot.licence_groups.get(rules.school, {})
        self.ids = frozenset(group.id for group in self.present.values())
        self.carried = {name: carried(group) for name, group in self.present.items()}
        self.places: defaultdict[str, set[str]] = defaultdict(set)
        for name, group in self.present.items():
            for member in group.members or ():
                self.places[member].add(name)
        self.needed: dict[str, Giving] = {}
        self._listed = frozenset(name.casefold() for name in rules.protected.groups)
        # What a form or a whole school has in common is told once.
        self._due: dict[tuple[Kind, object, object], Collection[str] | None] = {}

    def concerns(self, wanted: Desired, account: Account) -> bool:
        """Whether a person's licences come through these groups, or are to."""
        return account.id in self.places or (wanted.kind in self.kinds and wanted.gate.open)

    def as_wanted(self, wanted: Desired, account: Account) -> bool:
        """Whether all that is due is given by the right groups, and nothing else is there."""
        if wanted.kind not in self.kinds or not wanted.gate.open:
            return False
        names = self._names_due(wanted)
        if names is None or self.places.get(account.id, _NONE) != names:
            return False
        due = self.terms.due_to(wanted)
        has = {one.sku_id: one.disabled_plans for one in account.assigned_licenses}
        if wanted.kind is Kind.PUPIL and len(has) != len(due):
            return False
        if any(one not in has or off != frozenset(has[one]) for one, off in due.items()):
            return False
        states = account.license_assignment_states or ()
        return all(
            one.assigned_by_group in self.ids and one.state == "Active"
            for one in states
            if one.sku_id in due
        )

    def _names_due(self, wanted: Desired) -> Collection[str] | None:
        """The groups that give what is due; None where one of them is not as it has to be."""
        key = (wanted.kind, wanted.skus, wanted.gate.services)
        if key not in self._due:
            due = [self.giving(wanted.kind, one, off) for one, off in self._due_by_sku(wanted)]
            missing = len(due) != len(wanted.skus or ()) or any(map(self.unfit, due))
            self._due[key] = None if missing else frozenset(one.name for one in due)
        return self._due[key]

    def _due_by_sku(self, wanted: Desired) -> list[tuple[Sku, frozenset[str]]]:
        return [(self.terms.by_id[one], off) for one, off in self.terms.due_to(wanted).items()]

    def giving(self, kind: Kind, sku: Sku, off: frozenset[str]) -> Giving:
        """The group that gives people of a kind this subscription without these plans."""
        name = licence_group_name(self.rules.school, kind, sku.sku_id, off)
        return Giving(name, sku, off)

    def unfit(self, giving: Giving) -> str:
        """Why nobody may join the group as it is; empty where it is, or will be, as it has to be.

        A group without a licence is given one tonight, but only while nobody is in it: its members
        would all be licensed, whatever they have said since.
        """
        group = self.present.get(giving.name)
        if group is None:
            return ""
        if self._listed & {n.casefold() for n in (giving.name, giving.shown, group.id)}:
            return f"the pack protects the group {giving.shown}"
        gives = self.carried[giving.name]
        if gives == {giving.sku.sku_id: giving.off} or not (gives or group.members):
            return ""
        return (
            f"{giving.shown} no longer gives {giving.sku.sku_part_number} as graphsync set it: take"
            " its licences and its members away in the Entra admin centre; the next night sets it"
            " up again"
        )

    def of_sku(self, account: Account, sku_id: str) -> list[str]:
        """Those groups of the account's that give this subscription, with whatever plans."""
        names = self.places.get(account.id, _NONE)
        return sorted(name for name in names if sku_id in self.carried[name])

    def promised(self, wanted: Desired, account: Account) -> set[str]:
        """The subscriptions that the account's groups give, or have to be given to give."""
        names = self.places.get(account.id)
        if not names:
            return set()
        due = self._due_by_sku(wanted) if wanted.kind in self.kinds else []
        mine = {sku.sku_id for sku, off in due if self.giving(wanted.kind, sku, off).name in names}
        return mine.union(*(self.carried[name] for name in names))

    def own_changes(self) -> Iterable[Change]:
        """The groups that somebody joins tonight: made, and licensed, where they are not yet."""
        for name, giving in sorted(self.needed.items()):
            group = self.present.get(name)
            if group is None:
                yield CreateGroup(
                    group=name,
                    display_name=giving.shown,
                    mail_nickname=name,
                    origin=Origin.RULE,
                    sentence=sentences.create_group(giving.shown),
                )
            if not self.carried.get(name):
                plans = giving.sku.service_plans
                yield LicenseGroup(
                    group=name,
                    group_id=group.id if group else None,
                    sku=giving.sku.sku_part_number,
                    sku_id=giving.sku.sku_id,
                    disabled_plans=tuple(
                        one.service_plan_id for one in plans if one.service_plan_id in giving.off
                    ),
                    origin=Origin.RULE,
                    sentence=sentences.license_group(giving.shown, giving.sku.sku_part_number),
                )
