"""Whether a school's licences are as bought and as its policy asks: findings (SNMAT-17e)."""

from collections import Counter
from collections.abc import Iterator, Mapping

from graphsync.accounts import Sku
from graphsync.licence_scene import LicenceScene
from graphsync.licence_views import name_of
from graphsync.licence_waste import Why, wasted
from policies.findings import Finding


def licence_findings(scene: LicenceScene, clause: str) -> Iterator[Finding]:
    """What is not as bought, by subscription that the school's people or its domain hold.

    Over-use and units of an ended subscription are the tenant's, all else is the school's. The
    clause is that of the school's register of software (SNMAT-17e, WPT-2-SW-1).
    """
    waste = Counter((one.sku, one.why) for one in wasted(scene, None))
    for sku in _in_use(scene):
        for sentence in (*_of_the_tenant(scene, sku), *_of_the_school(scene, sku, waste)):
            yield Finding(clause=clause, subject=sku.sku_part_number, sentence=sentence)


def tenant_remarks(scene: LicenceScene) -> tuple[str, ...]:
    """What is wrong with the subscriptions themselves, those that concern the school."""
    return tuple(
        f"{sku.sku_part_number}: {sentence}"
        for sku in _in_use(scene)
        for sentence in _of_the_tenant(scene, sku)
    )


def _in_use(scene: LicenceScene) -> list[Sku]:
    """The subscriptions that the school's people or its domain hold, or its pack names."""
    people = [scene.account(wanted.key) for wanted in scene.desired]
    accounts = [*scene.snapshot.in_domain(scene.rules.domain), *filter(None, people)]
    held = {name_of(scene, one.sku_id) for account in accounts for one in account.assigned_licenses}
    asked = {name for licence in scene.rules.licences.values() for name in licence.named}
    return [sku for name, sku in sorted(scene.skus.items()) if name in held | asked]


def _of_the_tenant(scene: LicenceScene, sku: Sku) -> Iterator[str]:
    """More used than bought, or a subscription that has ended: sentences."""
    bought = sku.enabled_units + sku.warning_units
    if (over := sku.consumed_units - bought) > 0:
        disabled = sum(
            account.account_enabled is False
            and any(held.sku_id == sku.sku_id for held in account.assigned_licenses)
            for account in scene.snapshot.accounts.values()
        )
        yield (
            f"over by {over:,}: {bought:,} bought, {sku.consumed_units:,} used,"
            f" {disabled:,} of them on disabled accounts; buy more, or take some back"
        )
    if sku.warning_units or sku.status not in {"Enabled", "Warning"}:
        units = sku.warning_units + sku.suspended_units
        yield (
            f"the subscription has ended ({sku.status}): its {units:,} units go when Microsoft's"
            " days of grace are over; renew it, or take the licences"
        )


def _of_the_school(
    scene: LicenceScene, sku: Sku, waste: Mapping[tuple[str, Why], int]
) -> Iterator[str]:
    for why, text in (
        (Why.LEAVER, "on leavers past their stage"),
        (Why.DISABLED, "on disabled accounts"),
        (Why.WRONG_KIND, "on people of the other kind"),
        (Why.NO_CONSENT, "on pupils without a live consent"),
    ):
        if number := waste.get((sku.sku_part_number, why), 0):
            yield f"{number:,} {text}; see graphsync licences waste {scene.rules.school}"
