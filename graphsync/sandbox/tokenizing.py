"""What ``$filter`` and ``$search`` share: a text cut into tokens, predicates joined."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from graphsync.sandbox.problems import Refusal

Properties = dict[str, Any]
Predicate = Callable[[Properties], bool]


class Token(NamedTuple):
    """A piece of the text; ``kind`` is the name of the pattern's group that took it."""

    kind: str
    text: str


def tokens(text: str, pattern: re.Pattern[str], malformed: Callable[[], Refusal]) -> list[Token]:
    """The whole text in tokens of a pattern of named groups; raises ``malformed`` for a rest."""
    found = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = pattern.match(text, at)
        if match is None or match.lastgroup is None:
            raise malformed()
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def any_of(parts: Sequence[Predicate]) -> Predicate:
    """True where one of the parts is."""
    return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)


def all_of(parts: Sequence[Predicate]) -> Predicate:
    """True where all of the parts are."""
    return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)
