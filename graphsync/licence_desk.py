"""What `graphsync licences` answers: read from the store and the mirror, and asked of the tenant.

Nothing is changed. The tenant is as the last plan saw it, unless the command reads it first.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from graphsync.accounts import SignIns, Snapshot
from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.licence_claims import claims_of, pools_of
from graphsync.licence_findings import tenant_remarks
from graphsync.licence_scene import NO_ROSTER, LicenceScene, licence_scene, snapshot_of
from graphsync.licence_views import LicenceList, licence_list
from graphsync.licence_waste import WasteList, waste_list
from graphsync.tenant.door import open_door
from graphsync.tenant.problems import PermissionMissing, PremiumMissing
from graphsync.tenant.sign_in_reports import sign_ins
from graphsync.trouble import Refusal
from policies.forecasting import Forecast, Pool, forecasts
from policies.pack_loading import load_all, load_rules
from policies.rules import Rules
from policies.school_days import school_day

NOT_ASKED = "who has never signed in, or not for long, was not asked of Microsoft"


class ForecastDocument(Struct, frozen=True, kw_only=True):
    """The forecasts of a tenant's subscriptions, or of those that one school names.

    `left_out` are schools with a pack and without an accepted roster: what they will want is not
    in the numbers.
    """

    as_of: date
    left_out: tuple[str, ...]
    items: tuple[Forecast, ...]


def day_one(bench: Bench, school: str) -> LicenceList:
    """Who is licensed by what at a school; raises Refusal without a roster or a mirror."""
    return licence_list(_scene(bench, school))


async def waste(bench: Bench, school: str) -> WasteList:
    """What is wasted at a school; who signs in is asked of the tenant now, and kept nowhere.

    Raises as `day_one`, and TenantProblem where nobody answers.
    """
    scene = _scene(bench, school)
    seen, untold = await _sign_ins(bench)
    return waste_list(scene, seen, untold, tenant_remarks(scene))


def waste_without_sign_ins(bench: Bench, school: str) -> WasteList:
    """As `waste`, from the last look alone: who never signs in is not asked, so not told."""
    scene = _scene(bench, school)
    return waste_list(scene, None, NOT_ASKED, tenant_remarks(scene))


async def _sign_ins(bench: Bench) -> tuple[Mapping[str, SignIns] | None, str]:
    async with open_door(bench.tenant, bench.now, bench.sleep) as door:
        try:
            return await sign_ins(door), ""
        except (PermissionMissing, PremiumMissing) as problem:
            return None, f"who has never signed in cannot be told: {problem}"


def forecast(bench: Bench, school: str | None) -> ForecastDocument:
    """When the subscriptions run out that the packs name, or those that one school's pack names.

    A subscription is shared: every school's people count, whichever school is asked for. Raises
    Refusal where nothing is known of that school, or of any.
    """
    seen, every = snapshot_of(bench), load_all(bench.packs_dir)
    if school is not None:
        load_rules(bench.packs_dir, school)  # refuses a school that has no pack
    found = {name: _seen_by(bench, rules, seen) for name, rules in sorted(every.items())}
    known = {name: scene for name, scene in found.items() if scene is not None}
    asked = known if school is None else {n: one for n, one in known.items() if n == school}
    if not asked:
        raise Refusal(NO_ROSTER.format(school=school or "no school"))
    pools: dict[str, Pool] = {one.sku: one for scene in asked.values() for one in pools_of(scene)}
    claims = [claim for scene in known.values() for claim in claims_of(scene)]
    today = school_day(bench.now())
    return ForecastDocument(
        as_of=today,
        left_out=tuple(sorted(found.keys() - known.keys())),
        items=forecasts(pools.values(), claims, today),
    )


def _scene(bench: Bench, school: str) -> LicenceScene:
    scene = _seen_by(bench, load_rules(bench.packs_dir, school), snapshot_of(bench))
    if scene is None:
        raise Refusal(NO_ROSTER.format(school=school))
    return scene


def _seen_by(bench: Bench, rules: Rules, seen: Snapshot) -> LicenceScene | None:
    """The school of these rules; None where it has no accepted roster yet."""
    roster = latest_roster(bench, rules.school)
    return None if roster is None else licence_scene(bench, rules, roster, seen)
