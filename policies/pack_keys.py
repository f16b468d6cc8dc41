"""The keys a pack may hold: how each is read, and which of two values is the stricter.

`KEYS` is the one place that says so. A reader takes the plain YAML value and gives the value we
keep, or raises ValueError (for a wrong type too) with what is wrong and how to mend it; it never
repeats the value, since a pack may name people. `null` never reaches a reader: it means that the
file is silent.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from policies.groups import group_pattern
from policies.naming import alias_pattern, display_pattern
from policies.people import Kind
from policies.rules import GroupKind, Home, Mode, Operation
from policies.units import unit_name, unit_path

Read = Callable[[Any], Any]

SCHOOL_ID = re.compile("[a-z][a-z0-9-]{0,19}")
RESERVED_IDS = ("trust", "defaults")
_HOST_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST_NAME = re.compile(rf"({_HOST_LABEL}\.)+[a-z]{_HOST_LABEL}")
_LONGEST_DOMAIN = 48  # after the @ of a UPN (Entra docs: concept-sspr-policy)


class Order(StrEnum):
    """How the values of platform, trust and school are combined."""

    LOWER = "the lower is stricter"
    HIGHER = "the higher is stricter"
    UNION = "all of them together"
    WORD = "the school's word, else the trust's"


class InRow(ValueError):
    """What is wrong in one row of a table, which `row` names."""

    def __init__(self, row: str, text: str) -> None:
        super().__init__(text)
        self.row = row


class Key(Struct, frozen=True):
    """One key: its dotted path, its reader, its order.

    `required`: refused when no layer gives it; any other silent key is None. `only` names the one
    kind of file (`school` or `trust`) it may stand in.
    """

    path: str
    read: Read
    order: Order = Order.WORD
    required: bool = False
    only: str = ""


def _union(given: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted({one for several in given for one in several}))


_COMBINE: dict[Order, Callable[[list[Any]], Any]] = {
    Order.LOWER: min,
    Order.HIGHER: max,
    Order.UNION: _union,
    Order.WORD: lambda given: given[-1],
}


def strictest(order: Order, values: Iterable[Any]) -> Any:
    """The effective one of these values, given from the top layer down; there is at least one."""
    return _COMBINE[order](list(values))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 120 or "\n" in value:
        raise ValueError(
            "is not a text of 1 to 120 characters; write one, in quotes if it is short"
        )
    return value.strip()


def _remark(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError("is not a single value; write a text, a number or a date")  # noqa: TRY004
    return str(value)


def _number(least: int, most: int) -> Read:
    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"is not a whole number from {least} to {most}; write one")
        return value

    return read


def _share(value: Any) -> float:
    if type(value) not in {int, float} or not 0 <= value <= 1:
        raise ValueError("is not a share from 0 to 1; write for example 0.05 for 5 %")
    return float(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false; write one of them")  # noqa: TRY004
    return value


def _one_of(*words: str) -> Read:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"is none of {', '.join(words)}; write one of them")
        return str(value)

    return read


def _matching(pattern: str, what: str) -> Read:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"is not {what}")
        return value

    return read


def _several(read_one: Read) -> Read:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("is not a list; write [one, another], or [] for none")  # noqa: TRY004
        return tuple(read_one(one) for one in value)

    return read


def _by_name(read_one: Read, name_of: Callable[[str], str] = _text) -> Read:
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


def _captions(value: Any) -> tuple[str, ...]:
    return (_text(value),) if isinstance(value, str) else tuple(_several(_text)(value))


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("is not a day; write it as 2026-08-20, without quotes")  # noqa: TRY004
    return value


def _id(reserved: tuple[str, ...] = ()) -> Read:
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


def _host_name(value: Any) -> str:
    name = value.lower() if isinstance(value, str) else ""
    if not _HOST_NAME.fullmatch(name) or len(name) > _LONGEST_DOMAIN:
        raise ValueError(
            "is not a host name; write the verified domain alone, such as school.example "
            f"(at most {_LONGEST_DOMAIN} characters)"
        )
    return name


def _alias_of(kind: Kind) -> Read:
    return lambda value: alias_pattern(_text(value), kind)


def _display(value: Any) -> str:
    return display_pattern(_text(value))


def _name_of(kind: GroupKind) -> Read:
    return lambda value: group_pattern(_text(value), kind)


def _mode(value: Any) -> str:
    if value == "group":
        raise ValueError("cannot be group in this release; write mode: user")
    return str(_one_of("user")(value))


def _not_yet(why: str) -> Read:
    def read(_: Any) -> None:
        raise ValueError(why)

    return read


_PUPIL_LICENCES = _not_yet(
    "is not accepted in this release: no pupil is licensed before the consent register exists; "
    "remove this entry"
)
_DELETION = _not_yet("cannot be a number in this release: accounts are kept; write null")
_TEAMS = _not_yet("cannot be switched on in this release: class Teams are off; remove this entry")
_OBJECT_ID = _matching(
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "an object id in lower case; copy the group's from the Entra console",
)
_ADDRESS = _matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "a mail address")
_SKU = _matching("[A-Za-z0-9_]{3,64}", "a part number; write one such as STANDARDWOFFPACK_FACULTY")
_PLAN = _matching("[A-Za-z0-9_]{3,64}", "a service plan's name; write one such as YAMMER_EDU")
_COUNTRY = _matching("[A-Z]{2}", "a country of two capital letters; write one such as GB")


def _limits() -> tuple[Key, ...]:
    return tuple(
        Key(f"limits.{operation}.{part}", read, Order.LOWER, required=True)
        for operation in Operation
        for part, read in (
            ("floor", _number(0, 1_000_000)),
            ("share", _share),
            ("count", _number(0, 1_000_000)),
        )
    )


_TABLE: tuple[Key, ...] = (
    Key("pack.version", _remark),
    Key("pack.author", _remark),
    Key("pack.date", _remark),
    Key("trust.id", _id(), only="trust"),
    Key("trust.name", _text, only="trust"),
    Key("school.id", _id(RESERVED_IDS), required=True, only="school"),
    Key("school.name", _text, required=True, only="school"),
    Key("school.domain", _host_name, required=True, only="school"),
    Key("school.trust", _id(), only="school"),
    # Observing is the stricter, and by the alphabet the higher word.
    Key("sync.mode", _one_of(*Mode), Order.HIGHER, required=True),
    Key("home.pupil", _one_of(*Home), required=True),
    Key("home.staff", _one_of(*Home), required=True),
    Key("home.disable_within_days", _number(1, 365), Order.LOWER, required=True),
    Key("home.change_within_days", _number(1, 365), Order.LOWER, required=True),
    Key("home.ou", _by_name(unit_path, unit_name)),
    Key("naming.pupil", _alias_of(Kind.PUPIL), required=True),
    Key("naming.staff", _alias_of(Kind.STAFF), required=True),
    Key("naming.display.pupil", _display, required=True),
    Key("naming.display.staff", _display, required=True),
    Key("naming.max_length", _number(5, 64), Order.LOWER, required=True),
    Key("naming.reuse_after_days", _number(0, 36_500), Order.HIGHER, required=True),
    *(Key(f"groups.{kind}", _name_of(kind)) for kind in GroupKind),
    Key("groups.bind", _by_name(_OBJECT_ID), only="school"),
    Key("groups.adopt", _several(_text), only="school"),
    Key("groups.teams", _TEAMS),
    Key("usage_location", _COUNTRY, required=True),
    Key("licences.staff.skus", _several(_SKU)),
    Key("licences.staff.disabled_plans", _several(_PLAN)),
    Key("licences.staff.mode", _mode),
    Key("licences.pupil", _PUPIL_LICENCES),
    *_limits(),
    Key("leaver.licence_after_days", _number(0, 3_650), required=True),
    Key("leaver.delete_after_days", _DELETION),
    # Absence acts later and rarer the higher these are.
    Key("absence.exports", _number(2, 30), Order.HIGHER, required=True),
    Key("absence.hours", _number(1, 720), Order.HIGHER, required=True),
    # Fewer than three words would fall below NCSC's advice.
    Key("password.words", _number(3, 8), Order.HIGHER, required=True),
    Key("password.min_length", _number(1, 64), Order.HIGHER, required=True),
    Key("password.slip_valid_days", _number(1, 90), Order.LOWER, required=True),
    Key("protected.accounts", _several(_text), Order.UNION, required=True),
    Key("protected.groups", _several(_text), Order.UNION, required=True),
    Key("notify.nightly", _several(_ADDRESS), Order.UNION, required=True),
    Key("roster.max_age_hours", _number(1, 8_760), Order.LOWER, required=True),
    # False is the stricter and the lower: a partial source never ends anyone.
    Key("roster.complete", _yes_or_no, Order.LOWER, required=True),
    Key("roster.skip_surnames", _several(_text), required=True),
    Key("roster.columns", _by_name(_captions)),
    Key("roster.statuses", _several(_text), required=True),
    Key("roster.max_unreadable_share", _share, Order.LOWER, required=True),
    Key("roster.max_loss_share", _share, Order.LOWER, required=True),
    Key("roster.vanished_group_size", _number(1, 1_000), Order.LOWER, required=True),
    Key("roll_over.starts", _day),
    Key("roll_over.ends", _day),
    Key("roll_over.approved_by", _text),
    Key("approval.small_school_waiver.until", _day, Order.LOWER),
    Key("approval.small_school_waiver.reason", _text),
    Key("approval.small_school_waiver.named_by", _text),
)

KEYS: dict[str, Key] = {key.path: key for key in _TABLE}

# What Entra holds everyone to; no layer can loosen it (Entra docs: concept-sspr-policy).
PLATFORM: dict[str, Any] = {"password.min_length": 8, "naming.max_length": 64}
