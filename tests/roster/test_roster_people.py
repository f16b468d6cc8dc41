from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from roster_exports import (
    RULES,
    a_pupil,
    a_teacher,
    as_csv,
    as_xml,
    only,
    pupils,
    read,
    refused,
)

from graphsync.roster.quality import Fingerprint
from policies.people import Kind, PersonKey, Roster


def test_a_pupil_row_becomes_a_person(tmp_path: Path) -> None:
    row = a_pupil(1, Legal_Forename="Legal", Legal_Surname="Name", Enrolment_Status="C")
    person = only(read(tmp_path, {"a.csv": as_csv([row])}))
    assert person.key == PersonKey("pb", "5001")
    assert (person.kind, person.year, person.form) == (Kind.PUPIL, "7", "7B")
    assert (person.given_name, person.surname) == ("Foreb", "Surb")
    assert (person.legal_given_name, person.legal_surname) == ("Legal", "Name")
    assert (person.starts, person.leaves) == (date(2026, 9, 1), None)
    assert (person.admission_number, person.status) == ("000001", "C")


def test_files_are_told_by_content_and_never_by_name(tmp_path: Path) -> None:
    files = {"one.pdf": as_csv([a_pupil()]), "two.csv": as_xml([a_teacher()])}
    facts = {one.file: (one.format, one.report) for one in read(tmp_path, files).files}
    assert facts == {"one.pdf": ("SIMS CSV", "pupils"), "two.csv": ("SIMS XML", "staff")}


def test_captions_are_compared_without_case_spaces_and_punctuation(tmp_path: Path) -> None:
    row = {"PERSON_id": "7", "fore name": "Ann", "SURNAME": "Lee", "Year(Group)": "7"}
    assert only(read(tmp_path, {"a.xml": as_xml([row])})).surname == "Lee"


def test_a_preferred_name_goes_before_a_plain_one(tmp_path: Path) -> None:
    row = a_pupil(1, Surname="Plain", Forename="Plain")
    assert only(read(tmp_path, {"a.csv": as_csv([row])})).surname == "Surb"


def test_a_blank_preferred_name_falls_back_to_the_legal_one(tmp_path: Path) -> None:
    row = a_pupil(1, Preferred_Forename="", Legal_Forename="Legal")
    assert only(read(tmp_path, {"a.csv": as_csv([row])})).given_name == "Legal"


def test_a_pack_adds_captions(tmp_path: Path) -> None:
    row = a_pupil(1, Tutor_Set="7X")
    rules = msgspec.structs.replace(RULES, columns={"form": ("Tutor set",)})
    assert only(read(tmp_path, {"a.csv": as_csv([row])}, rules)).form == "7X"


def test_a_pack_that_names_no_column_of_ours_is_refused(tmp_path: Path) -> None:
    rules = msgspec.structs.replace(RULES, columns={"shoe": ("Shoe size",)})
    with pytest.raises(Exception, match="unknown columns: shoe"):
        read(tmp_path, {"a.csv": as_csv([a_pupil()])}, rules)


def test_names_keep_their_capitals_and_letters(tmp_path: Path) -> None:
    names = ["O'REILLY", "McLAUGHLIN", "Da Silva", "Ellie-Mae", "Łukasz", "Li"]
    rows = [a_pupil(n, Preferred_Surname=name) for n, name in enumerate(names)]
    people = read(tmp_path, {"a.xml": as_xml(rows)}).roster.people
    assert [person.surname for person in people] == names


def test_an_absent_element_is_an_empty_value(tmp_path: Path) -> None:
    rows = [a_pupil(1, Reg=""), a_pupil(2)]
    people = read(tmp_path, {"a.xml": as_xml(rows)}).roster.people
    assert [person.form for person in people] == [None, "7B"]


def test_a_house_is_read_where_the_export_tells_one(tmp_path: Path) -> None:
    rows = [a_pupil(1, House=" St  Aidan "), a_pupil(2, House="")]
    people = read(tmp_path, {"a.csv": as_csv(rows)}).roster.people
    assert [person.house for person in people] == ["St Aidan", None]
    assert only(read(tmp_path, {"a.csv": as_csv([a_pupil(1, House_Name="Rose")])})).house is None


