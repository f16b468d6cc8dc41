"""Whose account is whose: linked, recognised by its stamp, or resembling somebody (decisions 6, 7).

The link table is the authority. A person who resembles a foreign account is held: never created,
never numbered past it. Nothing here decides that two are the same; a person does.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

from anyascii import anyascii
from msgspec import Struct

from graphsync.accounts import Account, Snapshot
from graphsync.stamps import stamp
from policies.people import Kind, Person, PersonKey

MAIL, NUMBER, NAMES, SIGN_IN_NAME = 4, 3, 2, 1
# How tenants say a kind in employeeType, without a plural's s. Any other word fits both kinds.
KIND_WORDS = {
    Kind.PUPIL: frozenset({"pupil", "student"}),
    Kind.STAFF: frozenset({"staff", "teacher"}),
}


class Resemblance(Struct, frozen=True, order=True):
    """A person and a foreign account that may be theirs, with the evidence in words."""

    person: PersonKey
    object_id: str
    strength: int
    evidence: tuple[str, ...]


class Matching(Struct, frozen=True):
    """`by_stamp`: accounts that carry our own stamp of a person who has no link yet.

    `resembling`: what each unlinked person resembles; empty for real joiners.
    """

    by_stamp: dict[PersonKey, str]
    resembling: dict[PersonKey, tuple[Resemblance, ...]]


class Settled(Struct, frozen=True):
    """What people decided before: pairs that are not the same, accounts to pay no heed to."""

    refused: frozenset[tuple[PersonKey, str]] = frozenset()
    ignored: frozenset[str] = frozenset()


def match(
    *,
    unlinked: Iterable[Person],
    snapshot: Snapshot,
    linked_ids: AbstractSet[str],
    domain: str,
    alias_of: Callable[[Person], str | None],
    settled: Settled,
) -> Matching:
    """The unlinked people of one school against the accounts that are linked to nobody.

    Mail in the roster is looked for in the whole tenant; numbers, names and sign-in names only in
    the school's own domain, since they mean nothing in another school's.
    """
    people = list(unlinked)
    if not people:
        return Matching({}, {})
    free = snapshot.accounts.keys() - linked_ids - settled.ignored
    foreign = [one for one in map(snapshot.accounts.__getitem__, sorted(free)) if one.is_member]
    by_stamp = _by_stamp(people, foreign, settled)
    index = _Index(foreign, domain)
    found = {}
    for person in people:
        if person.key not in by_stamp and (seen := index.resembling(person, alias_of(person))):
            kept = tuple(r for r in seen if (r.person, r.object_id) not in settled.refused)
            if kept:
                found[person.key] = kept
    return Matching(by_stamp, found)


def _by_stamp(
    people: list[Person], foreign: list[Account], settled: Settled
) -> dict[PersonKey, str]:
    stamped: dict[str, list[str]] = defaultdict(list)
    for account in foreign:
        if account.stamp:
            stamped[account.stamp].append(account.id)
    found = {}
    for person in people:
        ids = stamped.get(stamp(person.key), [])
        # Two accounts with one stamp: somebody copied it; then a person must look.
        if len(ids) == 1 and (person.key, ids[0]) not in settled.refused:
            found[person.key] = ids[0]
    return found


class _Index:
    """The foreign accounts by each kind of evidence."""

    def __init__(self, foreign: list[Account], domain: str) -> None:
        self.mail: Mapping[str, list[Account]] = _group(foreign, _addresses)
        self.stamps: Mapping[str, list[Account]] = _group(foreign, _stamps)
        local = [a for a in foreign if _domain(a) == domain.casefold()]
        self.numbers: Mapping[str, list[Account]] = _group(local, _numbers)
        self.names: Mapping[str, list[Account]] = _group(local, _account_names)
        self.alias: Mapping[str, list[Account]] = _group(local, _aliases)

    def resembling(self, person: Person, alias: str | None) -> tuple[Resemblance, ...]:
        evidence: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for account in self.mail.get(person.mail.casefold(), []) if person.mail else []:
            evidence[account.id].append((MAIL, "its address is the one in the roster"))
        for account in self.stamps.get(stamp(person.key), []):
            evidence[account.id].append((NUMBER, "it carries our mark of this person"))
        for number in _person_numbers(person):
            for account in self.numbers.get(number, []):
                evidence[account.id].append((NUMBER, "it carries the school's number"))
        for name in _person_names(person):
            for account in self.names.get(name, []):
                if _kind_fits(account, person):
                    evidence[account.id].append((NAMES, "it has the same names"))
        for account in self.alias.get(alias or "", []):
            if not (account.given_name or account.surname):
                evidence[account.id].append((SIGN_IN_NAME, "its sign-in name is the pattern's"))
        return tuple(
            Resemblance(
                person.key,
                object_id,
                max(strength for strength, _ in found),
                tuple(dict.fromkeys(text for _, text in sorted(found, reverse=True))),
            )
            for object_id, found in sorted(evidence.items())
        )


def _group(
    accounts: Iterable[Account], keys: Callable[[Account], Iterable[str]]
) -> dict[str, list[Account]]:
    grouped: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        for key in set(keys(account)):
            grouped[key].append(account)
    return grouped


def _domain(account: Account) -> str:
    return account.user_principal_name.partition("@")[2].casefold()


def _addresses(account: Account) -> Iterable[str]:
    found = (account.user_principal_name, account.mail, *(account.other_mails or ()))
    return (address.casefold() for address in found if address)


def _numbers(account: Account) -> Iterable[str]:
    found = (account.employee_id, account.stamp)
    return filter(None, (_plain_number(number) for number in found if number))


def _stamps(account: Account) -> Iterable[str]:
    return filter(None, (account.stamp,))


def _aliases(account: Account) -> Iterable[str]:
    return (account.user_principal_name.partition("@")[0].casefold(),)


def _account_names(account: Account) -> Iterable[str]:
    if account.given_name and account.surname:
        yield plain_name(account.given_name, account.surname)
    elif account.display_name:
        yield plain_name(account.display_name)


def _person_numbers(person: Person) -> Iterable[str]:
    found = (person.admission_number, person.staff_code, person.pupil_number, person.key.mis_id)
    return dict.fromkeys(_plain_number(number) for number in found if number)


def _person_names(person: Person) -> Iterable[str]:
    return dict.fromkeys(
        plain_name(given, surname)
        for given in (person.given_name, person.legal_given_name)
        for surname in (person.surname, person.legal_surname)
        if given and surname
    )


def _plain_number(text: str) -> str:
    """Spreadsheets lose leading zeros; compare numbers without them."""
    return text.strip().casefold().lstrip("0")


def plain_name(*parts: str) -> str:
    """Names as they are compared: no accents, no case, letters only, one space between words."""
    text = anyascii(" ".join(parts)).casefold()
    return " ".join(re.sub(r"[^a-z ]", "", text.replace("-", " ")).split())


def _kind_fits(account: Account, person: Person) -> bool:
    """An account that says it is another kind of person's is not this one's."""
    said = (account.employee_type or "").strip().casefold().removesuffix("s")
    others = (words for kind, words in KIND_WORDS.items() if kind is not person.kind)
    return not any(said in words for words in others)
