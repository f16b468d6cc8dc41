"""The address book of the tenant: whose a mail address is, from links, mirror and rosters."""

from collections.abc import Iterator, Mapping

from graphsync.bench import Bench
from graphsync.intake import stored_roster
from graphsync.store.links import Link
from policies.mail_people import PERSONAL_DOMAINS, AddressBook, Party, Role, plain_address
from policies.people import Kind, Person, PersonKey, Roster
from policies.rules import Rules
from policies.school_days import school_day

_ROLES = {Kind.PUPIL: Role.PUPIL, Kind.STAFF: Role.STAFF}


def address_book(bench: Bench, rules: Mapping[str, Rules]) -> AddressBook:
    """Every address that the store knows, for the schools of these rules.

    Accounts that are linked go by their person; then the roster's own addresses, then contacts. Of
    several schools with one domain the first by id has those of its addresses that are nobody's.
    """
    rosters = _rosters(bench, rules)
    domains: dict[str, str] = {}
    for school in sorted(rules):
        domains.setdefault(rules[school].domain, school)
    # A later one stands: an account's address is what Microsoft really delivers to.
    known = dict((*_of_contacts(rosters), *_of_people(bench, rosters)))
    return AddressBook(known=known, domains=domains)


def _rosters(bench: Bench, rules: Mapping[str, Rules]) -> list[Roster]:
    newest = bench.store.exports.latest_of_each(bench.now())
    return [
        stored_roster(bench.store, school, export.sha256)
        for school, export in sorted(newest.items())
        if school in rules
    ]


def _of_people(bench: Bench, rosters: list[Roster]) -> Iterator[tuple[str, Party]]:
    """Addresses of ours, those of the accounts last."""
    today = school_day(bench.now())
    here: dict[PersonKey, Party] = {}
    for person in (one for roster in rosters for one in roster.people):
        role = Role.LEAVER if person.has_left(today) else _ROLES[person.kind]
        here[person.key] = party = Party(role, person.key, person.key.school)
        if address := _own_address(person):
            yield address, party
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    accounts = mirror.accounts if mirror else {}
    for link in _links(bench):
        account = accounts.get(link.object_id)
        if account is None:
            continue
        left = Party(Role.LEAVER, link.person, link.person.school)
        for given in filter(None, (account.mail, account.user_principal_name)):
            yield plain_address(given), here.get(link.person, left)


def _own_address(person: Person) -> str:
    """The roster's address; a mailbox that anyone can have is a personal account all the same."""
    address = plain_address(person.mail)
    return "" if address.rpartition("@")[2] in PERSONAL_DOMAINS else address


def _links(bench: Bench) -> Iterator[Link]:
    for links in bench.store.links.by_school().values():
        yield from links.values()


def _of_contacts(rosters: list[Roster]) -> Iterator[tuple[str, Party]]:
    """Contacts: with parental responsibility for any pupil, or not known to have it for one."""
    found: dict[str, Party] = {}
    for roster in rosters:
        for contact in roster.contacts:
            address = plain_address(contact.mail)
            responsible = contact.parental_responsibility is True
            if address and (responsible or address not in found):
                role = Role.PARENT if responsible else Role.CONTACT
                found[address] = Party(role, school=roster.school)
    yield from found.items()
