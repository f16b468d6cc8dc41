"""The exports are as messy as schools' files are."""

import re
from collections import Counter

import pytest
from export_rows import TODAY, bytes_of, decoded, file_of, person_of, rows_of
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from stdnum.gb import upn as pupil_number

from graphsync.sandbox.exports import main
from graphsync.sandbox.exports_files import Report, element_name, write_xml
from graphsync.sandbox.seed import packs_beside, seed
from graphsync.sandbox.world_demo import demo_schools


def test_absent_elements_stand_for_blanks_and_captions_are_escaped(nights):
    text = (nights[1] / "oak" / "pupils.xml").read_text("utf-8")
    assert "<Preferred_x0020_Surname>" in text
    assert "<Middle_x0020_name_x0028_s_x0029_>" in text
    assert "<Date_x0020_of_x0020_leaving" not in text
    assert "/>" not in text
    assert text.endswith("</SuperStarReport>\n")
    assert 0 < text.count("<UPN>") < text.count("<Record>")


def test_years_are_spelt_differently_in_every_school(nights):
    def years(school, caption):
        return {row[caption] for row in rows_of(file_of(nights[1] / school, "pupils"))}

    assert {"Nursery", "Reception", "Year  1", "Year  6"} <= years("oak", "Year")
    assert {"Year  7", "Year 10", "Year 13"} <= years("mill", "Year")
    assert years("river", "Year taught in Code") == {"7", "8", "9", "10", "11"}


def test_dates_are_moments_in_xml_and_british_in_csv(nights):
    def texts(school, report, caption):
        return [row[caption] for row in rows_of(file_of(nights[1] / school, report))]

    moment, british = re.compile(r"\d{4}-\d\d-\d\dT00:00:00"), re.compile(r"\d\d/\d\d/\d{4}")
    assert all(map(moment.fullmatch, texts("oak", "pupils", "Date of admission")))
    assert all(map(moment.fullmatch, texts("oak", "staff", "Employment Start Date")))
    days = texts("mill", "pupils", "DOA")
    assert all(map(british.fullmatch, days))
    assert any(int(day[:2]) > 12 for day in days)
    assert all(map(british.fullmatch, texts("river", "staff", "Employment Start Date")))


def test_millbrook_writes_windows_1252_that_is_not_utf_8(nights):
    data = (nights[1] / "mill" / "pupils.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert not data.decode("cp1252").isascii()


def test_riverside_puts_a_byte_order_mark_first_and_mixes_xml_with_csv(nights):
    files = bytes_of(nights[1] / "river")
    assert set(files) == {"pupils.xml", "staff.csv", "contacts.xml", "classes.xml"}
    assert all(data.startswith(b"\xef\xbb\xbf") for data in files.values())


def test_millbrooks_admission_numbers_lost_their_zeros(nights):
    def numbers(school):
        return {row["Adno"] for row in rows_of(file_of(nights[1] / school, "pupils"))}

    assert {len(one) for one in numbers("oak")} == {6}
    assert {len(one) for one in numbers("mill")} == {4}


def test_rows_repeat_per_class_and_per_role(nights):
    pupils = Counter(map(person_of, rows_of(nights[1] / "mill" / "pupils.csv")))
    assert set(pupils.values()) == {3}
    for school in ("oak", "mill", "river"):
        posts = Counter(map(person_of, rows_of(file_of(nights[1] / school, "staff"))))
        assert set(posts.values()) == {1, 2}


def test_composite_ids_begin_with_the_person(nights):
    _, mill, _ = demo_schools(TODAY)
    rows = rows_of(nights[1] / "mill" / "classes.csv")
    assert {person_of(row) for row in rows} == {one.mis_id for one in mill.pupils}
    assert all(re.fullmatch(r"\d+,\d+", row["multiple_id"]) for row in rows)


def test_long_csv_repeats_its_header_and_spreadsheets_leave_comma_only_lines(nights):
    lines = (nights[1] / "mill" / "classes.csv").read_text("cp1252").splitlines()
    assert lines.count(lines[0]) > 1
    staff = (nights[1] / "mill" / "staff.csv").read_text("cp1252").splitlines()
    assert staff[-1] == "," * staff[0].count(",")


def test_each_school_has_one_placeholder_with_a_dollar(nights):
    for school in ("oak", "mill", "river"):
        rows = rows_of(file_of(nights[1] / school, "staff"))
        surnames = [row.get("Surname", row.get("Preferred Surname", "")) for row in rows]
        assert sum(one.startswith("$") for one in surnames) == 1


def test_preferred_and_legal_names_differ_for_some_and_few_pupil_numbers_are_wrong(nights):
    rows = rows_of(nights[1] / "oak" / "pupils.xml")
    differ = [row for row in rows if row["Legal Forename"] != row["Preferred Forename"]]
    assert 5 < len(differ) < 40
    wrong = [row for row in rows if "UPN" in row and not pupil_number.is_valid(row["UPN"])]
    assert 0 < len(wrong) < 10
    assert {row["Enrolment Status"] for row in rows} == {"C", "M", "S", "G"}


@given(st.text(alphabet="abzRDO ()/?'-&", min_size=1).map(lambda text: f"C{text}"))
def test_an_escaped_caption_is_an_xml_name_and_reads_back(caption):
    name = element_name(caption)
    assert etree.Element(name).tag == name
    assert decoded(name) == caption


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=5))
def test_every_value_of_an_xml_report_reads_back_and_blanks_have_no_element(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "report.xml"
    write_xml(path, Report(("Legal Surname", "Middle name(s)"), rows))
    captions = ("Legal Surname", "Middle name(s)")
    expected = [
        {caption: cell for caption, cell in zip(captions, row, strict=True) if cell} for row in rows
    ]
    assert rows_of(path) == expected


def test_the_command_writes_the_night_and_the_packs_that_the_seed_writes(tmp_path):
    seed("demo", tmp_path / "seeded", TODAY)
    out, packs = tmp_path / "out", tmp_path / "packs"
    day = ["--today", TODAY.isoformat(), "--packs", str(packs)]
    assert main(["--seed", "demo", "--night", "1", "--out", str(out), *day]) == 0
    assert bytes_of(out) == bytes_of(tmp_path / "seeded")
    assert bytes_of(packs) == bytes_of(packs_beside(tmp_path / "seeded"))


def test_the_command_refuses_a_world_that_is_not_there(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--seed", "everything", "--out", str(tmp_path / "out")])
    assert "give demo, or a number of people" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_later_night_is_written_over_the_earlier(nights, tmp_path):
    for night in ("1", "4", "3"):
        main(["--seed", "demo", "--night", night, "--out", str(tmp_path), "--today", str(TODAY)])
    assert bytes_of(tmp_path) == bytes_of(nights[3])
