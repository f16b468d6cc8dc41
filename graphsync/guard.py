"""The guard: how much may change in one night, and who may say otherwise (decisions 15 to 17).

`judge` gives every reason why a plan is parked, with the numbers and the limit. Only `clear`
makes a `ClearedPlan`, and only a `ClearedPlan` is applied.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from graphsync.accounts import CONSENT
from graphsync.changes import (
    NAMES,
    AssignLicence,
    Change,
    CreateUser,
    DisableUser,
    EnableUser,
    Origin,
    Plan,
    RemoveFromGroup,
    RemoveLicence,
    UpdateUser,
)
from graphsync.trouble import Refusal
from policies.age_claims import ConsentWord
from policies.people import Kind, PersonKey
from policies.rules import Limit, Operation, Rules
from policies.school_days import school_day

APPROVAL_HOURS = 72
WEEK, MONTH = 2, 4  # the sums over 7 and 30 days are held to twice and four times the night's

WORDS = {
    Operation.CREATE: "accounts created",
    Operation.ENABLE: "accounts enabled",
    Operation.DISABLE: "accounts disabled",
    Operation.CHANGE_NAME: "names changed",
    Operation.CHANGE_UPN: "sign-in names changed",
    Operation.REMOVE_FROM_GROUP: "people removed from groups",
    Operation.REMOVE_LICENCE: "licences removed or cut",
}


class VerdictReason(Struct, frozen=True):
    """Why a plan is parked. `code` is what an approval names to override it."""

    code: str
    text: str


class Verdict(Struct, frozen=True):
    """Every reason why the plan may not run by itself; none when it may."""

    reasons: tuple[VerdictReason, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the plan may run without anyone's approval."""
        return not self.reasons


class Approval(Struct, frozen=True, kw_only=True):
    """A person's yes to one plan: its digest, the reasons overridden, the people left out."""

    digest: str
    approver: str
    requester: str
    at: datetime
    expires_at: datetime
    overrides: frozenset[str] = frozenset()
    left_out: frozenset[PersonKey] = frozenset()
    waiver: str | None = None


class Recent(Struct, frozen=True):
    """How many of an operation were done in the last 7 and 30 days without an approval."""

    week: int = 0
    month: int = 0


class ClearedPlan(Struct, frozen=True):
    """A plan that may be applied; made by `clear` alone."""

    plan: Plan


def operation_of(change: Change) -> Operation | None:
    """What the guard counts this change as, if it counts it."""
    match change:
        case CreateUser():
            return Operation.CREATE
        case EnableUser():
            return Operation.ENABLE
        case DisableUser():
            return Operation.DISABLE
        case RemoveFromGroup() if change.licence:
            return Operation.REMOVE_LICENCE if change.takes else None
        case RemoveFromGroup():
            return Operation.REMOVE_FROM_GROUP
        case RemoveLicence() if not change.given_by:
            return Operation.REMOVE_LICENCE
        case AssignLicence() if change.takes:
            return Operation.REMOVE_LICENCE
        case UpdateUser() if NAMES & change.new.keys():
            return Operation.CHANGE_NAME
        case _:
            return None


def counted(changes: Iterable[Change]) -> dict[tuple[Operation, Kind], int]:
    """People per operation and kind: five groups of one person are one person."""
    people: dict[tuple[Operation, Kind], set[PersonKey]] = defaultdict(set)
    for change in changes:
        operation = operation_of(change)
        if operation and change.person and change.population:
            people[operation, change.population].add(change.person)
    return {key: len(found) for key, found in people.items()}


def judge(
    plan: Plan,
    rules: Rules,
    recent: Mapping[tuple[Operation, Kind], Recent] | None = None,
    approved: Collection[str] = (),
) -> Verdict:
    """Every reason to park this plan: limits of a night, of 7 and 30 days, and what always waits.

    `approved` are the codes of reasons that a person overrode in earlier runs of the school: an
    adopted group asks once. Limits ask every time.
    """
    reasons = [*_first_apply(plan), *_adopted(plan, rules, approved), *_denied(plan)]
    for (operation, kind), count in sorted(counted(plan.changes).items()):
        limit = rules.limits[operation]
        population = plan.linked.get(kind, 0)
        before = (recent or {}).get((operation, kind), Recent())
        reasons += _over(operation, kind, count, population, limit)
        reasons += _over_time(operation, kind, count, population, limit, before)
    return Verdict(tuple(reasons))


def nightly(limit: Limit, population: int) -> int:
    """The most that passes in one night: the floor, or what both share and count allow."""
    # In decimals: 29 % of 100 are 29, where floating point makes 28.999… of them.
    share = int(Decimal(str(limit.share)) * population)
    return max(limit.floor, min(share, limit.count))


def _first_apply(plan: Plan) -> Iterable[VerdictReason]:
    if plan.first and plan.strangers and plan.changes:
        yield VerdictReason(
            "first_apply",
            f"this school was never applied and its domain already has {plan.strangers} enabled"
            " accounts that are neither linked nor protected: look at `graphsync match list` first",
        )


def _adopted(plan: Plan, rules: Rules, approved: Collection[str]) -> Iterable[VerdictReason]:
    """A bound group that the pack adopts, before the first people are taken out of it."""
    out: dict[tuple[str, str], int] = Counter(
        (change.group, change.group_id)
        for change in plan.changes
        if isinstance(change, RemoveFromGroup) and change.origin is not Origin.UNDO
    )
    for (name, group_id), count in sorted(out.items()):
        code = f"adopt_{group_id}"
        if name in rules.groups.adopt and code not in approved:
            yield VerdictReason(
                code,
                f"{count} taken out of {name}, a group that was there before us and that the pack"
                " adopts: look who they are; the yes to this holds for the nights that follow",
            )


