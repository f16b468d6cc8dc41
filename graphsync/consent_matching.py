"""Whose answer a row is and who gave it, by the last accepted roster.

A number is believed, a name only together with the form group and only when nobody else fits; where
both stand in a row they must agree, for a slip in a number is another child.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from graphsync.consent_cells import HeldRow
from graphsync.consent_school import as_signer
from graphsync.roster.values import read_admission_number, read_id
from policies.asking import is_here
from policies.consent_records import Signer
from policies.naming import folded
from policies.people import Contact, Kind, Person, PersonKey, Roster

Told = Mapping[str, str]  # what of graphsync.consent_columns -> the row's text
_THEMSELVES = {"self", "myself", "own", "pupil", "student", "thepupil", "thestudent"}


class Book:
    """The pupils and contacts of a roster, as the rows of a file may name them."""

    def __init__(self, roster: Roster, day: date) -> None:
        self._day = day
        self._frozen = {one.key for one in roster.frozen}
        self._pupils: dict[str, Person] = {}
        self._numbers: defaultdict[str, list[Person]] = defaultdict(list)
        self._forms: defaultdict[str, list[Person]] = defaultdict(list)
        self._contacts: defaultdict[PersonKey, list[Contact]] = defaultdict(list)
        for person in roster.people:
            if person.kind is Kind.PUPIL and not person.shared:
                self._pupils[person.key.mis_id] = person
                self._numbers[person.admission_number].append(person)
                self._forms[folded(person.form or "")].append(person)
        self._mails = {one.mail.casefold() for one in self._pupils.values() if one.mail}
        self._school = roster.school
        for contact in roster.contacts:
            self._contacts[contact.pupil].append(contact)

    def pupil(self, told: Told) -> Person:
        """The one pupil on roll whom a row names; raises HeldRow for nobody, several, or a leaver.

        A pupil whose row SIMS got wrong is frozen, and not in the roster's people: unknown too.
        """
        found = self._by_number(told)
        if found is None:
            found = self._by_name(told)
        elif not _may_be(found, told):
            raise HeldRow("the number and the name are of different pupils: correct one of them")
        if not is_here(found, self._day):
            raise HeldRow("the pupil has left the school")
        return found

    def _by_number(self, told: Told) -> Person | None:
        found: list[Person] = []
        if text := told.get("pupil_id", ""):
            mis_id = str(read_id(text))
            if PersonKey(self._school, mis_id) in self._frozen:
                raise HeldRow("the pupil's row in SIMS cannot be trusted: graphsync fixes says why")
            found.append(self._only([self._pupils[mis_id]] if mis_id in self._pupils else []))
        if text := told.get("admission_number", ""):
            found.append(self._only(self._numbers.get(read_admission_number(text), [])))
        if len({one.key for one in found}) > 1:
            raise HeldRow("the admission number and the person id are of different pupils")
        return found[0] if found else None

    def _by_name(self, told: Told) -> Person:
        form = folded(told.get("form_group", ""))
        names = {folded(told.get("pupil", "")), _joined(told)} - {""}
        if not form or not names:
            raise HeldRow("it does not say whose answer it is: fill in the admission number")
        return self._only([one for one in self._forms.get(form, []) if names & _whole_names(one)])

    def _only(self, found: list[Person]) -> Person:
        if not found:
            raise HeldRow("there is no such pupil in the school's last accepted roster")
        if len(found) > 1:
            raise HeldRow("several pupils fit: fill in the admission number")
        return found[0]

    def signer(self, pupil: Person, told: Told) -> Signer:
        """Who gave the answer, with the contact's id where the pupil has such a contact.

        By the contact's id, else by the mail address, else by the name; each that is there must
        lead to the same contact. Raises HeldRow when they do not, and for an answer from a pupil's
        account that is not the pupil's own to give.
        """
        mail = told.get("mail", "").casefold()
        mail = "" if mail == "anonymous" else mail
        if folded(told.get("relationship", "")) in _THEMSELVES:
            return Signer(own=True, name=told.get("signer", ""))
        if mail and mail in self._mails:
            raise HeldRow("it was given from a pupil's account: ask the parent")
        contact = self._contact(self._contacts[pupil.key], told, mail)
        if contact is None:
            return Signer(
                name=" ".join(told.get("signer", "").split()) or mail,
                relationship=told.get("relationship", ""),
            )
        return as_signer(contact)

    def _contact(self, contacts: list[Contact], told: Told, mail: str) -> Contact | None:
        name, number = folded(told.get("signer", "")), told.get("contact_id", "")
        by_id = [one for one in contacts if number and one.contact_id == str(read_id(number))]
        by_mail = [one for one in contacts if mail and one.mail.casefold() == mail]
        by_name = [one for one in contacts if name and name in _names_of(one)]
        fitting = [found for found in (by_id, by_mail, by_name) if found]
        if not fitting:
            return None
        every = [one for one in fitting[0] if all(one in found for found in fitting)]
        if not every:
            raise HeldRow("what it says of the signer fits two different contacts")
        if len(every) > 1:
            raise HeldRow(
                "several contacts of the pupil fit: give the contact's id or mail address"
            )
        return every[0]


def _joined(told: Told) -> str:
    parts = [folded(told.get(name, "")) for name in ("forename", "surname")]
    return "".join(parts) if all(parts) else ""


def _whole_names(person: Person) -> set[str]:
    """Every way to write a pupil's whole name, with either surname first."""
    forenames = {folded(person.given_name), folded(person.legal_given_name)} - {""}
    surnames = {folded(person.surname), folded(person.legal_surname)} - {""}
    both = {(one, two) for one in forenames for two in surnames}
    return {one + two for one, two in both} | {two + one for one, two in both}


def _may_be(person: Person, told: Told) -> bool:
    """Whether the row's name, if it has one, shares a forename or surname with the pupil's."""
    text = "".join(folded(told.get(name, "")) for name in ("pupil", "forename", "surname"))
    names: Iterable[str] = (
        folded(name)
        for name in (
            person.given_name,
            person.legal_given_name,
            person.surname,
            person.legal_surname,
        )
    )
    return not text or any(name and name in text for name in names)


def _names_of(contact: Contact) -> set[str]:
    own = folded(contact.given_name) + folded(contact.surname)
    return {own, folded(contact.title) + own, folded(contact.title) + folded(contact.surname)} - {
        "",
        folded(contact.title),
    }
