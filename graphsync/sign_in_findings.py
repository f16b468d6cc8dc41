"""What a person must look at in how accounts sign in: pure functions over what the mirror holds.

Each takes the clause that the school's pack follows; nothing here changes anything (decision 27).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from graphsync.accounts import Account, Snapshot
from policies.findings import Finding
from policies.people import PersonKey
from policies.school_days import school_day


def shared_accounts(
    snapshot: Snapshot,
    domain: str,
    *,
    persons: Collection[str],
    protected: Collection[str],
    clause: str,
) -> tuple[Finding, ...]:
    """The enabled member accounts of a school's domain that belong to nobody (PB-9.5, EIC-NET-3).

    `persons` are the object ids of people's accounts, of any school; `protected` are those that are
    known for what they are.
    """
    return tuple(
        Finding(
            clause=clause,
            subject=account.id,
            sentence=f"shared account, {clause}: it may sign in and belongs to no person. Say whose"
            " it is (graphsync match), list it as protected, or disable it",
        )
        for account in sorted(snapshot.in_domain(domain), key=lambda one: one.id)
        if account.account_enabled
        and account.is_member
        and account.id not in persons
        and account.id not in protected
    )


def old_passwords(
    accounts: Mapping[PersonKey, Account],
    now: datetime,
    *,
    school: str,
    reminder_days: int | None,
    clause: str,
) -> tuple[Finding, ...]:
    """Passwords older than the pack's days: to be reminded of, never forced (TMHS-5.4b1).

    One finding for the school where its policy asks for changes and names no number: none was
    invented. Accounts that Active Directory masters count as well where Graph tells their date.
    """
    if reminder_days is None:
        return (
            Finding(
                clause=clause,
                subject=school,
                sentence="interval not set: the policy says regularly without a number; enter one"
                " in password.change.reminder_days",
            ),
        )
    limit = now - timedelta(days=reminder_days)
    return tuple(
        Finding(
            clause=clause,
            subject=str(person),
            sentence=f"the password is {(now - changed).days} days old, and the pack reminds after"
            f" {reminder_days}",
        )
        for person, account in sorted(accounts.items())
        if account.account_enabled
        and (changed := account.last_password_change_date_time) is not None
        and changed < limit
    )


def overdue_changes(
    required: Mapping[PersonKey, datetime],
    accounts: Mapping[PersonKey, Account],
    now: datetime,
    *,
    grace_days: int,
    clause: str,
) -> tuple[Finding, ...]:
    """Who was required to change a password and has not, after the days of grace (SNMAT-19d).

    A change counts when it was made after it was required. Nobody is blocked by this: the sentence
    says how.
    """
    found = []
    for person, since in sorted(required.items()):
        account = accounts.get(person)
        changed = account.last_password_change_date_time if account else None
        days = (school_day(now) - school_day(since)).days
        if account is None or not account.account_enabled or days < grace_days:
            continue
        if changed is None or changed <= since:
            sentence = (
                f"a new password was required {days} days ago, on {school_day(since)}, and is"
                f" overdue (after {grace_days}). Remind them, or block the account with"
                f" graphsync hold add {person} --suspend"
            )
            found.append(Finding(clause=clause, subject=str(person), sentence=sentence))
    return tuple(found)


def accounts_of(
    links: Iterable[tuple[PersonKey, str]], snapshot: Snapshot
) -> dict[PersonKey, Account]:
    """The accounts of people, from (person, object id)."""
    return {
        person: snapshot.accounts[object_id]
        for person, object_id in links
        if object_id in snapshot.accounts
    }
