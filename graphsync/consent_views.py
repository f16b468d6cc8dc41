"""What the register says, to be looked at: one pupil with every row, a school pupil by pupil.

Who signed stands in the view of one pupil alone (clauses.md: the IT manager sees the state only).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_desk import of_form
from graphsync.consent_school import ConsentSchool
from graphsync.consenting import consents_on
from graphsync.trouble import Refusal
from policies.consent_records import Consent, Consents, Entry, Form, State
from policies.people import Kind, PersonKey, Roster


class RowShown(Struct, frozen=True, kw_only=True):
    """One row of the register; who signed, and what the roster said of them that day."""

    row: str
    at: datetime
    by: str
    act: str
    form: Form
    edition: str
    answer: str
    signer: str
    contact: str
    relationship: str
    responsible: bool | None
    court_order: bool
    signed_on: date | None
    channel: str
    method: str
    verified_by: str
    evidence: str
    place: str
    basis: str
    services: tuple[str, ...]
    words_sha256: str
    batch: str
    about: str
    outcome: str
    reason: str


class FormShown(Struct, frozen=True, kw_only=True):
    """What stands of one form today, and on which row it rests."""

    form: Form
    state: State
    services: tuple[str, ...]
    why: tuple[str, ...]
    sentence: str
    until: date | None
    row: str


class PupilShown(Struct, frozen=True, kw_only=True):
    """One pupil's consents and every row behind them."""

    person: str
    year: str | None
    form_group: str | None
    today: tuple[FormShown, ...]
    rows: tuple[RowShown, ...]


class ConsentLine(Struct, frozen=True, kw_only=True, gc=False):
    """One pupil in the list of a school."""

    person: str
    admission_number: str
    year: str | None
    form_group: str | None
    cloud: State
    ict: State
    because: str
    until: date | None


def show(bench: Bench, key: PersonKey) -> PupilShown:
    """Everything about one pupil; raises Refusal for somebody of whom nothing is known."""
    return shown(ConsentSchool(bench, key.school), key)


def shown(at: ConsentSchool, key: PersonKey) -> PupilShown:
    """As `show`, where the school is there already."""
    rows = at.bench.store.consents.of(key)
    pupil = at.roster.find(key)
    if pupil is None and not rows:
        raise Refusal(f"{key} is no pupil on the last accepted roster, and has no row")
    today: tuple[FormShown, ...] = ()
    if pupil is not None:
        stands = at.standing(pupil, rows)
        today = tuple(_form(form, of_form(stands, form)) for form in (Form.CLOUD, Form.ICT))
    return PupilShown(
        person=str(key),
        year=pupil.year if pupil else None,
        form_group=pupil.form if pupil else None,
        today=today,
        rows=tuple(map(_row, rows)),
    )


def _form(form: Form, stands: Consent) -> FormShown:
    return FormShown(
        form=form,
        state=stands.state,
        services=tuple(sorted(stands.services)),
        why=tuple(map(str, stands.why)),
        sentence=stands.sentence,
        until=stands.until,
        row=stands.entry,
    )


def _row(row: Entry) -> RowShown:
    signer, evidence = row.signer, row.evidence
    return RowShown(
        row=row.id,
        at=row.at,
        by=row.by,
        act=str(row.act),
        form=row.form,
        edition=row.version,
        answer=str(row.answer or ""),
        signer=signer.told if signer else "",
        contact=signer.contact_id if signer else "",
        relationship=signer.relationship if signer else "",
        responsible=signer.responsible if signer else None,
        court_order=bool(signer and signer.court_order),
        signed_on=row.signed_on,
        channel=str(row.channel),
        method=str(row.method or ""),
        verified_by=row.verified_by,
        evidence=evidence.sha256 if evidence else "",
        place=evidence.place if evidence else "",
        basis=str(row.basis),
        services=row.services,
        words_sha256=row.words_sha256,
        batch=row.batch,
        about=row.about,
        outcome=str(row.outcome or ""),
        reason=row.reason,
    )


def listing(
    bench: Bench,
    school: str,
    state: State | None = None,
    year: str | None = None,
    form_group: str | None = None,
) -> tuple[ConsentLine, ...]:
    """What stands of the cloud form for every pupil of a school, or of those asked for."""
    at = ConsentSchool(bench, school)
    lines = lines_of(at.roster, consents_on(bench, at.rules, at.roster, at.day))
    return chosen(lines, state, year, form_group)


def lines_of(roster: Roster, found: Mapping[PersonKey, Consents]) -> tuple[ConsentLine, ...]:
    """A line for each pupil of a roster, of what was found to stand."""
    return tuple(
        ConsentLine(
            person=str(one.key),
            admission_number=one.admission_number,
            year=one.year,
            form_group=one.form,
            cloud=found[one.key].cloud.state,
            ict=found[one.key].ict.state,
            because=found[one.key].cloud.sentence,
            until=found[one.key].cloud.until,
        )
        for one in roster.people
        if one.kind is Kind.PUPIL
    )


def chosen(
    lines: Iterable[ConsentLine],
    state: State | None = None,
    year: str | None = None,
    form_group: str | None = None,
) -> tuple[ConsentLine, ...]:
    """The lines of a state, a year, a form group; of all where none is named."""
    if state is year is form_group is None:
        return tuple(lines)
    return tuple(
        line
        for line in lines
        if state in {None, line.cloud}
        and year in {None, line.year}
        and form_group in {None, line.form_group}
    )
