"""Whom the school asks for consent, for whom together, and why not the others (law A8.1 to A8.9).

Only a contact with parental responsibility whom no court order restricts is asked. One link serves
the pupils of one contact; two rows are the same contact where the roster gives them the same id and
the same mail address, since an id may be made up of names that two people share.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from policies.consent_records import Ask, Consent, ConsentRules, Consents, State, Why
from policies.people import Contact, Kind, Person, PersonKey, Roster

RENEW_DAYS = 30  # how long before the end of a yes the parent is asked again (law A9.13)

_OPEN = frozenset({State.MISSING, State.SUPERSEDED, State.EXPIRED, State.INVALID})
_WAITS = frozenset({Why.NOT_ASKED, Why.NO_ANSWER, Why.OTHER_PARENT_PENDING})


class Skip(StrEnum):
    """Why a contact is not asked about a pupil."""

    NO_RESPONSIBILITY = "no parental responsibility in the roster"
    COURT_ORDER = "a court order"
    NO_ADDRESS = "no mail address in the roster"
    ANOTHER_IS_ASKED = "another parent is asked"


class NotAsked(Struct, frozen=True):
    """A contact who is left out, by id, with the reason."""

    pupil: PersonKey
    contact_id: str
    why: Skip


class Family(Struct, frozen=True):
    """One contact and the pupils whom one link or letter is about, in key order."""

    contact: Contact
    pupils: tuple[PersonKey, ...]


class Asking(Struct, frozen=True):
    """Who is asked, who is left out, and the pupils whom nobody can be asked about."""

    families: tuple[Family, ...]
    left_out: tuple[NotAsked, ...]
    nobody: tuple[PersonKey, ...]


def to_be_asked(consent: Consent, day: date) -> bool:
    """Whether an answer is wanted: there is none, or it ends soon. A no is never asked again."""
    if consent.state in _OPEN:
        return True
    if consent.state is State.PENDING:
        return bool(_WAITS.intersection(consent.why))
    ends = consent.until
    return consent.live and ends is not None and ends - day <= timedelta(days=RENEW_DAYS)


def is_here(person: Person, day: date) -> bool:
    """Whether a pupil is on roll on `day`, or soon will be: nobody asks about a leaver."""
    return person.kind is Kind.PUPIL and not person.has_left(day)


def whom_to_ask(
    roster: Roster,
    consents: Mapping[PersonKey, Consents],
    rules: ConsentRules,
    day: date,
    pupils: Collection[PersonKey],
    *,
    by_mail: bool,
) -> Asking:
    """Who is asked about these `pupils` for the cloud form; `by_mail` needs an address."""
    wanted = {
        person.key
        for person in roster.people
        if person.key in pupils
        and not person.shared
        and is_here(person, day)
        and to_be_asked(consents[person.key].cloud, day)
    }
    contacts: defaultdict[PersonKey, list[Contact]] = defaultdict(list)
    for contact in roster.contacts:
        if contact.pupil in wanted:
            contacts[contact.pupil].append(contact)
    families: defaultdict[tuple[str, str, str], list[Contact]] = defaultdict(list)
    left_out: list[NotAsked] = []
    asked: set[PersonKey] = set()
    for pupil in sorted(wanted):
        chosen, skipped = _chosen(contacts[pupil], rules, by_mail=by_mail)
        left_out += skipped
        for contact in chosen:
            asked.add(pupil)
            families[_same(contact)].append(contact)
    return Asking(
        families=tuple(
            Family(rows[0], tuple(row.pupil for row in rows))
            for _, rows in sorted(families.items())
        ),
        left_out=tuple(left_out),
        nobody=tuple(sorted(wanted - asked)),
    )


def may_answer(contact: Contact) -> bool:
    """Whether a contact may be asked and may answer at all."""
    return contact.parental_responsibility is True and not contact.court_order


def _chosen(
    contacts: list[Contact], rules: ConsentRules, *, by_mail: bool
) -> tuple[list[Contact], list[NotAsked]]:
    chosen: list[Contact] = []
    skipped: list[NotAsked] = []
    for contact in sorted(contacts, key=lambda one: (one.priority or 99, one.contact_id)):
        why = _why_not(contact, rules, by_mail=by_mail, already=bool(chosen))
        if why is None:
            chosen.append(contact)
        else:
            skipped.append(NotAsked(contact.pupil, contact.contact_id, why))
    return chosen, skipped


def _why_not(contact: Contact, rules: ConsentRules, *, by_mail: bool, already: bool) -> Skip | None:
    if contact.parental_responsibility is not True:
        return Skip.NO_RESPONSIBILITY
    if contact.court_order:
        return Skip.COURT_ORDER
    if by_mail and not contact.mail:
        return Skip.NO_ADDRESS
    if already and rules.ask is Ask.ANY:
        return Skip.ANOTHER_IS_ASKED
    return None


def _same(contact: Contact) -> tuple[str, str, str]:
    """What makes two rows one contact; without an address every pupil has a link of its own."""
    mail = contact.mail.casefold()
    return (contact.contact_id, mail, "" if mail else str(contact.pupil))
