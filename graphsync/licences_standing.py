"""Licences that stand on an account, against what a consent opens (decisions 24 to 26)."""

from collections.abc import Collection, Iterable, Mapping

from graphsync import sentences
from graphsync.accounts import Account, AssignedLicence, Group, Sku
from graphsync.changes import AssignLicence, Change, Held, Origin, RemoveLicence
from graphsync.licence_terms import LicenceTerms
from graphsync.licences import direct, inherited, own_licence
from graphsync.reasons import Reason
from policies.desired import Desired
from policies.licensing import beyond

NEW_SERVICE = "new service, unmapped"
NEW_SERVICES = "TMHS-4.3"
Found = Iterable[Change | Held]


def of_staff(wanted: Desired, account: Account, terms: LicenceTerms) -> Found:
    """What Microsoft added and nobody has mapped goes off, where the pack says so (TMHS-4.3)."""
    licence = terms.licence(wanted.kind)
    if licence is None or not licence.unmapped_off:
        return
    own = direct(account) - inherited(account).keys()
    for one in account.assigned_licenses:
        sku = terms.by_id.get(one.sku_id)
        if sku is None or one.sku_id not in own or sku.sku_part_number not in licence.named:
            continue
        if new := terms.new_on(one):
            off = new.union(one.disabled_plans)
            yield _replanned(wanted, account, one, sku, off, Origin.RULE, terms)


def of_pupil(
    wanted: Desired,
    account: Account,
    terms: LicenceTerms,
    groups: Mapping[str, Group],
    *,
    ours: Collection[str] = frozenset(),
    settled: Collection[str] = frozenset(),
) -> Found:
    """Each licence of a pupil's account: as the consent opens it, told, or taken back.

    `ours` are the ids of the licence groups of ours, which are looked into elsewhere, `settled` the
    subscriptions whose own licence is spoken for there.

    Under observation nothing that stands is taken; what no consent carries is held, which is how a
    person hears of it. A school that asks nobody for consent hears nothing.
    """
    own = direct(account) - set(settled)
    through = inherited(account, ours)
    speaks = terms.asks or not wanted.gate.keeps
    for one in account.assigned_licenses:
        sku = terms.by_id.get(one.sku_id)
        name = sku.sku_part_number if sku else one.sku_id
        if speaks and (group_id := through.get(one.sku_id)):
            yield from _by_group(wanted, one, name, _named(groups, group_id), terms)
        if one.sku_id not in own or not speaks:
            continue
        if not wanted.gate.open:
            yield _uncovered(wanted, account, one, name, wanted.gate.told)
        elif sku is not None and one.sku_id not in through:
            its_own = own_licence(account, one.sku_id) if ours else None
            yield from _covered(wanted, account, its_own or one, sku, terms)


def _named(groups: Mapping[str, Group], group_id: str) -> str:
    group = groups.get(group_id)
    return (group and (group.display_name or group.unique_name)) or group_id


def _by_group(
    wanted: Desired, one: AssignedLicence, name: str, group: str, terms: LicenceTerms
) -> Iterable[Held]:
    """A group gives what no consent covers: told with the group's name, never taken."""
    gate = wanted.gate
    why = gate.told
    if gate.services:
        over = beyond(terms.on(one), gate.services, terms.rules.consent.plans)
        if not over:
            return
        why = f"no consent covers {listed(over)}"
    yield held_for(
        wanted,
        Reason.LICENCE_BY_GROUP,
        f"has {name} through the group {group}, which is left as it is: {why}",
        what="remove_licence",
    )


def _uncovered(
    wanted: Desired, account: Account, one: AssignedLicence, name: str, why: str
) -> Change | Held:
    """A licence of the account's own that no consent carries."""
    if wanted.gate.keeps:
        return held_for(
            wanted,
            Reason.LICENCE_WITHOUT_CONSENT,
            f"keeps {name} for now: {why}",
            what="remove_licence",
        )
    return RemoveLicence(
        person=wanted.key,
        population=wanted.kind,
        account=account.id,
        sku=name,
        sku_id=one.sku_id,
        origin=Origin.CONSENT,
        clauses=wanted.gate.clauses,
        sentence=sentences.unlicense_pupil(account, name, why),
    )


def _covered(
    wanted: Desired, account: Account, one: AssignedLicence, sku: Sku, terms: LicenceTerms
) -> Found:
    """A licence that the pack names, under a live consent: its plans follow the consent."""
    licence = terms.licence(wanted.kind)
    if licence is None or sku.sku_part_number not in licence.named:
        return
    plans = terms.plans[sku.sku_id]
    off = terms.off_in(sku.sku_id, wanted.kind, wanted.gate.services)
    if off == plans.keys():
        yield _uncovered(wanted, account, one, sku.sku_part_number, nothing_in([sku]))
        return
    now = plans.keys() & one.disabled_plans
    kept: frozenset[str] = frozenset()
    if wanted.gate.keeps:
        kept = off - now - (terms.new_on(one) if licence.unmapped_off else frozenset())
    if kept:
        names = listed(plans[plan] for plan in kept)
        yield held_for(
            wanted,
            Reason.LICENCE_WITHOUT_CONSENT,
            f"keeps {names} in {sku.sku_part_number} for now, which no consent covers",
            what="assign_licence",
        )
    if off - kept != now:
        yield _replanned(wanted, account, one, sku, off - kept, Origin.CONSENT, terms)


def _replanned(
    wanted: Desired,
    account: Account,
    one: AssignedLicence,
    sku: Sku,
    off: frozenset[str],
    origin: Origin,
    terms: LicenceTerms,
) -> AssignLicence:
    """The same licence with other plans off."""
    now = frozenset(one.disabled_plans)
    plans = terms.plans[sku.sku_id]
    new = terms.new_on(one) & off
    said = [f"{listed(plans[plan] for plan in new)} off ({NEW_SERVICE})"] if new else []
    if cut := off - now - new:
        said.append(f"{listed(plans[plan] for plan in cut)} off (no consent covers it)")
    if opened := plans.keys() & now - off:
        said.append(f"{listed(plans[plan] for plan in opened)} on")
    return AssignLicence(
        person=wanted.key,
        population=wanted.kind,
        account=account.id,
        sku=sku.sku_part_number,
        sku_id=sku.sku_id,
        disabled_plans=in_order(sku, off),
        plans_before=in_order(sku, now),
        origin=origin,
        clauses=(*wanted.gate.clauses, *((NEW_SERVICES,) if new else ())),
        sentence=sentences.switch_plans(account, sku.sku_part_number, said),
    )


def nothing_in(skus: Iterable[Sku]) -> str:
    """Why a consent that is live gives no licence."""
    return f"the consent covers nothing in {listed(sku.sku_part_number for sku in skus)}"


def in_order(sku: Sku, off: frozenset[str]) -> tuple[str, ...]:
    """These plans in the order in which the SKU holds them."""
    return tuple(plan.service_plan_id for plan in sku.service_plans if plan.service_plan_id in off)


def listed(names: Iterable[str]) -> str:
    """Names for a sentence."""
    return ", ".join(sorted(names))


def held_for(wanted: Desired, reason: Reason, sentence: str, *, what: str) -> Held:
    """Somebody's licence that stays as it is, with the clauses of the gate."""
    return Held(
        person=wanted.key,
        reason=reason,
        sentence=sentence,
        what=what,
        clauses=wanted.gate.clauses,
    )
