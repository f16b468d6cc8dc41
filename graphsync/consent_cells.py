"""The cells of one answer: what was ticked, when, for what, and how it was made sure.

A cell that cannot be read holds its row, with the reason and never the text. Only a no is taken
however badly the rest is filled in: a refusal counts (SNMAT-F2.8).
"""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from graphsync.roster.columns import plain
from policies.consent_records import Answer, Method
from policies.people import Person

# What begins a formula in a spreadsheet (OWASP, "CSV Injection"), full-width signs included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Whole answers, as `plain` leaves them: choices of a form, and words of an MIS.
_GIVEN = ("agree", "accept", "consent", "giveconsent", "givepermission", "approve")
YES = {
    *("y", "yes", "true", "t", "1", "\u2713", "\u2714", "given", "granted", "consentgiven"),
    *("accepted", "agreed", "approved", "consented"),
    *(f"{before}{word}" for word in _GIVEN for before in ("", "i", "we")),
}
NO = {
    *("n", "no", "false", "f", "0", "declined", "refused", "denied", "rejected", "withdrawn"),
    *("notgiven", "notgranted", "noconsent", "consentrefused", "disagree", "decline", "refuse"),
    *(f"{before}donot{word}" for word in _GIVEN for before in ("", "i", "we")),
}
# What only the parents' page makes (known_mailbox, letter_link) cannot come by a file.
METHODS = {
    plain(name): method
    for method in (
        Method.PAPER_SEEN,
        Method.PHONE_CALL_BACK,
        Method.IN_PERSON,
        Method.ON_FILE,
    )
    for name in (str(method), method.name)
}

_EMPTY = frozenset({"0", "f", "false"})
_BEGUN = re.compile(r"\s*(yes|no)\s*[,.:\u2013\u2014]", re.IGNORECASE)  # "Yes, I agree that …"
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T,].*)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")
_WORDS = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})(?:[ ,].*)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL_START = date(1899, 12, 30)  # day 0 of Excel's count, with its 29 February 1900


class HeldRow(Exception):
    """A row that is not recorded, why, in words without what stood there, and whose it is."""

    def __init__(self, why: str, pupil: Person | None = None) -> None:
        super().__init__(why)
        self.pupil = pupil


def demand_no_formula(cells: Iterable[str]) -> None:
    """Raises HeldRow when one of the cells would be a formula to a spreadsheet."""
    if any(cell.startswith(FORMULA) for cell in cells):
        raise HeldRow("a cell begins like a formula (=, +, -, @ or a tab): write it as plain text")


def answer_in(text: str, phrases: Iterable[str]) -> Answer:
    """What an answer says; one of the pack's phrases in a list of consents is a yes.

    Raises HeldRow for a text that is neither yes nor no.
    """
    said = {_said(part) for part in re.split(r"[;\n]", text) if plain(part)}
    if said == {Answer.YES, Answer.NO}:
        return Answer.BOTH
    if not said:
        return Answer.NEITHER
    if len(said) == 1 and (one := said.pop()) is not None:
        return one
    if any(plain(phrase) in plain(text) for phrase in phrases if plain(phrase)):
        return Answer.YES
    raise HeldRow("the answer is neither yes nor no: write Yes or No")


def ticked(yes: str, no: str) -> Answer:
    """What two boxes say: any mark is a tick, but for 0, false, and a no in the box of Yes."""
    match (plain(yes) not in {"", *_EMPTY, *NO}, plain(no) not in {"", *_EMPTY}):
        case (True, True):
            return Answer.BOTH
        case (True, False):
            return Answer.YES
        case (False, True):
            return Answer.NO
        case _:
            return Answer.NEITHER


def _said(part: str) -> Answer | None:
    word = plain(part)
    begun = _BEGUN.match(part)
    if begun:
        return Answer.YES if begun[1].lower() == "yes" else Answer.NO
    if word in YES:
        return Answer.YES
    return Answer.NO if word in NO else None


def is_month_first(texts: Iterable[str]) -> bool:
    """Whether one of a column's dates can only have the month before the day."""
    found = (_SLASHED.fullmatch(text.strip()) for text in texts)
    return any(int(one[1]) <= 12 < int(one[2]) <= 31 for one in found if one)


def day_in(text: str, *, month_first: bool) -> date | None:
    """The day that a cell says, the day before the month as here; None for an empty one.

    Raises HeldRow for what is no date, and in a column that writes the month first for every date
    that could be read both ways.
    """
    text = text.strip()
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _SLASHED.fullmatch(text):
        return _slashed(found, month_first=month_first)
    if found := _WORDS.fullmatch(text):
        month = found[2].lower()
        return _day(found[3], _MONTHS.index(month) + 1 if month in _MONTHS else 0, found[1])
    if _SERIAL.fullmatch(text):
        return _SERIAL_START + timedelta(days=int(text.partition(".")[0]))
    raise _no_date()


def _slashed(found: re.Match[str], *, month_first: bool) -> date:
    first, second = int(found[1]), int(found[2])
    if first <= 12 < second <= 31:
        raise HeldRow("the date has the month before the day: write DD/MM/YYYY")
    if month_first and first != second:
        raise HeldRow(
            "the date can be read two ways, and others in this column have the month first: "
            "write DD/MM/YYYY"
        )
    return _day(found[3] if len(found[3]) == 4 else f"20{found[3]}", second, first)


def _day(year: str | int, month: str | int, day: str | int) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _no_date() from None


def _no_date() -> HeldRow:
    return HeldRow("the date cannot be read: write DD/MM/YYYY")


def services_in(text: str, named: Collection[str]) -> tuple[str, ...]:
    """The services of an answer: those written, or all that the form names.

    Raises HeldRow for one that the form does not name.
    """
    known = {plain(one): one for one in named}
    wanted = [plain(part) for part in re.split("[;,|]", text) if plain(part)]
    if any(one not in known for one in wanted):
        raise HeldRow("a service is written that the form does not name: see its edition")
    return tuple(dict.fromkeys(known[one] for one in wanted)) or tuple(named)


def method_in(method: str, verified_by: str) -> Method | None:
    """How it was made sure who signed; None where nothing is written.

    Raises HeldRow for a way that no file can prove, and for one without who made sure.
    """
    if not method.strip() or plain(method) == plain(Method.HINT):
        return None
    found = METHODS.get(plain(method))
    if found is None:
        known = sorted({str(one) for one in METHODS.values()})
        raise HeldRow(f"how it was verified is no way that a file can tell: {', '.join(known)}")
    if not verified_by.strip():
        raise HeldRow("it says how it was verified and not by whom: fill in Verified by")
    return found
