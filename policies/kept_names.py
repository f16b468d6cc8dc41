"""A name that safeguarding keeps: what a child is known as, whatever the roster says (law A3.7).

The mark wins over the roster in one place, where a roster is read (`with_kept_names`): whatever is
drawn from it, plan, list, slip or letter, has the name that the child is known as. What the roster
calls them goes on serving matching and passwords, which show nobody a name.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from policies.people import Person, PersonKey, Roster


class Ground(StrEnum):
    """Why, by code alone: the story stands in the child-protection file (A3.8)."""

    ADDRESS = "protected address"
    ADOPTION = "adoption"
    COURT_ORDER = "court order"
    RELOCATED = "relocated"
    SEE_FILE = "see the file"


class KeptName(Struct, frozen=True):
    """A pupil who must not be found; without a name of its own the roster's name stays."""

    person: PersonKey
    given_name: str = ""
    surname: str = ""

    def __repr__(self) -> str:
        return f"KeptName({self.person})"


def with_kept_names(roster: Roster, kept: Iterable[KeptName]) -> Roster:
    """The roster with each of these people by the name they are known as, and marked `unlisted`."""
    names = {one.person: one for one in kept}
    if not names:
        return roster
    people = tuple(
        _known_as(one, names[one.key]) if one.key in names else one for one in roster.people
    )
    return replace(roster, people=people)


def _known_as(person: Person, kept: KeptName) -> Person:
    if not kept.given_name:
        return replace(person, unlisted=True)
    return replace(
        person,
        given_name=kept.given_name,
        surname=kept.surname,
        legal_given_name=person.given_name,
        legal_surname=person.surname,
        unlisted=True,
    )
