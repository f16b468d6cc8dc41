"""From an accepted roster and a snapshot to a plan with its verdict, for one school."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Self

import msgspec
from msgspec import Struct, field

from graphsync.accounts import Account, Snapshot
from graphsync.administrators import with_administrators
from graphsync.age_findings import age_findings
from graphsync.bench import Bench
from graphsync.binding import misbound
from graphsync.changes import Plan
from graphsync.class_logons import with_class_logons
from graphsync.consenting import consents_on, enforced_on
from graphsync.departures_standing import RETURN, asked_back, departed_of, returning_of
from graphsync.guard import Recent, Verdict, counted, judge
from graphsync.intake import Intake
from graphsync.licences import units_taken
from graphsync.matching import Matching, Settled, match
from graphsync.names import NameBook
from graphsync.narrowing import narrowed
from graphsync.pausing import paused
from graphsync.planning import plan_changes
from graphsync.recording import CUT_LICENCE
from graphsync.scene import Link, Scene
from graphsync.sent_back import asked_again
from graphsync.store.links import Link as StoredLink
from graphsync.store.proposals import Proposal
from graphsync.worklist import PAUSED, Comparison, ad_attribute, compare
from policies.departures import Departure
from policies.desired import Desired, Records, desired_state
from policies.findings import Finding
from policies.holds import Hold, HoldMode
from policies.licensing import asks_for_consent
from policies.lifecycle import Known, Sighting, Stage
from policies.pack_loading import PackRefused
from policies.people import Kind, Person, PersonKey, Roster
from policies.rules import Operation, Rules

# What the journal calls the operations that the guard counts over 7 and 30 days.
JOURNALLED = {
    "create_user": Operation.CREATE,
    "enable_user": Operation.ENABLE,
    "disable_user": Operation.DISABLE,
    "change_name": Operation.CHANGE_NAME,
    "remove_from_group": Operation.REMOVE_FROM_GROUP,
    "remove_licence": Operation.REMOVE_LICENCE,
    CUT_LICENCE: Operation.REMOVE_LICENCE,
}


class Scope(Struct, frozen=True):
    """A pilot: only these people, years, and classes or forms; empty means everyone.

    `undo` names a run that is taken back, where nothing is drafted from the roster.
    `deny` are those of `only` of whom the tenant is to be told that a parent said No.
    """

    only: frozenset[PersonKey] = frozenset()
    years: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    undo: str = ""
    deny: frozenset[PersonKey] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.only or self.years or self.classes)

    @property
    def mark(self) -> str:
        """Empty for everyone, else the same for the same people: a digest."""
        if self == Scope():
            return ""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


class Draft(Struct, frozen=True):
    """A plan with its verdict, and the roster it was drawn from."""

    intake: Intake
    plan: Plan
    verdict: Verdict
    worklist: Comparison = Comparison()
    findings: tuple[Finding, ...] = ()


class Linked(Struct):
    """What the schools of a run share: links by school, people by object id, units of licences.

    `given` counts the licences that the plans drawn so far give, by part number.
    """

    schools: dict[str, dict[PersonKey, StoredLink]]
    holders: dict[str, PersonKey]
    given: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, bench: Bench) -> Self:
        """As the store has it now; read once for all schools of a run."""
        schools = bench.store.links.by_school()
        return cls(
            schools,
            {link.object_id: key for links in schools.values() for key, link in links.items()},
        )


def draft(bench: Bench, intake: Intake, snapshot: Snapshot, scope: Scope, linked: Linked) -> Draft:
    """Draw and judge the plan of one school; links, proposals and names are kept in the store.

    Inside one transaction of the store. The links that are found here join `linked`. Raises
    PackRefused, before anything is kept, for a group that is bound and cannot be.
    """
    school, rules = intake.rules.school, intake.rules
    if wrong := misbound(rules, snapshot.groups, snapshot.school_data_sync):
        raise PackRefused(wrong)
    links = linked.schools.get(school, {})
    left = bench.store.departures.of([school])
    back = returning_of(left, links)
    desired = desired_of(bench, intake, links, left, back - scope.only)
    unlinked = _unlinked(desired, links)
    names = NameBook(rules, snapshot, _taken(bench, intake) if unlinked else {})
    matching = _match(bench, intake, snapshot, unlinked, linked.holders, names)
    links = _keep_links(bench, snapshot, desired, links, matching)
    linked.holders.update((account, key) for key, account in matching.by_stamp.items())
    _keep_proposals(bench, school, matching)
    scene = Scene(
        school=school,
        day=intake.day,
        roster_sha256=intake.sha256,
        desired=desired,
        rules=rules,
        snapshot=snapshot,
        links={key: link_of(link) for key, link in links.items()},
        linked_elsewhere=linked.holders.keys(),
        matching=matching,
        user_name=names.name,
        first=not bench.store.runs.ever_applied(school),
        made=_made(bench, rules, snapshot),
        given=linked.given,
        deny=scope.deny,
    )
    in_scope = _in_scope(scope, intake.roster)
    plan = plan_changes(scene)
    if scope:
        plan = narrowed(plan, in_scope)
    plan = with_class_logons(plan, intake, in_scope)
    plan = with_administrators(plan, scene, in_scope)
    pause = bench.store.pauses.over(school)
    rows = compare(
        scene,
        plan,
        bench.store.worklist.open(school),
        mark=ad_attribute(bench.tenant.stamp),
        in_scope=in_scope,
        pause=PAUSED if pause else "",
    )
    plan = paused(plan, pause)
    linked.given.update(units_taken(plan.changes))
    bench.store.names.reserve(rules.domain, names.given, bench.now())
    before = recent(bench, school, intake) if counted(plan.changes) else {}
    approved = bench.store.approvals.overridden(school) if rules.groups.adopt else frozenset()
    verdict = judge(plan, rules, before, approved)
    if asked_back(plan, back):
        verdict = Verdict((RETURN, *verdict.reasons))
    verdict = asked_again(bench, plan, verdict)
    return Draft(intake, plan, verdict, rows, _claims(scene, in_scope))


def _claims(scene: Scene, in_scope: Callable[[PersonKey], bool]) -> tuple[Finding, ...]:
    """What the tenant says wrongly of pupils' ages and consents, in numbers."""
    links, accounts = scene.links, scene.snapshot.accounts

    def account_of(key: PersonKey) -> Account | None:
        return accounts.get(links[key].object_id) if key in links and in_scope(key) else None

    return age_findings(
        scene.desired,
        account_of,
        scene.rules,
        asks=asks_for_consent(scene.rules),
        marked=bool(scene.snapshot.school_data_sync),
    )


