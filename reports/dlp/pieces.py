"""Large files cut into records in bounded memory: JSON objects and rows of CSV.

A record may be one line of a gigabyte; what is longer than a record can be is passed over and
counted, and reading goes on behind it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from reports.dlp.verdicts import Quarantined, Reason

Piece: TypeAlias = bytes | Quarantined

# Possessive: runs without a bracket and whole strings, gone over once and never again.
_INSIDE = rb'[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TO_BRACKET = re.compile(rb"(?:" + _INSIDE + rb")*+", re.DOTALL)
_LEVELS = 16  # a record of data loss has eleven


def _whole(levels: int) -> bytes:
    """A pattern for what is bracketed, and bracketed again inside, that often."""
    inside = _INSIDE if levels == 0 else _INSIDE + b"|" + _whole(levels - 1)
    return rb"[{\[](?:" + inside + rb")*+[}\]]"


# Most records lie whole in a block: one match passes them, eight times as fast as by bracket.
_WHOLE = re.compile(_whole(_LEVELS), re.DOTALL)
_STRING_END = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_BETWEEN = re.compile(rb"[\s,]*")
_OPENS = frozenset(b"{[")
_BRACES = frozenset(b"{}[]")
_TO_ROW_END = re.compile(rb'(?:[^"\n]++|"[^"]*+")*+')


class _Objects:
    """Where in the JSON we are: how deep, and what of the present record was seen.

    `waiting` is an unfinished string, or only its last backslash while one is dropped.
    """

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self.waiting = b""
        self.record = bytearray()
        self.in_record = False
        self.in_list = False
        self.depth = 0  # inside the record
        self.in_string = False  # that is dropped
        self.skipping = False

    def feed(self, block: bytes) -> Iterator[Piece]:
        data, at = self.waiting + block, 0
        self.waiting = b""
        if self.in_string:
            end = _STRING_END.match(data)
            at = end.end() if end else 0
            if at >= len(data) or data[at : at + 1] != b'"':
                self.waiting = data[at:]  # nothing, or the backslash of an escape
                return
            self.in_string, at = False, at + 1
        while True:
            match = _TO_BRACKET.match(data, at)
            end_at = match.end() if match else at
            if end_at < len(data) and data[end_at] in _BRACES:
                yield from self._text(data[at:end_at])
                if self._begins_record(data[end_at]) and (whole := _WHOLE.match(data, end_at)):
                    yield whole[0]
                    at = whole.end()
                    continue
                yield from self._bracket(data[end_at])
                at = end_at + 1
                continue
            yield from self._text(data[at:end_at])
            self._keep(data[end_at:])
            if self.too_large():
                yield Quarantined(Reason.TOO_LARGE)
            return

    def _keep(self, tail: bytes) -> None:
        """An unfinished string waits for its end; that of a record passed over is dropped."""
        if self.skipping and tail:
            self._drop(tail)
        else:
            self.waiting = tail

    def _drop(self, tail: bytes) -> None:
        """Only whether the next character is escaped is kept of a string."""
        self.in_string = True
        backslashes = len(tail) - len(tail.rstrip(b"\\"))
        self.waiting = b"\\" if backslashes % 2 else b""

    def too_large(self) -> bool:
        """Whether the record has just become larger than one can be; from then on it is skipped.

        A string of that size between the records is dropped as well.
        """
        if self.skipping or len(self.record) + len(self.waiting) <= self.largest:
            return False
        self.skipping = self.in_record
        self.record.clear()
        if self.waiting:
            self._drop(self.waiting)
        return True

    def _text(self, text: bytes) -> Iterator[Piece]:
        if self.in_record:
            if not self.skipping:
                self.record += text
        elif _BETWEEN.fullmatch(text) is None:
            yield Quarantined(Reason.NOT_A_RECORD)

    def _begins_record(self, bracket: int) -> bool:
        nested = bracket == ord("[") and self.in_list
        return not self.in_record and (bracket == ord("{") or nested)

    def _bracket(self, bracket: int) -> Iterator[Piece]:
        if not self.in_record:
            if self._begins_record(bracket):
                self.in_record, self.depth = True, 1
                self.record.append(bracket)
            elif bracket == ord("["):
                self.in_list = True
            elif bracket == ord("]") and self.in_list:
                self.in_list = False
            else:
                yield Quarantined(Reason.NOT_A_RECORD)
            return
        if not self.skipping:
            self.record.append(bracket)
        self.depth += 1 if bracket in _OPENS else -1
        if self.depth == 0:
            if not self.skipping:
                yield bytes(self.record)
            self.record.clear()
            self.in_record = self.skipping = False

    def end(self) -> Iterator[Piece]:
        """What the end of the file cuts off; a record that was passed over is counted already."""
        if self.skipping or self.in_string:
            return
        if self.in_record or self.in_list or self.waiting.strip(b"\x00\x1a\n\r\t ,"):
            yield Quarantined(Reason.CUT)


def json_objects(blocks: Iterable[bytes], largest: int) -> Iterator[Piece]:
    """The objects of a JSON list, of several lists, or of lines of objects, one after the other.

    UTF-8 or any superset of ASCII. What is no object, cut off or too large is told in its place.
    """
    reader = _Objects(largest)
    for block in blocks:
        yield from reader.feed(block)
    yield from reader.end()


def csv_rows(blocks: Iterable[bytes], largest: int) -> Iterator[Piece]:
    """The rows of a CSV, each with the breaks inside its quotes; empty ones are left out.

    A row that is too large is passed over up to the next end of a line: an unclosed quote costs
    what stands before that, not the rest of the file.
    """
    waiting, skipping = b"", False
    for block in blocks:
        data, at = waiting + block, 0
        while True:
            if skipping:
                found = data.find(b"\n", at)
                if found < 0:
                    waiting = b""
                    break
                skipping, at = False, found + 1
            match = _TO_ROW_END.match(data, at)
            end = match.end() if match else at
            if end < len(data) and data[end : end + 1] == b"\n":
                if row := data[at:end].strip(b"\r\x00"):
                    yield row if len(row) <= largest else Quarantined(Reason.TOO_LARGE)
                at = end + 1
                continue
            waiting = data[at:]
            if len(waiting) > largest:
                yield Quarantined(Reason.TOO_LARGE)
                skipping, waiting = True, b""
            break
    if not skipping and (row := waiting.strip(b"\r\x00\x1a ")):
        yield Quarantined(Reason.CUT) if row.count(b'"') % 2 else row
