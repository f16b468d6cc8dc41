"""Whether a note written beside an item names somebody: a warning, never a refusal.

Notes are read by more people than the record is, and live as long as the item. What is found is
told by its sort alone, so that neither a warning nor a log repeats it.
"""

import re
from collections.abc import Iterable

from policies.people import Kind, Person

PUPIL = "the name of a pupil"
MAIL = "a mail address"
POSTCODE = "a postal address"
NUMBER = "a long number"

_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2}\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d(?:[ -]?\d){7,}")  # an NHS number, a card, a telephone
_CAPITAL = re.compile(r"\b[^\W\d_][\w'\u2019-]*")
_SHORTEST = 3  # letters; "Al" and "Li" are too often something else


def names_in(people: Iterable[Person]) -> frozenset[str]:
    """What pupils are called, in lower case, as `telling_parts` asks for it."""
    return frozenset(
        name.casefold()
        for one in people
        if one.kind is Kind.PUPIL
        for name in (one.given_name, one.surname)
        if len(name) >= _SHORTEST
    )


def telling_parts(note: str, names: frozenset[str]) -> tuple[str, ...]:
    """Of what sort the telling parts of a note are; empty for one that names nobody.

    A word counts as a name where it begins with a capital.
    """
    words = (word for word in _CAPITAL.findall(note) if word[0].isupper())
    plain = {re.sub(r"['\u2019]s$", "", word).casefold() for word in words}
    found = {
        PUPIL: bool(plain & names),
        MAIL: _MAIL.search(note) is not None,
        POSTCODE: _POSTCODE.search(note) is not None,
        NUMBER: _NUMBER.search(note) is not None,
    }
    return tuple(sort for sort, there in found.items() if there)
