"""Files and blobs of DLP records, decoded and read record by record; files told by their content.

JSON: a list of records, as a blob of the activity feed is, or a record a line. CSV: an audit search
(column AuditData) or an Activity explorer export. Whatever else is refused as a whole.
"""

import codecs
import csv
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from hashlib import sha256
from itertools import chain
from pathlib import Path

from reports.dlp.explorer import read_row
from reports.dlp.pieces import Piece, csv_rows, json_objects
from reports.dlp.record import LARGEST, read_record
from reports.dlp.verdicts import Quarantined, Read, Reason

_BLOCK = 1 << 18
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_AUDIT, _ACTIVITY = "AuditData", "Activity"
_JSON = (b"{", b"[")
_FORMULA = tuple("=+-@\t")


class Format(StrEnum):
    """What a file is."""

    JSON = "JSON records"
    AUDIT_SEARCH = "audit search"
    ACTIVITY_EXPLORER = "Activity explorer"


class UnknownFile(Exception):
    """The file is none of these; the message says what it should be."""


class RecordFile:
    """One file, read once; `digest` is that of what was read so far, at the end of the file."""

    def __init__(self, path: Path, labels: Collection[str], tenant: str) -> None:
        self._path = path
        self._labels = labels
        self._tenant = tenant
        self._sha256 = sha256()
        self.format: Format | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes."""
        return self._sha256.hexdigest()

    def read(self) -> Iterator[Read]:
        """Each record as an event, out of scope or quarantined.

        Raises UnknownFile at the first step, and OSError for a file that cannot be read.
        """
        blocks = self._utf8()
        first = next(blocks, b"")
        rest = chain((first,), blocks)
        if is_json(first):
            self.format = Format.JSON
            yield from _records(rest, self._labels, self._tenant)
            return
        yield from self._table(csv_rows(rest, 2 * LARGEST))

    def _record(self, raw: bytes) -> Read:
        return read_record(raw, self._labels, self._tenant)

    def _utf8(self) -> Iterator[bytes]:
        """The bytes as UTF-8 without a mark; UTF-16 (Windows PowerShell's) is made such."""
        with self._path.open("rb") as file:
            first = self._block(file.read(_BLOCK))
            name = _UTF16.get(first[:2])
            later = map(self._block, iter(lambda: file.read(_BLOCK), b""))
            if name is None:
                yield first.removeprefix(codecs.BOM_UTF8)
                yield from later
                return
            decoder = codecs.getincrementaldecoder(name)("replace")
            for block in chain((first[2:],), later):
                yield decoder.decode(block).encode()

    def _block(self, block: bytes) -> bytes:
        self._sha256.update(block)
        return block

    def _table(self, rows: Iterable[Piece]) -> Iterator[Read]:
        header: list[str] = []
        for piece in rows:
            if isinstance(piece, Quarantined):
                if not header:
                    break
                yield piece
                continue
            cells = _cells(piece)
            if not cells:
                yield Quarantined(Reason.NOT_A_RECORD)
            elif header:
                yield self._row(header, cells)
            elif not cells[0].startswith("#TYPE"):  # Export-Csv of Windows PowerShell
                header = cells
                self.format = _format_of(header)
                if self.format is None:
                    break
        if self.format is None:
            raise UnknownFile(
                "is no export of DLP records that we know: take a JSON list of records, the CSV of "
                "an audit search (with a column AuditData) or of Activity explorer (with columns "
                "Activity and RecordIdentity)"
            )

    def _row(self, header: list[str], cells: list[str]) -> Read:
        if len(cells) != len(header):
            return Quarantined(Reason.ROW_OF_ANOTHER_WIDTH)
        row = dict(zip(header, cells, strict=True))
        if self.format is Format.ACTIVITY_EXPLORER:
            return read_row(row, self._labels, self._tenant)
        data = row[_AUDIT]
        if data.startswith(_FORMULA):
            return Quarantined(Reason.FORMULA, _AUDIT)
        if data.startswith("{") and not data.endswith("}"):
            return Quarantined(Reason.CUT, _AUDIT)  # a spreadsheet keeps 32,767 characters
        return self._record(data.encode())


def read_blob(body: bytes, labels: Collection[str], tenant: str) -> Iterator[Read]:
    """Each record of a blob of the activity feed; one quarantined for a body that is no JSON."""
    if is_json(body):
        yield from _records((body,), labels, tenant)
    else:
        yield Quarantined(Reason.NOT_JSON)


def is_json(body: bytes) -> bool:
    """Whether it begins as JSON records do."""
    return body.lstrip()[:1] in _JSON


def _records(blocks: Iterable[bytes], labels: Collection[str], tenant: str) -> Iterator[Read]:
    for piece in json_objects(blocks, LARGEST):
        yield piece if isinstance(piece, Quarantined) else read_record(piece, labels, tenant)


def _cells(row: bytes) -> list[str]:
    """The cells, without blanks around them; in Windows-1252 where they are not UTF-8.

    None for what is no row: a carriage return outside quotes.
    """
    try:
        text = row.decode()
    except UnicodeDecodeError:
        text = row.decode("cp1252", "replace")
    limit = csv.field_size_limit(2 * LARGEST)
    try:
        return [cell.strip(" \r\n") for cell in next(csv.reader([text]))]
    except csv.Error:
        return []
    finally:
        csv.field_size_limit(limit)


def _format_of(header: list[str]) -> Format | None:
    if _AUDIT in header:
        return Format.AUDIT_SEARCH
    if {_ACTIVITY, "RecordIdentity"} <= set(header):
        return Format.ACTIVITY_EXPLORER
    return None
