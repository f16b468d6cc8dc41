"""Who a school has: people, their contacts and their classes, as the roster tells it.

All values are frozen and whole. The key of a person is the school and the MIS person id; kind
(pupil, staff) is an attribute and may change (a former pupil comes back as staff).
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Self

from msgspec import Struct


class Kind(StrEnum):
    """The population a person belongs to; limits, naming and licences are given per kind."""

    PUPIL = "pupil"
    STAFF = "staff"


class PersonKey(Struct, frozen=True, order=True, gc=False, cache_hash=True):
    """School id and MIS person id (a number or GUID); printed `pb:5523`."""

    school: str
    mis_id: str

    def __str__(self) -> str:
        return f"{self.school}:{self.mis_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key written as `SCHOOL:ID`; raises ValueError for anything else."""
        school, colon, mis_id = text.partition(":")
        if not (school and colon and mis_id):
            raise ValueError(f"{text!r} is not a person key; write SCHOOL:ID, for example pb:5523")
        return cls(school, mis_id)


class Person(Struct, frozen=True, kw_only=True, gc=False):
    """One person of one school on the day of the export.

    Names are the preferred ones, with the roster's own capitals; legal names serve matching only.
    `year` is `R`, `N1`, `N2` or `1`…`14`; `form` is the registration group, `house` the pupil's
    house where the export tells one. `starts` is the first day and `leaves` the last day
    (inclusive). `pupil_number` is the DfE unique pupil number: a cross-check only, never put in a
    name, a mail address or a log. `consent_hint` says that the MIS knows of a parental consent: a
    reason to ask for the form, never a consent. `born` is a pupil's birth date where the export
    tells one: it says who may consent (law A7); no more than its year is ever shown, to tell two
    pupils apart. `shared` marks a class log-on: nobody's name, and planned as everyone is
    (policies.class_logons). `unlisted` is never the roster's word: safeguarding keeps the name, and
    no file or class list has the person on it (policies.kept_names).
    """

    key: PersonKey
    kind: Kind
    given_name: str
    surname: str
    legal_given_name: str = ""
    legal_surname: str = ""
    title: str = ""
    year: str | None = None
    form: str | None = None
    house: str | None = None
    entry_year: int | None = None
    starts: date | None = None
    leaves: date | None = None
    admission_number: str = ""
    staff_code: str = ""
    pupil_number: str = ""
    mail: str = ""
    roles: tuple[str, ...] = ()
    status: str = ""
    consent_hint: bool = False
    shared: bool = False
    unlisted: bool = False
    born: date | None = None

    def __repr__(self) -> str:
        return f"Person({self.key})"

    def has_left(self, day: date) -> bool:
        """Whether the last day is over on `day`; nobody's is who has none."""
        return self.leaves is not None and self.leaves < day


class Contact(Struct, frozen=True, kw_only=True, gc=False):
    """One adult's relation to one pupil; not every parent holds parental responsibility."""

    pupil: PersonKey
    contact_id: str
    title: str = ""
    given_name: str = ""
    surname: str = ""
    relationship: str = ""
    priority: int | None = None
    parental_responsibility: bool | None = None
    court_order: bool = False
    mail: str = ""

    def __repr__(self) -> str:
        return f"Contact({self.pupil})"


class Membership(Struct, frozen=True, order=True, gc=False):
    """A person in a class: `teaches` is true for its teachers."""

    class_code: str
    person: PersonKey
    teaches: bool = False
    subject: str = ""


class FrozenPerson(Struct, frozen=True):
    """A person whose row cannot be trusted tonight: present, therefore no leaver, but not changed.

    `reason` names file, row and column, never the value that was read.
    """

    key: PersonKey
    reason: str


class RepeatedKey(ValueError):
    """Two people of one roster carry the same key."""


class Roster(Struct, frozen=True, kw_only=True):
    """One school's people, in key order, keys unique.

    `complete` names the kinds this roster speaks for as a whole: only of those does absence mean
    anything (a partial source never ends anyone). `unidentified` counts the rows of a kind whose
    person could not be told; while there are any, nobody of that kind counts as absent.
    """

    school: str
    people: tuple[Person, ...] = ()
    contacts: tuple[Contact, ...] = ()
    memberships: tuple[Membership, ...] = ()
    frozen: tuple[FrozenPerson, ...] = ()
    complete: frozenset[Kind] = frozenset()
    unidentified: dict[Kind, int] = {}

    def find(self, key: PersonKey) -> Person | None:
        """One of the people; None for somebody who is not on this roster."""
        at = bisect_left(self.people, key.mis_id, key=lambda person: person.key.mis_id)
        found = self.people[at] if at < len(self.people) else None
        return found if found is not None and found.key == key else None

    @classmethod
    def of(
        cls,
        school: str,
        people: Iterable[Person],
        *,
        contacts: Iterable[Contact] = (),
        memberships: Iterable[Membership] = (),
        frozen: Iterable[FrozenPerson] = (),
        complete: frozenset[Kind] = frozenset(),
        unidentified: dict[Kind, int] | None = None,
    ) -> Self:
        """The roster of these values, sorted; raises RepeatedKey when two people share a key."""
        ordered = tuple(sorted(people, key=lambda person: person.key.mis_id))
        for one, other in pairwise(ordered):
            if one.key == other.key:
                raise RepeatedKey(f"{one.key} occurs twice")
        return cls(
            school=school,
            people=ordered,
            contacts=tuple(
                sorted(contacts, key=lambda c: (c.pupil, c.priority or 99, c.contact_id))
            ),
            memberships=tuple(sorted(memberships)),
            frozen=tuple(sorted(frozen, key=lambda one: one.key)),
            complete=complete,
            unidentified=unidentified or {},
        )