PHRASES = replace(RULES, consent_phrases=("Internet  Access", "Cloud"))


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("Photograph; internet access; Trips", "hint"),
        ("INTERNET  ACCESS", "hint"),
        ("Cloud services", "hint"),
        ("Photograph", "nothing"),
        ("", "nothing"),
    ],
)
def test_a_phrase_of_the_pack_in_the_consents_of_sims_is_a_hint(
    tmp_path: Path, listed: str, told: str
) -> None:
    rows = [a_pupil(1, Parental_Consent=listed)]
    hint = only(read(tmp_path, {"a.csv": as_csv(rows)}, PHRASES)).consent_hint
    assert hint is (told == "hint")
    assert only(read(tmp_path, {"a.csv": as_csv(rows)})).consent_hint is False
    assert only(read(tmp_path, {"a.csv": as_csv([a_pupil(1)])}, PHRASES)).consent_hint is False


def test_consents_of_sims_on_a_row_each_make_one_hint_and_freeze_nobody(tmp_path: Path) -> None:
    rows = [a_pupil(1, Parental_Consent=one) for one in ("Photograph", "Internet Access", "Trips")]
    reading = read(tmp_path, {"a.csv": as_csv(rows)}, PHRASES)
    assert only(reading).consent_hint is True
    assert reading.roster.frozen == ()


def test_the_first_part_of_a_composite_id_is_the_person(tmp_path: Path) -> None:
    row = {"multiple_id": "417,5523"} | a_teacher()
    del row["primary_id"]
    assert only(read(tmp_path, {"a.xml": as_xml([row])})).key.mis_id == "417"


def test_without_an_id_column_the_admission_number_padded_is_the_key(tmp_path: Path) -> None:
    row = a_pupil(1, Adno="412")
    del row["primary_id"]
    person = only(read(tmp_path, {"a.csv": as_csv([row])}))
    assert (person.key.mis_id, person.admission_number) == ("000412", "000412")


def test_a_row_without_an_id_is_counted_and_tells_nobody(tmp_path: Path) -> None:
    rows = [*pupils(30), a_pupil(31, primary_id="")]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert len(reading.roster.people) == 30
    assert reading.roster.unidentified == {Kind.PUPIL: 1}
    assert [(one.row, one.column) for one in reading.problems] == [(32, "primary_id")]


def test_blank_form_and_year_of_a_new_pupil_are_no_error(tmp_path: Path) -> None:
    reading = read(tmp_path, {"a.csv": as_csv([a_pupil(1, Reg="", Year=""), a_pupil(2)])})
    assert not reading.problems
    assert not reading.roster.frozen


@pytest.mark.parametrize(
    ("caption", "value"),
    [
        ("DOL", "31/02/2026"),
        ("DOA", "soon"),
        ("Year", "Year 99"),
        ("Preferred Surname", ""),
        ("Preferred Forename", ""),
        ("Preferred Forename", "Zo?"),
    ],
)
def test_a_bad_value_freezes_its_person_and_nobody_else(
    tmp_path: Path, caption: str, value: str
) -> None:
    rows = [*pupils(30), a_pupil(31) | {caption: value}]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert len(reading.roster.people) == 30
    (frozen,) = reading.roster.frozen
    assert frozen.key == PersonKey("pb", "5031")
    assert frozen.reason.startswith(f"a.csv, row 32, column {caption}: ")
    (problem,) = reading.problems
    assert problem.person == "pb:5031"
    assert problem.mend
    assert reading.fingerprint.counts == {"pupil": 31}


def test_one_bad_row_never_refuses_a_small_file(tmp_path: Path) -> None:
    reading = read(tmp_path, {"a.csv": as_csv([a_pupil(1, DOL="gone"), a_pupil(2)])})
    assert [frozen.key.mis_id for frozen in reading.roster.frozen] == ["5001"]


def test_a_short_row_freezes_its_person(tmp_path: Path) -> None:
    lines = as_csv(pupils(30)).split(b"\r\n")
    lines[4] = b",".join(lines[4].split(b",")[:5])
    reading = read(tmp_path, {"a.csv": b"\r\n".join(lines)})
    assert [frozen.key.mis_id for frozen in reading.roster.frozen] == ["5004"]


