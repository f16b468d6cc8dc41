"""JSON that comes in: read as strictly as Graph's OData library reads it."""

import json
from itertools import chain
from typing import Any

import msgspec

from graphsync.sandbox.problems import bad_request

# OData library: MaxNestingDepth of its message quotas, 100 unless set.
_DEEPEST = 100


def decoded(body: bytes) -> Any:
    """The document; raises 400 when it is none, nested too deeply, or names a property twice."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise bad_request("Unable to read JSON request payload.", "BadRequest") from error
    if body.count(b"[") + body.count(b"{") > _DEEPEST:
        _check_depth(document)
    if _may_repeat(body, document):
        _check_repeats(body)
    return document


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(_DEEPEST + 1):
        lists = [value for value in level if type(value) is list and value]
        objects = [value.values() for value in level if type(value) is dict and value]
        level = list(chain.from_iterable(chain(lists, objects)))
        if not level:
            return
    raise bad_request("The JSON request payload is nested too deeply.", "BadRequest")


def _may_repeat(body: bytes, document: Any) -> bool:
    """Whether bytes and document differ in colons: quick, since repeats are rare."""
    return b"\\u" in body or body.count(b":") != msgspec.json.encode(document).count(b":")


def _check_repeats(body: bytes) -> None:
    """OData forbids a second property of the same name (the text is the family's)."""

    def once(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise bad_request("A property is given more than once.", "BadRequest")

    json.loads(body, object_pairs_hook=once)
