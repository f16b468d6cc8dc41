"""What each signer's rows come to: their word on a day, in the order of the register.

A word is the last of a signer's verified Yes, No, withdrawal or unclear answer. A Yes that is not
good (badly filled in, not made sure yet, run out) does not take the place of an earlier word; it is
kept beside it as a reason. A Yes signed before the signer's No was said is no newer word.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from policies.consent_flaws import Case, flaws, says
from policies.consent_records import Act, Answer, Entry, Form, Method, Signer, State, Why
from policies.consent_sentences import REASONS, by_weight
from policies.consent_signers import OWN, signer_key
from policies.school_days import school_day

# The reason of a challenge that follows the signer into later answers (PB-7.5.9).
QUESTIONED = "parental_responsibility_questioned"
_NOBODY = ""  # the signer of a withdrawal before anybody answered
_UNCLEAR = {Answer.BOTH: Why.BOTH_TICKED, Answer.NEITHER: Why.NONE_TICKED}


class Word(Struct, frozen=True, kw_only=True):
    """What a signer says: `reasons` are empty for a good Yes, contested for a Yes in doubt.

    `place` is that of its row in the register.
    """

    signer: str
    entry: Entry
    place: int
    said_on: date
    yes: bool
    reasons: tuple[Why, ...] = ()


class Challenge(Struct, frozen=True):
    """A doubt about one signer's answers (all for None), by its place in the register."""

    signer: str | None
    place: int
    lasting: bool

    def touches(self, word: Word) -> bool:
        """Whether this Yes is in doubt by it."""
        ours = self.signer in {None, word.signer}
        return ours and (self.lasting or word.place < self.place)


class Said:
    """What the rows of one form come to, gathered row by row."""

    def __init__(self, form: Form, case: Case) -> None:
        self.asked = False
        self.words: dict[str, Word] = {}
        self.flawed: dict[str, Word] = {}
        self.remarks: list[Word] = []
        self.challenges: list[Challenge] = []
        self.settlement: Word | None = None
        self._form = form
        self._case = case
        self._rows: dict[str, Entry] = {}

    def hear(self, entries: Iterable[Entry]) -> None:
        """Take in every row of the pupil, in the order of the register."""
        for place, entry in enumerate(entries):
            behind = self._rows.get(entry.about)
            self._rows[entry.id] = entry
            if (behind or entry).form is self._form:
                self._take(place, entry, behind)

    def _take(self, place: int, entry: Entry, behind: Entry | None) -> None:
        if entry.act is Act.ANSWERED:
            self._answer(place, entry)
        elif entry.act is Act.WITHDRAWN:
            self._withdraw(place, entry, behind)
        elif entry.act is Act.CHALLENGED:
            signer = signer_key(behind.signer) if behind else None
            self.challenges.append(Challenge(signer, place, entry.reason == QUESTIONED))
        elif entry.act is Act.SETTLED and entry.answer in {Answer.YES, Answer.NO}:
            yes = entry.answer is Answer.YES
            self.settlement = _word("", entry, place, yes=yes, reasons=(Why.SETTLED_NO,))
        elif entry.act in {Act.ASKED, Act.REMINDED}:
            self.asked = True

    def _answer(self, place: int, entry: Entry) -> None:
        signer, said = signer_key(entry.signer), says(entry)
        if entry.id in self._case.rejected:
            # As if it had not been entered: what its form says is still to be entered.
            word = _word(signer, entry, place, yes=False, reasons=(Why.REJECTED,))
            self.remarks.append(word)
        elif entry.method is Method.HINT:
            # Read anew every night, it is no newer word of anybody.
            hint = _word(signer, entry, place, yes=False, reasons=(Why.NOT_VERIFIED,))
            self.remarks.append(hint)
        elif said is Answer.NO:
            self._no(_word(signer, entry, place, yes=False, reasons=(Why.REFUSED,)), entry.signer)
        elif said is Answer.YES:
            self._yes(signer, place, entry)
        else:
            reasons = by_weight((_UNCLEAR[said], *flaws(entry, self._case)))
            word = _word(signer, entry, place, yes=False, reasons=reasons)
            if _may_not_refuse(entry.signer, self._case):
                self.remarks.append(word)
            else:
                self._say(word)

    def _yes(self, signer: str, place: int, entry: Entry) -> None:
        reasons = by_weight(flaws(entry, self._case))
        contested = all(REASONS[why][0] is State.CONTESTED for why in reasons)
        word = _word(signer, entry, place, yes=contested, reasons=reasons)
        before = self.words.get(signer, self.words.get(_NOBODY))
        if before and not before.yes and (entry.signed_on or date.min) < before.said_on:
            return
        if contested:
            self.words.pop(_NOBODY, None)
            self._say(word)
        else:
            self.flawed[signer] = word

    def _no(self, word: Word, signer: Signer | None) -> None:
        unfit = _may_not_refuse(signer, self._case)
        if unfit:
            self.remarks.append(replace(word, reasons=unfit))
        else:
            self._say(word)

    def _say(self, word: Word) -> None:
        self.words[word.signer] = word
        self.flawed.pop(word.signer, None)

    def _withdraw(self, place: int, entry: Entry, behind: Entry | None) -> None:
        """End the Yes of who withdraws; where nobody is named, that of everyone."""
        said_by = entry.signer or (behind.signer if behind else None)
        if said_by is None and behind is None:
            signers = {*self.words, *self.flawed} or {_NOBODY}
        else:
            signers = {signer_key(said_by)}
        for signer in signers:
            word = _word(signer, entry, place, yes=False, reasons=(Why.WITHDRAWN,))
            before = self.words.get(signer)
            self.flawed.pop(signer, None)
            if (before and before.yes) or said_by is None:
                self._say(word)  # who gave it may take it back, whatever the roster says today
            else:
                self._no(word, said_by)


def _word(signer: str, entry: Entry, place: int, *, yes: bool, reasons: tuple[Why, ...]) -> Word:
    said_on = entry.signed_on or school_day(entry.at)
    return Word(signer=signer, entry=entry, place=place, said_on=said_on, yes=yes, reasons=reasons)


def _may_not_refuse(signer: Signer | None, case: Case) -> tuple[Why, ...]:
    """Why a No of this signer closes nothing; none for one that counts.

    It counts however badly it is filled in, and from whom the roster said nothing about too.
    """
    if signer is not None and signer.own:
        return () if case.alone else (Why.TOO_YOUNG,)
    if case.alone:
        return (Why.OF_AGE,)
    if signer is not None and signer.responsible is False:
        return (Why.NO_RESPONSIBILITY,)
    if signer is not None and signer.court_order:
        return (Why.COURT_ORDER,)
    return ()


def owns(word: Word) -> bool:
    """Whether a word is the pupil's own."""
    return word.signer == OWN
