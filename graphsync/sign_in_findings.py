"""What a person must look at in how accounts sign in: pure functions over what the mirror holds.

Each takes the clause that the school's pack follows; nothing here changes anything (decision 27).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from graphsync.accounts import Account, Snapshot
from graphsync.bench import Bench
from graphsync.custody_desk import Envelope, newest
from graphsync.desk_acts import LAST_CHANGE
from graphsync.scene import protected_ids
from graphsync.store.journal import JournalRow
from policies.findings import Finding
from policies.people import PersonKey
from policies.rules import Rules
from policies.school_days import school_day


class Required(Struct, frozen=True, order=True):
    """When a new password was required, and when Graph said that the old one was set."""

    since: datetime
    last_change: datetime | None = None


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
    named = f"shared account, {clause}" if clause else "shared account"
    return tuple(
        Finding(
            clause=clause,
            subject=account.id,
            sentence=f"{named}: it may sign in and belongs to no person. Say whose"
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
    reminder_days: int,
    clause: str,
) -> tuple[Finding, ...]:
    """Passwords older than the pack's days: to be reminded of, never forced (TMHS-5.4b1).

    Accounts that Active Directory masters count as well where Graph tells their date.
    """
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
    required: Mapping[PersonKey, Required],
    accounts: Mapping[PersonKey, Account],
    now: datetime,
    *,
    grace_days: int,
    clause: str,
) -> tuple[Finding, ...]:
    """Who was required to change a password and has not, after the days of grace (SNMAT-19d).

    A change counts when it is later than the last one before it was required; that the mark alone
    does not move lastPasswordChangeDateTime is unverified. Nobody is blocked by this: the sentence
    says how.
    """
    found = []
    for person, asked in sorted(required.items()):
        account = accounts.get(person)
        changed = account.last_password_change_date_time if account else None
        days = (school_day(now) - school_day(asked.since)).days
        if account is None or not account.account_enabled or days < grace_days:
            continue
        if changed is None or changed <= (asked.last_change or asked.since):
            sentence = (
                f"a new password was required {days} days ago, on {school_day(asked.since)}, and is"
                f" overdue (after {grace_days}). Remind them, or block the account with"
                f" graphsync hold add {person} --suspend"
            )
            found.append(Finding(clause=clause, subject=str(person), sentence=sentence))
    return tuple(found)


def unsure_envelopes(
    envelopes: Iterable[Envelope], accounts: Mapping[str, Account], *, clause: str
) -> tuple[Finding, ...]:
    """Envelopes that no longer hold the password, or were opened (SNMAT-19f, 24b)."""
    found = []
    for one in envelopes:
        account = accounts.get(one.object_id)
        changed = account.last_password_change_date_time if account else None
        if account is None:
            why = "the account is gone: take the envelope out of the safe"
        elif changed is not None and school_day(changed) > one.sealed_on:
            why = (
                f"stale: the password was changed on {school_day(changed)}, the envelope was"
                f" sealed on {one.sealed_on}. Seal the new one (graphsync custody add)"
            )
        elif one.opened_on:
            why = f"opened on {one.opened_on[-1]}: set a new password and seal it"
        else:
            continue
        sentence = f"envelope {one.envelope}: {why}"
        found.append(Finding(clause=clause, subject=one.object_id, sentence=sentence))
    return tuple(found)


def unregistered_staff(
    accounts: Mapping[PersonKey, Account], registered: Collection[str], *, clause: str
) -> tuple[Finding, ...]:
    """Members of staff who may sign in and have registered no second factor (A1.4, A1.5, A4.12).

    `accounts` are theirs, `registered` the object ids that Entra's report names. An account that is
    too new for the report has none either.
    """
    return tuple(
        Finding(
            clause=clause,
            subject=str(person),
            sentence="no second factor (MFA) is registered, by Entra's report, which may be a day"
            " behind. Cyber Essentials and the DfE's standard ask one of all staff: have it"
            " registered at https://aka.ms/mfasetup",
        )
        for person, account in sorted(accounts.items())
        if account.account_enabled and account.id not in registered
    )


def weak_password_rules(
    weak: Collection[str],
    snapshot: Snapshot,
    domain: str,
    people: Mapping[str, PersonKey],
    *,
    school: str,
    clause: str,
) -> tuple[Finding, ...]:
    """Accounts of a school that are let off Entra's own rule for passwords, as we never do (A4.15).

    They are those of its people, wherever they are, and all of its domain. `weak` are the object
    ids of the tenant, `people` says whose an account is. Whether they may sign in makes no
    difference: an account is enabled again with the password that it has.
    """
    own = {object_id for object_id, person in people.items() if person.school == school}
    own.update(account.id for account in snapshot.in_domain(domain))
    return tuple(
        Finding(
            clause=clause,
            subject=str(people.get(object_id, object_id)),
            sentence="the password may be weaker than Entra's own rule: the account is marked"
            " DisableStrongPassword. Take the mark away (Update-MgUser -PasswordPolicies"
            " DisablePasswordExpiration), then set a new password",
        )
        for object_id in sorted(own.intersection(weak))
    )


def of_school(
    bench: Bench, rules: Rules, seen: Snapshot, clause_of: Callable[[str], str]
) -> tuple[Finding, ...]:
    """All of the above for one school, from the tenant as it was seen and the store.

    `clause_of` gives the clause that the school's pack names for a key, or nothing.
    """
    store, school, now = bench.store, rules.school, bench.now()
    links = store.links.of(school)
    accounts = {
        person: seen.accounts[link.object_id]
        for person, link in links.items()
        if link.object_id in seen.accounts
    }
    envelopes = newest(store.custody.of_school(school), seen.accounts)
    grace = rules.password.require_change_grace_days
    found = [
        *shared_accounts(
            seen,
            rules.domain,
            persons=store.links.all_object_ids(),
            protected=protected_ids(seen, rules),
            clause=clause_of("accounts.shared"),
        ),
        *overdue_changes(
            _required(store.journal.last_done(school, "require_change")),
            accounts,
            now,
            grace_days=grace,
            clause=clause_of("password.require_change_grace_days"),
        ),
        *unsure_envelopes(envelopes, seen.accounts, clause=clause_of("password.custody_register")),
    ]
    if rules.password.change.reminder_days is not None:
        found += old_passwords(
            accounts,
            now,
            reminder_days=rules.password.change.reminder_days,
            clause=clause_of("password.change.reminder_days"),
        )
    return tuple(found)


def _required(rows: Mapping[PersonKey, JournalRow]) -> dict[PersonKey, Required]:
    """By Graph's clock where the payload is still kept, by ours where it was purged."""
    stated = {person: row.before.get(LAST_CHANGE) for person, row in rows.items()}
    return {
        person: Required(row.at, datetime.fromisoformat(text) if (text := stated[person]) else None)
        for person, row in rows.items()
    }