def _made(bench: Bench, rules: Rules, snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """The memberships of bound groups that we made and that stand; others are forgotten.

    One that somebody ended and made anew is theirs.
    """
    bound = rules.groups.bind.values()
    made = bench.store.bound_members.of(bound) if bound else frozenset()
    stand = {(group, account) for group, account in made if account in _members(snapshot, group)}
    bench.store.bound_members.drop(made - stand)
    return frozenset(stand)


def _members(snapshot: Snapshot, group_id: str) -> frozenset[str]:
    group = snapshot.groups.get(group_id)
    return (group.members if group else None) or frozenset()


def desired_of(
    bench: Bench,
    intake: Intake,
    links: Mapping[PersonKey, StoredLink],
    left: Iterable[Departure],
    returning: frozenset[PersonKey] = frozenset(),
) -> tuple[Desired, ...]:
    """Everyone as the roster, the records and the rules want them on the intake's day.

    `left` are the departures of the school; `returning` wait for the head before their return.
    """
    records = msgspec.structs.replace(records_of(bench, intake, links, left), returning=returning)
    return desired_state(roster=intake.roster, rules=intake.rules, records=records, day=intake.day)


def records_of(
    bench: Bench,
    intake: Intake,
    links: Mapping[PersonKey, StoredLink],
    left: Iterable[Departure],
) -> Records:
    """What is on record about the persons of the intake's school on its day."""
    school = intake.rules.school
    present = {person.key for person in intake.roster.people}
    sightings = bench.store.absences.of(school, intake.moment)
    enforced = enforced_on(bench, school, intake.day)
    asks = enforced or asks_for_consent(intake.rules)
    return Records(
        known={
            key: Known(
                kind=link.kind, blocked=link.blocked_by_us_at is not None, left_on=link.left_on
            )
            for key, link in links.items()
            if key not in present or link.blocked_by_us_at is not None
        },
        holds=_holds(bench, intake),
        absences={
            key: tuple(Sighting(sha256, at) for sha256, at in seen)
            for key, seen in sightings.items()
        },
        consents=consents_on(bench, intake.rules, intake.roster, intake.day) if asks else {},
        enforced=enforced,
        departed=departed_of(left, links, bench.now()),
        renamed=bench.store.kept_names.ever(school),
    )


def _holds(bench: Bench, intake: Intake) -> dict[PersonKey, Hold]:
    """The hold of each person that counts; one that has ended says why its block is lifted."""
    found = [
        (
            stored.person,
            Hold(
                mode=HoldMode(stored.mode),
                reason=stored.reason,
                clause=stored.clause,
                until=stored.until,
            ),
        )
        for stored in bench.store.holds.unlifted(intake.rules.school)
    ]
    return dict(sorted(found, key=lambda one: one[1].rank(intake.day)))


def _unlinked(desired: Iterable[Desired], links: dict[PersonKey, StoredLink]) -> list[Person]:
    return [
        wanted.person
        for wanted in desired
        if wanted.person is not None
        and wanted.key not in links
        and wanted.standing.stage is not Stage.HELD
    ]


def _taken(bench: Bench, intake: Intake) -> dict[str, PersonKey]:
    """The aliases that the store keeps; read only where somebody may need a new one."""
    rules = intake.rules
    return bench.store.names.taken(rules.domain, intake.day, rules.naming.reuse_after_days)


def _match(
    bench: Bench,
    intake: Intake,
    snapshot: Snapshot,
    unlinked: list[Person],
    linked: dict[str, PersonKey],
    names: NameBook,
) -> Matching:
    decided = bench.store.proposals.decided(intake.rules.school) if unlinked else []
    return match(
        unlinked=unlinked,
        snapshot=snapshot,
        linked_ids=linked.keys(),
        domain=intake.rules.domain,
        alias_of=names.plain,
        settled=Settled(
            frozenset((one.person, one.object_id) for one in decided if one.state == "refused"),
            frozenset(one.object_id for one in decided if one.state == "ignored"),
        ),
    )


def _keep_links(
    bench: Bench,
    snapshot: Snapshot,
    desired: Iterable[Desired],
    links: dict[PersonKey, StoredLink],
    matching: Matching,
) -> dict[PersonKey, StoredLink]:
    """Links found again by their stamp, and links of returners whose block is over."""
    kinds = {wanted.key: wanted for wanted in desired}
    changed = [
        StoredLink(
            person=key,
            kind=kinds[key].kind,
            object_id=object_id,
            how="created",
            linked_at=bench.now(),
        )
        for key, object_id in matching.by_stamp.items()
    ]
    for key, link in links.items():
        here = kinds[key].standing.stage is Stage.CURRENT
        if here and _marked(link) and _is_open(snapshot.accounts.get(link.object_id)):
            cleared: dict[str, Any] = dict.fromkeys(("blocked_by_us_at", "revoked_at", "left_on"))
            changed.append(msgspec.structs.replace(link, **cleared))
        elif here and link.kind is not kinds[key].kind:
            changed.append(msgspec.structs.replace(link, kind=kinds[key].kind))
    if not changed:
        return links
    bench.store.links.put_many(changed)
    return {**links, **{link.person: link for link in changed}}


def _is_open(account: Account | None) -> bool:
    return account is not None and bool(account.account_enabled)


def _marked(link: StoredLink) -> bool:
    return link.blocked_by_us_at is not None or link.revoked_at is not None


def _keep_proposals(bench: Bench, school: str, matching: Matching) -> None:
    now = bench.now()
    bench.store.proposals.put_open(
        school,
        [
            Proposal(
                person=one.person,
                object_id=one.object_id,
                strength=one.strength,
                evidence=one.evidence,
                at=now,
            )
            for seen in matching.resembling.values()
            for one in seen
        ],
    )


def link_of(link: StoredLink) -> Link:
    """What planning knows of a stored link."""
    return Link(
        object_id=link.object_id,
        adopted=link.how == "adopted",
        blocked_at=link.blocked_by_us_at,
        revoked_at=link.revoked_at,
    )


def _in_scope(scope: Scope, roster: Roster) -> Callable[[PersonKey], bool]:
    if not scope:
        return lambda _: True
    classes = {code.casefold() for code in scope.classes}
    of_years = {one.key for one in roster.people if one.year in scope.years}
    of_forms = {one.key for one in roster.people if (one.form or "").casefold() in classes}
    of_classes = {one.person for one in roster.memberships if one.class_code.casefold() in classes}
    return (scope.only | of_years | of_forms | of_classes).__contains__


def recent(bench: Bench, school: str, intake: Intake) -> dict[tuple[Operation, Kind], Recent]:
    """How much was done over the last 7 and 30 days: what the guard adds to tonight."""
    done = bench.store.journal.applied_counts(
        school,
        JOURNALLED,
        intake.moment - timedelta(days=30),
        intake.moment - timedelta(days=7),
    )
    found: dict[tuple[Operation, Kind], Recent] = {}
    for (operation, kind), (month, week) in done.items():
        if kind:
            key = (JOURNALLED[operation], Kind(kind))
            before = found.get(key, Recent())
            found[key] = Recent(before.week + week, before.month + month)
    return found
