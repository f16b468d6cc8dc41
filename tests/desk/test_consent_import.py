"""Answers from a file: whose they are, what becomes of each row, and what is written."""

import dataclasses
import hashlib
import json
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest
from answer_exports import CAPTIONS, FORMS, as_csv, as_xlsx
from answering_school import School, a_numbered, a_parent, an_answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import a_pupil, key

from graphsync.consent_columns import CAPTIONS as CAPTIONS_OF
from graphsync.consent_import import ImportReport
from graphsync.consent_piles import countersign
from graphsync.consent_school import ConsentSchool
from graphsync.provision_desk import listing as provision_lines
from graphsync.roster.answer_files import MAX_BYTES
from graphsync.roster.problems import RosterRefused
from graphsync.store.journal import JournalRow
from graphsync.trouble import Refusal
from policies.consent_records import Act, Answer, Channel, Form, Method, Signer, State
from policies.people import Kind

SEPTEMBER = "01/09/2026"


def outcomes(report: ImportReport) -> list[str]:
    return [line.outcome for line in report.lines]


def reason(report: ImportReport) -> str:
    (line,) = report.lines
    assert line.outcome == "held"
    return line.reason


def a_row(number: str = "11", who: str = "Mary Smith11", said: str = "Yes", on: str = SEPTEMBER):
    return (number, who, said, on)


def test_an_answer_is_recorded_with_who_when_what_and_where_it_came_from(school: School):
    data = as_csv(a_row())
    report = school.take(data)
    assert outcomes(report) == ["recorded"]
    (row,) = school.rows()
    assert (row.act, row.answer, row.signed_on) == (Act.ANSWERED, Answer.YES, date(2026, 9, 1))
    assert row.signer == Signer(
        contact_id="m11", name="Ms Mary Smith11", relationship="Mother", responsible=True
    )
    assert (row.form, row.version, row.channel) == (Form.CLOUD, "cloud-2023", Channel.IMPORT)
    assert row.words_sha256
    assert set(row.services) >= {"mail", "teams"}
    assert (row.by, row.at) == ("head", school.office.now)
    assert row.evidence is not None
    assert row.evidence.sha256 == hashlib.sha256(data).hexdigest()
    assert row.evidence.place == "line 2 of the file"


def test_an_answer_from_a_file_is_a_hint_and_in_no_batch(school: School):
    report = school.take_rows(a_row())
    assert [row.method for row in school.rows()] == [Method.HINT]
    assert report.batch == ""


def test_rows_that_say_who_made_sure_and_how_are_one_batch_for_a_second_person(school: School):
    captions = (*CAPTIONS, "Method", "Verified by")
    rows = [
        (*a_row(), "paper_seen", "Mrs Oak"),
        (*a_row("12", "Mary Smith12"), "phone call back", "Mrs Oak"),
        (*a_row("13", "Mary Smith13"), "", ""),
    ]
    report = school.take(as_csv(*rows, captions=captions))
    assert outcomes(report) == ["recorded"] * 3
    batches = school.office.store.consent_batches.of_school("oak")
    assert list(batches) == [report.batch]
    assert batches[report.batch].opened_by == "head"
    assert batches[report.batch].sample == {row.id for n in "12" for row in school.rows(f"1{n}")}
    told = [(row.method, row.verified_by, row.batch) for n in "123" for row in school.rows(f"1{n}")]
    assert told == [
        (Method.PAPER_SEEN, "Mrs Oak", report.batch),
        (Method.PHONE_CALL_BACK, "Mrs Oak", report.batch),
        (Method.HINT, "", ""),
    ]


def test_only_what_a_second_person_countersigned_is_a_live_consent(school: School):
    captions = (*CAPTIONS, "Method", "Verified by")
    rows = [(*a_row(), "paper_seen", "oakley"), (*a_row("12", "Mary Smith12"), "", "")]
    report = school.take(as_csv(*rows, captions=captions))
    assert [school.state(n) for n in ("11", "12")] == [State.PENDING, State.PENDING]
    second = dataclasses.replace(school.office.bench, requester="second")
    countersign(second, "oak", (), report.batch)
    assert [school.state(n) for n in ("11", "12")] == [State.VERIFIED, State.PENDING]


def test_a_no_from_a_file_closes_and_opens_what_is_done_instead(school: School):
    school.says(an_answer(school.office, answer=Answer.YES, signed_on=date(2026, 8, 1)))
    assert school.state("11") is State.VERIFIED
    school.take_rows(a_row(said="No"), a_row("12", "", "No"))
    assert school.state("11") is State.REFUSED
    at = ConsentSchool(school.office.bench, "oak")
    assert [one.pupil for one in provision_lines(at)] == ["oak:11"]


