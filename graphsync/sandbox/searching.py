"""``$search``: clauses in double quotes, joined by AND, OR and parentheses.

Graph docs "query-parameters", "Using $search on directory object collections": displayName and
description are compared word by word, every other property that ``$filter`` takes from its start.
Words end at white space, symbols, numbers and where small letters turn to capitals; words that only
symbols part count together as well. What Graph says to a malformed search is unverified.
"""

import re

from graphsync.sandbox.filter_rules import FILTERS
from graphsync.sandbox.problems import Refusal, unsupported_query
from graphsync.sandbox.tokenizing import Predicate, Properties, Token, all_of, any_of, tokens

_TOKEN = re.compile(r'\s*(?:(?P<clause>"(?:[^"\\]|\\.)*")|(?P<word>AND\b|OR\b)|(?P<mark>[()]))')
_CLAUSE = re.compile(r"\s*([A-Za-z]+)\s*:(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_RUN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SYMBOLS = re.compile(r"[\W_]+")
_BY_WORDS = frozenset({"displayName", "description"})
_DEEPEST = 50


def compile_search(text: str, type_name: str, *, advanced: bool) -> Predicate:
    """A predicate for the search text; ``advanced``: the ConsistencyLevel header is there."""
    if not advanced:
        raise unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special "
            "request header: 'ConsistencyLevel: eventual'"
        )
    return _Parser(tokens(text, _TOKEN, _malformed), FILTERS[type_name]).whole()


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters and in their order."""
    runs = [part for run in _RUN.findall(text) for part in _CAPITAL.split(run)]
    return [run.lower() for run in runs]


def _malformed() -> Refusal:
    return unsupported_query("Invalid $search clause")


class _Parser:
    def __init__(self, tokens: list[Token], rules: dict[str, dict[str, str]]) -> None:
        self._tokens = tokens
        self._rules = rules
        self._at = 0
        self._depth = 0

    def whole(self) -> Predicate:
        predicate = self._either()
        if self._at != len(self._tokens):
            raise _malformed()
        return predicate

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return any_of(parts)

    def _both(self) -> Predicate:
        parts = [self._clause()]
        while self._take("AND"):
            parts.append(self._clause())
        return all_of(parts)

    def _clause(self) -> Predicate:
        if self._take("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise _malformed()
            predicate = self._either()
            self._depth -= 1
            if not self._take(")"):
                raise _malformed()
            return predicate
        if self._at == len(self._tokens) or self._tokens[self._at].kind != "clause":
            raise _malformed()
        clause = _ESCAPED.sub(r"\1", self._tokens[self._at].text[1:-1])
        self._at += 1
        return self._test(clause)

    def _test(self, clause: str) -> Predicate:
        match = _CLAUSE.fullmatch(clause)
        if match is None or not match[2].strip():
            raise _malformed()
        given = match[1].lower()
        name = next((each for each in self._rules if each.lower() == given), None)
        if name is None:
            raise unsupported_query(f"Unsupported property '{match[1]}' in $search.")
        return _by_words(name, match[2]) if name in _BY_WORDS else _from_start(name, match[2])

    def _take(self, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].text == text:
            self._at += 1
            return True
        return False


def _by_words(name: str, wish: str) -> Predicate:
    wanted = words_of(wish)

    def found(row: Properties) -> bool:
        text = str(row.get(name) or "")
        held = [*words_of(text), *(_SYMBOLS.sub("", part).lower() for part in text.split())]
        return all(any(word.startswith(each) for word in held) for each in wanted)

    return found


def _from_start(name: str, wish: str) -> Predicate:
    start = wish.strip().lower()
    return lambda row: str(row.get(name) or "").lower().startswith(start)
