"""Answers as the office records them: whoever signed, whatever is wrong, nothing is lost.

What is recorded but is no consent is kept, and the reasons are told at once. The rows are the
register; each is in the journal with its digest (law A9.5 to A9.9, A9.14).
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct

from graphsync import provision_desk
from graphsync.bench import Bench
from graphsync.consent_school import ConsentSchool
from graphsync.consenting import enforced_on
from graphsync.trouble import Refusal
from policies.consent_records import (
    Act,
    Answer,
    Channel,
    Consent,
    Consents,
    Entry,
    Evidence,
    Form,
    FormVersion,
    Method,
    Signer,
    State,
)
from policies.people import Person

MAILBOX_DAYS = 30  # Exchange Online keeps a mailbox this long after its licence went (SNMAT-F2.7)
MAILBOX = (
    f"{MAILBOX_DAYS} days after the licence is gone the mailbox is gone, with its calendar: let the"
    " pupil save what they need before (mail and calendar from Outlook, files from OneDrive)"
)


class Said(Struct, frozen=True, kw_only=True):
    """What a form says, as somebody enters it.

    `signer` is a contact's id or name; empty together with `own` for the pupil's own answer.
    `method` is how the school made sure who signed, and `verified_by` who did that, where it was
    not the one who enters. `evidence` is a file to take the digest of, `place` where paper or file
    lies. The ICT form has no boxes: its answer is yes, and the signature counts.
    """

    edition: str
    answer: Answer
    signer: str = ""
    own: bool = False
    signed: bool = True
    signed_on: date | None = None
    pupil_signed: bool = False
    discussed_by: str = ""
    discussed_on: date | None = None
    method: Method | None = None
    verified_by: str = ""
    evidence: Path | None = None
    place: str = ""

    def __repr__(self) -> str:
        return f"Said({self.edition}, {self.answer})"


class Receipt(Struct, frozen=True, kw_only=True):
    """What was kept and what it amounts to.

    `counts` says whether this row by itself is what the form asks for, `reasons` why not; `state`
    and `because` are what all rows about this form say today. `then` is what happens next.
    """

    row: str
    pupil: str
    form_group: str
    form: Form
    act: Act
    counts: bool
    reasons: tuple[str, ...]
    state: State
    because: str
    until: date | None
    then: tuple[str, ...] = ()


def record(bench: Bench, school: str, named: str, said: Said) -> Receipt:
    """Record what one pupil's form says.

    Raises Refusal, and keeps nothing, for a pupil who is unknown, of another school or gone, an
    edition that is not in use, a signer's name that fits two contacts, a file that cannot be read,
    and the recorder's own child.
    """
    at = ConsentSchool(bench, school)
    pupil = at.pupil(named)
    at.refuse_own_child(pupil.key)
    entry = answered(at, pupil, said, Channel.OFFICE)
    return keep(at, pupil, entry)


def answered(
    at: ConsentSchool, pupil: Person, said: Said, channel: Channel, batch: str = ""
) -> Entry:
    """The row for what a form says; raises Refusal as `record` does."""
    edition = at.edition(said.edition)
    if said.own == bool(said.signer.strip()):
        raise Refusal("say who signed: a contact of the pupil, or the pupil (one of the two)")
    signer = Signer(own=True) if said.own else at.signer(pupil.key, said.signer)
    return Entry(
        id=new_row(at.bench),
        act=Act.ANSWERED,
        at=at.bench.now(),
        by=at.bench.requester,
        form=edition.form,
        version=edition.id,
        words_sha256=edition.sha256,
        variant=edition.variant,
        answer=_demand_fit(said, edition),
        services=edition.services,
        signer=signer,
        signed=said.signed,
        signed_on=said.signed_on,
        pupil_signed=said.pupil_signed,
        discussed_by=said.discussed_by.strip(),
        discussed_on=said.discussed_on,
        channel=channel,
        method=said.method,
        verified_by=said.verified_by.strip(),
        evidence=_evidence(said),
        basis=at.rules.consent.basis,
        batch=batch,
    )


def _demand_fit(said: Said, edition: FormVersion) -> Answer:
    if said.method is Method.HINT:
        raise Refusal("a hint is no form: record how the school made sure who signed")
    if said.method is Method.ON_FILE and not (said.place.strip() and said.signed_on):
        raise Refusal("a form on file needs its place and the date on it: give both")
    if edition.form is Form.ICT and said.answer in {Answer.BOTH, Answer.NEITHER}:
        raise Refusal(f"{edition.id} has no boxes to tick: its signature is the permission")
    return said.answer


def _evidence(said: Said) -> Evidence | None:
    """The digest of the file and where it lies; the file itself is never kept."""
    sha256 = ""
    if said.evidence is not None:
        try:
            with said.evidence.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as problem:
            why = problem.strerror
            raise Refusal(f"{said.evidence} cannot be read ({why}): nothing is kept") from None
    place = said.place.strip()
    return Evidence(sha256=sha256, place=place) if sha256 or place else None


def keep(at: ConsentSchool, pupil: Person, entry: Entry) -> Receipt:
    """Add a row, open what it asks for, and tell what it amounts to."""
    store = at.bench.store
    with store.transaction():
        before = of_form(at.standing(pupil, store.consents.of(pupil.key)), entry.form)
        store.consents.add([(pupil.key, entry)])
        rows = store.consents.of(pupil.key)
        now = of_form(at.standing(pupil, rows), entry.form)
        then = list(_afterwards(at, pupil, entry, before, now))
    alone = of_form(at.standing(pupil, _thread(rows, entry)), entry.form)
    counts = alone.live if entry.answer is Answer.YES else alone.state is State.REFUSED
    return Receipt(
        row=entry.id,
        pupil=str(pupil.key),
        form_group=pupil.form or "",
        form=entry.form,
        act=entry.act,
        counts=counts if entry.act is Act.ANSWERED else True,
        reasons=() if counts or entry.act is not Act.ANSWERED else (alone.sentence,),
        state=now.state,
        because=now.sentence,
        until=now.until,
        then=tuple(then),
    )


def _thread(rows: Iterable[Entry], entry: Entry) -> tuple[Entry, ...]:
    """A row with those it is about and those about it: what it says with no other beside it."""
    about = entry.about or entry.id
    return tuple(row for row in rows if about in {row.id, row.about})


def _afterwards(
    at: ConsentSchool, pupil: Person, entry: Entry, before: Consent, now: Consent
) -> Iterable[str]:
    if entry.form is not Form.CLOUD:
        return
    closes = entry.act is Act.WITHDRAWN or entry.answer is Answer.NO
    if closes and not now.live:
        opened = provision_desk.open_for(at, pupil)
        yield (
            f"what the school does instead is to be arranged by {opened.due}"
            f" (graphsync consent provision list {at.rules.school})"
        )
    if now.live or not (before.live or closes):
        return
    if not enforced_on(at.bench, at.rules.school, at.day):
        yield (
            "the school observes: no licence is given from now on; one that stands is not taken,"
            " the next night reports it"
        )
    elif now.state is State.CONTESTED:
        yield "a licence that stands stays until the head has settled it; none is given"
    else:
        yield "the licence goes tonight; an account for the computers at school stays"
        yield MAILBOX


def of_form(consents: Consents, form: Form) -> Consent:
    """What stands of one of the two forms."""
    return consents.cloud if form is Form.CLOUD else consents.ict


def new_row(bench: Bench) -> str:
    """The id of a row: by chance, and nobody's."""
    return f"c-{bench.new_id()[:12]}"