def test_nobody_makes_sure_of_their_own_child_by_a_file(school: School):
    teacher = a_pupil("90", kind=Kind.STAFF, mail="head@oak.example", year=None, form=None)
    school.people.append(teacher)
    school.contacts.append(
        a_parent("11", contact_id="h11", given_name="Hal", mail="head@oak.example")
    )
    school.accept()
    data = as_csv((*a_row(), "paper_seen", "oakley"), captions=(*CAPTIONS, "Method", "Verified by"))
    assert "a child of whoever imports this" in reason(school.take(data))


@pytest.mark.parametrize(
    ("method", "by", "words"),
    [
        ("known_mailbox", "Mrs Oak", "no way that a file can tell"),
        ("letter_link", "Mrs Oak", "no way that a file can tell"),
        ("looked fine", "Mrs Oak", "no way that a file can tell"),
        ("paper_seen", " ", "not by whom"),
    ],
)
def test_a_way_that_no_file_can_prove_is_held(school: School, method: str, by: str, words: str):
    data = as_csv((*a_row(), method, by), captions=(*CAPTIONS, "Method", "Verified by"))
    assert words in reason(school.take(data))


def test_a_forms_export_is_read_with_its_completion_time_and_its_question(school: School):
    mother = ("1", "9/1/26 9:01", "1/9/26 9:03", "anonymous", "", "11", "mary smith11", "Yes")
    by_mail = ("2", "", "2/9/26 9:03", "MARY12@home.example", "Anyone", "12", "", "No;")
    report = school.take(as_csv(mother, by_mail, captions=FORMS), named={"answer": "Do you agree"})
    assert report.layout == "Microsoft Forms"
    assert outcomes(report) == ["recorded", "recorded"]
    assert [row.signed_on for row in school.rows()] == [date(2026, 9, 1)]
    (row,) = school.rows("12")
    assert (row.answer, row.signer and row.signer.contact_id) == (Answer.NO, "m12")
    assert {row.method for row in school.rows()} == {Method.HINT}


def test_the_question_of_the_edition_itself_is_a_caption_of_the_answer(school: School):
    question = (
        "As the parent / carer of the above student / pupil, I agree to my child using the school"
        " using Office 365 for Education."
    )
    captions = (*FORMS[:-1], question)
    row = ("1", "", "01/09/2026 09:03:11", "anonymous", "", "11", "Mary Smith11", "Yes")
    assert outcomes(school.take(as_csv(row, captions=captions))) == ["recorded"]


def test_an_answer_from_a_pupils_account_is_held_and_a_students_own_is_their_own(school: School):
    school.people[0] = a_numbered("11", mail="amy@oak.example")
    school.accept()
    row = ("1", "", SEPTEMBER, "Amy@oak.example", "Amy", "11", "Mary Smith11", "Yes")
    report = school.take(as_csv(row, captions=FORMS), named={"answer": "Do you agree?"})
    assert "from a pupil's account" in reason(report)
    own = school.take(
        as_csv(
            ("11", "Amy Smith", "self", "Yes", SEPTEMBER),
            captions=("Adno", "Signed by", "Relationship", "Answer", "Date"),
        )
    )
    assert outcomes(own) == ["recorded"]
    assert [row.signer and row.signer.own for row in school.rows()] == [True]


def test_a_workbook_is_read_as_its_csv_would_be(school: School):
    data = as_xlsx([CAPTIONS, (11, "Mary Smith11", "Yes", date(2026, 9, 1))])
    assert outcomes(school.take(data, "answers.xlsx")) == ["recorded"]
    assert outcomes(school.take_rows(a_row())) == ["unchanged"]


