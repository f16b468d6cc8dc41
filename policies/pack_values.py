"""Readers of pack values: plain YAML goes in, the value we keep comes out.

A reader raises ValueError (for a wrong type too) with what is wrong and how to mend it; it never
repeats the value, since a pack may name people. `null` never reaches a reader: it means that the
file is silent.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from policies.groups import group_pattern
from policies.naming import alias_pattern, display_pattern
from policies.pack_schema import InRow, Read
from policies.people import Kind
from policies.rules import GroupKind

SCHOOL_ID = re.compile("[a-z][a-z0-9-]{0,19}")
RESERVED_IDS = ("trust", "defaults")
_HOST_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST_NAME = re.compile(rf"({_HOST_LABEL}\.)+[a-z]{_HOST_LABEL}")
_TELLING = re.compile("refus|consent|permission|withdr|parent|mother|father", re.IGNORECASE)
_LONGEST_DOMAIN = 48  # after the @ of a UPN (Entra docs: concept-sspr-policy)


def text(value: Any) -> str:
    """A line of 1 to 120 characters, without blanks around it."""
    if not isinstance(value, str) or not value.strip() or len(value) > 120 or "\n" in value:
        raise ValueError(
            "is not a text of 1 to 120 characters; write one, in quotes if it is short"
        )
    return value.strip()


def neutral(value: Any) -> str:
    """A text that may hang in a classroom: it tells of no permission and of nobody's No."""
    found = text(value)
    if _TELLING.search(found):
        raise ValueError("tells why: say what is done, such as paper pack")
    return found


def remark(value: Any) -> str:
    """Any single value, as its text."""
    if isinstance(value, (dict, list)):
        raise ValueError("is not a single value; write a text, a number or a date")  # noqa: TRY004
    return str(value)


def number(least: int, most: int) -> Read:
    """A whole number of these bounds, both included."""

    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"is not a whole number from {least} to {most}; write one")
        return value

    return read


def share(value: Any) -> float:
    """A share from 0 to 1."""
    if type(value) not in {int, float} or not 0 <= value <= 1:
        raise ValueError("is not a share from 0 to 1; write for example 0.05 for 5 %")
    return float(value)


def yes_or_no(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false; write one of them")  # noqa: TRY004
    return value


def one_of(*words: str) -> Read:
    """One of these words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"is none of {', '.join(words)}; write one of them")
        return str(value)

    return read


def matching(pattern: str, what: str) -> Read:
    """A text of this pattern; `what` says what it should be."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"is not {what}")
        return value

    return read


def several(read_one: Read) -> Read:
    """A list, each of it read by `read_one`, as a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("is not a list; write [one, another], or [] for none")  # noqa: TRY004
        return tuple(read_one(one) for one in value)

    return read


def by_name(read_one: Read, name_of: Callable[[str], str] = text) -> Read:
    """A table from names, read by `name_of`, to values, read by `read_one`."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("is not a table; write name: value, or {} for none")  # noqa: TRY004
        return dict(_row(name, one, name_of, read_one) for name, one in value.items())

    return read


def _row(name: str, value: Any, name_of: Callable[[str], str], read_one: Read) -> tuple[str, Any]:
    try:
        return name_of(name), read_one(value)
    except ValueError as error:
        raise InRow(name, str(error)) from None


def captions(value: Any) -> tuple[str, ...]:
    """One caption or a list of them."""
    return (text(value),) if isinstance(value, str) else tuple(several(text)(value))


def day(value: Any) -> date:
    """A day without a time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("is not a day; write it as 2026-08-20, without quotes")  # noqa: TRY004
    return value


def id_text(reserved: tuple[str, ...] = ()) -> Read:
    """The id of a school or a trust; `reserved` are names of other files."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not SCHOOL_ID.fullmatch(value):
            raise ValueError(
                "is not an id; write 1 to 20 lower-case letters, digits or hyphens that start "
                "with a letter"
            )
        if value in reserved:
            raise ValueError(f"cannot be {value}, the name of another file; choose another id")
        return value

    return read


def mis_id(name: str) -> str:
    """The MIS person id of somebody of the pack's school."""
    if ":" in name:
        raise ValueError("has a whole key for a name; write the id behind the colon, such as 9001")
    return text(name)


def host_name(value: Any) -> str:
    """A domain, in lower case."""
    name = value.lower() if isinstance(value, str) else ""
    if not _HOST_NAME.fullmatch(name) or len(name) > _LONGEST_DOMAIN:
        raise ValueError(
            "is not a host name; write the verified domain alone, such as school.example "
            f"(at most {_LONGEST_DOMAIN} characters)"
        )
    return name


def alias_of(kind: Kind) -> Read:
    """The pattern of the aliases of this kind of people."""
    return lambda value: alias_pattern(text(value), kind)


def display(value: Any) -> str:
    """The pattern of display names."""
    return display_pattern(text(value))


def name_of(kind: GroupKind) -> Read:
    """The pattern of the names of this kind of group."""
    return lambda value: group_pattern(text(value), kind)


def always(why: str) -> Read:
    """True alone: what is always done, for this reason."""

    def read(value: Any) -> bool:
        if value is not True:
            raise ValueError(f"cannot be anything but true: {why}; write true or null")
        return True

    return read


def not_yet(why: str) -> Read:
    """Nothing: what stands there is refused, with this reason."""

    def read(_: Any) -> None:
        raise ValueError(why)

    return read


DELETION = not_yet("cannot be a number in this release: accounts are kept; write null")
object_id = matching(
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "an object id in lower case; copy the group's from the Entra console",
)
address = matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "a mail address")
sku = matching("[A-Za-z0-9_]{3,64}", "a part number; write one such as STANDARDWOFFPACK_FACULTY")
form_id = matching("[a-z0-9][a-z0-9-]{1,63}", "an edition of a form; write one such as cloud-2023")
plan = matching("[A-Za-z0-9_]{3,64}", "a service plan's name; write one such as YAMMER_EDU")
country = matching("[A-Z]{2}", "a country of two capital letters; write one such as GB")
