"""Readers of what an ICT policy says: words, periods, approvals, types of people, clause ids.

As in `pack_values`, a reader raises ValueError with the mend and never repeats the value.
"""

import re
from datetime import date
from typing import Any

from msgspec import Struct

from policies import pack_values as value
from policies.pack_schema import Read

YEARS = ("13", "12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "R", "all")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_CLAUSE = re.compile("[A-Z]{2,8}-[A-Za-z0-9][A-Za-z0-9()./\u2013-]{0,30}")
_LONGEST_NOTE = 600


class Approval(Struct, frozen=True, kw_only=True):
    """A body's approval of one version of a policy, with the reference of its minute."""

    body: str
    date: date
    minute: str
    by: str


class Earlier(Struct, frozen=True, kw_only=True):
    """A version that the policy's own table lists; `date` is a month or a day, as written there."""

    version: str
    date: str


def choice(*words: str | bool) -> Read:
    """One of these words, of which some may be true or false."""
    named = ", ".join(str(word).lower() if isinstance(word, bool) else word for word in words)

    def read(given: Any) -> str | bool:
        if isinstance(given, (str, bool)) and given in words:
            return given
        raise ValueError(f"is none of {named}; write one of them")

    return read


def year_word(given: Any) -> str:
    """A year from which something holds: 1 to 13, R, or all."""
    if isinstance(given, bool) or str(given) not in YEARS:
        raise ValueError("is neither a year from 1 to 13, nor R, nor all; write one of them")
    return str(given)


def texts(given: Any) -> tuple[str, ...]:
    """One text or a list of them."""
    return value.captions(given)


def text_or_flag(given: Any) -> str | bool:
    """A text, or true or false."""
    return given if isinstance(given, bool) else value.text(given)


def number_or(word: str, least: int, most: int) -> Read:
    """A whole number of these bounds, or one word that stands for no bound."""
    read_number = value.number(least, most)
    return lambda given: word if given == word else read_number(given)


def note(given: Any) -> str:
    """A few sentences: what a version changed."""
    if not isinstance(given, str) or not given.strip() or len(given) > _LONGEST_NOTE:
        raise ValueError(f"is not a text of 1 to {_LONGEST_NOTE} characters; write what changed")
    return " ".join(given.split())


def period(given: Any) -> str:
    """A month, written 2023-12, or a day, as its text."""
    if isinstance(given, str) and _MONTH.fullmatch(given):
        return given
    try:
        return value.day(given).isoformat()
    except ValueError:
        raise ValueError("is neither a month, such as 2023-12, nor a day; write one") from None


def clause_id(given: Any) -> str:
    """The id of a clause, as the register writes it."""
    if not isinstance(given, str) or not _CLAUSE.fullmatch(given):
        raise ValueError("is not the id of a clause; write one such as PB-7.5.4")
    return given


def clause_ids(given: Any) -> tuple[str, ...]:
    """A list of clause ids, at least one."""
    found = tuple(value.several(clause_id)(given))
    if not found:
        raise ValueError("names no clause; write at least one id, such as [PB-7.5.4]")
    return found


def _row(given: Any, reads: dict[str, Read]) -> dict[str, Any]:
    """A table of exactly these names; the text of a wrong one says which."""
    if not isinstance(given, dict) or set(given) != set(reads):
        raise ValueError(f"is not a table of {', '.join(reads)}; write all of them and no other")
    read: dict[str, Any] = {}
    for name, read_one in reads.items():
        try:
            read[name] = read_one(given[name])
        except ValueError as wrong:
            raise ValueError(f"has a {name} that {wrong}") from None
    return read


def approval(given: Any) -> Approval:
    """An approval: {body, date, minute, by}."""
    reads: dict[str, Read] = {
        "body": value.text,
        "date": value.day,
        "minute": value.text,
        "by": value.text,
    }
    return Approval(**_row(given, reads))


def earlier(given: Any) -> Earlier:
    """A version of the policy's own table: {version, date}."""
    return Earlier(**_row(given, {"version": value.remark, "date": period}))


def personal_label(given: Any) -> str | dict[str, str]:
    """`none`, or the word that marks mail as personal and what it does."""
    if given == "none":
        return "none"
    effects: dict[str, Read] = {"word": value.text, "effect": value.one_of("mask_details")}
    return _row(given, effects)


def reasons(given: Any) -> tuple[str, ...] | dict[str, tuple[str, ...]]:
    """Reasons for a suspension: one list, or a list for each channel."""
    if isinstance(given, dict):
        by_channel: dict[str, tuple[str, ...]] = value.by_name(value.several(value.text))(given)
        return by_channel
    return tuple(value.several(value.text)(given))
