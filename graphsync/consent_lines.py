"""Paper forms as fast as a clerk types: a line a form, each kept as it comes.

`004512 Y` says that the pupil of this admission number has a form, ticked Yes, signed by the first
contact with parental responsibility, whom the answer to the line shows. More words say more: a
number, an id or a name for another contact, a date where the form bears another one.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_desk import Said, answered, new_row, of_form
from graphsync.consent_piles import demand_open, open_batch
from graphsync.consent_school import ConsentSchool
from graphsync.provision_desk import open_for
from graphsync.trouble import Refusal
from policies.consent_records import Act, Answer, Channel, Entry, Form, Method, Why
from policies.people import Contact, Person, PersonKey

ANSWERS = {
    "y": Answer.YES,
    "yes": Answer.YES,
    "n": Answer.NO,
    "no": Answer.NO,
    "both": Answer.BOTH,
    "neither": Answer.NEITHER,
}
UNSIGNED, UNDATED = "unsigned", "undated"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What holds for every form of a pile until a second person has checked it.
WAITS = frozenset({Why.NOT_COUNTERSIGNED, Why.NOT_VERIFIED})
MEND = "write the admission number and Y or N, such as: 004512 Y"


class Pile(Struct, frozen=True, kw_only=True):
    """What all the forms of a pile have in common.

    `batch` goes on with one that is open; empty opens another. `signed_on` is the date of a form
    whose line names none.
    """

    edition: str
    signed_on: date | None = None
    method: Method = Method.PAPER_SEEN
    place: str = ""
    batch: str = ""


class LineTold(Struct, frozen=True, kw_only=True):
    """What a line came to. `check` are the pupil's initials and `signer` the contact's.

    `trouble` says why nothing was kept, or why what was kept is no consent.
    """

    line: int
    pupil: str = ""
    form_group: str = ""
    check: str = ""
    answer: str = ""
    signer: str = ""
    row: str = ""
    trouble: str = ""


class Entered(Struct, frozen=True, kw_only=True):
    """What a whole pile came to: what was kept by answer, and the numbers of lines in trouble."""

    batch: str
    kept: int
    answers: dict[str, int]
    corrected: int
    not_kept: tuple[int, ...]
    in_trouble: tuple[int, ...]


class Entering:
    """A pile that is being entered; raises Refusal for an edition or a batch that cannot be.

    `at` is the school. Where it goes on with a pile, what was entered before is a part of it: typed
    again, a line corrects that.
    """

    def __init__(self, bench: Bench, school: str, pile: Pile) -> None:
        if pile.method is Method.ON_FILE and not pile.place.strip():
            raise Refusal("forms on file need their place: say where they lie")
        self.at = ConsentSchool(bench, school)
        self._edition = self.at.edition(pile.edition)
        if pile.batch:
            demand_open(self.at, pile.batch)
        self._pile = pile
        self.batch = pile.batch or open_batch(bench, school).batch
        self._rows = forms_of(bench, school, pile.batch) if pile.batch else {}
        self._told: list[LineTold] = []
        self._corrected = 0

    def take(self, lines: Iterable[str]) -> Iterator[LineTold]:
        """Each line's answer as soon as it is kept; empty lines are passed over."""
        for number, line in enumerate(lines, 1):
            if words := line.replace(",", " ").replace(";", " ").split():
                told = self._take(number, words)
                self._told.append(told)
                yield told

    def summary(self) -> Entered:
        """What the pile came to so far."""
        kept = [one for one in self._told if one.row]
        answers: dict[str, int] = {}
        for row in self._rows.values():
            name = str(row.answer)
            answers[name] = answers.get(name, 0) + 1
        return Entered(
            batch=self.batch,
            kept=len(self._rows),
            answers=answers,
            corrected=self._corrected,
            not_kept=tuple(one.line for one in self._told if not one.row),
            in_trouble=tuple(one.line for one in kept if one.trouble),
        )

    def _take(self, number: int, words: list[str]) -> LineTold:
        told = LineTold(line=number)
        try:
            pupil = self.at.pupil(words[0])
            told = msgspec.structs.replace(
                told, pupil=str(pupil.key), form_group=pupil.form or "", check=_initials(pupil)
            )
            self.at.refuse_own_child(pupil.key)
            said, signer = self._read(pupil, words[1:])
            entry = answered(self.at, pupil, said, Channel.PAPER_BATCH, self.batch)
            trouble = self._keep(pupil, entry)
        except Refusal as refused:
            return msgspec.structs.replace(told, trouble=str(refused))
        return msgspec.structs.replace(
            told, answer=str(entry.answer), signer=signer, row=entry.id, trouble=trouble
        )

    def _read(self, pupil: Person, words: list[str]) -> tuple[Said, str]:
        """What the words after the pupil say, and the initials of who signed."""
        answer = ANSWERS.get(words[0].casefold()) if words else None
        if answer is None:
            raise Refusal(MEND)
        signed, signed_on, named = True, self._pile.signed_on, []
        for word in words[1:]:
            if word.casefold() == UNSIGNED:
                signed = False
            elif word.casefold() == UNDATED:
                signed_on = None
            elif _DAY.fullmatch(word):
                signed_on = _date(word)
            else:
                named.append(word)
        contact, name = self._signer(pupil.key, " ".join(named))
        said = Said(
            edition=self._edition.id,
            answer=answer,
            signer=contact.contact_id if contact else name,
            signed=signed,
            signed_on=signed_on,
            pupil_signed=self._edition.form is Form.ICT,
            method=self._pile.method,
            place=self._pile.place,
        )
        return said, _who(contact) if contact else f"{name}: no contact"

    def _signer(self, pupil: PersonKey, named: str) -> tuple[Contact | None, str]:
        mine = self.at.adults.get(pupil, [])
        if not named:
            first = self.at.first_signer(pupil)
            if first is None:
                shown = ", ".join(f"{number} {_who(one)}" for number, one in enumerate(mine, 1))
                raise Refusal(f"say who signed, after the answer: {shown or 'a name'}")
            return first, ""
        if named.isdigit() and len(named) < 3 and 0 < int(named) <= len(mine):
            return mine[int(named) - 1], ""
        signer = self.at.signer(pupil, named)
        found = (one for one in mine if one.contact_id == signer.contact_id)
        return next(found, None), signer.name

    def _keep(self, pupil: Person, entry: Entry) -> str:
        """Keep a row; one for the same pupil in this pile is corrected by it. What is wrong."""
        store, before = self.at.bench.store, self._rows.get(pupil.key)
        if before is not None and _same(before, entry):
            raise Refusal(f"said already ({before.id}): nothing new is kept")
        rows = [(pupil.key, entry)]
        if before is not None:
            rows.insert(0, (pupil.key, self._corrects(before)))
        with store.transaction():
            store.consents.add(rows)
            if entry.form is Form.CLOUD and entry.answer is Answer.NO:
                stands = self.at.standing(pupil, store.consents.of(pupil.key))
                if not stands.cloud.live:
                    open_for(self.at, pupil)
        self._rows[pupil.key] = entry
        self._corrected += before is not None
        alone = of_form(self.at.standing(pupil, (entry,)), entry.form)
        fine = entry.answer is Answer.NO or alone.live or WAITS.issuperset(alone.why)
        return "" if fine else alone.sentence

    def _corrects(self, before: Entry) -> Entry:
        return Entry(
            id=new_row(self.at.bench),
            act=Act.REJECTED,
            at=self.at.bench.now(),
            by=self.at.bench.requester,
            form=before.form,
            version=before.version,
            batch=before.batch,
            about=before.id,
            reason="typed again",
        )


def forms_of(bench: Bench, school: str, batch: str) -> dict[PersonKey, Entry]:
    """The answer of each pupil in a pile, as it was typed last; none that was rejected."""
    forms: dict[PersonKey, Entry] = {}
    for pupil, rows in bench.store.consents.of_school(school).items():
        mine = [row for row in rows if row.batch == batch]
        gone = {row.about for row in mine if row.act is Act.REJECTED}
        typed = [row for row in mine if row.act is Act.ANSWERED and row.id not in gone]
        if typed:
            forms[pupil] = typed[-1]
    return forms


def _same(one: Entry, other: Entry) -> bool:
    return (one.answer, one.signer, one.signed, one.signed_on) == (
        other.answer,
        other.signer,
        other.signed,
        other.signed_on,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text} is no date: write it as 2026-09-03") from None


def _initials(pupil: Person) -> str:
    return f"{pupil.given_name[:1]}.{pupil.surname[:1]}."


def _who(contact: Contact) -> str:
    initials = f"{contact.given_name[:1]}.{contact.surname[:1]}."
    return f"{initials} {contact.relationship}".strip()
