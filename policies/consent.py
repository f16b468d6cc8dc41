"""What a pupil's rows mean on a day: a pure function of rows, roster, editions and pack."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from policies.consent_records import (
    Act,
    Answer,
    Batch,
    Consent,
    ConsentRules,
    Consents,
    Entry,
    Form,
    FormVersion,
    State,
)
from policies.people import Contact, Kind, Person, PersonKey, Roster

MISSING = Consent(state=State.MISSING, sentence="no consent is recorded")


def consents_of_school(
    roster: Roster,
    register: Mapping[PersonKey, tuple[Entry, ...]],
    forms: Mapping[str, FormVersion],
    batches: Mapping[str, Batch],
    rules: ConsentRules,
    day: date,
) -> dict[PersonKey, Consents]:
    """What stands on `day` for every pupil of the roster."""
    contacts: defaultdict[PersonKey, list[Contact]] = defaultdict(list)
    for contact in roster.contacts:
        contacts[contact.pupil].append(contact)
    return {
        person.key: consents_of(
            person, register.get(person.key, ()), contacts[person.key], forms, batches, rules, day
        )
        for person in roster.people
        if person.kind is Kind.PUPIL
    }


def consents_of(
    pupil: Person,
    entries: tuple[Entry, ...],
    contacts: list[Contact],
    forms: Mapping[str, FormVersion],
    batches: Mapping[str, Batch],
    rules: ConsentRules,
    day: date,
) -> Consents:
    """What stands on `day` for one pupil."""
    del pupil, contacts, forms, batches, day
    cloud = ict = MISSING
    for entry in entries:
        yes = entry.act is Act.ANSWERED and entry.answer is Answer.YES
        told = Consent(
            state=State.VERIFIED if yes else State.REFUSED,
            services=rules.services.intersection(entry.services) if yes else frozenset(),
            entry=entry.id,
        )
        cloud, ict = (told, ict) if entry.form is Form.CLOUD else (cloud, told)
    return Consents(cloud, ict)