PUPILS = {
    "unknown": (("99", "Mary", "Yes", SEPTEMBER), "no such pupil"),
    "leaver": (("14", "Mary Smith14", "Yes", SEPTEMBER), "has left the school"),
    "nobody": (("", "Mary", "Yes", SEPTEMBER), "does not say whose answer"),
    "formula": (("11", "=cmd|' /C calc'!A0", "Yes", SEPTEMBER), "begins like a formula"),
    "tab": (("11", "\tMary Smith11", "Yes", SEPTEMBER), "begins like a formula"),
    "at": (("11", "@Mary", "Yes", SEPTEMBER), "begins like a formula"),
    "plus": (("+11", "Mary Smith11", "Yes", SEPTEMBER), "begins like a formula"),
    "minus": (("11", "Mary Smith11", "-Yes", SEPTEMBER), "begins like a formula"),
    "both boxes": (("11", "Mary Smith11", "Yes; No", SEPTEMBER), "both boxes"),
    "no box": (("11", "Mary Smith11", "", SEPTEMBER), "no box"),
    "neither": (("11", "Mary Smith11", "Maybe", SEPTEMBER), "neither yes nor no"),
    "no date": (("11", "Mary Smith11", "Yes", ""), "there is no date"),
    "future": (("11", "Mary Smith11", "Yes", "26/11/2026"), "in the future"),
    "before the form": (("11", "Mary Smith11", "Yes", "30/11/2023"), "before this edition"),
    "month first": (("11", "Mary Smith11", "Yes", "09/13/2026"), "month before the day"),
    "no such day": (("11", "Mary Smith11", "Yes", "31/09/2026"), "cannot be read"),
    "no day": (("11", "Mary Smith11", "Yes", "last week"), "cannot be read"),
    "no contact": (("11", "Bob Brown", "Yes", SEPTEMBER), "no contact of the pupil"),
    "ragged": (("11", "Smith11", "Mary", "Yes", SEPTEMBER), "has 5 cells, the first line 4"),
}


@pytest.mark.parametrize("what", PUPILS)
def test_a_row_that_cannot_be_trusted_is_held_and_nothing_of_it_told(school: School, what: str):
    row, words = PUPILS[what]
    report = school.take_rows(row)
    assert words in reason(report)
    assert "Mary" not in reason(report)
    assert school.rows() == ()


def test_a_no_counts_however_badly_the_rest_is_filled_in(school: School):
    for number, (who, on) in enumerate([("", ""), ("Bob Brown", "09/13/2026"), ("Mary", "soon")]):
        assert outcomes(school.take_rows(a_row(who=who, said="No", on=on))) == ["recorded"], number
    assert [row.answer for row in school.rows()] == [Answer.NO] * 3
    assert {row.signed_on for row in school.rows()} == {None}


def test_a_list_without_signers_is_kept_as_a_hint_without_one(school: School):
    captions = ("Adno", "Parental Consent", "Date")
    listed = ("11", "Photograph; Internet  access; Trips", SEPTEMBER)
    silent = ("12", "Photograph; Trips", SEPTEMBER)
    report = school.take(as_csv(listed, silent, captions=captions))
    assert outcomes(report) == ["recorded", "held"]
    (row,) = school.rows()
    assert (row.method, row.signed, row.signer) == (Method.HINT, False, Signer())


def test_two_boxes_are_read_where_the_file_has_two(school: School):
    captions = ("Adno", "Signed by", "Yes", "No", "Date")
    ticks = [("x", ""), ("", "x"), ("x", "x"), ("", ""), ("0", "1")]
    said = []
    for yes, no in ticks:
        row = ("11", "Mary Smith11", yes, no, SEPTEMBER)
        report = school.take(as_csv(row, captions=captions), write=False)
        said.append(report.lines[0].reason or "answer")
    assert said[0] == said[1] == said[4] == "answer"
    assert "both" in said[2]
    assert "no box" in said[3]


def test_a_name_serves_with_the_form_group_and_only_where_nobody_else_fits(school: School):
    twin = a_pupil("21", given_name="Amy11", surname="Smith11", form="7C")
    school.people.append(twin)
    school.accept()
    captions = ("Child's name", "Form group", "Answer", "Date")

    def one(name: str, form: str) -> str:
        report = school.take(as_csv((name, form, "No", SEPTEMBER), captions=captions), write=False)
        return str(report.lines[0].person or report.lines[0].reason)

    assert one("amy11  SMITH11", "7b") == "oak:11"
    assert one("Smith11, Amy11", "7C") == "oak:21"
    assert "no such pupil" in one("Amy11 Smith11", "7D")
    assert "whose answer" in one("Amy11 Smith11", "")
    school.people[-1] = msgspec.structs.replace(twin, form="7B")
    school.accept()
    assert "several pupils fit" in one("Amy11 Smith11", "7B")


