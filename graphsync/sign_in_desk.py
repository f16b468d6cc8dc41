"""A changed password required of somebody, and a Temporary Access Pass for a member of staff."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.desk_acts import DESK, Act, Desk, Told
from graphsync.desk_subjects import Subject, subjects
from graphsync.passwords import sealer_of
from graphsync.report import Exit, Outcome
from graphsync.store.secrets import Sealed
from graphsync.tenant import signing_in
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.pack_loading import load_rules
from policies.people import Kind, PersonKey
from policies.rules import Rules

PASS = "access pass"  # noqa: S105 - what is sealed, not the pass
PASS_MINUTES = range(10, 43_200 + 1)  # Graph: lifetimeInMinutes; the tenant's policy is narrower


class DeskLine(Struct, frozen=True, kw_only=True):
    """What became of it. `until` is the day of a required change, or the end of a pass."""

    person: str
    outcome: str
    until: datetime | None
    note: str

    @property
    def exit_code(self) -> Exit:
        """0 done, 2 nothing happened, 3 nobody can tell."""
        if self.outcome == Outcome.DONE:
            return Exit.DONE
        return Exit.PARTLY if self.outcome == Outcome.UNKNOWN else Exit.REFUSED


async def require_change(bench: Bench, person: PersonKey, reason: str) -> DeskLine:
    """The next sign-in asks for a new password; overdue after the days that the pack grants.

    Raises Refusal for an account that may not be touched or that Active Directory masters.
    """
    rules = load_rules(bench.packs_dir, person.school)

    async def act(door: Door, one: Subject) -> Told:
        if one.account.mastered_in_ad:
            raise Refusal(
                f"the account of {person} is mastered in Active Directory: tick User must change"
                " password at next logon there"
            )
        return await Desk(bench, door).write(
            _act(bench, one, "require_change", reason),
            lambda: signing_in.require_change(door, one.account.id),
        )

    told = await _one(bench, person, rules, act)
    grace = timedelta(days=rules.password.require_change_grace_days)
    return _line(person, told, bench.now() + grace)


async def issue_pass(bench: Bench, person: PersonKey, reason: str, minutes: int) -> DeskLine:
    """A pass for one sign-in of a member of staff, sealed for a slip as a password is.

    Raises Refusal for a pupil, for an account that may not be touched, for a lifetime that Graph
    does not know.
    """
    if minutes not in PASS_MINUTES:
        raise Refusal("a pass lasts from 10 to 43,200 minutes, within the tenant's own policy")
    rules = load_rules(bench.packs_dir, person.school)
    sealer = sealer_of(bench)
    until = bench.now() + timedelta(minutes=minutes)

    async def act(door: Door, one: Subject) -> Told:
        if one.kind is not Kind.STAFF:
            raise Refusal(f"{person} is a pupil: passes are for staff")

        def seal(told: Told) -> None:
            if told.outcome is Outcome.DONE and told.answer is not None:
                made = told.answer.json(signing_in.AccessPass)
                sealed = sealer.seal(made.temporary_access_pass)
                bench.store.secrets.put(
                    [Sealed(person, PASS, sealed, bench.now(), until, must_change=False)]
                )

        return await Desk(bench, door).write(
            _act(bench, one, "issue_pass", reason),
            lambda: signing_in.issue_pass(door, one.account.id, minutes),
            afterwards=seal,
        )

    return _line(person, await _one(bench, person, rules, act), until)


async def _one(
    bench: Bench,
    person: PersonKey,
    rules: Rules,
    act: Callable[[Door, Subject], Awaitable[Told]],
) -> Told:
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            (one,) = await subjects(bench, door, (person,), rules)
            return await act(door, one)
    except TenantProblem as problem:
        raise Broken(str(problem)) from problem


def _act(bench: Bench, one: Subject, operation: str, reason: str) -> Act:
    return Act(
        run=f"{DESK}{bench.new_id()[:10]}",
        operation=operation,
        school=one.person.school,
        person=one.person,
        kind=one.kind,
        account=one.account,
        why={"reason": reason, "requester": bench.requester},
    )


def _line(person: PersonKey, told: Told, until: datetime) -> DeskLine:
    done = told.outcome is Outcome.DONE
    return DeskLine(
        person=str(person),
        outcome=str(told.outcome),
        until=until if done else None,
        note=told.note,
    )
