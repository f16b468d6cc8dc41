"""Which organisational unit of Active Directory a person's account belongs in, by the pack.

Distinguished names are those of RFC 4514, in the order that Active Directory prints them: the
object first, its domain last. Attribute types and values are compared without regard to case.
"""

import re

from policies.people import Kind, Person

# A comma, plus, quote, backslash, angle bracket, semicolon, hash or equals sign inside a value is
# escaped (RFC 4514, 2.4).
_VALUE = r"(?:[^,+\"\\<>;#=\x00-\x1f]|\\.)+"
_PATH = re.compile(rf"(?:OU|CN)={_VALUE}(?:,(?:OU|CN)={_VALUE})*(?:,DC={_VALUE})+", re.IGNORECASE)
_YEARS = ("N1", "N2", "R", *map(str, range(1, 15)))
_COMMA = re.compile(r"(?<!\\),\s*")


def unit_name(name: str) -> str:
    """The name again when a unit can be given for it; raises ValueError with the mend."""
    if name not in {*Kind, *_YEARS}:
        raise ValueError("has a name that is neither pupil, staff nor a year; write R, N1 or 7")
    return name


def unit_path(path: object) -> str:
    """The distinguished name again when it is that of a unit; raises ValueError with the mend."""
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise ValueError(
            "is not the distinguished name of a unit; write one such as "
            "OU=Year 7,OU=Pupils,DC=school,DC=internal"
        )
    return path


def unit_of(person: Person, units: dict[str, str]) -> str | None:
    """The unit of a person's year, else that of their kind; None where the pack says nothing."""
    return units.get(person.year or "") or units.get(person.kind)


def lies_in(distinguished_name: str, unit: str) -> bool:
    """Whether an object lies in a unit or in one below it."""
    path, ending = _parts(distinguished_name), _parts(unit)
    return len(path) > len(ending) and path[-len(ending) :] == ending


def _parts(distinguished_name: str) -> list[str]:
    return [part.strip().casefold() for part in _COMMA.split(distinguished_name)]