def test_a_number_and_a_name_of_different_pupils_are_held(school: School):
    captions = ("Adno", "Person ID", "Surname", "Forename", "Reg", "Answer", "Date")
    rows = [
        ("11", "", "Smith12", "Amy12", "7B", "No", SEPTEMBER),
        ("11", "12", "", "", "", "No", SEPTEMBER),
        ("11", "11", "Smith11", "", "", "No", SEPTEMBER),
    ]
    report = school.take(as_csv(*rows, captions=captions))
    assert outcomes(report) == ["held", "held", "recorded"]
    assert "different pupils" in report.lines[0].reason


def test_a_mail_and_a_name_of_different_contacts_are_held(school: School):
    captions = ("Adno", "Signed by", "Parent email", "Answer", "Date")
    row = ("11", "Mary Smith11", "fred@home.example", "Yes", SEPTEMBER)
    assert "two different contacts" in reason(school.take(as_csv(row, captions=captions)))


def test_a_name_that_two_contacts_share_is_held(school: School):
    school.contacts.append(a_parent("11", contact_id="o11", mail="other@home.example"))
    school.accept()
    assert "several contacts of the pupil fit" in reason(school.take_rows(a_row()))
    captions = ("Adno", "Signed by", "Parent email", "Answer", "Date")
    row = ("11", "Mary Smith11", "other@home.example", "Yes", SEPTEMBER)
    assert outcomes(school.take(as_csv(row, captions=captions))) == ["recorded"]


def test_a_row_of_another_school_is_held_by_id_or_name(school: School):
    captions = ("School", *CAPTIONS)
    rows = [("Elm School", *a_row()), ("OAK", *a_row()), ("Oak School", *a_row("12", "", "No"))]
    report = school.take(as_csv(*rows, captions=captions))
    assert outcomes(report) == ["held", "recorded", "recorded"]
    assert "another school" in report.lines[0].reason


def test_services_are_those_of_the_form_unless_some_are_written(school: School):
    captions = (*CAPTIONS, "Services")
    some = (*a_row(), "Teams; mail")
    wrong = (*a_row("12", "Mary Smith12"), "Copilot")
    report = school.take(as_csv(some, wrong, captions=captions))
    assert outcomes(report) == ["recorded", "held"]
    assert school.rows()[0].services == ("teams", "mail")


DATES = {
    "03/04/2026": date(2026, 4, 3),
    "3-4-26 10:15": date(2026, 4, 3),
    "3.4.2026": date(2026, 4, 3),
    "2026-04-03T10:15:00Z": date(2026, 4, 3),
    "3 April 2026": date(2026, 4, 3),
    "03-Apr-2026": date(2026, 4, 3),
    "46115": date(2026, 4, 3),
    "46115.75": date(2026, 4, 3),
}


@pytest.mark.parametrize("text", DATES)
def test_a_date_is_read_with_the_day_first_or_as_excel_counts(school: School, text: str):
    school.take_rows(a_row(on=text))
    assert [row.signed_on for row in school.rows()] == [DATES[text]]


def test_in_a_column_with_one_month_first_no_date_of_two_readings_is_believed(school: School):
    rows = [
        a_row(on="09/13/2026"),
        a_row("12", "Mary Smith12", on="03/04/2026"),
        a_row("13", "Mary Smith13", on="04/04/2026"),
    ]
    report = school.take_rows(*rows)
    assert outcomes(report) == ["held", "held", "recorded"]
    assert "can be read two ways" in report.lines[1].reason


def test_signed_on_stands_for_rows_without_a_date(school: School):
    report = school.take_rows(a_row(on=""), signed_on=date(2026, 9, 3))
    assert outcomes(report) == ["recorded"]
    assert [row.signed_on for row in school.rows()] == [date(2026, 9, 3)]


def test_the_same_file_again_changes_nothing(school: School):
    rows = [a_row(), a_row("12", "Mary Smith12", "No"), a_row("99")]
    first = school.take_rows(*rows)
    before = school.rows(), school.rows("12")
    school.office.days(3)
    second = school.take_rows(*rows)
    assert outcomes(first) == ["recorded", "recorded", "held"]
    assert outcomes(second) == ["unchanged", "unchanged", "held"]
    assert (school.rows(), school.rows("12")) == before


def test_next_weeks_longer_export_adds_only_what_is_new(school: School):
    school.take_rows(a_row())
    report = school.take_rows(a_row("12", "Mary Smith12"), a_row(), a_row(), a_row("13", "", "No"))
    assert outcomes(report) == ["recorded", "unchanged", "unchanged", "recorded"]


