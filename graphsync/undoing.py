"""A run taken back, as a plan of its own: enables, blocks, groups and names as they were before.

Only what the run did and the tenant still shows is turned round; what somebody changed since stays.
An undo goes the way of every plan (guard, approval, journal) and never without a person's yes.
While the roster or the pack still ask for what was taken back, the next night asks for it again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from graphsync import differences
from graphsync.accounts import Account, Group, Snapshot
from graphsync.age_planning import CLAIMS
from graphsync.bench import Bench
from graphsync.changes import (
    NAMES,
    AddToGroup,
    AssignLicence,
    Change,
    CreateUser,
    DisableUser,
    EnableUser,
    Held,
    Origin,
    Plan,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
    UpdateGroup,
    UpdateUser,
    in_order,
)
from graphsync.drafting import Draft, Linked, Scope, recent
from graphsync.group_order import in_turn
from graphsync.group_planning import GroupBook
from graphsync.guard import Verdict, VerdictReason, counted, judge
from graphsync.intake import Intake
from graphsync.reasons import Reason
from graphsync.recording import planned_changes
from graphsync.scene import protected_ids
from graphsync.sent_back import asked_again
from graphsync.sentences import name_of, rename_group, update
from graphsync.store.links import Link
from policies.people import Kind, PersonKey
from policies.rules import Rules

# What stands, and is said rather than half turned round. Of a revocation nothing need be said.
STAYS: dict[type[Change], str] = {
    CreateUser: "the account that was created stays, in its groups; suspend who must not use it",
    AssignLicence: "the licence that was given stays",
    RemoveLicence: "the licence that was taken back stays away",
}
CLAIMED = "age group and consent stay as told: roster and register say them, not what stood before"
TURNED = NAMES | differences.OPTIONAL  # names and form; what the pack alone asks for stays
LICENSED = "the group carries a licence: the next night puts the pupil back if a consent covers it"
DEPARTED = "a departure stands: whoever recorded it withdraws it first"
SAFEGUARDED = "the name is safeguarding's: the safeguarding lead keeps it, or gives it back"
ASKED = VerdictReason(
    "undo",
    "an undo is never carried out without a person's yes; while roster and pack still ask for what"
    " it takes back, the next night asks for it again: mend them, or put the people on hold",
)


class Present(Struct, frozen=True):
    """The tenant as an undo looks at it."""

    snapshot: Snapshot
    links: Mapping[PersonKey, Link]
    protected: frozenset[str]
    groups: GroupBook
    departed: frozenset[str] = frozenset()
    kept: frozenset[PersonKey] = frozenset()

    def account(self, change: Change) -> Account | None:
        """The account that the person of a change has now."""
        link = self.links.get(change.person) if change.person else None
        return self.snapshot.accounts.get(link.object_id) if link else None

    def group(self, name: str) -> Group | None:
        """The group of this name, where it is there and may be written by us (decision 10)."""
        found = self.groups.present(name)
        return found if found and self.groups.writable(name) else None


def draft_undo(
    bench: Bench, intake: Intake, snapshot: Snapshot, scope: Scope, linked: Linked
) -> Draft:
    """The plan that takes back the run `scope.undo`, judged; reads the store only."""
    school, rules = intake.rules.school, intake.rules
    done = {
        row.item
        for row in bench.store.journal.of_run(scope.undo)
        if row.what == "outcome" and row.result == "done"
    }
    links = linked.schools.get(school, {})
    groups = GroupBook(school, rules, snapshot, {})
    gone = bench.store.departures.gone((one.object_id for one in links.values()), bench.now())
    kept = bench.store.kept_names.ever(school)
    present = Present(snapshot, links, protected_ids(snapshot, rules), groups, gone, kept)
    planned = planned_changes(bench.store, scope.undo)
    changes = [change for item, change in planned.items() if item in done]
    plan = undo_plan(intake, changes, present)
    judged = judge(plan, rules, recent(bench, school, intake) if counted(plan.changes) else {})
    asked = (ASKED,) if plan.changes else ()
    verdict = Verdict((*asked, *judged.reasons))
    return Draft(intake, plan, asked_again(bench, plan, verdict))


def undo_plan(intake: Intake, done: Iterable[Change], present: Present) -> Plan:
    """The changes turned round, as a plan of the school's; what stays is held with its reason."""
    done = list(done)
    born = {change.person for change in done if isinstance(change, CreateUser)}
    turned: list[Change] = []
    held: list[Held] = []
    for change in done:
        if change.person is None:
            turned += _group_turned(change, present)
        elif (stays := _stays(change)) is not None:
            held.append(_held(change.person, change, stays))
        elif change.person not in born:
            if isinstance(change, UpdateUser) and CLAIMS & change.new.keys():
                held.append(_held(change.person, change, CLAIMED))
            account = present.account(change)
            if account is None or account.id in present.protected:
                held.append(_held(change.person, change, "the account is gone or protected now"))
            elif isinstance(change, DisableUser) and account.id in present.departed:
                held.append(_held(change.person, change, DEPARTED))
            elif _safeguarded(change, present):
                held.append(_held(change.person, change, SAFEGUARDED))
            elif _gives_a_licence(change, present):
                held.append(_held(change.person, change, LICENSED))
            else:
                turned += _turned(change, account, present)
    turned = _in_turn(turned, intake.rules)
    kinds = Counter(link.kind for link in present.links.values())
    return Plan(
        school=intake.rules.school,
        as_of=intake.day,
        roster_sha256=intake.sha256,
        pack_sha256=intake.rules.pack_sha256,
        changes=tuple(sorted(turned, key=in_order)),
        held=tuple(sorted(held, key=lambda one: (one.person, one.what))),
        unchanged=(),
        linked=dict(kinds),
    )


