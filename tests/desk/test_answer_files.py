"""Files of answers: what is read of each kind, and each wrong file refused in its own words."""

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from answer_exports import CAPTIONS, as_csv, as_xlsx

from graphsync.roster import workbooks
from graphsync.roster.answer_files import MAX_BYTES, read_answers, read_bytes
from graphsync.roster.problems import RosterRefused

ROW = ("000001", "Zoë Brontë", "Yes", "01/09/2026")
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PAGE = b"<html><body><table><tr><td>Admission number</td></tr></table></body></html>"
BIG = '<c r="XFD1048576"><v>1</v></c>'


def a_bomb() -> bytes:
    """A workbook of 100 kB that unpacks to 100 MB."""
    return as_xlsx([CAPTIONS, ROW], sharedStrings=b" " * workbooks.MAX_UNPACKED)


def a_corner() -> bytes:
    """A workbook with one cell in the last corner of its sheet."""
    made = as_xlsx([CAPTIONS, ROW])
    before = zipfile.ZipFile(io.BytesIO(made))
    after = io.BytesIO()
    with zipfile.ZipFile(after, "w") as archive:
        for name in before.namelist():
            content = before.read(name).decode()
            archive.writestr(
                name, content.replace("</row></sheetData>", f"{BIG}</row></sheetData>")
            )
    return after.getvalue()


def a_long_text() -> bytes:
    """A workbook that shows one text of 100 kB two thousand times."""
    shown = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2001))
    sheet = f"<worksheet><sheetData>{shown}</sheetData></worksheet>"
    return as_xlsx(
        sharedStrings=b"<sst><si><t>" + b"a" * 100_000 + b"</t></si></sst>",
        **{"worksheets/sheet1": sheet.encode()},
    )


def a_cut_workbook() -> bytes:
    made = as_xlsx([CAPTIONS, ROW])
    return made.replace(b"sheetData", b"sheetDate", 1)[:-300]


def a_lying_size() -> bytes:
    """A workbook whose list of contents says that a part is smaller than it is."""
    made = bytearray(as_xlsx([CAPTIONS, ROW]))
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(made)


def locked() -> bytes:
    made = bytearray(as_xlsx([CAPTIONS, ROW]))
    for found in re.finditer(b"PK\x01\x02", bytes(made)):
        made[found.start() + 8] |= 1
    return bytes(made)


WRONG = {
    "an empty file": (b"", "the file is empty"),
    "captions alone": (as_csv(), "no row under its captions"),
    "a sheet without a row": (as_xlsx([CAPTIONS]), "no row under its captions"),
    "an old workbook": (OLD_EXCEL, "old Excel workbook"),
    "a workbook that is a page": (PAGE, "this is a web page"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "any other archive": (b"PK\x03\x04" + b"\0" * 30, "ZIP archive or a damaged workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not"),
    "two encodings": (as_csv(ROW) + "José\n".encode("cp1252"), "mixes two encodings"),
    "neither encoding": (b"Answer\n\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
    "half a letter": (as_csv(ROW)[:-20] + "ë".encode()[:1], "cut"),
    "an open quotation mark": (as_csv(ROW) + b'"000002,A', "quotation marks"),
    "a bomb": (a_bomb(), "far bigger unpacked"),
    "one cell in the last corner": (a_corner(), "far bigger unpacked"),
    "one long text again and again": (a_long_text(), "far bigger unpacked"),
    "a cut workbook": (a_cut_workbook(), "damaged"),
    "a size that lies": (a_lying_size(), "damaged or cut"),
    "a locked workbook": (locked(), "encrypted"),
    "two sheets": (as_xlsx([CAPTIONS, ROW], [["x"], ["y"]]), "several sheets"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused_in_its_own_words_and_never_quoted(what: str):
    data, words = WRONG[what]
    with pytest.raises(RosterRefused) as refused:
        read_answers("answers", data)
    assert words in str(refused.value)
    assert "Bront" not in str(refused.value)
    assert all(problem.mend for problem in refused.value.problems)


def test_no_mend_speaks_of_reports_of_sims():
    for data, _ in WRONG.values():
        with pytest.raises(RosterRefused) as refused:
            read_answers("answers", data)
        assert not any("SIMS" in problem.mend for problem in refused.value.problems)


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "answers.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(RosterRefused, match="has 50 MB; a file of answers has at most 20 MB"):
        read_bytes(path)
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(read_bytes(path)) == MAX_BYTES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_in_each_encoding_that_a_school_writes(encoding: str):
    sheet = read_answers("answers.csv", as_csv(ROW, encoding=encoding))
    assert sheet.captions == CAPTIONS
    assert [row.cells for row in sheet.rows] == [ROW]
    assert sheet.format.startswith("CSV")


def test_a_row_has_the_line_on_which_it_begins_and_blank_lines_count():
    text = as_csv(("1", "two\nlines", "Yes", ""), ("", "", "", ""), ("3", "c", "No", ""))
    assert [row.line for row in read_answers("a.csv", text).rows] == [2, 5]


def test_a_semicolon_may_part_the_cells():
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([CAPTIONS, ROW])
    assert read_answers("a.csv", text.getvalue().encode()).rows[0].cells == ROW


def test_a_row_of_another_width_says_so():
    sheet = read_answers("a.csv", as_csv(ROW, ROW[:3], (*ROW, "more"), (*ROW, "")))
    assert [bool(row.fault) for row in sheet.rows] == [False, True, True, False]


def test_numbers_and_dates_of_a_workbook_are_text_as_people_write_it():
    data = as_xlsx([CAPTIONS, (1, "Ann", "Yes", date(2026, 9, 1))])
    sheet = read_answers("answers.xlsx", data)
    assert sheet.format == "XLSX"
    assert sheet.rows[0].cells == ("1", "Ann", "Yes", "2026-09-01")


def test_a_workbook_is_told_by_its_content_whatever_it_is_called():
    assert read_answers("answers.csv", as_xlsx([CAPTIONS, ROW])).format == "XLSX"


def test_an_export_of_5_000_answers_is_not_too_big():
    rows = [(n, f"Name {n}", "Yes", date(2026, 9, 1)) for n in range(5_000)]
    assert len(read_answers("a.xlsx", as_xlsx([CAPTIONS, *rows])).rows) == 5_000
    assert workbooks.MAX_CELLS >= 50 * 5_000
