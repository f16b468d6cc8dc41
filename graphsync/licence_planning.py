"""Which licences are given and taken, on accounts or by licence groups (decisions 13, 24 to 26).

A pupil is licensed through the gate alone: new licences and services need a live consent on the
day, in every mode. A licence that comes through somebody else's group is nobody's to remove here.
"""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from graphsync import sentences
from graphsync.accounts import Account, Group, Sku
from graphsync.changes import AddToGroup, AssignLicence, Change, Held, Origin, RemoveLicence
from graphsync.licence_groups import Giving, LicenceGroups
from graphsync.licence_moves import joins, left, moves
from graphsync.licence_terms import LicenceTerms
from graphsync.licences import direct, units_taken
from graphsync.licences_standing import held_for, in_order, nothing_in, of_pupil, of_staff
from graphsync.reasons import Reason
from graphsync.scene import Scene
from policies.desired import Desired
from policies.lifecycle import Stage
from policies.people import Kind
from policies.rules import LicenceRules


class _Wish(Struct, frozen=True):
    """Somebody's new licences: all of them or none."""

    rank: int
    wanted: Desired
    account: Account | None
    changes: tuple[AssignLicence | AddToGroup, ...]
    givings: tuple[Giving, ...]
    missing: tuple[str, ...]


class LicenceBook:
    """The tenant's subscriptions while a plan is drawn: what is given is counted as taken.

    New licences wait for `allotted`: who comes first is known only when all have asked.
    """

    def __init__(self, scene: Scene) -> None:
        self.terms = LicenceTerms(scene.rules, scene.snapshot.skus)
        self.groups = scene.snapshot.groups
        self.by_group = LicenceGroups(scene.rules, scene.snapshot, self.terms)
        # Members whom Entra has not licensed yet are to have a unit each.
        self.given = Counter(scene.given) + scene.snapshot.units_promised
        self.priority = {name: rank for rank, name in enumerate(scene.rules.licence_priority)}
        self.wishes: list[_Wish] = []

    def at_a_glance(self, wanted: Desired, account: Account) -> tuple[Held, ...] | None:
        """The quick answer for the many: right as they are, or without a licence and a consent.

        None where a closer look is needed.
        """
        if self.by_group.concerns(wanted, account):
            return () if self.by_group.as_wanted(wanted, account) else None
        if wanted.kind is Kind.PUPIL:
            return self._pupil_at_a_glance(wanted, account)
        licence = self.terms.licence(wanted.kind)
        if not wanted.skus or licence is None:
            return ()
        has = {one.sku_id: one for one in account.assigned_licenses}
        for name in wanted.skus:
            sku = self.terms.skus.get(name)
            if sku is None or sku.sku_id not in has:
                return None
            if licence.unmapped_off and self.terms.new_on(has[sku.sku_id]):
                return None
        return ()

    def _pupil_at_a_glance(self, wanted: Desired, account: Account) -> tuple[Held, ...] | None:
        gate, has = wanted.gate, account.assigned_licenses
        if not has:
            if not wanted.skus:
                return ()
            return None if gate.open else (_without_consent(wanted, gate.told),)
        if not self.terms.asks and gate.keeps:
            return ()
        if not gate.services or not wanted.skus or len(has) != len(wanted.skus):
            return None
        due = self.terms.due_to(wanted)
        for one in has:
            if due.get(one.sku_id) != frozenset(one.disabled_plans):
                return None
        return ()

    def changes_for(
        self, wanted: Desired, account: Account | None
    ) -> tuple[list[Change], list[Held]]:
        """One person's licences that stand: cut, widened, taken back; new ones are wished for."""
        if wanted.skus is None:
            return [], []
        licence = self.terms.licence(wanted.kind)
        if account is not None and wanted.standing.stage is Stage.LEFT_LONG_AGO:
            changes = self._taken_back(wanted, account, licence) if licence else []
            return [*changes, *left(self.by_group, wanted, account)], []
        found = [] if account is None else list(self._standing(wanted, account))
        held = [one for one in found if isinstance(one, Held)]
        if licence is not None and (told := self._wished(wanted, account)) and not found:
            held.append(told)
        return [one for one in found if not isinstance(one, Held)], held

    def _standing(self, wanted: Desired, account: Account) -> list[Change | Held]:
        return standing(wanted, account, self.terms, self.groups, self.by_group)

    def waits(self, wanted: Desired) -> bool:
        """Whether the last who was looked at waits to be allotted something."""
        return bool(self.wishes) and self.wishes[-1].wanted is wanted

    def allotted(self) -> tuple[list[Change], list[Held]]:
        """The new licences, first to whom the pack puts first; nobody is licensed by halves."""
        changes: list[Change] = []
        held: list[Held] = []
        for wish in sorted(self.wishes, key=lambda one: (one.rank, one.wanted.key)):
            problems = [f"the tenant has no subscription {name}" for name in wish.missing]
            problems += [text for one in units_taken(wish.changes) if (text := self._short(one))]
            if problems:
                held.append(
                    Held(
                        person=wish.wanted.key,
                        reason=Reason.NO_LICENCE_LEFT,
                        sentence=f"stays without: {'; '.join(problems)}",
                        what="assign_licence",
                    )
                )
                continue
            self.given.update(units_taken(wish.changes))
            self.by_group.needed.update({one.name: one for one in wish.givings})
            changes += wish.changes
        return [*changes, *self.by_group.own_changes()], held

    def _short(self, part_number: str) -> str:
        sku = self.terms.skus[part_number]
        if sku.enabled_units - sku.consumed_units - self.given[part_number] < 1:
            return f"no {part_number} licence is left of {sku.enabled_units}"
        return ""

    def _wished(self, wanted: Desired, account: Account | None) -> Held | None:
        """Note what is due and not there; or say why nothing is given."""
        has = {one.sku_id for one in account.assigned_licenses} if account else set()
        if account is not None:
            has |= self.by_group.promised(wanted, account)
        skus = self.terms.skus
        missing = tuple(name for name in wanted.skus or () if name not in skus)
        absent = [skus[name] for name in wanted.skus or () if name in skus]
        absent = [sku for sku in absent if sku.sku_id not in has]
        if not missing and not absent:
            return None
        if not wanted.gate.open:
            return _without_consent(wanted, wanted.gate.told)
        due = self.terms.due_to(wanted)
        useful = [sku for sku in absent if sku.sku_id in due]
        if not useful and not missing:
            return _without_consent(wanted, f"no licence: {nothing_in(absent)}")
        wish = self._wish(wanted, account, [(sku, due[sku.sku_id]) for sku in useful], missing)
        if isinstance(wish, Held):
            return wish
        self.wishes.append(wish)
        return None

    def _wish(
        self,
        wanted: Desired,
        account: Account | None,
        due: list[tuple[Sku, frozenset[str]]],
        missing: tuple[str, ...],
    ) -> _Wish | Held:
        """What is due, in the way in which the school gives it; held where a group is not fit."""
        given: list[AssignLicence | AddToGroup] = []
        givings: list[Giving] = []
        for sku, off in due:
            if wanted.kind not in self.by_group.kinds:
                given.append(_assign(wanted, account, sku, off))
                continue
            giving = self.by_group.giving(wanted.kind, sku, off)
            if why := self.by_group.unfit(giving):
                reason = Reason.LICENCE_GROUP_CHANGED
                return held_for(wanted, reason, f"stays without: {why}", what="add_to_group")
            given.append(joins(self.by_group, wanted, account, giving, unit=True))
            givings.append(giving)
        return _Wish(self._rank(wanted), wanted, account, tuple(given), tuple(givings), missing)

    def _rank(self, wanted: Desired) -> int:
        year = wanted.person.year if wanted.person and wanted.kind is Kind.PUPIL else None
        last = len(self.priority)
        return min(self.priority.get(wanted.kind, last), self.priority.get(year or "", last))

    def _taken_back(self, wanted: Desired, account: Account, licence: LicenceRules) -> list[Change]:
        mine = direct(account)
        skus = self.terms.skus
        due = [skus[name] for name in sorted(licence.named) if name in skus]
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


