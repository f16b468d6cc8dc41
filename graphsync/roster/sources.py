"""The formats that can be read, each told by its content, never by its file's name.

A new format is one module with `recognises(text)` and `read(document, synonyms)`, and one line in
`FORMATS`.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from graphsync.roster import sims_csv, sims_xml
from graphsync.roster.encoding import decode
from graphsync.roster.problems import refusal
from graphsync.roster.tables import Document, Table
from graphsync.roster.wrong_files import mistaken


class Format(NamedTuple):
    """How a format is told from its text, and how it becomes a table."""

    recognises: Callable[[str], bool]
    read: Callable[[Document, Mapping[str, tuple[str, ...]]], Table]


FORMATS = (
    Format(sims_xml.recognises, sims_xml.read),
    Format(sims_csv.recognises, sims_csv.read),
)


def open_table(file: str, data: bytes, known: Mapping[str, tuple[str, ...]]) -> Table:
    """The table in a file's bytes; raises RosterRefused, with the mend, when there is none."""
    if wrong := mistaken(file, data):
        raise wrong
    text, encoding = decode(file, data)
    for recognises, read in FORMATS:
        if recognises(text):
            return read(Document(file, text, encoding), known)
    raise refusal(
        file,
        "this is neither a SIMS report in XML nor one in CSV",
        "give the output of a SIMS report, saved as XML or CSV",
    )
