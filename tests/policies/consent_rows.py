"""Rows, people and editions for the tests of consent."""

from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from policies.consent import consents_of
from policies.consent_records import (
    Act,
    Answer,
    Consent,
    ConsentRules,
    Countersign,
    Entry,
    Form,
    FormVersion,
    Method,
    Signer,
    Variant,
)
from policies.people import Contact, Kind, Person, PersonKey

DAY = date(2026, 11, 26)
SERVICES = ("mail", "teams")
PUPIL = PersonKey("oak", "1")
CLOUD = FormVersion(
    id="cloud-2023",
    form=Form.CLOUD,
    variant=Variant.NONE,
    published=date(2023, 12, 1),
    title="Cloud",
    words=("Words.",),
    question="Do you agree?",
    services=SERVICES,
    sha256="c" * 64,
)
KS1, KS2 = (
    replace(CLOUD, id=f"ict-{one}", form=Form.ICT, variant=one, services=(), sha256=one * 20)
    for one in (Variant.KS1, Variant.KS2)
)
FORMS = {one.id: one for one in (CLOUD, KS1, KS2)}
RULES = ConsentRules(forms=tuple(FORMS), services=frozenset(SERVICES), countersign=Countersign.NONE)
MOTHER = Signer(contact_id="M", name="Jane Marsh", relationship="Mother", responsible=True)
FATHER = Signer(contact_id="F", name="Tom Marsh", relationship="Father", responsible=True)
OWN = Signer(name="Amy Marsh", own=True)


def a_pupil(born: date | None = date(2016, 5, 1), year: str | None = "5") -> Person:
    return Person(
        key=PUPIL, kind=Kind.PUPIL, given_name="Amy", surname="Marsh", year=year, born=born
    )


def a_contact(signer: Signer, **more: Any) -> Contact:
    told: dict[str, Any] = {"parental_responsibility": signer.responsible} | more
    return Contact(pupil=PUPIL, contact_id=signer.contact_id, **told)


def a_row(act: Act, name: str = "", **more: Any) -> Entry:
    at = datetime(2026, 10, 5, 9, tzinfo=UTC)
    return Entry(**{"id": name or act, "act": act, "at": at, "by": "clerk"} | more)


def an_answer(name: str = "a", **more: Any) -> Entry:
    """The mother's good Yes to the cloud form, but for what is said otherwise."""
    good = {
        "version": "cloud-2023",
        "answer": Answer.YES,
        "signer": MOTHER,
        "signed_on": date(2026, 10, 1),
        "method": Method.PAPER_SEEN,
        "verified_by": "deputy",
    }
    return a_row(Act.ANSWERED, name, **good | more)


def stands(
    *rows: Entry,
    born: date | None = date(2016, 5, 1),
    year: str | None = "5",
    contacts: tuple[Contact, ...] = (),
    rules: ConsentRules = RULES,
    forms: dict[str, FormVersion] | None = None,
    batches: dict[str, Any] | None = None,
    day: date = DAY,
    form: Form = Form.CLOUD,
) -> Consent:
    both = consents_of(
        a_pupil(born, year), rows, list(contacts), forms or FORMS, batches or {}, rules, day
    )
    return both.cloud if form is Form.CLOUD else both.ict