def test_the_same_answer_twice_in_a_file_is_one_row(school: School):
    report = school.take_rows(a_row(), a_row(who="mary SMITH11", on="2026-09-01"))
    assert outcomes(report) == ["recorded", "unchanged"]
    assert "the same answer as line 2" in report.lines[1].reason
    assert len(school.rows()) == 1


def test_of_one_persons_answers_the_later_holds_and_a_contradiction_holds_none(school: School):
    report = school.take_rows(
        a_row(said="Yes", on="01/09/2026"),
        a_row(said="No", on="05/09/2026"),
        a_row("12", "Mary Smith12", "Yes"),
        a_row("12", "Mary Smith12", "No"),
        a_row("13", "Mary Smith13", "No", ""),
        a_row("13", "Mary Smith13", "Yes"),
    )
    assert outcomes(report) == ["held", "recorded", "held", "held", "held", "held"]
    assert "line 3 is a later answer" in report.lines[0].reason
    assert "contradicts line 5" in report.lines[2].reason
    assert "contradicts line 7" in report.lines[4].reason


def test_two_parents_words_are_both_recorded(school: School):
    report = school.take_rows(a_row(said="Yes"), a_row(who="Fred Smith11", said="No"))
    assert outcomes(report) == ["recorded", "recorded"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "a later answer"),
        ({"signed_on": date(2026, 9, 1)}, "a no of the same person and day"),
        ({"act": Act.WITHDRAWN, "signed_on": None}, "took their answer back"),
    ],
)
def test_a_file_never_goes_over_a_later_word_in_the_register(
    school: School, fields: dict[str, object], words: str
):
    school.says(an_answer(school.office, **fields))
    assert words in reason(school.take_rows(a_row()))
    assert len(school.rows()) == 1


def test_a_hint_changes_nothing_about_a_consent_that_stands(school: School):
    signer = Signer(contact_id="f11", name="Fred", responsible=True)
    verified = an_answer(
        school.office, answer=Answer.YES, signer=signer, services=("mail", "teams"),

    )  # fmt: skip
    school.says(verified)
    assert outcomes(school.take_rows(a_row())) == ["unchanged"]
    assert outcomes(school.take_rows(a_row(said="No"))) == ["recorded"]


def test_a_dry_run_tells_the_same_and_writes_nothing(school: School):
    rows = [a_row(), a_row("99")]
    tried = school.take_rows(*rows, write=False)
    assert school.rows() == ()
    done = school.take_rows(*rows)
    assert tried.lines == done.lines
    assert (tried.written, done.written) == (False, True)


def test_missing_columns_are_named_with_the_captions_that_would_do(school: School):
    with pytest.raises(RosterRefused) as refused:
        school.take(as_csv(("Amy", "7B"), captions=("Child's name", "Shoe size")))
    text = str(refused.value)
    assert "no column tells whose answer it is" in text
    assert "Adno" in text
    assert "no column holds the answer" in text
    assert "Yes / No" in text
    assert school.rows() == ()


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"shoe": "Answer"}, "no column shoe"),
        ({"answer": "Shoe size"}, "no column has the caption given for answer"),
    ],
)
def test_a_column_named_wrongly_refuses_the_file(school: School, named: dict[str, str], words: str):
    with pytest.raises(RosterRefused, match=words):
        school.take_rows(a_row(), named=named)


def test_a_caption_that_stands_twice_refuses_the_file_when_it_is_needed(school: School):
    captions = (*CAPTIONS, "Answer", "Note", "Note")
    with pytest.raises(RosterRefused, match="several columns would do for answer"):
        school.take(as_csv((*a_row(), "No", "", ""), captions=captions))


def test_a_column_named_by_hand_goes_before_the_captions_we_know(school: School):
    captions = (*CAPTIONS, "Online services?")
    report = school.take(
        as_csv((*a_row(said="No"), "Yes"), captions=captions), named={"answer": "Online services?"}
    )
    assert [row.answer for row in school.rows()] == [Answer.YES]
    assert report.columns["answer"] == "Online services?"


def test_the_page_about_imports_names_every_column():
    page = (Path(__file__).parents[2] / "docs/consent-import.md").read_text("utf-8")
    assert set(CAPTIONS_OF) <= set(re.findall(r"`(\w+)`", page))
    assert f"above {MAX_BYTES // 1024 // 1024} MB" in page


def test_an_edition_that_the_school_does_not_use_is_refused(school: School):
    with pytest.raises(Refusal, match="cloud-1999 is no edition in use"):
        school.take_rows(a_row(), edition="cloud-1999")
    with pytest.raises(Refusal, match="ict-ks2-2023 is an edition of the ICT form"):
        school.take_rows(a_row(), edition="ict-ks2-2023")
    assert school.rows() == ()


