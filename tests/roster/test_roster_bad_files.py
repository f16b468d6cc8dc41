import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from roster_exports import NOW, RULES, a_pupil, a_teacher, as_csv, as_xml, pupils, read, refused

from graphsync.roster.reading import RosterRefused, read_roster, school_folders


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, b"\xee\x9a\x1d\x10")
    return content.getvalue()


MANY = as_csv(pupils(40))
XML = as_xml(pupils(40))
UNCLOSED = XML[: XML.rindex(b"</SuperStarReport>")]


@pytest.mark.parametrize(
    ("content", "told", "mend"),
    [
        (b"", "the file is empty", "CommandReporter"),
        (b"\xef\xbb\xbf\r\n \r\n", "the file is empty", "export it again"),
        (as_csv([a_pupil()]).splitlines()[0], "holds no rows", "never read as everyone gone"),
        (as_xml([]), "holds no records", "filter"),
        (b"<SuperStarReport/>", "holds no records", "filter"),
        (UNCLOSED, "is cut", "wait until CommandReporter has ended"),
        (XML[: len(XML) // 2], "is cut", "wait until"),
        (XML.replace(b"</Reg>", b"", 1), "not XML to the end", "run the report again"),
        (b"<CommandReporterError>Report not found</CommandReporterError>", "failed", "login"),
        (b"CommandReporter\r\n<CommandReporterError>x", "CommandReporter failed", "login"),
        (b"<CTfile><Header/></CTfile>", "not a SIMS report", "as XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><SuperStarReport></SuperStarReport>', "entities", "SIMS"),
        (
            b"<SuperStarReport><Record><Class><Name>x</Name></Class></Record></SuperStarReport>",
            "flat list",
            "grouping",
        ),
        (XML.replace(b"<Reg>", b"<Reg>7</Reg><Reg>", 1), "same element twice", "unique"),
        (MANY[: MANY.rindex(b"Sur")] + b'"Sur', "cut inside a quoted field", "complete"),
        (MANY.rstrip().rpartition(b",0")[0], "its last row has fewer than 8 cells", "complete"),
        (MANY.replace(b"Surb,", b'"Surb"x,'), "quotation marks are wrong", "again"),
        (MANY.replace(b"Adno", b"primary_id", 1), "same caption", "unique"),
        (MANY.partition(b"\r\n")[2], "no report that we know", "captions"),
        (zipped("DefinitionAll Pupils.RptDef"), ".RptDef", "run the report in SIMS"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), ".xlsx", "CSV UTF-8"),
        (zipped("notes.txt"), "ZIP", "unpack"),
        (b"PK\x03\x04 broken", "ZIP archive or a damaged workbook", "CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 xls", "old Excel", "CSV"),
        (b"%PDF-1.7\n%", "PDF", "run the report"),
        (b"<!DOCTYPE html><html></html>", "web page", "run the report"),
        (b"a note to the office", "neither a SIMS report in XML nor one in CSV", "output"),
        (b"\x00\x01\x02\x03", "not a text file", "XML or CSV"),
        (MANY.replace(b"Sur", "S\ufffdr".encode(), 1), "U+FFFD", "re-save"),
        (MANY.replace(b"Surb", b"Sur\xff\xc3\xab"), "mixes two encodings", "again"),
        (MANY.replace(b"Surb", b"Sur\x81"), "neither UTF-8 nor Windows-1252", "UTF-8"),
        (MANY[:-2] + b"\xc3", "ends inside a letter", "again"),
        (b"\xff\xfe" + MANY.decode().encode("utf-16-le")[:-1], "is cut", "again"),
    ],
)
def test_each_wrong_file_has_its_own_message_and_mend(
    tmp_path: Path, content: bytes, told: str, mend: str
) -> None:
    text = refused(tmp_path, {"export": content})
    assert text.startswith("export")
    assert told in text
    assert mend in text


def test_every_real_report_definition_gets_the_message(tmp_path: Path) -> None:
    names = ("Definition_arc2sync_staff.RptDef", "DefinitionStudent Timetables.RptDef")
    for name in names:
        assert "report definition" in refused(tmp_path, {"pupils.csv": zipped(name)})


@pytest.mark.parametrize("caption", ["Preferred Surname", "Year"])
def test_a_missing_column_is_named_with_what_would_do(tmp_path: Path, caption: str) -> None:
    rows = [{k: v for k, v in row.items() if k != caption} for row in pupils(3)]
    text = refused(tmp_path, {"a.csv": as_csv(rows)})
    assert caption in text
    assert "SIMS permission" in text


def test_a_dropped_id_column_points_to_the_sims_group(tmp_path: Path) -> None:
    rows = [
        {k: v for k, v in row.items() if k not in {"primary_id", "Staff Code"}}
        for row in [a_teacher(1), a_teacher(2)]
    ]
    text = refused(tmp_path, {"a.csv": as_csv(rows)})
    assert "Third Party Reporter" in text
    assert "primary_id" in text


def test_a_column_that_cannot_be_read_in_too_many_rows_refuses(tmp_path: Path) -> None:
    rows = [a_pupil(n, DOA="whenever" if n <= 4 else "01/09/2026") for n in range(1, 41)]
    text = refused(tmp_path, {"a.csv": as_csv(rows)})
    assert "column DOA: 4 of 40 rows cannot be read (10 %; limit 5 %)" in text
    assert "DD/MM/YYYY" in text
    assert "whenever" not in text


def test_five_per_cent_of_bad_rows_still_only_freeze(tmp_path: Path) -> None:
    rows = [a_pupil(n, DOA="whenever" if n <= 2 else "01/09/2026") for n in range(1, 41)]
    assert len(read(tmp_path, {"a.csv": as_csv(rows)}).roster.frozen) == 2


def test_two_bad_rows_are_enough_where_they_are_more_than_the_share(tmp_path: Path) -> None:
    rows = [a_pupil(1, DOA="whenever"), a_pupil(2, DOA="whenever"), *pupils(28, start=3)]
    assert "2 of 30 rows cannot be read" in refused(tmp_path, {"a.csv": as_csv(rows)})


def test_ids_that_are_printed_once_a_group_refuse(tmp_path: Path) -> None:
    rows = [a_pupil(n, primary_id="" if n % 2 else str(n)) for n in range(1, 41)]
    assert "switch off grouping" in refused(tmp_path, {"a.csv": as_csv(rows)})


def test_american_dates_refuse_the_file(tmp_path: Path) -> None:
    rows = [a_pupil(1, DOA="09/01/2026"), a_pupil(2, DOA="09/15/2026")]
    text = refused(tmp_path, {"a.csv": as_csv(rows)})
    assert "column DOA: dates of this column have the month before the day" in text
    assert "United Kingdom" in text


def test_two_date_formats_in_a_column_refuse_the_file(tmp_path: Path) -> None:
    rows = [a_pupil(1, DOA="01/09/2026"), a_pupil(2, DOA="2026-09-01")]
    assert "two formats" in refused(tmp_path, {"a.csv": as_csv(rows)})


def test_a_stale_file_is_refused_with_its_age_and_the_limit(tmp_path: Path) -> None:
    with pytest.raises(RosterRefused, match="stale: 37 hours old; limit 36"):
        read(tmp_path, {"a.csv": MANY}, hours_old=37)
    assert read(tmp_path, {"a.csv": MANY}, hours_old=35).roster.people


def test_the_oldest_file_of_the_set_decides_and_is_named(tmp_path: Path) -> None:
    read(tmp_path, {"old.csv": MANY, "new.csv": as_csv([a_teacher()])})
    os.utime(tmp_path / "old.csv", (0, 0))
    with pytest.raises(RosterRefused) as error:
        read_roster([tmp_path], "pb", RULES, NOW)
    assert [problem.file for problem in error.value.problems] == ["old.csv"]


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    text = refused(tmp_path, {"a.csv": b"", "b.xml": UNCLOSED, "c.csv": as_csv(pupils(1))[:-9]})
    assert [line.split(":")[0].split(",")[0] for line in text.splitlines()] == [
        "a.csv",
        "b.xml",
        "c.csv",
    ]


def test_a_cut_contacts_file_refuses_the_set(tmp_path: Path) -> None:
    contacts = as_xml([{"primary_id": "5001", "Relationship": "Mother"}])
    text = refused(tmp_path, {"a.csv": MANY, "c.xml": contacts[:-30]})
    assert text.startswith("c.xml: the file is cut")


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / "none.csv", tmp_path / "empty"]
    with pytest.raises(RosterRefused) as error:
        read_roster(paths, "pb", RULES, datetime.now(UTC))
    assert [problem.file for problem in error.value.problems] == ["none.csv", "empty"]


def test_contacts_alone_are_no_roster(tmp_path: Path) -> None:
    contacts = as_csv([{"primary_id": "5001", "Relationship": "Mother"}])
    assert "neither a pupils nor a staff report" in refused(tmp_path, {"c.csv": contacts})


def test_files_that_programs_leave_behind_are_not_exports(tmp_path: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "~$pupils.xlsx"):
        (tmp_path / name).write_bytes(b"\0")
    read(tmp_path, {"a.csv": MANY})
    assert len(read_roster([tmp_path], "pb", RULES, NOW).files) == 1


def test_school_folders_are_those_that_hold_files(tmp_path: Path) -> None:
    for name in ("river", "oak", "empty", ".git"):
        (tmp_path / name).mkdir()
    for name in ("river", "oak", ".git"):
        (tmp_path / name / "a.csv").write_bytes(MANY)
    assert list(school_folders(tmp_path).items()) == [
        ("oak", tmp_path / "oak"),
        ("river", tmp_path / "river"),
    ]
    assert school_folders(tmp_path / "nowhere") == {}


def test_no_message_holds_a_value_of_the_file(tmp_path: Path) -> None:
    rows = [a_pupil(n, Year="Klingon", DOA="Vulcan") for n in range(40)]
    text = refused(tmp_path, {"a.csv": as_csv(rows)})
    assert "column Year" in text
    assert "column DOA" in text
    for word in ("Klingon", "Vulcan", "Fore", "Surb", "5001"):
        assert word not in text
