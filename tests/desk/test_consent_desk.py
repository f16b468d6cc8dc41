"""The office records what forms say: nothing is lost, and what is no consent is told at once."""

import hashlib
from datetime import date, timedelta

import pytest
from forms import CLOUD, CONTACTS, ISLA, KS2, LEO, PEOPLE, SIGNED, a_parent, begin, recorded
from office import TODAY, Office, a_pupil, key

from graphsync.consent_views import listing, show
from graphsync.trouble import Refusal
from policies.consent_records import Answer, Entry, Form, Method, State
from policies.people import Kind, Person


@pytest.fixture(autouse=True)
def school(office: Office) -> None:
    begin(office)


def rows(office: Office) -> tuple[Entry, ...]:
    return office.store.consents.of(LEO)


def test_an_answer_is_kept_with_who_how_when_and_the_words_that_were_shown(office: Office) -> None:
    receipt = recorded(office, place="cabinet 3")
    assert (receipt.counts, receipt.reasons, receipt.state) == (True, (), State.VERIFIED)
    assert (receipt.pupil, receipt.form_group) == ("oak:1", "7B")
    (row,) = rows(office)
    assert row.signer is not None
    assert (row.signer.name, row.signer.relationship) == ("Mrs Joan Marsh", "Mother")
    assert (row.signer.responsible, row.signer.court_order) == (True, False)
    assert (row.by, row.verified_by, row.signed_on) == ("clerk", "r.venn", SIGNED)
    assert len(row.words_sha256) == 64
    assert "teams" in row.services
    assert office.store.consents.verify() == 1


@pytest.mark.parametrize(
    ("named", "contact"),
    [
        ("Joan Marsh", "77"),
        ("Mrs J. Marsh", "77"),
        ("p marsh", "78"),
        ("78", "78"),
        ("Joan Smith", ""),
    ],
)
def test_who_signed_is_found_by_id_or_name(office: Office, named: str, contact: str) -> None:
    recorded(office, signer=named)
    (row,) = rows(office)
    assert row.signer is not None
    assert row.signer.contact_id == contact


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"answer": Answer.BOTH}, "both Yes and No are ticked"),
        ({"answer": Answer.NEITHER}, "neither Yes nor No is ticked"),
        ({"signed": False}, "the form is not signed"),
        ({"signed_on": None}, "the form is not dated"),
        ({"signed_on": TODAY + timedelta(days=1)}, "lies in the future"),
        ({"signed_on": date(2023, 11, 30)}, "older than the form"),
        ({"signer": "Uncle Bob"}, "no contact of the pupil"),
        ({"verified_by": "clerk"}, "who entered it"),
        ({"method": None}, "nobody has made sure yet"),
    ],
)
def test_what_is_no_consent_is_kept_and_the_reason_told(
    office: Office, fields: dict[str, object], reason: str
) -> None:
    receipt = recorded(office, **fields)
    assert not receipt.counts
    assert reason in " ".join(receipt.reasons)
    assert receipt.state is not State.VERIFIED
    assert len(rows(office)) == 1


def test_a_contact_without_responsibility_is_kept_as_the_roster_had_them(office: Office) -> None:
    receipt = recorded(office, "004513", signer="79")
    assert "parental responsibility" in " ".join(receipt.reasons)
    (row,) = office.store.consents.of(ISLA)
    assert row.signer is not None
    assert row.signer.responsible is False


