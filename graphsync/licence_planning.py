"""Which licences are given and taken directly on the account (decisions 13, 24, 26).

No pupil has a licence rule in this release, so none is licensed. A licence that comes through a
group is nobody's to remove here.
"""

from collections import Counter

from graphsync import sentences
from graphsync.accounts import Account, Sku, Snapshot
from graphsync.changes import AssignLicence, Change, Held, Origin, Reason, RemoveLicence
from policies.desired import Desired
from policies.lifecycle import Stage
from policies.rules import LicenceRules, Rules


class LicenceBook:
    """The tenant's subscriptions while a plan is drawn: what is given is counted as taken."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.skus = {sku.sku_part_number: sku for sku in snapshot.skus.values()}
        self.given: Counter[str] = Counter()

    def as_wanted(self, wanted: Desired, account: Account, rules: Rules) -> bool:
        """Whether someone who is here has every licence that is due."""
        if not wanted.skus or wanted.kind not in rules.licences:
            return True
        has = {one.sku_id for one in account.assigned_licenses}
        return all((sku := self.skus.get(name)) and sku.sku_id in has for name in wanted.skus)

    def changes_for(
        self, wanted: Desired, account: Account | None, rules: Rules
    ) -> tuple[list[Change], list[Held]]:
        """One person's licences: given where they are due, taken back long after leaving."""
        licence = rules.licences.get(wanted.kind)
        if wanted.skus is None or licence is None:
            return [], []
        if account is not None and wanted.standing.stage is Stage.LEFT_LONG_AGO:
            return self._taken_back(wanted, account, licence), []
        return self._given(wanted, account, licence)

    def _given(
        self, wanted: Desired, account: Account | None, licence: LicenceRules
    ) -> tuple[list[Change], list[Held]]:
        changes: list[Change] = []
        held: list[Held] = []
        has = {one.sku_id for one in account.assigned_licenses} if account else set()
        for part_number in wanted.skus or ():
            sku = self.skus.get(part_number)
            if sku is not None and sku.sku_id in has:
                continue
            problem = self._missing(part_number, sku)
            if sku is None or problem:
                held.append(_held(wanted, problem))
            else:
                self.given[part_number] += 1
                changes.append(_assign(wanted, account, sku, licence))
        return changes, held

    def _missing(self, part_number: str, sku: Sku | None) -> str:
        if sku is None:
            return f"the tenant has no subscription {part_number}"
        if sku.enabled_units - sku.consumed_units - self.given[part_number] < 1:
            return f"no {part_number} licence is left of {sku.enabled_units}"
        return ""

    def _taken_back(self, wanted: Desired, account: Account, licence: LicenceRules) -> list[Change]:
        mine = direct(account)
        due = [self.skus[name] for name in licence.skus if name in self.skus]
        return [
            RemoveLicence(
                person=wanted.key,
                population=wanted.kind,
                account=account.id,
                sku=sku.sku_part_number,
                sku_id=sku.sku_id,
                origin=Origin.RULE,
                sentence=sentences.unlicense(account, sku.sku_part_number),
            )
            for sku in due
            if sku.sku_id in mine
        ]


def direct(account: Account) -> set[str]:
    """The SKUs given to the account itself; Graph refuses to take inherited ones away."""
    assigned = {one.sku_id for one in account.assigned_licenses}
    states = account.license_assignment_states
    if states is None:
        return assigned
    return assigned & {state.sku_id for state in states if state.assigned_by_group is None}


def _assign(
    wanted: Desired, account: Account | None, sku: Sku, licence: LicenceRules
) -> AssignLicence:
    off = {name.casefold() for name in licence.disabled_plans}
    return AssignLicence(
        person=wanted.key,
        population=wanted.kind,
        account=account.id if account else None,
        sku=sku.sku_part_number,
        sku_id=sku.sku_id,
        disabled_plans=tuple(
            plan.service_plan_id
            for plan in sku.service_plans
            if plan.service_plan_name.casefold() in off
        ),
        origin=Origin.RULE,
        sentence=sentences.license_(wanted, account, sku.sku_part_number),
    )


def _held(wanted: Desired, problem: str) -> Held:
    return Held(
        person=wanted.key,
        reason=Reason.NO_LICENCE_LEFT,
        sentence=f"stays without: {problem}",
        what="assign_licence",
    )
