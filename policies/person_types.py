"""The types of people a policy applies to, and what each means for an account.

The list is closed: a type that the pack does not name is refused, never guessed (PB-9.1, SNMAT-6).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, structs

from policies import pack_values as value
from policies.pack_schema import Read


class Category(StrEnum):
    """The account categories that a policy knows (PB-9.1)."""

    STUDENT = "student"
    STAFF = "staff"
    OTHER_ADULT = "other_adult"


class PersonType(Struct, frozen=True, kw_only=True):
    """What a type of people is given.

    `category` decides the account; `aup` and `licence` name the category whose agreement binds the
    person and whose licence they get, "" for no licence. `end_date`: an account needs a last day.
    `called` are the roster's own words for this type.
    """

    category: Category
    aup: Category
    licence: str
    end_date: bool = False
    called: tuple[str, ...] = ()


class UnknownType(ValueError):
    """A type that the school's policy does not name."""


def _staff(*, end_date: bool) -> PersonType:
    return PersonType(
        category=Category.STAFF, aup=Category.STAFF, licence="staff", end_date=end_date
    )


_STUDENT = PersonType(category=Category.STUDENT, aup=Category.STUDENT, licence="student")
_OTHER = PersonType(
    category=Category.OTHER_ADULT, aup=Category.OTHER_ADULT, licence="", end_date=True
)
# What each type means unless the pack says otherwise.
TYPES: dict[str, PersonType] = {
    "student": _STUDENT,
    "student_under_18": _STUDENT,
    "student_adult": _STUDENT,
    "staff": _staff(end_date=False),
    "staff_permanent": _staff(end_date=False),
    "staff_temporary": _staff(end_date=True),
    "staff_casual": _staff(end_date=True),
    "governor": structs.replace(_OTHER, end_date=False),
    **dict.fromkeys(
        (
            "other_adult",
            "consultant",
            "contractor",
            "agency",
            "parent",
            "volunteer",
            "third_party",
            "homestay",
            "provider",
            "visitor",
        ),
        _OTHER,
    ),
}
_LICENCES = ("", "student", "staff")


def person_types(given: Any) -> dict[str, PersonType]:
    """The pack's list of types, or its table of types with what differs from the product's own."""
    named = dict.fromkeys(value.several(value.text)(given)) if isinstance(given, list) else given
    if not isinstance(named, dict) or not named:
        raise ValueError("names no type; write a list such as [student, staff]")
    if unknown := [name for name in named if name not in TYPES]:
        raise ValueError(f"holds {len(unknown)} of no known type; the types are {', '.join(TYPES)}")
    types = {name: _with(TYPES[name], more or {}) for name, more in named.items()}
    words = [word for one in types.values() for word in one.called]
    if len(set(words)) < len(words):
        raise ValueError("calls two types by the same word; keep it at one of them")
    return types


def _with(type_: PersonType, more: Any) -> PersonType:
    reads: dict[str, Read] = {
        "category": lambda word: Category(value.one_of(*Category)(word)),
        "aup": lambda word: Category(value.one_of(*Category)(word)),
        "licence": lambda word: "" if word is False else value.one_of(*_LICENCES)(word),
        "end_date": value.yes_or_no,
        "called": lambda words: tuple(map(_folded, value.captions(words))),
    }
    if not isinstance(more, dict) or not set(more) <= set(reads):
        raise ValueError(f"holds a type with more than {', '.join(reads)}; remove the rest")
    return structs.replace(type_, **{name: reads[name](said) for name, said in more.items()})


def type_of(word: str, types: Mapping[str, PersonType]) -> str:
    """The type that a roster's word means: its own name, or a word the pack calls it by.

    Raises UnknownType for any other word.
    """
    folded = _folded(word)
    for name, type_ in types.items():
        if folded in {name, _folded(name.replace("_", " ")), *type_.called}:
            return name
    raise UnknownType(
        "is a type of people that the policy does not name; name it in person_types "
        "(called: [the roster's word])"
    )


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold()
