"""Who is licensed by what today: directly, by a group of ours or by somebody's (decision 26).

Pure functions over a scene; they report and change nothing. A licence by somebody's group is named
with its group and never removed by us.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from graphsync.accounts import Account, AssignedLicence, Sku
from graphsync.licence_scene import LicenceScene
from policies.consent_records import Consent, State
from policies.desired import Desired
from policies.licensing import beyond
from policies.people import Kind, PersonKey

NOT_NEEDED, LIVE, CONTESTED, NONE = "not needed", "live", "contested", "none"


class Ways(Struct, frozen=True, kw_only=True):
    """By which ways an account has a subscription; groups by their names."""

    direct: bool
    our_groups: tuple[str, ...] = ()
    other_groups: tuple[str, ...] = ()


class Holding(Struct, frozen=True, kw_only=True):
    """One subscription of one linked person.

    `consent` is `live`, `contested` or `none` for a pupil, with the reason in `why`, and `not
    needed` for staff. `beyond` are the service plans that are on and that no consent covers.
    """

    person: PersonKey
    kind: Kind
    account: str
    enabled: bool
    sku: str
    direct: bool
    our_groups: tuple[str, ...]
    other_groups: tuple[str, ...]
    consent: str
    why: str
    until: date | None
    beyond: tuple[str, ...]


class SkuTotals(Struct, frozen=True, kw_only=True):
    """One subscription at one school; `bought` and `used` are the whole tenant's.

    `direct`, `our_groups` and `other_groups` may count a person twice. `unlinked` are accounts of
    the school's domain that belong to nobody we know.
    """

    sku: str
    bought: int
    used: int
    people: int
    direct: int
    our_groups: int
    other_groups: int
    live: int
    contested: int
    no_consent: int
    beyond: int
    unlinked: int


class LicenceList(Struct, frozen=True, kw_only=True):
    """Day one of a school: totals by subscription, then every holding by person and subscription.

    `without` counts the linked people who hold nothing.
    """

    school: str
    as_of: date
    totals: tuple[SkuTotals, ...]
    without: int
    items: tuple[Holding, ...]


def licence_list(scene: LicenceScene) -> LicenceList:
    """Everything that the school's linked people hold, and how much others in its domain do."""
    items: list[Holding] = []
    without = 0
    for wanted in scene.desired:
        account = scene.account(wanted.key)
        if account is None:
            continue
        without += not account.assigned_licenses
        items += holdings(scene, wanted, account)
    items.sort(key=lambda one: (one.person, one.sku))
    return LicenceList(
        school=scene.rules.school,
        as_of=scene.day,
        totals=tuple(_totals(scene, items)),
        without=without,
        items=tuple(items),
    )


def holdings(scene: LicenceScene, wanted: Desired, account: Account) -> Iterator[Holding]:
    """What one person's account holds; a subscription that the tenant no longer lists by its id."""
    consent = scene.consent(wanted)
    for one in account.assigned_licenses:
        sku = scene.snapshot.skus.get(one.sku_id)
        way = ways(scene, account, one.sku_id)
        pupil = wanted.kind is Kind.PUPIL
        yield Holding(
            person=wanted.key,
            kind=wanted.kind,
            account=account.id,
            enabled=account.account_enabled is not False,
            sku=name_of(scene, one.sku_id),
            direct=way.direct,
            our_groups=way.our_groups,
            other_groups=way.other_groups,
            consent=standing_of(wanted.kind, consent),
            why=_why(consent) if pupil else "",
            until=consent.until if consent and consent.live else None,
            beyond=_beyond(scene, one, sku, consent) if pupil else (),
        )


def ways(scene: LicenceScene, account: Account, sku_id: str) -> Ways:
    """By which ways an account has a subscription; directly where Graph tells nothing of it."""
    states = account.license_assignment_states
    if states is None:
        return Ways(direct=True)
    direct, ours, others = False, set[str](), set[str]()
    for state in states:
        if state.sku_id != sku_id or state.state == "Error":
            continue
        if state.assigned_by_group is None:
            direct = True
            continue
        group = scene.snapshot.groups.get(state.assigned_by_group)
        name = group.display_name if group else None
        by = ours if group and scene.is_ours(group) else others
        by.add(name or state.assigned_by_group)
    return Ways(direct=direct, our_groups=tuple(sorted(ours)), other_groups=tuple(sorted(others)))


def unlinked(scene: LicenceScene) -> list[Account]:
    """The accounts of the school's domain that belong to nobody we know, of any school."""
    return [
        account
        for account in scene.snapshot.in_domain(scene.rules.domain)
        if account.id not in scene.linked_anywhere
    ]


def name_of(scene: LicenceScene, sku_id: str) -> str:
    """A subscription's part number, or its id where the tenant lists it no longer."""
    sku = scene.snapshot.skus.get(sku_id)
    return sku.sku_part_number if sku else sku_id


def standing_of(kind: Kind, consent: Consent | None) -> str:
    """What of a consent stands behind a licence, in a word."""
    if kind is not Kind.PUPIL:
        return NOT_NEEDED
    if consent is not None and consent.live:
        return LIVE
    return CONTESTED if consent is not None and consent.state is State.CONTESTED else NONE


def _why(consent: Consent | None) -> str:
    if consent is None:
        return "the roster does not hold this pupil"
    return "" if consent.live else consent.sentence or str(consent.state)


def _beyond(
    scene: LicenceScene, held: AssignedLicence, sku: Sku | None, consent: Consent | None
) -> tuple[str, ...]:
    """The plans that are on and serve more than the consent covers, or what nobody has mapped."""
    on = [
        plan.service_plan_name
        for plan in (sku.service_plans if sku else ())
        if plan.service_plan_id not in held.disabled_plans
    ]
    services = consent.services if consent else frozenset[str]()
    over = beyond(on, services, scene.rules.consent.plans)
    return tuple(name for name in on if name in over)


def _totals(scene: LicenceScene, items: list[Holding]) -> Iterator[SkuTotals]:
    strangers = Counter(
        name_of(scene, held.sku_id)
        for account in unlinked(scene)
        for held in account.assigned_licenses
    )
    by_sku: defaultdict[str, list[Holding]] = defaultdict(list)
    for item in items:
        by_sku[item.sku].append(item)
    for name in sorted(by_sku.keys() | strangers.keys()):
        sku, mine = scene.skus.get(name), by_sku[name]
        consents = Counter(one.consent for one in mine)
        yield SkuTotals(
            sku=name,
            bought=sku.enabled_units if sku else 0,
            used=sku.consumed_units if sku else 0,
            people=len(mine),
            direct=sum(one.direct for one in mine),
            our_groups=sum(bool(one.our_groups) for one in mine),
            other_groups=sum(bool(one.other_groups) for one in mine),
            live=consents[LIVE],
            contested=consents[CONTESTED],
            no_consent=consents[NONE],
            beyond=sum(bool(one.beyond) for one in mine),
            unlinked=strangers[name],
        )
