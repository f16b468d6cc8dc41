"""What a password must not give away: names, user name, relatives, every value of the roster."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from msgspec import Struct
from msgspec.structs import astuple

from policies.password_phases import phase_of
from policies.password_rules import Phase
from policies.people import Contact, Kind, Person, PersonKey, Roster
from policies.rules import Rules


class PasswordFacts(Struct, frozen=True, kw_only=True):
    """Of one person, in memory only: `roster` is every text and number that the roster has.

    `relatives` are the names that the roster's contacts tell; names of friends and pets cannot be
    known. `school` is the school's name and the words of its packs.
    """

    kind: Kind
    phase: Phase
    names: tuple[str, ...]
    user_name: str = ""
    relatives: tuple[str, ...] = ()
    roster: tuple[str, ...] = ()
    school: tuple[str, ...] = ()

    @classmethod
    def of_nobody_known(cls, kind: Kind, rules: Rules) -> Self:
        """Of somebody whom the roster no longer tells: the school's words alone."""
        school = (rules.name, *rules.password.deny_words)
        return cls(kind=kind, phase=phase_of(kind, None), names=(), school=school)

    def __repr__(self) -> str:
        return f"PasswordFacts({self.kind}, {self.phase})"

    def values(self) -> tuple[str, ...]:
        """Everything that a password made for this person must not hold."""
        return (*self.names, self.user_name, *self.relatives, *self.roster, *self.school)


class Kin:
    """A school's roster, asked for one person's relatives and classes.

    A pupil's relatives are their contacts and who shares one of them; those of a member of staff
    are the pupils whose contact has the same name or mail address. Never sent anywhere (A-04).
    """

    def __init__(self, roster: Roster) -> None:
        self.people = {person.key: person for person in roster.people}
        self._contacts: dict[PersonKey, list[Contact]] = defaultdict(list)
        self._pupils: dict[str, list[PersonKey]] = defaultdict(list)
        self._namesakes: dict[str, list[Contact]] = defaultdict(list)
        self._classes: dict[PersonKey, list[str]] = defaultdict(list)
        for contact in roster.contacts:
            self._contacts[contact.pupil].append(contact)
            self._pupils[contact.contact_id].append(contact.pupil)
            self._namesakes[contact.surname.casefold()].append(contact)
        for one in roster.memberships:
            self._classes[one.person] += (one.class_code, one.subject)

    def facts(self, person: Person, rules: Rules, user_name: str = "") -> PasswordFacts:
        """What a password of this person must not give away; `user_name` has no domain."""
        return PasswordFacts(
            kind=person.kind,
            phase=phase_of(person.kind, person.year),
            names=_said(
                person.given_name,
                person.surname,
                person.legal_given_name,
                person.legal_surname,
            ),
            user_name=user_name,
            relatives=self._relatives(person),
            roster=(*_values(person), *_said(*self._classes.get(person.key, ()))),
            school=(rules.name, *rules.password.deny_words),
        )

    def _relatives(self, person: Person) -> tuple[str, ...]:
        if person.kind is Kind.STAFF:
            children = (contact.pupil for contact in self._as_contact(person))
            return self._names_of(children)
        contacts = self._contacts.get(person.key, ())
        siblings = (
            pupil
            for contact in contacts
            for pupil in self._pupils[contact.contact_id]
            if pupil != person.key
        )
        adults = (name for one in contacts for name in (one.given_name, one.surname))
        return tuple(dict.fromkeys((*_said(*adults), *self._names_of(siblings))))

    def _as_contact(self, person: Person) -> Iterable[Contact]:
        for contact in self._namesakes.get(person.surname.casefold(), ()):
            same_mail = bool(person.mail) and contact.mail.casefold() == person.mail.casefold()
            if same_mail or _same_forename(contact.given_name, person.given_name):
                yield contact

    def _names_of(self, keys: Iterable[PersonKey]) -> tuple[str, ...]:
        people = (self.people.get(key) for key in keys)
        return _said(
            *(name for one in people if one for name in (one.given_name, one.surname)),
        )


def _same_forename(one: str, other: str) -> bool:
    """The same forename, or the initial of it; a roster often has no more of a contact."""
    left, right = one.casefold().rstrip("."), other.casefold().rstrip(".")
    shorter = min(len(left), len(right))
    return shorter > 0 and (left == right or (shorter == 1 and left[0] == right[0]))


def _said(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _values(person: Person) -> tuple[str, ...]:
    """Every value of the person's row as text, whatever columns there are."""
    values = [person.key.mis_id]
    for value in astuple(person):
        if isinstance(value, str):
            values.append(value)
        elif isinstance(value, tuple):
            values += value
        elif value is not None and value is not person.key:
            values.append(str(value))
    return _said(*values)
