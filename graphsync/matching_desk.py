"""Whose account an existing account is, said by a person (decision 7).

Adopting changes nothing in the tenant: the account keeps its names, mail and password. All rows of
a file are checked before the first is kept.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.filled_in import rows_of
from graphsync.intake import latest_roster
from graphsync.matching import MAIL, NAMES, NUMBER, SIGN_IN_NAME
from graphsync.run_desk import event
from graphsync.seen import AccountBook, seen_accounts
from graphsync.store.journal import Entry
from graphsync.store.links import Link
from graphsync.store.proposals import Proposal
from graphsync.trouble import Refusal
from policies.people import Person, PersonKey

STRENGTH = {MAIL: "mail", NUMBER: "number", NAMES: "names", SIGN_IN_NAME: "sign-in name"}


class ProposalLine(Struct, frozen=True, kw_only=True):
    """Both sides of one open proposal, and why they may be the same."""

    person: str
    name: str
    kind: str
    year: str
    account: str
    account_name: str
    enabled: bool | None
    mastered_in_ad: bool
    strength: str
    evidence: tuple[str, ...]
    rivals: int


class Accepted(Struct, frozen=True, kw_only=True):
    """How many pairs were adopted."""

    accepted: int
    people: tuple[str, ...]


class Released(Struct, frozen=True, kw_only=True):
    """A person and the object id of the account that was theirs, or is as the roster says now."""

    person: str
    account: str


class _Pair(Struct, frozen=True):
    person: Person
    account: Account


def proposals(bench: Bench, school: str | None = None) -> tuple[ProposalLine, ...]:
    """The open proposals, the strongest evidence first; `rivals` counts others for either side."""
    found = bench.store.proposals.list(school, "open")
    accounts = bench.store.mirror.some(bench.tenant.tenant_id, {one.object_id for one in found})
    people: dict[PersonKey, Person] = {}
    for one in {proposal.person.school for proposal in found}:
        people |= people_of(bench, one)
    rivals = Counter([*(one.person for one in found), *(one.object_id for one in found)])
    return tuple(
        _line(
            one,
            people.get(one.person),
            accounts.get(one.object_id),
            rivals[one.person] + rivals[one.object_id] - 2,  # itself, on either side
        )
        for one in found
    )


def _line(
    one: Proposal, person: Person | None, account: Account | None, rivals: int
) -> ProposalLine:
    return ProposalLine(
        person=str(one.person),
        name=f"{person.given_name} {person.surname}" if person else "",
        kind=str(person.kind) if person else "",
        year=(person.year or "") if person else "",
        account=account.user_principal_name if account else one.object_id,
        account_name=(account.display_name or "") if account else "",
        enabled=account.account_enabled if account else None,
        mastered_in_ad=bool(account and account.mastered_in_ad),
        strength=STRENGTH[one.strength],
        evidence=one.evidence,
        rivals=rivals,
    )


def accept(bench: Bench, person: PersonKey, account: str) -> Accepted:
    """Adopt one account (by sign-in name or object id); raises Refusal."""
    return _adopt(bench, [(person, account, f"{person}")])


def accept_many(bench: Bench, pairs: Iterable[tuple[PersonKey, str]]) -> Accepted:
    """Adopt the accounts of these pairs, all of them or none; raises Refusal with every reason.

    A pair that has rivals is not among several: somebody looks at it by itself.
    """
    asked = list(pairs)
    if len(asked) > 1:
        _refuse_rivals(bench, {person for person, _ in asked})
    return _adopt(bench, [(person, account, f"{person}") for person, account in asked])


def _refuse_rivals(bench: Bench, people: Collection[PersonKey]) -> None:
    schools = {one.school for one in people}
    lines = [line for school in sorted(schools) for line in proposals(bench, school)]
    rivals = [line.person for line in lines if line.rivals and line.person in set(map(str, people))]
    if rivals:
        named = ", ".join(dict.fromkeys(rivals))
        raise Refusal(f"nothing was adopted. There are rivals: settle each by itself: {named}")


def reopen(bench: Bench, person: PersonKey) -> str:
    """Take back what was decided last of this person and not accepted; the account's object id.

    Raises Refusal when nothing was.
    """
    decided = [
        one
        for one in bench.store.proposals.decided(person.school)
        if one.person == person and one.state != "accepted"
    ]
    if not decided:
        raise Refusal(f"nothing of {person} was refused or ignored")
    last = max(decided, key=lambda one: one.at)
    with bench.store.transaction():
        bench.store.proposals.decide(person, last.object_id, "open", bench.requester)
        bench.store.journal.append([_event(bench, person, last.object_id, "match_reopened")])
    return last.object_id


def accept_file(bench: Bench, path: Path) -> Accepted:
    """Adopt the pairs of a CSV with the columns `person` and `account`: all of them, or none.

    Raises Refusal with every bad row.
    """
    return _adopt(bench, _pairs_of(path))


def decide_file(bench: Bench, path: Path, state: Literal["refused", "ignored"]) -> int:
    """Refuse or ignore the pairs of such a CSV, all of them or none; how many there were."""
    pairs = _pairs_of(path)
    book = AccountBook(seen_accounts(bench))
    with bench.store.transaction():
        for person, account, _ in pairs:
            _decide(bench, book, person, account, state)
    return len(pairs)


def _pairs_of(path: Path) -> list[tuple[PersonKey, str, str]]:
    pairs, faults = [], []
    for where, cells in rows_of(path, ("person", "account")):
        try:
            pairs.append((PersonKey.parse(cells["person"]), cells["account"], where))
        except ValueError:
            faults.append(f"{where}: the column person must be SCHOOL:ID")
    if faults:
        raise Refusal("; ".join(faults))
    return pairs


def refuse(bench: Bench, person: PersonKey, account: str) -> None:
    """The account is somebody else's: not proposed for this person again."""
    _decide(bench, AccountBook(seen_accounts(bench)), person, account, "refused")


