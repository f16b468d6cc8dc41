"""Units that serve nobody, or somebody whom they are not for (SNMAT-17e): pure, over a scene."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from graphsync.accounts import Account, SignIns
from graphsync.licence_scene import LicenceScene
from graphsync.licence_views import NONE, name_of, standing_of, unlinked, ways
from policies.desired import Desired
from policies.lifecycle import Stage
from policies.people import Kind
from policies.rules import Rules

# Microsoft's part numbers of education: STANDARDWOFFPACK_FACULTY, M365EDU_A3_STUUSEBNFT, …
_MARKS = {Kind.PUPIL: ("STUDENT", "STUUSEBNFT"), Kind.STAFF: ("FACULTY",)}
_PEOPLE = {Kind.PUPIL: "pupils", Kind.STAFF: "staff"}


class Why(StrEnum):
    """Why a unit is wasted, the weightiest first: each unit is counted once."""

    LEAVER = "leaver"
    DISABLED = "disabled"
    WRONG_KIND = "wrong kind"
    NO_CONSENT = "no consent"
    NEVER_SIGNED_IN = "never signed in"
    UNUSED = "not used"


class Waste(Struct, frozen=True, kw_only=True):
    """One unit on one account, `by` the ways it was given.

    `subject` is the person's key, or the account's id where it is nobody's.
    """

    subject: str
    sku: str
    why: Why
    by: str
    sentence: str


class WasteTotals(Struct, frozen=True, kw_only=True):
    """How many units of a subscription serve nobody, by reason."""

    sku: str
    units: int
    leaver: int = 0
    disabled: int = 0
    wrong_kind: int = 0
    no_consent: int = 0
    never_signed_in: int = 0
    not_used: int = 0


class WasteList(Struct, frozen=True, kw_only=True):
    """A school's waste; `untold` says why it is not known who signs in, or is empty.

    `over` are sentences about the tenant's own count: more used than bought, subscriptions ended.
    """

    school: str
    as_of: date
    over: tuple[str, ...]
    untold: str
    totals: tuple[WasteTotals, ...]
    items: tuple[Waste, ...]


def waste_list(
    scene: LicenceScene,
    sign_ins: Mapping[str, SignIns] | None,
    untold: str = "",
    over: tuple[str, ...] = (),
) -> WasteList:
    """Everything wasted, by subject.

    `sign_ins` are by object id, None where nobody could tell, which `untold` says; for `over` see
    `WasteList`.
    """
    items = tuple(sorted(wasted(scene, sign_ins), key=lambda one: (one.subject, one.sku)))
    counts = Counter((one.sku, one.why) for one in items)
    totals = tuple(
        WasteTotals(
            sku=sku,
            units=sum(one.sku == sku for one in items),
            **{str(why).replace(" ", "_"): counts[sku, why] for why in Why},
        )
        for sku in sorted({one.sku for one in items})
    )
    return WasteList(
        school=scene.rules.school,
        as_of=scene.day,
        over=over,
        untold=untold,
        totals=totals,
        items=items,
    )


def wasted(scene: LicenceScene, sign_ins: Mapping[str, SignIns] | None) -> Iterator[Waste]:
    """Every unit that is wasted, in no order; see `waste_list`."""
    owners: list[tuple[str, Desired | None, Account]] = [
        (str(wanted.key), wanted, account)
        for wanted in scene.desired
        if (account := scene.account(wanted.key)) is not None
    ]
    owners += [(account.id, None, account) for account in unlinked(scene)]
    for subject, wanted, account in owners:
        seen = (sign_ins or {}).get(account.id)
        for held in account.assigned_licenses:
            sku = name_of(scene, held.sku_id)
            if found := _why(scene, wanted, account, sku, seen):
                why, sentence = found
                by = _by(scene, account, held.sku_id)
                yield Waste(subject=subject, sku=sku, why=why, by=by, sentence=sentence)


def _why(
    scene: LicenceScene, wanted: Desired | None, account: Account, sku: str, seen: SignIns | None
) -> tuple[Why, str] | None:
    stage = wanted.standing.stage if wanted else None
    if stage in {Stage.LEFT, Stage.SUSPENDED, Stage.DEPARTED}:
        # A leaver keeps the licence for a while, a suspended person comes back, evidence stays.
        return None
    if wanted is not None and stage is Stage.LEFT_LONG_AGO:
        days = scene.rules.leaver.licence_after_days
        return Why.LEAVER, f"{wanted.standing.sentence}: licences go {days} days later"
    if account.account_enabled is False:
        return Why.DISABLED, "the account is disabled"
    if wanted is not None and (whose := audience(sku, scene.rules)) not in {None, wanted.kind}:
        return Why.WRONG_KIND, f"a licence for {_PEOPLE[whose]} on {_PEOPLE[wanted.kind]}"
    if wanted is not None and _lacks_consent(scene, wanted):
        consent = scene.consent(wanted)
        text = consent.sentence if consent else "the roster does not hold this pupil"
        return Why.NO_CONSENT, f"no live consent: {text}"
    return _idle(scene, seen)


def _idle(scene: LicenceScene, seen: SignIns | None) -> tuple[Why, str] | None:
    days = scene.rules.licence_unused_days
    since = scene.snapshot.taken_at - timedelta(days=days)
    if seen is None or (seen.created is not None and seen.created > since):
        return None
    if seen.last is None:
        return Why.NEVER_SIGNED_IN, f"never signed in, {_ago(seen.created, scene)}"
    if seen.last < since:
        return Why.UNUSED, f"nobody has signed in for more than {days} days"
    return None


def _ago(created: datetime | None, scene: LicenceScene) -> str:
    if created is None:
        return "of an unknown age"
    return f"{(scene.snapshot.taken_at - created).days} days old"


def audience(sku: str, rules: Rules) -> Kind | None:
    """Whom a subscription is for: by the pack, else by Microsoft's part number; None for anyone."""
    naming = [kind for kind, licence in rules.licences.items() if sku in licence.named]
    if naming:
        return naming[0] if len(naming) == 1 else None
    return next((kind for kind, marks in _MARKS.items() if any(m in sku for m in marks)), None)


def _lacks_consent(scene: LicenceScene, wanted: Desired) -> bool:
    """Whether a school that asks for consent has none of this pupil."""
    rules = scene.rules
    asks = Kind.PUPIL in rules.licences or bool(rules.consent.forms)
    return asks and standing_of(wanted.kind, scene.consent(wanted)) == NONE


def _by(scene: LicenceScene, account: Account, sku_id: str) -> str:
    way = ways(scene, account, sku_id)
    named = [f"our group {name}" for name in way.our_groups]
    named += [f"group {name}" for name in way.other_groups]
    return ", ".join([*(["direct"] if way.direct else []), *named])
