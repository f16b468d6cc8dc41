"""What a school's people claim of the tenant's subscriptions, from today on, as far as it is known.

Nothing is guessed: starts and last days are the roster's, ends of a consent the register's. A pupil
who moves up keeps the subscriptions of this year here, and a hold has no end.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from graphsync.accounts import Account
from graphsync.licence_scene import LicenceScene
from graphsync.licence_views import ways
from policies.class_logons import has_own_account
from policies.consent_records import Consent, State
from policies.desired import Desired
from policies.forecasting import NOT_THERE, Certainty, Claim, Pool
from policies.licence_groups import school_of_licence_group
from policies.licensing import plans_off
from policies.lifecycle import Stage
from policies.people import Kind, Person
from policies.rules import Home

_CERTAINTY = {
    State.PENDING: Certainty.ASKED,
    State.MISSING: Certainty.OPEN,
    State.EXPIRED: Certainty.OPEN,
    State.SUPERSEDED: Certainty.OPEN,
    State.INVALID: Certainty.OPEN,
}


def pools_of(scene: LicenceScene) -> Iterator[Pool]:
    """The subscriptions that the school's pack names, in its order; an unknown one is empty."""
    asked = [name for rules in scene.rules.licences.values() for name in rules.named]
    for name in dict.fromkeys(asked):
        sku = scene.skus.get(name)
        yield (
            Pool(sku=name, bought=0, consumed=0, status=NOT_THERE)
            if sku is None
            else Pool(
                sku=name,
                bought=sku.enabled_units,
                consumed=sku.consumed_units,
                warning=sku.warning_units,
                suspended=sku.suspended_units,
                status=sku.status,
            )
        )


def claims_of(scene: LicenceScene) -> Iterator[Claim]:
    """Every unit that somebody of the school holds or will want."""
    names = {sku.sku_id: sku.sku_part_number for sku in scene.snapshot.skus.values()}
    for wanted in scene.desired:
        account = scene.account(wanted.key)
        if account is not None:
            yield from _held(scene, wanted, account, names)
        if account is None or account.id not in scene.protected:
            yield from _wanted(scene, wanted, account)


def _held(
    scene: LicenceScene, wanted: Desired, account: Account, names: dict[str, str]
) -> Iterator[Claim]:
    rules = scene.rules.licences.get(wanted.kind)
    ours = set(rules.named) if rules else set()
    protected = account.id in scene.protected
    back = None if protected else _given_back(scene, wanted, account)
    for one in account.assigned_licenses:
        if name := names.get(one.sku_id):
            takes_back = name in ours and _is_ours_to_take(scene, account, one.sku_id)
            yield Claim(
                school=scene.rules.school, sku=name, gives_back=back if takes_back else None
            )


def _is_ours_to_take(scene: LicenceScene, account: Account, sku_id: str) -> bool:
    """Whether the account has a subscription directly or by a licence group of the school's."""
    if ways(scene, account, sku_id).direct:
        return True
    states = account.license_assignment_states or ()
    groups = (
        scene.snapshot.groups.get(s.assigned_by_group or "") for s in states if s.sku_id == sku_id
    )
    school = scene.rules.school
    return any(one and school_of_licence_group(one.unique_name) == school for one in groups)


def _given_back(scene: LicenceScene, wanted: Desired, account: Account) -> date | None:
    """The night on which the planner takes back what the account holds by us."""
    where = wanted.standing
    if where.stage in {Stage.LEFT, Stage.LEFT_LONG_AGO} and where.left_on is not None:
        # The night that blocks does nothing else (decision 13).
        blocks = bool(account.account_enabled and not account.mastered_in_ad)
        earliest = scene.day + timedelta(days=int(blocks))
        return max(_after_leaving(scene, where.left_on), earliest)
    if where.stage not in {Stage.CURRENT, Stage.FUTURE} or wanted.person is None:
        return None
    leaves = wanted.person.leaves
    return _earlier(_after_leaving(scene, leaves) if leaves else None, _consent_ends(scene, wanted))


def _after_leaving(scene: LicenceScene, last_day: date) -> date:
    keeps = max(scene.rules.leaver.licence_after_days, 1)
    return last_day + timedelta(days=keeps + 1)


def _consent_ends(scene: LicenceScene, wanted: Desired) -> date | None:
    """The night on which a pupil's licence goes for want of a consent; None while it stays."""
    consent = scene.consent(wanted)
    if consent is None or scene.enforced_from is None or consent.state is State.CONTESTED:
        return None
    if consent.live and consent.until is None:
        return None
    starts = wanted.person.starts if wanted.person else None
    ends = _after(consent) if consent.live else scene.day
    return max(ends, scene.enforced_from, starts or scene.day)


def _after(consent: Consent) -> date:
    """The first day on which a consent no longer holds; the last of all days for no end."""
    return consent.until + timedelta(days=1) if consent.until else date.max


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _wanted(scene: LicenceScene, wanted: Desired, account: Account | None) -> Iterator[Claim]:
    person, rules = wanted.person, scene.rules.licences.get(wanted.kind)
    if person is None or rules is None or not _will_be_licensed(scene, wanted, person, account):
        return
    takes = max(person.starts or scene.day, scene.day)
    if person.has_left(takes):
        return
    has = {one.sku_id for one in account.assigned_licenses} if account else set()
    back = _after_leaving(scene, person.leaves) if person.leaves else None
    for name in dict.fromkeys(rules.skus_of(person.year)):
        sku = scene.skus.get(name)
        if sku is not None and sku.sku_id in has:
            continue
        certainty = _certainty(scene, wanted, name, takes)
        if certainty is not None:
            ends = _consent_ends(scene, wanted) if certainty is Certainty.KNOWN else None
            yield Claim(
                school=scene.rules.school,
                sku=name,
                takes=takes,
                gives_back=_earlier(back, ends),
                certainty=certainty,
            )


def _will_be_licensed(
    scene: LicenceScene, wanted: Desired, person: Person, account: Account | None
) -> bool:
    """Whether the planner would ask for a licence once the person is here."""
    if wanted.standing.stage not in {Stage.CURRENT, Stage.FUTURE} or person.shared:
        return False
    link = scene.links.get(wanted.key)
    if account is None:
        in_ad = scene.rules.home.get(wanted.kind) is Home.AD
        settled = wanted.key not in scene.unsettled and link is None
        return settled and not in_ad and has_own_account(person, scene.rules)
    by_hand = link is not None and link.blocked_at is None
    return bool(account.account_enabled) or not by_hand


def _certainty(scene: LicenceScene, wanted: Desired, name: str, takes: date) -> Certainty | None:
    """How sure it is that the person is licensed on that day; None where the answer is no."""
    if wanted.kind is not Kind.PUPIL:
        return Certainty.KNOWN
    consent = scene.consent(wanted)
    if consent is None:
        return Certainty.OPEN
    if not consent.live:
        return _CERTAINTY.get(consent.state)
    if _after(consent) <= takes:
        return Certainty.OPEN
    sku = scene.skus.get(name)
    if sku is None:
        return Certainty.KNOWN
    plans = {plan.service_plan_name for plan in sku.service_plans}
    off = plans_off(plans, consent.services, scene.rules.consent.plans)
    return None if off >= plans else Certainty.KNOWN
