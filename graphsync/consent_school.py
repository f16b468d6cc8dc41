"""A school as the desk of the consent register sees it: pupils, contacts, editions, what stands.

Whoever is asked for is looked up here, and refused here: somebody unknown, of another school, or
gone; an edition that does not exist; a name that fits two contacts.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property

from graphsync.bench import Bench
from graphsync.desk_subjects import roster_of
from graphsync.trouble import Refusal
from policies.asking import may_answer
from policies.consent import checked_batches, consents_of
from policies.consent_forms import load_forms
from policies.consent_records import Batch, Consents, Countersign, Entry, FormVersion, Signer
from policies.pack_loading import load_rules
from policies.people import Contact, Kind, Person, PersonKey, Roster
from policies.school_days import school_day


class ConsentSchool:
    """One school at one moment; raises PackRefused, and Refusal where it has no roster yet.

    `roster` is the last accepted one, where the caller has it already.
    """

    def __init__(self, bench: Bench, school: str, roster: Roster | None = None) -> None:
        self.bench = bench
        self.rules = load_rules(bench.packs_dir, school)
        self.roster = roster or roster_of(bench, school)
        self.editions = load_forms(bench.packs_dir, self.rules.consent.forms)
        self.day: date = school_day(bench.now())

    @cached_property
    def _pupils(self) -> dict[PersonKey, Person]:
        return {one.key: one for one in self.roster.people if one.kind is Kind.PUPIL}

    @cached_property
    def adults(self) -> dict[PersonKey, list[Contact]]:
        """Each pupil's contacts, the most important first."""
        found: defaultdict[PersonKey, list[Contact]] = defaultdict(list)
        for contact in self.roster.contacts:
            found[contact.pupil].append(contact)
        return found

    @cached_property
    def batches(self) -> dict[str, Batch]:
        """The batches of paper forms."""
        return self.bench.store.consent_batches.of_school(self.rules.school)

    @cached_property
    def _checked(self) -> Mapping[str, Batch]:
        """The batches, with whether a second person has passed what was drawn of each."""
        if self.rules.consent.countersign is not Countersign.SAMPLE:
            return self.batches
        return checked_batches(self.bench.store.consents.of_school(self.rules.school), self.batches)

    @cached_property
    def _by_admission(self) -> dict[str, list[Person]]:
        found: defaultdict[str, list[Person]] = defaultdict(list)
        for pupil in self._pupils.values():
            found[_number(pupil.admission_number)].append(pupil)
        found.pop("", None)
        return found

    def pupil(self, named: str) -> Person:
        """The pupil of a key (`SCHOOL:ID`) or an admission number, its leading noughts or not.

        Raises Refusal for one who is unknown, of another school or gone, and for a number that two
        pupils have.
        """
        found = self._named(named)
        if found.has_left(self.day):
            raise Refusal(f"{found.key} left on {found.leaves}: nothing is recorded any more")
        return found

    def _named(self, named: str) -> Person:
        school = self.rules.school
        if ":" not in named:
            found = self._by_admission.get(_number(named), [])
            if len(found) > 1:
                keys = ", ".join(str(one.key) for one in found)
                raise Refusal(f"several pupils have this admission number: name one of {keys}")
            if not found:
                raise Refusal(f"no pupil of {school} has this admission number")
            return found[0]
        key = _key(named)
        if key.school != school:
            raise Refusal(f"{key} is of another school than {school}: a consent stays where it was")
        pupil = self._pupils.get(key)
        if pupil is None:
            raise Refusal(f"{key} is no pupil on the last accepted roster of {school}")
        return pupil

    def edition(self, named: str) -> FormVersion:
        """The printed edition of a form; raises Refusal for one that the pack does not name."""
        found = self.editions.get(named)
        if found is None:
            known = ", ".join(sorted(self.editions)) or "none: add consent.form.versions"
            raise Refusal(
                f"{named} is no edition in use at {self.rules.school}; its pack names {known}"
            )
        return found

    def signer(self, pupil: PersonKey, named: str) -> Signer:
        """Who signed, by a contact's id or name, as the roster has them today.

        Somebody whom the roster does not have is kept by name alone. Raises Refusal for a name that
        fits several contacts.
        """
        mine = self.adults.get(pupil, [])
        found = [one for one in mine if one.contact_id == named]
        found = found or [one for one in mine if _fits(named, one)]
        if len(found) > 1:
            ids = ", ".join(one.contact_id for one in found)
            raise Refusal(f"the name fits several contacts of {pupil}: give an id, one of {ids}")
        return as_signer(found[0]) if found else Signer(name=named.strip())

    def first_signer(self, pupil: PersonKey) -> Contact | None:
        """The first contact with parental responsibility; None where none comes before all others.

        Whoever a court order concerns is never taken unasked.
        """
        able = [one for one in self.adults.get(pupil, []) if may_answer(one)]
        alone = len(able) == 1
        if able and (alone or (able[0].priority or 0) < (able[1].priority or 99)):
            return able[0] if alone or able[0].priority else None
        return None

    def standing(self, pupil: Person, rows: tuple[Entry, ...]) -> Consents:
        """What these rows of a pupil amount to today."""
        return consents_of(
            pupil,
            rows,
            self.adults.get(pupil.key, []),
            self.editions,
            self._checked,
            self.rules.consent,
            self.day,
        )

    @cached_property
    def _own_addresses(self) -> set[str]:
        """The addresses of whoever enters, as a member of staff."""
        who = self.bench.requester.casefold()
        console, _, account = self.bench.requester.partition("entra:")
        holder = None if console else self.bench.store.links.holder_of(account)
        return {
            one.mail.casefold()
            for one in self.roster.people
            if one.kind is Kind.STAFF and one.mail
            if one.key == holder
            or who in {one.mail.casefold(), one.mail.casefold().partition("@")[0]}
        }

    def refuse_own_child(self, pupil: PersonKey) -> None:
        """Raises Refusal when who enters is a contact of this pupil, as far as the roster tells.

        Who signed in at the console is known by the account that is theirs; an account of the
        machine by the part of a member of staff's address before the @, or the whole.
        """
        mine = {one.mail.casefold() for one in self.adults.get(pupil, []) if one.mail}
        if mine & self._own_addresses:
            raise Refusal(f"{pupil} is a child of who enters this: let somebody else record it")


def as_signer(contact: Contact) -> Signer:
    """A contact of the roster as the one who signed."""
    names = (contact.title, contact.given_name, contact.surname)
    return Signer(
        contact_id=contact.contact_id,
        name=" ".join(filter(None, names)),
        relationship=contact.relationship,
        responsible=contact.parental_responsibility,
        court_order=contact.court_order,
    )


def _key(named: str) -> PersonKey:
    try:
        return PersonKey.parse(named)
    except ValueError as wrong:
        raise Refusal(str(wrong)) from None


def _number(text: str) -> str:
    """An admission number without the noughts that one list prints and another leaves out."""
    return text.strip().lstrip("0").casefold()


def _fits(named: str, contact: Contact) -> bool:
    """Whether this may be the contact's name: the surname, and each forename or initial given."""
    words = named.replace(".", " ").casefold().split()
    surname = contact.surname.casefold().split()
    if not surname or words[-len(surname) :] != surname:
        return False
    given = words[: -len(surname)]
    if given and given[0] == contact.title.replace(".", "").casefold():
        given = given[1:]
    known = contact.given_name.casefold().split()
    return all(
        any(have == word or (len(word) == 1 and have.startswith(word)) for have in known)
        for word in given
    )
