"""Password reset and revocation really tried, on an account that a person names for it.

Whether User-PasswordProfile.ReadWrite.All suffices without a directory role is not documented
beyond doubt: only a try tells. The new password is random, is shown to nobody and kept nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from graphsync.doctor.findings import Case, Finding, broken, ok, warning
from graphsync.store import health
from graphsync.store.db import Store
from graphsync.store.journal import Entry
from graphsync.tenant import trial as requests
from graphsync.tenant.answers import Answer
from graphsync.tenant.door import Door
from graphsync.tenant.memberships import role_holders
from graphsync.tenant.outcomes import judge
from graphsync.tenant.problems import CONSENT
from graphsync.tenant.signing_in import PERMISSION
from graphsync.tenant.trial import Subject

CHECK = "test account"
SEEN_SECONDS = 4.0
PASSWORD_PERMISSION = PERMISSION["set_password"]
ROLE = "give the app's enterprise application the directory role User Administrator as well"


@dataclass(frozen=True)
class Wish:
    """The account that somebody named, who it was, and where a password for it comes from.

    `new_password` gives a random one that Entra takes.
    """

    account: str
    requester: str
    new_password: Callable[[], str]


async def trial(case: Case, door: Door, wish: Wish) -> list[Finding]:
    """Both tried and read back, or why this account is not used; raises TenantProblem."""
    account = await requests.subject(door, wish.account)
    if account is None:
        return [broken(CHECK, "the tenant has no such account", "give its sign-in name in full")]
    store = case.store
    why = _refusal(case, account) or await _role_refusal(door, account)
    if why or store is None:
        mend = "make a cloud account for this alone, with no person, no role and no pack behind it"
        return [broken(CHECK, f"not tried: {why}", mend)]
    # A reset ends sessions as well, so the revocation goes first and is read back by itself.
    return [
        await _sessions(store, door, account, wish),
        await _password(store, door, account, wish),
    ]


def _refusal(case: Case, account: Subject) -> str:
    """Why the account may not be used, by what is known at home; empty when it may."""
    if case.store is None:
        return "without a database nobody can tell whether the account is somebody's"
    if case.pack_problems:
        return "a pack cannot be read, and packs say which accounts are protected"
    if account.id in health.known_object_ids(case.store):
        return "the account is a person's, or is proposed as one's"
    named = {account.id.casefold(), account.user_principal_name.casefold()}
    kept = {one.casefold() for rules in case.rules.values() for one in rules.protected.all_accounts}
    if named & kept:
        return "a pack protects the account"
    if account.on_premises_sync_enabled:
        return "Active Directory masters the account"
    if (account.user_type or "Member") != "Member":
        return "the account is a guest's"
    return ""


async def _role_refusal(door: Door, account: Subject) -> str:
    holders = await role_holders(door)
    if account.id not in holders:
        return ""
    alone = " and is the only one that does" if len(holders) == 1 else ""
    return f"the account holds a directory role{alone}"


async def _password(store: Store, door: Door, account: Subject, wish: Wish) -> Finding:
    _journal(store, account, "trial_set_password", "begun", wish)
    answer = await requests.set_password(door, account, wish.new_password())
    finding = await _told(
        door,
        account,
        "password reset",
        "set_password",
        answer,
        lambda one: one.last_password_change_date_time,
    )
    _journal(store, account, "trial_set_password", str(finding.state), wish)
    return finding


async def _sessions(store: Store, door: Door, account: Subject, wish: Wish) -> Finding:
    _journal(store, account, "trial_revoke_sessions", "begun", wish)
    answer = await requests.revoke_sessions(door, account)
    finding = await _told(
        door,
        account,
        "session revocation",
        "revoke_sessions",
        answer,
        lambda one: one.sign_in_sessions_valid_from_date_time,
    )
    _journal(store, account, "trial_revoke_sessions", str(finding.state), wish)
    return finding


async def _told(
    door: Door,
    before: Subject,
    check: str,
    operation: str,
    answer: Answer | None,
    moment: Callable[[Subject], datetime | None],
) -> Finding:
    if answer is not None and 400 <= answer.status < 500:
        return _refused(check, operation, answer)
    if await requests.seen_later(door, before, moment, SEEN_SECONDS):
        return ok(check, "done on the test account and seen there")
    said = "accepted" if answer is not None and answer.succeeded else "the answer was lost"
    found = f"{said}, and not seen within {SEEN_SECONDS:.0f} seconds"
    return warning(check, found, "run doctor again: the tenant's replicas may be late")


def _refused(check: str, operation: str, answer: Answer) -> Finding:
    if answer.status == 429:
        return warning(check, "not tried: Graph is throttling", "run doctor again later")
    if answer.status != 403:
        return broken(check, judge(operation, answer).text, "see what the account is in Entra")
    needed = PERMISSION[operation]
    mend = f"grant {needed}: {CONSENT}"
    if needed == PASSWORD_PERMISSION:
        mend += f"; if it is granted, {ROLE}"
    return broken(check, "the app may not do this", mend)


def _journal(store: Store, account: Subject, operation: str, result: str, wish: Wish) -> None:
    store.journal.append(
        [
            Entry(
                school="",
                run="",
                item="",
                what="event",
                operation=operation,
                object_id=account.id,
                result=result,
                after={"requester": wish.requester},
            )
        ]
    )
