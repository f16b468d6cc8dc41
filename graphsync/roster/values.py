"""Cells into values: years, dates, flags, statuses, ids, names.

A reader of one cell answers the value, None for "nothing there", or `UNREADABLE`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from functools import lru_cache

from graphsync.roster.problems import RosterRefused, refusal


class Unreadable(Enum):
    """The one value of a cell that says something we cannot read."""

    UNREADABLE = "unreadable"


UNREADABLE = Unreadable.UNREADABLE

MIS_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
YEAR = re.compile(r"(?:year|yr|y)?\s*(?:group)?\s*0?([1-9]|1[0-4])", re.IGNORECASE)
EARLY_YEARS = {
    "r": "R",
    "reception": "R",
    "year r": "R",
    "yearr": "R",
    "yr": "R",
    "year 0": "R",
    "nursery": "N2",
    "n1": "N1",
    "nursery 1": "N1",
    "nursery n1": "N1",
    "year n1": "N1",
    "n2": "N2",
    "nursery 2": "N2",
    "nursery n2": "N2",
    "year n2": "N2",
}
# Codes of the NC year that name no year of ours: below nursery, and pupils who follow no NC year.
NO_YEAR = {"", "e1", "e2", "x", "year x", "year e1", "year e2"}
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?"
)
TRUE = {"t", "true", "y", "yes", "1"}
FALSE = {"f", "false", "n", "no", "0"}
# Enrolment status codes of the school census. Of the words, MN-D and SUB (Oxfordshire's notice) and
# Guest Pupil (Arbor) are seen in use; the others spell out what the codes mean.
STATUS_CODES = {"C", "M", "S", "G", "F", "O", "P"}
STATUS_WORDS = {
    "single registration": "C",
    "current": "C",
    "current single registration": "C",
    "current - single registration at this school": "C",
    "main": "M",
    "mn-d": "M",
    "main dual registration": "M",
    "current main (dual registration)": "M",
    "subsidiary": "S",
    "sub": "S",
    "subsidiary dual registration": "S",
    "current subsidiary (dual registration)": "S",
    "guest": "G",
    "guest pupil": "G",
    "further education college": "F",
    "other provider": "O",
    "previous": "P",
}


@lru_cache(maxsize=16_384)  # most names are borne by many
def read_name(text: str) -> str:
    """A name with its own capitals, spaces collapsed, composed letters (NFC)."""
    name = " ".join(text.split())
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def is_damaged(name: str) -> bool:
    """Whether a name holds what no name has: a `?` in a letter's place, or control characters.

    Windows PowerShell 5.1's Export-Csv writes `?` for every letter that is not ASCII.
    """
    return "?" in name or not name.isprintable()


def read_id(text: str) -> str | Unreadable:
    """A MIS person id: digits without leading zeros, or a GUID in small letters."""
    text = text.strip("{}")
    if text.isdecimal() and text.isascii():
        return text.lstrip("0") or UNREADABLE
    return text.lower() if MIS_ID.fullmatch(text) else UNREADABLE


def read_admission_number(text: str) -> str:
    """An admission number; digits are padded to six, since Excel drops leading zeros."""
    return text.zfill(6) if text.isdecimal() else text


def read_year(text: str) -> str | Unreadable | None:
    """`R`, `N1`, `N2` or `1`…`14` from `Year  7`, `Year7`, `7`, `Reception` and their like."""
    word = " ".join(text.split()).casefold()
    if word in NO_YEAR:
        return None
    if early := EARLY_YEARS.get(word):
        return early
    found = YEAR.fullmatch(word)
    return found[1] if found else UNREADABLE


def read_entry_year(text: str) -> int | Unreadable | None:
    """The calendar year of entry from `2019` or `2019/2020`."""
    if not text:
        return None
    found = re.fullmatch(r"((?:19|20)\d\d)(?:\s*[/-]\s*(?:\d{2}|\d{4}))?", text)
    return int(found[1]) if found else UNREADABLE


def read_flag(text: str) -> bool | Unreadable | None:
    """A yes or no: SIMS writes `T`/`F` or `True`/`False`."""
    word = text.casefold()
    if not word:
        return None
    return word in TRUE if word in TRUE | FALSE else UNREADABLE


def status_reader(wanted: Iterable[str]) -> Callable[[str], str | Unreadable | None]:
    """A reader of enrolment statuses into their codes; `wanted` are known besides the codes."""
    known = {code.casefold(): code for code in (*STATUS_CODES, *wanted)} | STATUS_WORDS

    def read_status(text: str) -> str | Unreadable | None:
        return known.get(" ".join(text.split()).casefold(), UNREADABLE) if text else None

    return read_status


def hint_reader(phrases: Iterable[str]) -> Callable[[str], bool]:
    """Whether a list of consents, as SIMS writes it, holds one of the pack's phrases.

    Case and spaces do not count. What the list does not hold is no refusal: nothing follows.
    """
    wanted = [" ".join(phrase.split()).casefold() for phrase in phrases]

    def says_yes(text: str) -> bool:
        words = " ".join(text.split()).casefold()
        return any(phrase in words for phrase in wanted)

    return says_yes


def read_dates(texts: Iterable[str], file: str, column: str) -> dict[str, date | Unreadable | None]:
    """Each distinct text of one date column with its day; one format for the whole column.

    Raises RosterRefused when days and months are the other way round, or formats are mixed.
    """
    distinct = set(texts)
    slashed = {text: found for text in distinct if (found := SLASHED.fullmatch(text))}
    iso = {text: found for text in distinct if (found := ISO.fullmatch(text))}
    if slashed and iso:
        raise _mixed(file, column)
    days: dict[str, date | Unreadable | None] = dict.fromkeys(distinct, UNREADABLE)
    days.update({text: _day(*map(int, found.group(1, 2, 3))) for text, found in iso.items()})
    british = {text: _day(*map(int, found.group(3, 2, 1))) for text, found in slashed.items()}
    american = {text: _day(*map(int, found.group(3, 1, 2))) for text, found in slashed.items()}
    if any(british[text] is UNREADABLE and american[text] is not UNREADABLE for text in slashed):
        raise _month_first(file, column)
    days.update(british)
    if "" in days:
        days[""] = None
    return days


def _day(year: int, month: int, day: int) -> date | Unreadable:
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else UNREADABLE
    except ValueError:
        return UNREADABLE


def _mixed(file: str, column: str) -> RosterRefused:
    return refusal(
        file,
        "dates of this column are written in two formats",
        "export it again and do not edit it: every date as DD/MM/YYYY, or every date as YYYY-MM-DD",
        column=column,
    )


def _month_first(file: str, column: str) -> RosterRefused:
    return refusal(
        file,
        "dates of this column have the month before the day",
        "set the region of the machine that exports or edits it to English (United Kingdom)",
        column=column,
    )
