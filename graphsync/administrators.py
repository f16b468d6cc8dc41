"""Second accounts of people who administer: protected, so suspended by a person's hand (SNMAT-19i).

The pack says whose each is (`protected.administrators`). None is ever changed by a plan (decision
10); while its person has left, is suspended or leaves groups, it is held and found until somebody
has blocked it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account, Snapshot
from graphsync.bench import Bench
from graphsync.changes import Held, Plan, RemoveFromGroup
from graphsync.reasons import Reason
from graphsync.scene import Scene
from graphsync.seen import AccountBook
from policies.desired import Desired
from policies.findings import Finding
from policies.lifecycle import Stage
from policies.people import PersonKey
from policies.rules import Rules

MOVED_DAYS = 30  # how long the check names somebody whose groups went


class Administrator(Struct, frozen=True):
    """An account that may still sign in, of whom, and why it is to be suspended."""

    person: PersonKey
    account: Account
    why: str

    @property
    def steps(self) -> str:
        """What a person does by hand, where Active Directory masters the account there first."""
        block = (
            "disable it in Active Directory"
            if self.account.mastered_in_ad
            else "block its sign-in in the Entra admin centre"
        )
        return (
            f"graphsync never changes it. By hand: {block}, end its sessions, take its roles away"
        )


def with_administrators(plan: Plan, scene: Scene, in_scope: Callable[[PersonKey], bool]) -> Plan:
    """The plan with what is held about the administrator accounts of its leavers and movers."""
    left: dict[PersonKey, int] = {}
    for change in plan.changes:
        if isinstance(change, RemoveFromGroup) and change.person:
            left[change.person] = left.get(change.person, 0) + 1
    moved = {who: f"leaves {n} of their groups" for who, n in left.items()}
    held = [
        Held(
            person=one.person,
            reason=Reason.ADMINISTRATOR,
            what="disable_user",
            sentence=f"{one.why}: their administrator account {one.account.user_principal_name}"
            f" may still sign in. {one.steps}",
            clauses=scene.rules.protected.clauses,
        )
        for one in _to_suspend(scene.rules, scene.snapshot, scene.desired, moved)
        if in_scope(one.person)
    ]
    if not held:
        return plan
    people = {one.person for one in held}
    return replace(
        plan,
        held=tuple(sorted([*plan.held, *held], key=lambda one: (one.person, one.reason, one.what))),
        unchanged=tuple(one for one in plan.unchanged if one not in people),
    )


def administrator_findings(
    rules: Rules,
    snapshot: Snapshot,
    desired: Collection[Desired],
    moved: Mapping[PersonKey, str],
    clause: str,
) -> list[Finding]:
    """The same for the check of a policy, and accounts that the pack names and nobody sees.

    `moved` says of people what happened to their groups lately.
    """
    found = [
        Finding(
            clause=clause,
            subject=one.account.id,
            sentence=f"administrator account of {one.person}, who {one.why}. {one.steps}",
        )
        for one in _to_suspend(rules, snapshot, desired, moved)
    ]
    book = AccountBook(snapshot.accounts)
    for person, names in _listed(rules):
        unseen = sum(book.find(name) is None for name in names)
        if unseen:
            text = f"{unseen} of the administrator accounts that the pack names are not in the"
            text = f"{text} tenant: correct protected.administrators"
            found.append(Finding(clause=clause, subject=str(person), sentence=text))
    return found


def moved_lately(bench: Bench, rules: Rules) -> dict[PersonKey, str]:
    """Whose groups went within `MOVED_DAYS`, of the people who have an administrator account."""
    since: datetime = bench.now() - timedelta(days=MOVED_DAYS)
    found = {}
    for person, _ in _listed(rules):
        gone = [
            row.at
            for row in bench.store.journal.of_person(person)
            if (row.what, row.operation, row.result) == ("outcome", "remove_from_group", "done")
            and row.at >= since
        ]
        if gone:
            found[person] = f"left {len(gone)} of their groups, last on {gone[-1]:%Y-%m-%d}"
    return found


def _listed(rules: Rules) -> list[tuple[PersonKey, tuple[str, ...]]]:
    given = rules.protected.administrators
    return sorted((PersonKey(rules.school, mis_id), names) for mis_id, names in given.items())


def _to_suspend(
    rules: Rules,
    snapshot: Snapshot,
    desired: Collection[Desired],
    moved: Mapping[PersonKey, str],
) -> Iterator[Administrator]:
    listed = _listed(rules)
    if not listed:
        return
    book = AccountBook(snapshot.accounts)
    known = {one.key: one for one in desired}
    for person, names in listed:
        why = _why(known.get(person)) or moved.get(person, "")
        for name in sorted(names) if why else ():
            account = book.find(name)
            if account is not None and account.account_enabled:
                yield Administrator(person, account, why)


def _why(wanted: Desired | None) -> str:
    """Why somebody may have no account at all today; empty for whoever may."""
    if wanted is None:
        return "is neither on the roster nor known from before"
    match wanted.standing.stage:
        case Stage.LEFT | Stage.LEFT_LONG_AGO | Stage.DEPARTED:
            return f"left ({wanted.standing.sentence})"
        case Stage.SUSPENDED:
            return "is suspended"
        case _:
            return ""