def _stays(change: Change) -> str | None:
    """Why a change is not turned round whatever the tenant shows; None where it may be."""
    match change:
        case AddToGroup() if change.licence:
            return STAYS[AssignLicence]
        case RemoveFromGroup() if change.licence:
            return STAYS[RemoveLicence]
        case _:
            return STAYS.get(type(change))


def _in_turn(turned: Iterable[Change], rules: Rules) -> list[Change]:
    """The same changes; nobody is without a filter group while memberships are turned round."""
    out: list[Change] = []
    joins: defaultdict[PersonKey | None, list[AddToGroup]] = defaultdict(list)
    leaves: defaultdict[PersonKey | None, list[RemoveFromGroup]] = defaultdict(list)
    for change in turned:
        match change:
            case AddToGroup():
                joins[change.person].append(change)
            case RemoveFromGroup():
                leaves[change.person].append(change)
            case _:
                out.append(change)
    for person in joins.keys() | leaves.keys():
        out += in_turn(joins[person], leaves[person], rules, keeps_filter=False)
    return out


def _turned(change: Change, account: Account, present: Present) -> list[Change]:
    """The change of one person's account turned round, as far as the tenant still shows it."""
    match change:
        case DisableUser() if account.account_enabled is False:
            return [_about(change, account, EnableUser, "sign in again")]
        case EnableUser() if account.account_enabled:
            return [
                _about(change, account, DisableUser, "blocked again"),
                _about(change, account, RevokeSessions, "sessions revoked"),
            ]
        case UpdateUser():
            return _names_turned(change, account)
        case AddToGroup() | RemoveFromGroup():
            return _membership_turned(change, account, present)
        case _:
            return []


def _safeguarded(change: Change, present: Present) -> bool:
    """Whether a name would come back that safeguarding keeps, or kept until a while ago."""
    names = isinstance(change, UpdateUser) and bool(NAMES & change.new.keys())
    return names and change.person in present.kept


def _gives_a_licence(change: Change, present: Present) -> bool:
    """Whether a pupil would be licensed by it through a group, with no consent asked."""
    if not isinstance(change, RemoveFromGroup) or change.population is not Kind.PUPIL:
        return False
    group = present.group(change.group)
    return group is not None and bool(group.assigned_licenses)


def _about(
    change: Change,
    account: Account,
    kind: type[EnableUser] | type[DisableUser] | type[RevokeSessions],
    words: str,
) -> Change:
    return kind(
        person=change.person,
        population=change.population,
        account=account.id,
        origin=Origin.UNDO,
        sentence=f"{name_of(account)}: {words}",
    )


def _names_turned(change: UpdateUser, account: Account) -> list[Change]:
    """Names and form as they were, where the account still has what the run gave it."""
    now = differences.present(account)
    names = [name for name in change.new if name in TURNED and now[name] == change.new[name]]
    if not names:
        return []
    old = {name: change.new[name] for name in names}
    new = {name: change.old[name] for name in names}
    return [
        UpdateUser(
            person=change.person,
            population=change.population,
            account=account.id,
            old=old,
            new=new,
            origin=Origin.UNDO,
            sentence=update(account, old, new),
        )
    ]


def _membership_turned(
    change: AddToGroup | RemoveFromGroup, account: Account, present: Present
) -> list[Change]:
    group = present.group(change.group)
    if group is None:
        return []
    is_member = account.id in (group.members or ())
    if is_member != isinstance(change, AddToGroup):
        return []  # somebody has changed it since
    kind: type[AddToGroup | RemoveFromGroup] = RemoveFromGroup if is_member else AddToGroup
    words = "Remove {} from {} again" if is_member else "Add {} to {} again"
    return [
        kind(
            person=change.person,
            population=change.population,
            account=account.id,
            group=change.group,
            group_id=group.id,
            origin=Origin.UNDO,
            sentence=words.format(name_of(account), group.display_name or change.group),
        )
    ]


def _group_turned(change: Change, present: Present) -> list[Change]:
    """A group's name as it was; a group that was created stays."""
    if not isinstance(change, UpdateGroup) or change.old_name is None:
        return []
    group = present.group(change.group)
    if group is None or group.display_name != change.display_name:
        return []
    return [
        UpdateGroup(
            group=change.group,
            group_id=group.id,
            old_name=change.display_name,
            display_name=change.old_name,
            origin=Origin.UNDO,
            sentence=rename_group(change.display_name, change.old_name),
        )
    ]


def _held(person: PersonKey, change: Change, why: str) -> Held:
    return Held(person=person, reason=Reason.NOT_UNDONE, sentence=why, what=change.kind)
