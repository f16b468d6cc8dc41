"""SIMS reports as CommandReporter writes them in XML: `SuperStarReport/Record`.

An element's name is the caption with `_xHHHH_` escapes; an empty value is usually an absent
element. The closing tag proves that the file is whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING

from graphsync.roster.columns import decode_name, identify
from graphsync.roster.problems import refusal
from graphsync.roster.tables import Document, Row, Table

if TYPE_CHECKING:
    from lxml import etree

NAME = "SIMS XML"
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
CLOSING = re.compile(r"(?:</SuperStarReport\s*>|<SuperStarReport\s*/>)\s*$")
RUN_AGAIN = "run the report again and wait until CommandReporter has ended"


def recognises(text: str) -> bool:
    """Whether the text is meant to be XML, or what CommandReporter prints when it fails."""
    return text.lstrip().startswith("<") or "<CommandReporterError" in text


def read(document: Document, known: Mapping[str, tuple[str, ...]]) -> Table:
    """The table of a whole report; raises RosterRefused for anything that is not one."""
    records = _records(document.file, _parse(document))
    tags = list(dict.fromkeys(chain.from_iterable(records)))
    if not tags:
        raise refusal(document.file, "the report holds no records", "check the report's filter")
    report, found = identify(document.file, [decode_name(tag) for tag in tags], known)
    tag_of = {decode_name(tag): tag for tag in tags}
    wanted = [tag_of[found[column]] if column in found else "" for column in report.columns]
    return Table(
        file=document.file,
        format=NAME,
        encoding=document.encoding,
        report=report.name,
        captions=found,
        rows=_rows(records, wanted),
        header_is_explicit=False,
    )


def _parse(document: Document) -> "etree._Element":
    file, text = document.file, document.text
    if "<CommandReporterError" in text:
        raise refusal(
            file,
            "CommandReporter failed and wrote <CommandReporterError>",
            "open the file to see why: usually the report's name, the login or its permissions",
        )
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise refusal(file, "the XML declares a document type or entities", "SIMS writes neither")
    if "<SuperStarReport" in text and not CLOSING.search(text.rstrip()[-40:]):
        raise refusal(file, "the file is cut: it does not end in </SuperStarReport>", RUN_AGAIN)
    return _checked(file, _tree(file, DECLARATION.sub("", text, count=1).lstrip()))


def _tree(file: str, text: str) -> "etree._Element":
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        row = error.lineno if isinstance(error, etree.XMLSyntaxError) else None
        what = f"the file is not XML to the end (line {row or 1})"
        raise refusal(file, what, RUN_AGAIN) from None


def _checked(file: str, root: "etree._Element") -> "etree._Element":
    if root.tag != "SuperStarReport":
        raise refusal(
            file, "this XML is not a SIMS report (SuperStarReport)", "run the report in SIMS as XML"
        )
    if root.xpath("boolean(/*/*[not(self::Record)] | /*/*/*/*)"):
        raise refusal(file, "the report is not a flat list of records", "save it without grouping")
    return root


def _records(file: str, root: "etree._Element") -> list[dict[str, str]]:
    """Each record's text by element name, in one walk: lxml makes an object of each it visits."""
    records: list[dict[str, str]] = []
    for number, record in enumerate(root, start=1):
        fields = {str(field.tag): (field.text or "").strip() for field in record}
        if len(fields) != len(record):
            raise refusal(
                file,
                "a record holds the same element twice",
                "make captions unique in SIMS",
                row=number,
            )
        records.append(fields)
    return records


def _rows(records: Sequence[Mapping[str, str]], wanted: Sequence[str]) -> Iterator[Row]:
    for number, fields in enumerate(records, start=1):
        yield Row(number, tuple(map(fields.get, wanted, repeat(""))))
