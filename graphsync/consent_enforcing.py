"""The head's word that licences without a consent go, and the list it is given over (decision 24).

Whoever asks is shown exactly who would lose what, and why; another person says yes to the digest of
that list. Nothing of the tenant is written here: the night of the day that is named takes the
licences, and its guard counts them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account, Snapshot
from graphsync.bench import Bench
from graphsync.changes import (
    AssignLicence,
    Change,
    Held,
    Origin,
    RemoveFromGroup,
    RemoveLicence,
)
from graphsync.consenting import consents_on
from graphsync.drafting import link_of, records_of
from graphsync.group_planning import GroupBook
from graphsync.guard import second_person
from graphsync.intake import Intake, recall
from graphsync.licence_groups import LicenceGroups
from graphsync.licence_planning import standing as licences_standing
from graphsync.licence_terms import LicenceTerms
from graphsync.run_desk import event
from graphsync.scene import Link, protected_ids
from graphsync.store.consent_modes import ENFORCE, OBSERVE, ConsentMode
from graphsync.tenant.door import open_door
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from graphsync.watching import Watch
from policies.desired import Desired, desired_state
from policies.lifecycle import Stage
from policies.people import Kind, PersonKey
from policies.rules import Rules
from policies.school_days import school_day

SHOWN, APPROVED, ENDED = "enforcement_shown", "enforcement_approved", "enforcement_ended"
NO_ALTERNATIVE = (
    "--alternative is blank: say what the school does for a pupil without a licence, such as"
    " paper and the school's own computers; refusing may cost a pupil nothing (UK GDPR)"
)


class Loss(Struct, frozen=True, kw_only=True):
    """What one pupil would lose: a whole licence, plans of one, or the place in a group."""

    person: str
    account: str
    licence: str
    plans: tuple[str, ...] = ()
    why: str

    def __repr__(self) -> str:
        return f"Loss({self.person})"


class Enforcement(Struct, frozen=True, kw_only=True):
    """Who loses what from `begins` on; `approved_by` is empty while it is only shown."""

    school: str
    begins: date
    alternative: str
    digest: str
    people: int
    losses: tuple[Loss, ...]
    asked_by: str
    approved_by: str = ""
    waiver: str = ""


class Observation(Struct, frozen=True, kw_only=True):
    """A school that takes no licence for want of consent from this day on."""

    school: str
    begins: date
    by: str


async def show(bench: Bench, school: str, begins: date, alternative: str) -> Enforcement:
    """Who would lose what; only the showing itself is journalled.

    Raises Refusal for a blank alternative, a day that is over, or a school without a roster.
    """
    shown, _ = await _drawn(bench, school, begins, alternative)
    entry = event(school, _run(shown.digest), SHOWN, bench.requester)
    told = {"begins": str(begins), "alternative": shown.alternative, "people": shown.people}
    bench.store.journal.append([replace(entry, after=told)])
    return shown


async def approve(
    bench: Bench, school: str, begins: date, alternative: str, digest: str
) -> Enforcement:
    """The head's yes to the list of this digest; it is drawn anew and has to be the same.

    Raises Refusal as `show` does, for a digest that no longer fits or that nobody was shown, and
    when who was shown it approves and no waiver of the pack's stands.
    """
    fresh, rules = await _drawn(bench, school, begins, alternative)
    if fresh.digest != digest:
        raise Refusal(
            f"the list is now {fresh.digest}, not {digest}: consents, licences or the words have"
            " changed since; look at it again without --approve"
        )
    asked = [row.result for row in bench.store.journal.of_run(_run(digest)) if row.what == "event"]
    if not asked:
        raise Refusal(f"nobody was shown {digest}: run the same without --approve first")
    others = [one for one in asked if one and one != bench.requester]
    requester = others[0] if others else bench.requester
    waiver = second_person(rules, requester, bench.requester, bench.now(), "this enforcement")
    mode = ConsentMode(
        school=school,
        mode=ENFORCE,
        begins=begins,
        digest=digest,
        people=fresh.people,
        alternative=fresh.alternative,
        by=bench.requester,
        at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.consent_modes.add(mode)
        entry = event(school, _run(digest), APPROVED, bench.requester)
        told = {"begins": str(begins), "asked_by": requester, "people": fresh.people}
        bench.store.journal.append([replace(entry, after={**told, "waiver": waiver})])
    return replace(fresh, asked_by=requester, approved_by=bench.requester, waiver=waiver or "")


def observe(bench: Bench, school: str) -> Observation:
    """From today on no licence goes for want of consent; raises Refusal where none does."""
    today = school_day(bench.now())
    modes = bench.store.consent_modes.of_school(school)
    if not modes or modes[-1].mode != ENFORCE:
        raise Refusal(f"{school} observes already: nobody has approved enforcement there")
    mode = ConsentMode(
        school=school,
        mode=OBSERVE,
        begins=today,
        digest="",
        people=0,
        alternative="",
        by=bench.requester,
        at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.consent_modes.add(mode)
        bench.store.journal.append([event(school, "", ENDED, bench.requester)])
    return Observation(school=school, begins=today, by=bench.requester)


def losses(
    desired: Iterable[Desired], rules: Rules, snapshot: Snapshot, links: Mapping[PersonKey, Link]
) -> tuple[Loss, ...]:
    """What the pupils lose on a night with this desired state: what a plan of it would take."""
    terms = LicenceTerms(rules, snapshot.skus)
    by_group = LicenceGroups(rules, snapshot, terms)
    groups = GroupBook(rules.school, rules, snapshot, links)
    protected = protected_ids(snapshot, rules)
    found: list[Loss] = []
    for wanted in desired:
        link = links.get(wanted.key)
        account = snapshot.accounts.get(link.object_id) if link else None
        if link is None or account is None or account.id in protected:
            continue
        here = account.account_enabled or link.blocked_at is not None
        if wanted.kind is Kind.PUPIL and wanted.standing.stage is Stage.CURRENT and here:
            standing = licences_standing(wanted, account, terms, snapshot.groups, by_group)
            changes = [*standing, *groups.changes_for(wanted, account)]
            found += _of(wanted, account, terms, changes)
    return tuple(sorted(found, key=lambda one: (one.person, one.licence)))


def _of(
    wanted: Desired, account: Account, terms: LicenceTerms, changes: Iterable[Change | Held]
) -> Iterator[Loss]:
    for change in changes:
        match change:
            case RemoveLicence() if not change.given_by:
                yield _loss(change, account, change.sku, wanted)
            case AssignLicence() if change.takes:
                plans = terms.plans[change.sku_id]
                off = set(change.disabled_plans) - set(change.plans_before or ())
                yield _loss(change, account, change.sku, wanted, *(plans[one] for one in off))
            case RemoveFromGroup() if change.licence:
                cut = change.takes if wanted.gate.open else ()
                if change.takes:
                    yield _loss(change, account, change.licence, wanted, *cut)
            case RemoveFromGroup() if change.origin is Origin.CONSENT:
                yield _loss(change, account, f"group {change.group}", wanted)
            case _:
                pass


def _loss(change: Change, account: Account, licence: str, wanted: Desired, *plans: str) -> Loss:
    return Loss(
        person=str(change.person),
        account=account.user_principal_name,
        licence=licence,
        plans=tuple(sorted(plans)),
        why=wanted.gate.told if not wanted.gate.open else "the consent does not cover it",
    )


async def _drawn(
    bench: Bench, school: str, begins: date, alternative: str
) -> tuple[Enforcement, Rules]:
    """The list as it is now, with the rules it was drawn under."""
    now = bench.now()
    if not (alternative := alternative.strip()):
        raise Refusal(NO_ALTERNATIVE)
    if begins < school_day(now):
        raise Refusal(f"{begins} is over: name today or a later day with --from")
    latest = bench.store.exports.latest(school, now)
    if latest is None:
        raise Refusal(f"{school} has no accepted roster yet: run `graphsync plan` first")
    intake = recall(bench, school, latest.sha256, begins)
    snapshot = await _tenant_now(bench, intake)
    stored = bench.store.links.of(school)
    records = records_of(bench, intake, stored, bench.store.departures.of([school]))
    consents = consents_on(bench, intake.rules, intake.roster, begins)
    desired = desired_state(
        roster=intake.roster,
        rules=intake.rules,
        records=msgspec.structs.replace(records, consents=consents, enforced=True),
        day=begins,
    )
    links = {key: link_of(link) for key, link in stored.items()}
    found = losses(desired, intake.rules, snapshot, links)
    shown = Enforcement(
        school=school,
        begins=begins,
        alternative=alternative,
        digest=_digest(school, begins, alternative, found),
        people=len({one.person for one in found}),
        losses=found,
        asked_by=bench.requester,
    )
    return shown, intake.rules


def _digest(school: str, begins: date, alternative: str, found: tuple[Loss, ...]) -> str:
    """Sixteen hexadecimal digits over who loses what, why, from when and what is done instead."""
    encoded = msgspec.json.encode((school, begins, alternative, found), order="deterministic")
    return hashlib.sha256(encoded).hexdigest()[:16]


def _run(digest: str) -> str:
    """What the journal keeps the rows of one list under."""
    return f"enforce-{digest}"


async def _tenant_now(bench: Bench, intake: Intake) -> Snapshot:
    bound = frozenset(intake.rules.groups.bind.values())
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            return await Watch(bench, door, bound).snapshot()
    except TenantProblem as problem:
        raise Broken(str(problem)) from problem


def standing_mode(bench: Bench, school: str) -> ConsentMode | None:
    """The head's last word, also one that begins later; None where nobody ever gave one."""
    modes = bench.store.consent_modes.of_school(school)
    return modes[-1] if modes else None
