"""Files that schools send by mistake, each told by its content and answered in its own words."""

import io
import zipfile
from collections.abc import Callable

from graphsync.roster.problems import RosterRefused, refusal

RUN_THE_REPORT = "run the report in SIMS and give its output, saved as XML or CSV"
SAVE_AS = "save the sheet as CSV UTF-8, or export the report from SIMS as XML"


def _is_definition(names: list[str]) -> bool:
    return any(name.startswith("Definition") and name.endswith(".RptDef") for name in names)


def _members(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return []


def _zipped(data: bytes) -> tuple[str, str]:
    names = _members(data)
    if _is_definition(names):
        return "this is a report definition (.RptDef), not the output of a report", RUN_THE_REPORT
    if "xl/workbook.xml" in names:
        return "this is an Excel workbook (.xlsx)", SAVE_AS
    return "this is a ZIP archive or a damaged workbook", "unpack it; " + SAVE_AS


def _old_excel(data: bytes) -> tuple[str, str]:
    del data
    return "this is an old Excel workbook or another Office document", SAVE_AS


def _pdf(data: bytes) -> tuple[str, str]:
    del data
    return "this is a PDF document", RUN_THE_REPORT


def _page(data: bytes) -> tuple[str, str]:
    del data
    return "this is a web page", RUN_THE_REPORT


SIGNATURES: tuple[tuple[bytes, Callable[[bytes], tuple[str, str]]], ...] = (
    (b"PK\x03\x04", _zipped),
    (b"PK\x05\x06", _zipped),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _old_excel),
    (b"%pdf", _pdf),
    (b"<!doctype html", _page),
    (b"<html", _page),
)


def mistaken(file: str, data: bytes) -> RosterRefused | None:
    """The refusal for a file that is plainly something else, or None."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        return refusal(
            file,
            "the file is empty",
            "export it again; CommandReporter leaves an empty file when the report fails",
        )
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    for signature, answer in SIGNATURES:
        if start.startswith(signature) or start.lower().startswith(signature):
            what, mend = answer(data)
            return refusal(file, what, mend)
    return None