def _denied(plan: Plan) -> Iterable[VerdictReason]:
    """Whatever the numbers: `Denied` can end somebody's sign-in (decision 24, law A10.9)."""
    told = sum(
        isinstance(change, UpdateUser) and change.new.get(CONSENT) == ConsentWord.DENIED
        for change in plan.changes
    )
    if told:
        yield VerdictReason(
            "consent_denied",
            f"of {told} pupils the tenant is told Denied: Microsoft may then refuse their sign-in,"
            " here and in every other system that they enter with the same account; who looks after"
            " them should know the same day",
        )


def _over(
    operation: Operation, kind: Kind, count: int, population: int, limit: Limit
) -> Iterable[VerdictReason]:
    if count > nightly(limit, population):
        yield VerdictReason(
            f"{operation}_{kind}",
            f"{count} {kind} {WORDS[operation]}; at most {nightly(limit, population)} pass in a"
            f" night ({limit.floor}, or {limit.share:.0%} of {population} linked but no more than"
            f" {limit.count})",
        )


def _over_time(
    operation: Operation, kind: Kind, count: int, population: int, limit: Limit, before: Recent
) -> Iterable[VerdictReason]:
    for days, done, times in ((7, before.week, WEEK), (30, before.month, MONTH)):
        most = times * nightly(limit, population)
        if done and done + count > most:
            yield VerdictReason(
                f"{operation}_{kind}_{days}_days",
                f"{count} {kind} {WORDS[operation]} tonight and {done} in the last {days} days;"
                f" at most {most} pass in {days} days",
            )


def approve(
    *,
    plan: Plan,
    verdict: Verdict,
    rules: Rules,
    digest: str,
    overrides: frozenset[str],
    left_out: frozenset[PersonKey],
    requester: str,
    approver: str,
    now: datetime,
) -> Approval:
    """The approval of this plan by `approver`, or Refusal with the reason.

    Requester and approver differ unless a dated waiver in the pack says otherwise.
    """
    if digest != plan.digest:
        raise Refusal(f"the digest of this plan is {plan.digest}, not {digest}: look at it again")
    codes = {reason.code for reason in verdict.reasons}
    if unknown := overrides - codes:
        raise Refusal(f"not a reason of this plan: {', '.join(sorted(unknown))}")
    if missing := codes - overrides:
        named = " ".join(f"--override {code}" for code in sorted(missing))
        raise Refusal(f"still in the way; to override each of them add: {named}")
    waiver = second_person(rules, requester, approver, now, "this plan")
    return Approval(
        digest=digest,
        approver=approver,
        requester=requester,
        at=now,
        expires_at=now + timedelta(hours=APPROVAL_HOURS),
        overrides=overrides,
        left_out=left_out,
        waiver=waiver,
    )


def second_person(
    rules: Rules, requester: str, approver: str, now: datetime, what: str
) -> str | None:
    """None where another person approves what was asked for, else the dated waiver in words.

    Raises Refusal where the same person does and no waiver of the pack's stands.
    """
    if requester != approver:
        return None
    waiver = rules.waiver
    if waiver is None or school_day(now) > waiver.until:
        raise Refusal(
            f"{approver} asked for {what} and may not approve it: another person must, or the"
            " pack names a dated small-school waiver (approval.small_school_waiver)"
        )
    return f"{waiver.reason} (named by {waiver.named_by}, until {waiver.until})"


def clear(plan: Plan, verdict: Verdict, approval: Approval | None, now: datetime) -> ClearedPlan:
    """The plan, cleared to apply; raises Refusal with every reason that nobody overrode."""
    if approval is None:
        if verdict.passes:
            return ClearedPlan(plan)
        raise Refusal("; ".join(reason.text for reason in verdict.reasons))
    if approval.digest != plan.digest:
        raise Refusal(f"the approval is of {approval.digest}, this plan is {plan.digest}")
    if now >= approval.expires_at:
        raise Refusal(f"the approval expired at {approval.expires_at:%Y-%m-%d %H:%M} UTC")
    if missing := {reason.code for reason in verdict.reasons} - approval.overrides:
        raise Refusal(f"nobody approved: {', '.join(sorted(missing))}")
    return ClearedPlan(plan.without(approval.left_out))


def clear_again(approved: ClearedPlan, fresh: Plan, left_out: frozenset[PersonKey]) -> ClearedPlan:
    """What of an approved plan is still to do, planned again on a fresh snapshot (decision 17).

    What is already true is done. A change that nobody approved, or whose before or after differs,
    stops everything: Refusal names each.
    """
    allowed = {change.key: change for change in approved.plan.changes}
    wanted = fresh.without(left_out)
    strange = [change for change in wanted.changes if not _same(allowed.get(change.key), change)]
    if strange:
        named = "; ".join(f"{change.kind} {change.person or change.target}" for change in strange)
        raise Refusal(f"the tenant is no longer as it was when this was approved: {named}")
    return ClearedPlan(wanted)


def _same(approved: Change | None, fresh: Change) -> bool:
    if approved is None:
        return False
    account = approved.account in {None, fresh.account}
    return account and (approved.before, approved.after) == (fresh.before, fresh.after)
