"""Files of answers as schools have them: CSV and XLSX, written by hand."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

Cell = str | int | date
CAPTIONS = ("Admission number", "Parent name", "Answer", "Date signed")
FORMS = (
    "Id",
    "Start time",
    "Completion time",
    "Email",
    "Name",
    "Child's admission number",
    "Your full name",
    "Do you agree?",
)


def as_csv(
    *rows: Sequence[str], captions: Sequence[str] = CAPTIONS, encoding: str = "utf-8"
) -> bytes:
    """The rows under their captions."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([captions, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(*sheets: Sequence[Sequence[Cell]], **parts: bytes) -> bytes:
    """A workbook of these sheets, captions and all; `parts` are added or replaced by file name."""
    names = [f"sheet{number}" for number, _ in enumerate(sheets, 1)]
    content = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": _workbook(names),
        "xl/_rels/workbook.xml.rels": _relations(names),
        "xl/styles.xml": _STYLES,
    }
    content |= {
        f"xl/worksheets/{name}.xml": _sheet(rows) for name, rows in zip(names, sheets, strict=True)
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
        for name, data in parts.items():
            archive.writestr(f"xl/{name}.xml", data)
    return made.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = """<?xml version="1.0"?><Types
 xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>"""
_ROOT = f"""<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}">
<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
_STYLES = f"""<?xml version="1.0"?><styleSheet xmlns="{_MAIN}"><cellXfs count="2">
<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"""


def _workbook(names: list[str]) -> str:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _relations(names: list[str]) -> str:
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="worksheets/{name}.xml"/>'
        for number, name in enumerate(names, 1)
    )
    styles = f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return f'<Relationships xmlns="{_PACKAGE}">{links}{styles}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(place: str, cell: Cell) -> str:
    if isinstance(cell, date):
        return f'<c r="{place}" s="1"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
    if isinstance(cell, int):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
