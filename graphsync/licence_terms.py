"""What of the tenant's subscriptions is due to whom: plans on and off, told once for the many."""

from collections.abc import Mapping

from graphsync.accounts import AssignedLicence, Sku
from graphsync.licences import plan_names
from policies.desired import Desired
from policies.licensing import asks_for_consent, plans_off_for, unmapped
from policies.people import Kind
from policies.rules import LicenceRules, Rules


class LicenceTerms:
    """The subscriptions under the rules of one school."""

    def __init__(self, rules: Rules, skus: Mapping[str, Sku]) -> None:
        self.rules = rules
        self.by_id = skus
        self.skus = {sku.sku_part_number: sku for sku in skus.values()}
        self.plans = {one: plan_names(sku) for one, sku in skus.items()}
        self.asks = asks_for_consent(rules)
        # What a form or a whole school has in common is told once.
        self._off: dict[tuple[Kind, str, frozenset[str] | None], frozenset[str]] = {}
        self._due: dict[
            tuple[tuple[str, ...] | None, frozenset[str] | None], dict[str, frozenset[str]]
        ] = {}
        self._unmapped: dict[str, frozenset[str]] = {}

    def licence(self, kind: Kind) -> LicenceRules | None:
        """What the pack says of licences for people of this kind."""
        return self.rules.licences.get(kind)

    def due_to(self, wanted: Desired) -> dict[str, frozenset[str]]:
        """The SKUs that are due and of any use, by id, with the plans that stay off in them."""
        services = wanted.gate.services
        key = (wanted.skus, services)  # no pupil's services are None, and everyone else's are
        if (due := self._due.get(key)) is None:
            ids = [self.skus[name].sku_id for name in wanted.skus or () if name in self.skus]
            due = {one: self.off_in(one, wanted.kind, services) for one in ids}
            if services is not None:
                due = {one: off for one, off in due.items() if off != self.plans[one].keys()}
            self._due[key] = due
        return due

    def off_in(self, sku_id: str, kind: Kind, services: frozenset[str] | None) -> frozenset[str]:
        """The ids of a SKU's plans that stay off for people of a kind with this gate."""
        key = (kind, sku_id, services)
        if (off := self._off.get(key)) is None:
            plans = self.plans[sku_id]
            licence = self.rules.licences[kind]
            names = plans_off_for(plans.values(), services, licence, self.rules.consent.plans)
            off = frozenset(plan for plan, name in plans.items() if name in names)
            self._off[key] = off
        return off

    def new_on(self, one: AssignedLicence) -> frozenset[str]:
        """The plans of a licence that are on and that nobody has mapped (TMHS-4.3)."""
        return self.unmapped_in(one.sku_id).difference(one.disabled_plans)

    def unmapped_in(self, sku_id: str) -> frozenset[str]:
        """The plans of a SKU that nobody has mapped, by id."""
        found = self._unmapped.get(sku_id)
        if found is None:
            plans = self.plans.get(sku_id, {})
            names = unmapped(plans.values(), self.rules.consent.plans)
            found = frozenset(plan for plan, name in plans.items() if name in names)
            self._unmapped[sku_id] = found
        return found

    def on(self, one: AssignedLicence) -> tuple[str, ...]:
        """The names of the plans that are on in a licence."""
        plans = self.plans.get(one.sku_id, {})
        return tuple(name for plan, name in plans.items() if plan not in one.disabled_plans)
