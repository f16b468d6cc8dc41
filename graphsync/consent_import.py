"""Answers that come in a file: each row is recorded, known already, or held with the reason.

No file proves who ticked a box: a Forms export tells which account or address answered, and a list
of the MIS that somebody once entered a yes. Neither is a way of making sure of law A9.8 (a link to
the contact's address with a question about the child, a paper seen, a call back, a person met). So
a yes from a file is a hint, which never licenses, unless the row itself says who in the school made
sure and how; those rows are one batch, which a second person countersigns (SNMAT-F2.3). A no needs
nobody to make sure, and counts.

The id of a row of the register is a digest of what the answer says: the same answer in the same
file, or in next week's longer export of the same form, is one row.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_cells import HeldRow, is_month_first
from graphsync.consent_columns import Columns, columns_of
from graphsync.consent_links import current_form
from graphsync.consent_matching import Book
from graphsync.consent_piles import close_batch, open_batch
from graphsync.consent_rows import Reading, read_row
from graphsync.consent_school import ConsentSchool
from graphsync.consent_settling import (
    HELD,
    RECORDED,
    UNCHANGED,
    ImportLine,
    Known,
    ReadRow,
    settled,
)
from graphsync.consenting import consents_on
from graphsync.provision_desk import open_for_each
from graphsync.roster.answer_files import AnswerSheet, read_answers, read_bytes
from graphsync.run_desk import event
from graphsync.trouble import Refusal
from policies.consent_records import Answer, Form, FormVersion


class Wanted(Struct, frozen=True, kw_only=True):
    """What to import, and what whoever imports it says of the file.

    `edition` is the form's, empty for the one in use; `signed_on` the day of rows without one;
    `named` the columns that were named by hand, what -> caption.
    """

    path: Path
    school: str
    edition: str = ""
    signed_on: date | None = None
    named: Mapping[str, str] = {}


class ImportReport(Struct, frozen=True, kw_only=True):
    """A whole file; recorded, unchanged and held are all its rows. `batch` is to be countersigned.

    `columns` says what was read where, by the file's own captions.
    """

    school: str
    file_sha256: str
    format: str
    layout: str
    columns: dict[str, str]
    edition: str
    rows: int
    recorded: int
    unchanged: int
    held: int
    written: bool
    batch: str
    lines: tuple[ImportLine, ...]


def import_answers(bench: Bench, wanted: Wanted, *, write: bool) -> ImportReport:
    """Record the answers of a file, all in one transaction; nothing unless `write`.

    Raises RosterRefused for a file that cannot be read at all, and Refusal without a roster or for
    an edition that the school does not use.
    """
    return import_bytes(bench, wanted, read_bytes(wanted.path), write=write)


def import_bytes(bench: Bench, wanted: Wanted, data: bytes, *, write: bool) -> ImportReport:
    """As `import_answers`, of a file that was sent: the path is its name alone."""
    at = ConsentSchool(bench, wanted.school)
    edition = _edition(at, wanted.edition)
    sheet = read_answers(wanted.path.name, data)
    columns = columns_of(sheet.file, sheet.captions, wanted.named, edition)
    reading = Reading(
        school=at,
        edition=edition,
        book=Book(at.roster, at.day),
        places=columns.places,
        month_first=_month_first(sheet, columns),
        signed_on=wanted.signed_on,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    lines, new = _judged(sheet, reading)
    counted = Counter(one.outcome for one in lines)
    report = ImportReport(
        school=wanted.school,
        file_sha256=reading.sha256,
        format=sheet.format,
        layout=columns.layout,
        columns=columns.captions_of(sheet.captions),
        edition=edition.id,
        rows=len(sheet.rows),
        recorded=counted[RECORDED],
        unchanged=counted[UNCHANGED],
        held=counted[HELD],
        written=write,
        batch="",
        lines=lines,
    )
    if write:
        return msgspec.structs.replace(report, batch=_keep(at, new, report))
    return report


def _judged(sheet: AnswerSheet, reading: Reading) -> tuple[tuple[ImportLine, ...], list[ReadRow]]:
    """The outcome of every row in the file's order, and the rows to record."""
    lines: dict[int, ImportLine] = {}
    read: list[ReadRow] = []
    for row in sheet.rows:
        try:
            read.append(read_row(reading, row))
        except HeldRow as held:
            lines[row.line] = ImportLine(
                line=row.line,
                outcome=HELD,
                person=held.pupil.key if held.pupil else None,
                admission_number=held.pupil.admission_number if held.pupil else "",
                reason=str(held),
            )
    at = reading.school
    known = Known(
        at.bench.store.consents.of_school(at.rules.school),
        consents_on(at.bench, at.rules, at.roster, at.day),
    )
    lines |= {one.line: one for one in settled(known, read)}
    new = [one for one in read if lines[one.line].outcome == RECORDED]
    return tuple(lines[row.line] for row in sheet.rows), new


def _month_first(sheet: AnswerSheet, columns: Columns) -> bool:
    at = columns.places.get("signed_on")
    return at is not None and is_month_first(row.cells[at] for row in sheet.rows)


def _edition(at: ConsentSchool, named: str) -> FormVersion:
    if not named:
        return current_form(at.editions, at.rules.school, at.day)
    found = at.edition(named)
    if found.form is not Form.CLOUD:
        raise Refusal(
            f"{named} is an edition of the ICT form: it carries a pupil's own signature, and is "
            "entered from paper"
        )
    return found


def _keep(at: ConsentSchool, new: Sequence[ReadRow], report: ImportReport) -> str:
    """The rows, their batch and the event of the import, all or nothing; the batch's id."""
    bench, school = at.bench, at.rules.school
    told = {
        "file": report.file_sha256,
        "edition": report.edition,
        "rows": report.rows,
        "held": report.held,
        "unchanged": report.unchanged,
    }
    imported = event(school, "", "consent_import", f"{report.recorded} recorded")
    sure = {one.line for one in new if one.entry.verified_by}
    with bench.store.transaction():
        batch = open_batch(bench, school).batch if sure else ""
        bench.store.consents.add(
            (
                one.pupil.key,
                msgspec.structs.replace(one.entry, batch=batch if one.line in sure else ""),
            )
            for one in new
        )
        if batch:
            close_batch(bench, school, batch)
        open_for_each(at, (one.pupil for one in new if _closes(one)))
        bench.store.journal.append([msgspec.structs.replace(imported, after=told)])
    return batch


def _closes(one: ReadRow) -> bool:
    """Whether a row is a no of somebody whom the roster knows."""
    signer = one.entry.signer
    known = signer is not None and (signer.own or bool(signer.contact_id))
    return known and one.entry.answer is Answer.NO
