"""Pupils and adults as whoever has the paper in hand has to see them, to tell them apart.

Two facts of a pupil are read back, so that the wrong sibling and a namesake are noticed (law B4).
"""

from collections.abc import Iterable

from msgspec import Struct

from graphsync.consent_school import ConsentSchool, as_signer
from policies.asking import may_answer
from policies.naming import folded
from policies.people import Contact, Kind, Person, PersonKey


class PupilFace(Struct, frozen=True, kw_only=True):
    """A pupil by name, with what tells two of one name apart; empty where the roster is silent."""

    person: PersonKey
    admission_number: str = ""
    name: str = ""
    year: str = ""
    form_group: str = ""
    born_year: int | None = None

    def __repr__(self) -> str:
        return f"PupilFace({self.person})"


class AdultFace(Struct, frozen=True, kw_only=True):
    """A contact of a pupil, `number` in the roster's order from 1; `may` answer, and why (not)."""

    number: int
    contact: str
    name: str
    relationship: str
    may: bool
    because: str

    def __repr__(self) -> str:
        return f"AdultFace({self.contact})"


def pupil_face(pupil: Person) -> PupilFace:
    """The pupil as the roster has them."""
    return PupilFace(
        person=pupil.key,
        admission_number=pupil.admission_number,
        name=f"{pupil.given_name} {pupil.surname}",
        year=pupil.year or "",
        form_group=pupil.form or "",
        born_year=pupil.born.year if pupil.born else None,
    )


def adult_faces(contacts: Iterable[Contact]) -> tuple[AdultFace, ...]:
    """The contacts of one pupil, the most important first."""
    return tuple(
        AdultFace(
            number=number,
            contact=one.contact_id,
            name=as_signer(one).name,
            relationship=one.relationship,
            may=may_answer(one),
            because=_because(one),
        )
        for number, one in enumerate(contacts, 1)
    )


def namesakes(at: ConsentSchool, pupil: Person) -> tuple[Person, ...]:
    """Every pupil on roll who is called the same, this one among them."""
    called = _called(pupil)
    return tuple(
        one
        for one in at.roster.people
        if one.kind is Kind.PUPIL and not one.has_left(at.day) and _called(one) == called
    )


def names_of(at: ConsentSchool) -> dict[str | tuple[str, str], str]:
    """How pupils are called, by key, and contacts, by the key of a pupil and their own id."""
    named: dict[str | tuple[str, str], str] = {
        str(one.key): f"{one.given_name} {one.surname} ({one.form or 'no form group'})"
        for one in at.roster.people
        if one.kind is Kind.PUPIL
    }
    for key, adults in at.adults.items():
        named |= {(str(key), one.contact_id): as_signer(one).name for one in adults}
    return named


def _called(pupil: Person) -> tuple[str, str]:
    return folded(pupil.given_name), folded(pupil.surname)


def _because(contact: Contact) -> str:
    if contact.court_order:
        return "a court order restricts them"
    if contact.parental_responsibility:
        return "parental responsibility: yes, by the roster"
    told = "no" if contact.parental_responsibility is False else "not told"
    return f"parental responsibility: {told}, by the roster"