@pytest.mark.parametrize(
    ("named", "fields", "told"),
    [
        ("9999", {}, "no pupil of oak has this admission number"),
        ("oak:9", {}, "oak:9 is no pupil on the last accepted roster"),
        ("elm:1", {}, "of another school than oak"),
        ("nobody:", {}, "not a person key"),
        ("4512", {"edition": "cloud-1999"}, "cloud-1999 is no edition in use at oak"),
        ("4512", {"signer": "Marsh"}, "fits several contacts of oak:1: give an id, one of 77, 78"),
        ("4512", {"signer": ""}, "say who signed"),
        ("4512", {"method": Method.HINT}, "a hint is no form"),
        ("4512", {"method": Method.ON_FILE}, "needs its place and the date"),
        ("4512", {"edition": KS2, "answer": Answer.BOTH}, "has no boxes"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    office: Office, named: str, fields: dict[str, object], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        recorded(office, named, **fields)
    assert office.store.consents.of_school("oak") == {}


def test_a_pupil_who_has_left_and_a_number_of_two_are_refused(office: Office) -> None:
    gone = a_pupil("1", admission_number="4512", leaves=TODAY - timedelta(days=1))
    office.accept(gone, a_pupil("4", admission_number="7"), a_pupil("5", admission_number="07"))
    with pytest.raises(Refusal, match="oak:1 left on 2026-11-24"):
        recorded(office, "4512")
    with pytest.raises(Refusal, match=r"several pupils .* oak:4, oak:5"):
        recorded(office, "7")


def test_nobody_records_for_their_own_child(office: Office) -> None:
    clerk = Person(
        key=key("900"),
        kind=Kind.STAFF,
        given_name="Joan",
        surname="Marsh",
        mail="j.marsh@oak.example",
    )
    own = a_parent("1", "77", mail="J.Marsh@oak.example")
    office.accept(*PEOPLE, clerk, contacts=(own, *CONTACTS[1:]))
    with pytest.raises(Refusal, match="oak:1 is a child of who enters this"):
        recorded(office, who="j.marsh")
    assert recorded(office, "004513", who="j.marsh").row
    assert recorded(office, who="clerk").row


def test_of_a_file_only_its_digest_and_place_are_kept(office: Office) -> None:
    scan = office.folder / "scan.pdf"
    scan.write_bytes(b"a scanned signature")
    recorded(office, evidence=scan, place="scans/2026")
    (row,) = rows(office)
    assert row.evidence is not None
    assert row.evidence.sha256 == hashlib.sha256(b"a scanned signature").hexdigest()
    assert row.evidence.place == "scans/2026"
    scan.unlink()
    with pytest.raises(Refusal, match="cannot be read"):
        recorded(office, evidence=scan)
    assert len(rows(office)) == 1


def test_a_no_opens_what_is_done_instead_and_takes_nothing_while_the_school_observes(
    office: Office,
) -> None:
    receipt = recorded(office, answer=Answer.NO)
    assert (receipt.counts, receipt.state) == (True, State.REFUSED)
    assert "arranged by 2026-12-02" in receipt.then[0]
    assert "the school observes" in receipt.then[1]
    recorded(office, answer=Answer.NO, signed_on=TODAY)
    assert len(office.store.provisions.open_of("oak")) == 1


def test_the_ict_form_wants_the_pupils_own_signature(office: Office) -> None:
    without = recorded(office, edition=KS2)
    assert "the pupil's own signature is missing" in " ".join(without.reasons)
    assert recorded(office, edition=KS2, pupil_signed=True).form is Form.ICT
    shown = show(office.bench, LEO)
    assert [one.state for one in shown.today] == [State.MISSING, State.VERIFIED]


def test_who_signed_is_shown_for_one_pupil_and_in_no_list(office: Office) -> None:
    recorded(office)
    (row,) = show(office.bench, LEO).rows
    assert (row.signer, row.contact, row.edition) == ("Mrs Joan Marsh", "77", CLOUD)
    lines = listing(office.bench, "oak")
    assert [(line.person, line.cloud) for line in lines] == [
        ("oak:1", State.VERIFIED),
        ("oak:2", State.MISSING),
        ("oak:3", State.MISSING),
    ]
    assert "Marsh" not in str(lines)
    assert [line.person for line in listing(office.bench, "oak", State.MISSING, "7", "7C")] == [
        "oak:2"
    ]
    with pytest.raises(Refusal, match="no pupil"):
        show(office.bench, key("9"))


def test_no_name_goes_into_the_journal(office: Office) -> None:
    recorded(office)
    (told,) = office.store.journal.of_person(LEO)
    assert (told.operation, told.result) == ("consent_answered", "clerk")
    assert "Marsh" not in str([told.item, told.before, told.after])