def ignore(bench: Bench, person: PersonKey, account: str) -> None:
    """The account belongs to nobody on a roster: not proposed for anyone again."""
    _decide(bench, AccountBook(seen_accounts(bench)), person, account, "ignored")


def release(bench: Bench, person: PersonKey) -> Released:
    """Un-adopt: the link goes, the account stays as it is; the pair is not proposed again.

    Raises Refusal for a person without an adopted account.
    """
    link = _adopted_link(bench, person)
    proposal = Proposal(
        person=person,
        object_id=link.object_id,
        strength=SIGN_IN_NAME,
        evidence=("it was adopted and released",),
        at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.links.remove(person)
        others = bench.store.proposals.list(person.school, "open")
        bench.store.proposals.put_open(person.school, [*others, proposal])
        bench.store.proposals.decide(person, link.object_id, "refused", bench.requester)
        bench.store.journal.append([_event(bench, person, link.object_id, "released")])
    return Released(person=str(person), account=link.object_id)


def agree(bench: Bench, person: PersonKey) -> Released:
    """Let an adopted account take the roster's names, form and the pack's values from now on.

    The sign-in name and the password stay. Raises Refusal for one that was not adopted.
    """
    link = _adopted_link(bench, person)
    with bench.store.transaction():
        bench.store.links.put(msgspec.structs.replace(link, how="agreed"))
        bench.store.journal.append([_event(bench, person, link.object_id, "agreed")])
    return Released(person=str(person), account=link.object_id)


def _adopted_link(bench: Bench, person: PersonKey) -> Link:
    link = bench.store.links.of(person.school).get(person)
    if link is None:
        raise Refusal(f"{person} is linked to no account; `graphsync match list` shows proposals")
    if link.how == "created":
        raise Refusal(f"the account of {person} was made by graphsync, not adopted")
    return link


def _decide(bench: Bench, book: AccountBook, person: PersonKey, account: str, state: str) -> None:
    found = book.find(account)
    object_id = found.id if found else account
    word = msgspec.convert(state, type=Proposal.__annotations__["state"])
    with bench.store.transaction():
        bench.store.proposals.decide(person, object_id, word, bench.requester)
        bench.store.journal.append([_event(bench, person, object_id, f"match_{state}")])


def _adopt(bench: Bench, pairs: Sequence[tuple[PersonKey, str, str]]) -> Accepted:
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    book = AccountBook(mirror.accounts if mirror else {})
    protected = mirror.protected if mirror else frozenset()
    taken = bench.store.links.all_object_ids()
    linked = frozenset(taken.values())
    people: dict[str, dict[PersonKey, Person]] = {}
    faults: list[str] = []
    chosen: dict[PersonKey, _Pair] = {}
    used: set[str] = set()
    for key, named, where in pairs:
        known = people.setdefault(key.school, people_of(bench, key.school))
        account = book.find(named)
        if fault := _fault(key, known.get(key), account, taken, linked, protected):
            faults.append(f"{where}: {fault}")
        elif account is not None and (key in chosen or account.id in used):
            faults.append(f"{where}: the person or the account is named twice")
        elif account is not None:
            chosen[key] = _Pair(known[key], account)
            used.add(account.id)
    if faults:
        raise Refusal("nothing was adopted. " + "; ".join(faults))
    _keep(bench, chosen)
    return Accepted(accepted=len(chosen), people=tuple(str(key) for key in chosen))


def _fault(
    key: PersonKey,
    person: Person | None,
    account: Account | None,
    taken: dict[str, PersonKey],
    linked: frozenset[PersonKey],
    protected: frozenset[str],
) -> str:
    if person is None:
        return f"{key} is not in the last accepted roster"
    if account is None:
        return "no such account was seen in the tenant; run `graphsync plan` to look again"
    if account.id in protected:
        return "the account holds a directory role: it is never adopted"
    if account.id in taken:
        return f"the account is linked to {taken[account.id]}"
    if key in linked:
        return f"{key} is linked to another account"
    return ""


def _keep(bench: Bench, chosen: dict[PersonKey, _Pair]) -> None:
    now = bench.now()
    proposed = {(one.person, one.object_id) for one in bench.store.proposals.list()}
    with bench.store.transaction():
        bench.store.links.put_many(
            [
                Link(
                    person=key,
                    kind=pair.person.kind,
                    object_id=pair.account.id,
                    how="adopted",
                    linked_at=now,
                )
                for key, pair in chosen.items()
            ]
        )
        for key, pair in chosen.items():
            if (key, pair.account.id) in proposed:
                bench.store.proposals.decide(key, pair.account.id, "accepted", bench.requester)
        bench.store.journal.append(
            [
                msgspec.structs.replace(
                    _event(bench, key, pair.account.id, "adopted"),
                    population=str(pair.person.kind),
                )
                for key, pair in chosen.items()
            ]
        )


def _event(bench: Bench, person: PersonKey, object_id: str, operation: str) -> Entry:
    plain = event(person.school, "", operation, bench.requester)
    return msgspec.structs.replace(plain, person=person, object_id=object_id)


def people_of(bench: Bench, school: str) -> dict[PersonKey, Person]:
    """The people of the last accepted roster, class log-ons among them."""
    roster = latest_roster(bench, school)
    return {person.key: person for person in roster.people} if roster else {}