def test_a_comma_without_quotes_freezes_its_person(tmp_path: Path) -> None:
    lines = as_csv(pupils(30)).replace(b"Surb,", b"Surb, Jr,", 1)
    reading = read(tmp_path, {"a.csv": lines})
    assert [frozen.key.mis_id for frozen in reading.roster.frozen] == ["5001"]


def test_repeated_headers_comma_lines_and_blank_lines_are_left_out(tmp_path: Path) -> None:
    header, *rows = as_csv(pupils(3)).splitlines(keepends=True)
    text = b"\r\n,,,,,,,\r\n" + header + rows[0] + header + rows[1] + b",,,,,,,\r\n\r\n" + rows[2]
    reading = read(tmp_path, {"a.csv": text + b",,,,,,,\r\n"})
    assert len(reading.roster.people) == 3
    assert "2 lines hold only separators" in str(reading.problems[0])


def test_a_type_line_of_powershell_is_passed_over(tmp_path: Path) -> None:
    text = b"#TYPE System.Management.Automation.PSCustomObject\r\n" + as_csv([a_pupil(1, DOL="?")])
    (problem,) = read(tmp_path, {"a.csv": text}).problems
    assert problem.row == 3


def test_a_file_without_a_final_newline_is_whole(tmp_path: Path) -> None:
    text = as_csv([a_pupil(1), a_pupil(2, DOL="01/12/2026")]).rstrip(b"\r\n")
    assert len(read(tmp_path, {"a.csv": text}).roster.people) == 2


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8-sig", b"", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "UTF-16LE"),
        ("utf-16-be", b"\xfe\xff", "UTF-16BE"),
        ("utf-16-le", b"", "UTF-16LE"),
        ("cp1252", b"", "Windows-1252"),
    ],
)
def test_every_encoding_reads_the_same(tmp_path: Path, codec: str, mark: bytes, name: str) -> None:
    rows = [a_pupil(1, Preferred_Forename="Zoë", Preferred_Surname="O\u2019Neil")]
    reading = read(tmp_path, {"a.csv": mark + as_csv(rows, codec)})
    assert only(reading).given_name == "Zoë"
    assert only(reading).surname == "O\u2019Neil"
    assert reading.files[0].encoding == name


def test_xml_in_utf_16_reads_the_same(tmp_path: Path) -> None:
    text = as_xml([a_pupil()]).decode().replace("utf-8", "utf-16")
    assert only(read(tmp_path, {"a.xml": b"\xff\xfe" + text.encode("utf-16-le")})).year == "7"


def test_letters_in_two_pieces_are_composed(tmp_path: Path) -> None:
    reading = read(tmp_path, {"a.csv": as_csv([a_pupil(1, Preferred_Forename="Zoe\u0308")])})
    assert only(reading).given_name == "Zoë"


def test_placeholder_surnames_are_skipped_with_a_note(tmp_path: Path) -> None:
    rows = [a_teacher(1), a_teacher(2, Preferred_Surname="$Dummy")]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert len(reading.roster.people) == 1
    assert "1 placeholder rows are skipped" in str(reading.problems[0])
    assert "Dummy" not in str(reading.problems)


def test_a_status_outside_the_pack_makes_no_member(tmp_path: Path) -> None:
    rows = [a_pupil(1, Enrolment_Status="C"), a_pupil(2, Enrolment_Status="Guest Pupil")]
    rules = msgspec.structs.replace(RULES, statuses=("C", "M", "S"))
    assert only(read(tmp_path, {"a.csv": as_csv(rows)}, rules)).status == "C"


def test_an_unknown_status_freezes_since_it_may_be_a_member(tmp_path: Path) -> None:
    rows = [a_pupil(1, Enrolment_Status="C"), a_pupil(2, Enrolment_Status="Martian")]
    assert [one.key.mis_id for one in read(tmp_path, {"a.csv": as_csv(rows)}).roster.frozen] == [
        "5002"
    ]


def test_a_wrong_check_letter_is_noted_and_freezes_nobody(tmp_path: Path) -> None:
    rows = [a_pupil(1, UPN="B801200005001"), a_pupil(2, UPN="A801200005001")]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert len(reading.roster.people) == 2
    (problem,) = reading.problems
    assert (problem.row, problem.column) == (3, "UPN")
    assert "A801200005001" not in str(problem)


