"""One row of a file of answers into the row of the register that it would be."""

import hashlib
from collections.abc import Mapping
from datetime import date

import msgspec
from msgspec import Struct

from graphsync import consent_cells as cells
from graphsync.consent_cells import HeldRow
from graphsync.consent_matching import Book, Told
from graphsync.consent_school import ConsentSchool
from graphsync.consent_settling import ReadRow, whose_word
from graphsync.roster.answer_files import AnswerRow
from graphsync.trouble import Refusal
from policies.consent_records import (
    Act,
    Answer,
    Channel,
    Entry,
    Evidence,
    FormVersion,
    Method,
    Signer,
)
from policies.naming import folded
from policies.people import Person, PersonKey
from policies.rules import Rules

NO_ANSWER = {
    Answer.BOTH: "both boxes are ticked: that is no answer, ask again",
    Answer.NEITHER: "no box is ticked: that is no answer",
}


class Reading(Struct, frozen=True, kw_only=True):
    """What every row of one file is read with.

    `places` are the columns, `month_first` says that the file writes dates so, `signed_on` is the
    day of rows without one.
    """

    school: ConsentSchool
    edition: FormVersion
    book: Book
    places: Mapping[str, int]
    month_first: bool
    signed_on: date | None
    sha256: str


def read_row(reading: Reading, row: AnswerRow) -> ReadRow:
    """What a row says; raises HeldRow, with the pupil where the row tells which."""
    if row.fault:
        raise HeldRow(row.fault)
    raw = {what: row.cells[place] for what, place in reading.places.items()}
    cells.demand_no_formula(raw.values())
    told = {what: text.strip() for what, text in raw.items()}
    _demand_school(reading.school.rules, told.get("school", ""))
    pupil = reading.book.pupil(told)
    try:
        return ReadRow(row.line, pupil, _answered(reading, pupil, told, row.line))
    except HeldRow as held:
        raise HeldRow(str(held), pupil) from None


def _answered(reading: Reading, pupil: Person, told: Told, line: int) -> Entry:
    said = _said(reading, told)
    signed_on = _signed_on(reading, told.get("signed_on", ""), said)
    method = cells.method_in(told.get("method", ""), told.get("verified_by", ""))
    signer = reading.book.signer(pupil, told)
    _demand_signer(signer, said, method)
    if method:
        _demand_another(reading.school, pupil)
    entry = Entry(
        id="",
        act=Act.ANSWERED,
        at=reading.school.bench.now(),
        by=reading.school.bench.requester,
        form=reading.edition.form,
        version=reading.edition.id,
        words_sha256=reading.edition.sha256,
        answer=said,
        services=cells.services_in(told.get("services", ""), reading.edition.services),
        signer=signer,
        signed=bool(signer.name or signer.contact_id or signer.own),
        signed_on=signed_on,
        channel=Channel.IMPORT,
        method=method or (Method.HINT if said is Answer.YES else None),
        verified_by=told["verified_by"] if method else "",
        evidence=Evidence(reading.sha256, f"line {line} of the file"),
        basis=reading.school.rules.consent.basis,
    )
    return msgspec.structs.replace(entry, id=_id(pupil.key, entry))


def _said(reading: Reading, told: Told) -> Answer:
    if "answer" in told:
        said = cells.answer_in(told["answer"], reading.school.rules.consent.hint_phrases)
    else:
        said = cells.ticked(told["yes"], told["no"])
    if said in NO_ANSWER:
        raise HeldRow(NO_ANSWER[said])
    return said


def _demand_school(rules: Rules, text: str) -> None:
    if text and folded(text) not in {folded(rules.school), folded(rules.name)}:
        raise HeldRow("the row is of another school")


def _signed_on(reading: Reading, text: str, said: Answer) -> date | None:
    """The day of the signature; a no is taken without one, for it counts however it is given."""
    try:
        return _dated(reading, text)
    except HeldRow:
        if said is Answer.NO:
            return None
        raise


def _dated(reading: Reading, text: str) -> date:
    day = cells.day_in(text, month_first=reading.month_first) or reading.signed_on
    if day is None:
        raise HeldRow("there is no date: fill it in, or give --signed-on for the whole file")
    if day > reading.school.day:
        raise HeldRow("the date lies in the future")
    if day < reading.edition.published:
        raise HeldRow("the date is before this edition of the form: see --form")
    return day


def _demand_another(school: ConsentSchool, pupil: Person) -> None:
    try:
        school.refuse_own_child(pupil.key)
    except Refusal:
        raise HeldRow("a child of whoever imports this: let somebody else record it") from None


def _demand_signer(signer: Signer, said: Answer, method: Method | None) -> None:
    """A yes of somebody who is named must be of a contact; a list without names is a hint."""
    if signer.contact_id or signer.own or said is Answer.NO:
        return
    if signer.name or method:
        raise HeldRow("whoever signed is no contact of the pupil in SIMS: check and add them there")


def _id(pupil: PersonKey, entry: Entry) -> str:
    said = (
        str(pupil),
        entry.version,
        entry.answer,
        whose_word(entry),
        str(entry.signed_on),
        sorted(entry.services),
        entry.method,
    )
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:32]