def standing(
    wanted: Desired,
    account: Account,
    terms: LicenceTerms,
    groups: Mapping[str, Group],
    by_group: LicenceGroups,
) -> list[Change | Held]:
    """What becomes of the licences that an account has, its own and those of licence groups."""
    if not by_group.present and wanted.kind not in by_group.kinds:
        if wanted.kind is Kind.PUPIL:
            return list(of_pupil(wanted, account, terms, groups))
        return list(of_staff(wanted, account, terms))
    found = moves(by_group, wanted, account)
    if wanted.kind is Kind.PUPIL:
        own = of_pupil(wanted, account, terms, groups, ours=by_group.ids, settled=found.settled)
    else:
        own = of_staff(wanted, account, terms)
    return [*found.changes, *found.held, *own]


def _assign(
    wanted: Desired, account: Account | None, sku: Sku, off: frozenset[str]
) -> AssignLicence:
    pupil = wanted.kind is Kind.PUPIL
    return AssignLicence(
        person=wanted.key,
        population=wanted.kind,
        account=account.id if account else None,
        sku=sku.sku_part_number,
        sku_id=sku.sku_id,
        disabled_plans=in_order(sku, off),
        origin=Origin.CONSENT if pupil else Origin.RULE,
        clauses=wanted.gate.clauses,
        sentence=sentences.license_(wanted, account, sku.sku_part_number),
    )


def _without_consent(wanted: Desired, why: str) -> Held:
    return held_for(wanted, Reason.NO_CONSENT, why, what="assign_licence")