@pytest.mark.parametrize(
    "upn", ["E91941001400Z", "R674123101121", "Q245247798301", "b37310001522b"]
)
def test_right_unique_pupil_numbers_are_not_noted(tmp_path: Path, upn: str) -> None:
    assert not read(tmp_path, {"a.csv": as_csv([a_pupil(1, UPN=upn)])}).problems


@pytest.mark.parametrize("caption", ["DOB", "Date of birth", "DateOfBirth"])
def test_a_birth_date_is_read_where_the_export_tells_one(tmp_path: Path, caption: str) -> None:
    rows = [a_pupil(1, **{caption: "29/02/2016"}), a_pupil(2, **{caption: ""})]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert [one.born for one in reading.roster.people] == [date(2016, 2, 29), None]
    assert not reading.problems


@pytest.mark.parametrize("cell", ["31/02/2016", "n/a", "01/01/1915", "01/01/2099", "1/2/16"])
def test_a_birth_date_that_cannot_be_is_unknown_and_freezes_nobody(
    tmp_path: Path, cell: str
) -> None:
    rows = [a_pupil(1, DOB="01/02/2016"), a_pupil(2, DOB=cell), a_pupil(3, DOB=cell)]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert [one.born for one in reading.roster.people] == [date(2016, 2, 1), None, None]
    (problem,) = reading.problems
    assert (problem.row, problem.column) == (3, "DOB")
    assert "unknown in 2 rows: 3, 4" in problem.what
    assert cell not in problem.what


def test_birth_dates_with_the_month_first_are_all_unknown(tmp_path: Path) -> None:
    rows = [a_pupil(1, DOB="02/25/2016"), a_pupil(2, DOB="03/04/2016")]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert [one.born for one in reading.roster.people] == [None, None]
    assert "unknown in 2 rows" in reading.problems[0].what


def test_rows_of_a_pupil_that_disagree_about_the_birth_date_leave_it_unknown(
    tmp_path: Path,
) -> None:
    rows = [a_pupil(1, DOB="01/02/2016"), a_pupil(1, DOB="02/02/2016"), a_pupil(1, DOB="")]
    assert only(read(tmp_path, {"a.csv": as_csv(rows)})).born is None
    assert only(read(tmp_path, {"a.csv": as_csv([rows[0], rows[2]])})).born == date(2016, 2, 1)


def test_no_birth_date_of_staff_is_read(tmp_path: Path) -> None:
    assert only(read(tmp_path, {"a.csv": as_csv([a_teacher(DOB="01/02/1980")])})).born is None


def test_only_kinds_whose_report_is_there_are_complete(tmp_path: Path) -> None:
    assert read(tmp_path, {"a.csv": as_csv([a_pupil()])}).roster.complete == {Kind.PUPIL}
    partial = msgspec.structs.replace(RULES, complete=False)
    assert not read(tmp_path, {"a.csv": as_csv([a_pupil()])}, partial).roster.complete


def test_the_digest_is_over_contents_in_any_order_and_under_any_name(tmp_path: Path) -> None:
    one, two = as_csv([a_pupil()]), as_csv([a_teacher()])
    first = read(tmp_path, {"a.csv": one, "b.csv": two}).sha256
    assert read(tmp_path, {"c.csv": two, "d.csv": one}).sha256 == first
    assert read(tmp_path, {"a.csv": one}).sha256 != first


def test_the_store_can_keep_a_roster_and_a_fingerprint(tmp_path: Path) -> None:
    rows = [a_pupil(1, DOL="?"), a_pupil(2), a_pupil(3, primary_id="")]
    reading = read(tmp_path, {"a.xml": as_xml(rows)}, msgspec.structs.replace(RULES))
    for value, kind in ((reading.roster, Roster), (reading.fingerprint, Fingerprint)):
        packed = msgspec.msgpack.encode(value)
        assert msgspec.msgpack.decode(packed, type=kind) == value


def test_a_school_data_sync_file_is_told_apart(tmp_path: Path) -> None:
    text = b"ID,School DfE Number,First Name,Last Name,Username,Title\r\n1,2,Ora,Klein,ok,Ms\r\n"
    assert "School Data Sync" in refused(tmp_path, {"a.csv": text})
