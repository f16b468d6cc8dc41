"""The accounts that a person at the desk asks about: whose they are, and whether they are ours.

Protected accounts, people on hold and people without an account of ours are refused (decisions 10
and 14); a refusal is journalled, with who asked.
"""

from collections.abc import Iterable, Mapping
from typing import NoReturn

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.run_desk import event
from graphsync.scene import is_listed, listed_accounts
from graphsync.tenant import signing_in
from graphsync.tenant.door import Door
from graphsync.tenant.memberships import role_holders
from graphsync.trouble import Refusal
from policies.password_facts import Kin, PasswordFacts
from policies.people import Kind, PersonKey, Roster
from policies.rules import Rules
from policies.school_days import school_day

REFUSED = "desk_refused"


class Subject(Struct, frozen=True, kw_only=True):
    """A person with their account as the tenant has it now, and what no password may hold."""

    person: PersonKey
    kind: Kind
    account: Account
    facts: PasswordFacts

    def __repr__(self) -> str:
        return f"Subject({self.person})"


def roster_of(bench: Bench, school: str) -> Roster:
    """The last accepted roster; raises Refusal where there is none."""
    roster = latest_roster(bench, school)
    if roster is None:
        raise Refusal(f"{school} has no accepted roster yet: run graphsync plan")
    return roster


def refuse(bench: Bench, operation: str, reasons: Mapping[PersonKey, str], who: str) -> NoReturn:
    """Journal that it was asked for and refused, and raise Refusal with every reason."""
    bench.store.journal.append(
        [
            msgspec.structs.replace(event(one.school, "", operation, who), person=one)
            for one in reasons
        ]
    )
    raise Refusal("; ".join(dict.fromkeys(reasons.values())))


async def subjects(
    bench: Bench, door: Door, people: Iterable[PersonKey], rules: Rules
) -> list[Subject]:
    """Each of them, once; raises Refusal with every reason when one may not be touched."""
    wanted = list(dict.fromkeys(people))
    kin = Kin(roster_of(bench, rules.school))
    links = bench.store.links.of(rules.school)
    today = school_day(bench.now())
    held = {hold.person: hold for hold in bench.store.holds.active(rules.school, today)}
    gone = bench.store.departures.gone(
        (links[key].object_id for key in wanted if key in links), bench.now()
    )
    holders, listed = await role_holders(door), listed_accounts(rules)
    found: list[Subject] = []
    reasons: dict[PersonKey, str] = {}
    for key in wanted:
        link = links.get(key)
        if link is None:
            reasons[key] = f"{key} has no account of ours: graphsync person {key} says more"
            continue
        if link.object_id in gone:
            reasons[key] = f"{key} has left by a departure: withdraw it first"
            continue
        if key in held:
            reasons[key] = f"{key} is on hold ({held[key].id}): lift the hold first"
            continue
        account = await signing_in.account(door, link.object_id)
        if account is None:
            reasons[key] = f"the account of {key} is gone from the tenant"
        elif account.id in holders or is_listed(account, listed):
            reasons[key] = f"the account of {key} is protected: it is changed in Entra, by hand"
        else:
            facts = _facts(kin, key, link.kind, account, rules)
            found.append(Subject(person=key, kind=link.kind, account=account, facts=facts))
    if reasons:
        refuse(bench, REFUSED, reasons, bench.requester)
    return found


def _facts(kin: Kin, key: PersonKey, kind: Kind, account: Account, rules: Rules) -> PasswordFacts:
    person = kin.people.get(key)
    if person is None:
        return PasswordFacts.of_nobody_known(kind, rules)
    return kin.facts(person, rules, account.user_principal_name.partition("@")[0])
