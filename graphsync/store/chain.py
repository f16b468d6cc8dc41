"""The chain of the journal: what a row's hash covers, and how a row is found to be broken.

A row's hash is sha256 over the canonical JSON array of its fields and the hash before it, so a
changed, removed or added row shows from there on. The payload (before and after) is covered by
its own salted hash: without the payload nobody can guess a name back from the row. What this
cannot show is a journal rewritten whole, by somebody who may write everywhere: an export kept
elsewhere can.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

GENESIS = "0" * 64
FIELDS = (
    "seq",
    "at",
    "school",
    "run",
    "item",
    "what",
    "operation",
    "person",
    "object_id",
    "population",
    "result",
    "payload_sha256",
    "previous",
)
_encode = msgspec.json.Encoder().encode


class Head(Struct, frozen=True, kw_only=True):
    """How long the chain is and the hash of its last row."""

    rows: int = 0
    hash: str = GENESIS


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """One row as it stands in the table and in an export, in the order of FIELDS."""

    seq: int
    at: str
    school: str
    run: str
    item: str
    what: str
    operation: str
    person: str | None
    object_id: str | None
    population: str
    result: str
    payload_sha256: str
    previous: str
    hash: str


def row_hash(fields: Sequence[Any]) -> str:
    """The hash of a row's fields, given in the order of FIELDS."""
    return hashlib.sha256(_encode(fields)).hexdigest()


def payload_hash(salt: bytes, body: bytes) -> str:
    """What a row keeps of its payload."""
    return hashlib.sha256(salt + body).hexdigest()


def fault(row: Sequence[Any], head: Head) -> str | None:
    """Why this row (FIELDS, then its hash) cannot follow the chain so far; None when it does."""
    *fields, stated = row
    if fields[0] != head.rows + 1:
        return "the row is missing"
    if fields[-1] != head.hash:
        return "the row does not follow the one before it"
    if row_hash(fields) != stated:
        return "the row was changed after it was written"
    return None
