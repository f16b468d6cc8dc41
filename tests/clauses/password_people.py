"""People, their families and what a password of theirs must not give away."""

from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.password_check import Violation, check
from policies.password_facts import Kin, PasswordFacts
from policies.people import Contact, Kind, Person, PersonKey, Roster
from policies.rules import Rules


def shipped(school: str) -> Rules:
    return load_rules(SHIPPED_PACKS, school)


def a_pupil(school: str, given: str, surname: str, mis_id: str = "1", year: str = "8") -> Person:
    return Person(
        key=PersonKey(school, mis_id),
        kind=Kind.PUPIL,
        given_name=given,
        surname=surname,
        year=year,
    )


def a_teacher(school: str, given: str, surname: str, mis_id: str = "50") -> Person:
    return Person(key=PersonKey(school, mis_id), kind=Kind.STAFF, given_name=given, surname=surname)


def a_contact(pupil: Person, given: str, surname: str, contact_id: str = "c1") -> Contact:
    return Contact(pupil=pupil.key, contact_id=contact_id, given_name=given, surname=surname)


def facts_of(
    person: Person,
    *family: Person,
    contacts: tuple[Contact, ...] = (),
    rules: Rules | None = None,
    user_name: str = "",
) -> PasswordFacts:
    roster = Roster.of(person.key.school, [person, *family], contacts=contacts)
    return Kin(roster).facts(person, rules or shipped(person.key.school), user_name)


def refusals(
    password: object,
    person: Person,
    *family: Person,
    contacts: tuple[Contact, ...] = (),
    user_name: str = "",
) -> dict[str, Violation]:
    """Why the person's own shipped pack refuses this password, by the violation's word."""
    rules = shipped(person.key.school)
    facts = facts_of(person, *family, contacts=contacts, rules=rules, user_name=user_name)
    return {one.code: one for one in check(password, facts, rules.password)}
