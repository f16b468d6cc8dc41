"""From bytes to text: byte order mark, then strict UTF-8, then Windows-1252."""

import codecs
import re

from graphsync.roster.problems import refusal

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16BE"),
)
# Two bytes that are one letter in UTF-8 and, in Windows-1252, an accented capital and a sign.
UTF8_LETTER = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
CONTROL = [*map(chr, range(9)), "\x0b", "\x0c", *map(chr, range(14, 32)), "\x7f"]
EXPORT_AGAIN = "export the report again from SIMS"


def decode(file: str, data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; raises RosterRefused when it is no text.

    Windows PowerShell 5.1 writes UTF-16LE with a mark, Excel writes Windows-1252.
    """
    text, encoding = _decoded(file, data)
    if "\ufffd" in text:
        raise refusal(
            file,
            "a program before us replaced letters that it could not read (U+FFFD)",
            EXPORT_AGAIN + " and do not re-save it with another program",
            row=text[: text.index("\ufffd")].count("\n") + 1,
        )
    if any(sign in text for sign in CONTROL):
        raise refusal(file, "this is not a text file", "give a SIMS report saved as XML or CSV")
    return text, encoding


def _decoded(file: str, data: bytes) -> tuple[str, str]:
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return _strictly(file, data, codec), name
    if data[1:2] == b"\0":
        return _strictly(file, data, "utf-16-le"), "UTF-16LE"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.reason == "unexpected end of data":
            raise refusal(file, "the file is cut: it ends inside a letter", EXPORT_AGAIN) from None
    return _windows(file, data), "Windows-1252"


def _strictly(file: str, data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        what = "is cut" if error.end == len(data) else "is not what its byte order mark says"
        raise refusal(file, f"the file {what}", EXPORT_AGAIN) from None


def _windows(file: str, data: bytes) -> str:
    if UTF8_LETTER.search(data):
        raise refusal(file, "the file mixes two encodings, UTF-8 and another", EXPORT_AGAIN)
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise refusal(
            file, "the file is neither UTF-8 nor Windows-1252 text", "save it as CSV UTF-8"
        ) from None