def imports(school: School) -> list[JournalRow]:
    told = school.office.store.journal.of_run("")
    return [row for row in told if row.operation == "consent_import"]


def test_a_file_that_cannot_be_kept_whole_is_not_kept_at_all(school: School):
    captions = (*CAPTIONS, "Method", "Verified by")
    rows = [(*a_row(n, f"Mary Smith{n}"), "paper_seen", "Mrs Oak") for n in ("11", "12")]
    data = as_csv(*rows, captions=captions)
    tried = school.take(data, write=False)
    in_the_way = an_answer(school.office, id=tried.lines[1].entry)
    school.office.store.consents.add([(key("13"), in_the_way)])
    with pytest.raises(Exception, match=r"(?i)unique|exists|already"):
        school.take(data)
    assert school.rows() == ()
    assert school.office.store.consent_batches.of_school("oak") == {}
    assert imports(school) == []


def test_the_journal_tells_of_the_file_by_its_digest_and_of_nobody(school: School):
    report = school.take_rows(a_row(), a_row("99"))
    (one,) = imports(school)
    assert one.result == "1 recorded"
    assert one.after["file"] == report.file_sha256
    assert "Smith" not in str(msgspec.structs.asdict(one))


CELLS = st.tuples(
    st.sampled_from(["11", "12", "14", "99", "", "=1"]),
    st.sampled_from(["Mary Smith11", "Mary Smith12", "Fred Smith11", "", "Bob"]),
    st.sampled_from(["Yes", "No", "Yes;No", "", "?"]),
    st.sampled_from([SEPTEMBER, "02/09/2026", "09/13/2026", "", "2027-01-01"]),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(CELLS, min_size=1, max_size=8))
def test_no_row_is_lost_and_the_register_never_forgets(school: School, rows: list[tuple[str, ...]]):
    # A file of one row more: lines of nothing but separators are no rows.
    rows = [*rows, ("99", "", "", "")]
    before = {n: school.rows(n) for n in ("11", "12", "14")}
    report = school.take_rows(*rows)
    shown = [row for row in rows if any(row)]
    assert len(report.lines) == report.rows == len(shown)
    assert report.recorded + report.unchanged + report.held == report.rows
    assert all(line.reason for line in report.lines if line.outcome == "held")
    after = {n: school.rows(n) for n in ("11", "12", "14")}
    added = sum(len(after[n]) - len(before[n]) for n in after)
    assert added == report.recorded
    assert all(after[n][: len(before[n])] == before[n] for n in after)
    assert school.take_rows(*rows).recorded == 0


def test_the_command_tells_every_row_and_what_it_ended_as(school: School, command, tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(as_csv(a_row(), a_row("12", "Bob Brown"), a_row("99")))
    import_it = ("consent", "import", "a.csv", "--json")
    code, out, _ = command(*import_it, "--dry-run")
    assert (code, json.loads(out)["written"]) == (3, False)
    assert school.rows() == ()
    code, out, err = command(*import_it, "--report", "rows.csv")
    told = json.loads(out)
    assert (code, told["recorded"], told["held"]) == (3, 1, 2)
    assert [line["line"] for line in told["lines"]] == [2, 3, 4]
    assert told["lines"][1]["person"] == "oak:12"
    assert "Smith" not in out + err
    kept = (tmp_path / "rows.csv").read_text("utf-8-sig").splitlines()
    assert kept[2].startswith("3,held,000012,")
    assert (tmp_path / "rows.csv").stat().st_mode & 0o077 == 0


def test_the_command_answers_2_when_nothing_could_be_recorded_and_64_for_wrong_usage(
    school: School, command, tmp_path: Path
):
    (tmp_path / "a.csv").write_bytes(as_csv(a_row("99")))
    code, out, _ = command("consent", "import", "a.csv")
    assert code == 2
    assert "no such pupil" in out
    (tmp_path / "empty.csv").write_bytes(b"")
    code, _, err = command("consent", "import", "empty.csv")
    assert code == 2
    assert "the file is empty" in err
    for wrong in (("--column", "answer"), ("--signed-on", "1/9/2026")):
        with pytest.raises(SystemExit) as ended:
            command("consent", "import", "a.csv", *wrong)
        assert ended.value.code == 64
    assert school.rows() == ()
