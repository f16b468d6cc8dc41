"""``$filter``: parsed into a predicate over an object's properties; refused as Graph refuses.

The grammar is the subset that directory objects take: and, or, not, parentheses, comparisons,
``in``, startsWith, endsWith and ``any`` over a collection. Strings compare without case.

How long it may be (Graph docs "known-issues", query parameters): 15 alternatives and values of 120
characters plainly, a URL of 2,048 characters as an advanced query.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from graphsync.sandbox.filter_rules import EXTENSION, FILTERS
from graphsync.sandbox.problems import Refusal, bad_request, unsupported_query
from graphsync.sandbox.schema import properties, type_names
from graphsync.sandbox.tokenizing import Predicate, Token, all_of, any_of, tokens

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^']|'')*') |
    (?P<literal>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12} | [0-9][\w:.+-]*) |
    (?P<name>[A-Za-z_][\w.]*(?:/[A-Za-z_$][\w$]*)*) |
    (?P<mark>[(),:])
    )""",
    re.VERBOSE,
)
_COMPARISONS = frozenset({"eq", "ne", "ge", "le", "gt", "lt"})
_ORDERED = frozenset({"ge", "le", "gt", "lt"})
_FUNCTIONS = frozenset({"startswith", "endswith"})
_DEEPEST = 50
_LONGEST_ADVANCED = 2_048
_MOST_ALTERNATIVES = 15
_LONGEST_VALUE = 120
_MOST_CLAUSES = 100  # unverified; so that a filter costs little whatever it says
_LONGEST_NUMBER = 18  # digits; an Int64 has 19


def compile_filter(
    text: str, type_name: str, *, counted: bool, extensions: Iterable[str] = ()
) -> Predicate:
    """A predicate for the filter text.

    counted     the advanced header and $count are there
    extensions  names of directory extensions that the type has
    """
    rules = {**FILTERS.get(type_name, {}), **dict.fromkeys(extensions, EXTENSION)}
    return _Parser(text, type_name, rules, counted=counted).whole()


def _syntax_error() -> Refusal:
    return bad_request("Invalid filter clause", "BadRequest")


class _Parser:
    def __init__(
        self, text: str, type_name: str, rules: dict[str, dict[str, str]], *, counted: bool
    ) -> None:
        if counted and len(text) > _LONGEST_ADVANCED:  # the text of the refusal is unverified
            raise unsupported_query("The $filter is longer than advanced queries take.")
        self._tokens = tokens(text, _TOKEN, _syntax_error)
        self._at = 0
        self._rules = rules
        self._resource = type_name[0].upper() + type_name[1:]
        self._known = properties(type_name if type_name in type_names else "user")
        self._counted = counted
        self._depth = 0
        self._clauses = 0

    def whole(self) -> Predicate:
        predicate = self._either()
        if self._at != len(self._tokens):
            raise _syntax_error()
        return predicate

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._word("or"):
            parts.append(self._both())
        self._limit_alternatives(len(parts))
        return any_of(parts)

    def _both(self) -> Predicate:
        parts = [self._negated()]
        while self._word("and"):
            parts.append(self._negated())
        return all_of(parts)

    def _negated(self) -> Predicate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _syntax_error()
        if self._word("not"):
            self._need_header("not")
            inner = self._negated()
            self._depth -= 1
            return lambda row: not inner(row)
        predicate = self._clause()
        self._depth -= 1
        return predicate

    def _clause(self) -> Predicate:
        if self._mark("("):
            predicate = self._either()
            self._expect(")")
            return predicate
        self._clauses += 1
        if self._clauses > _MOST_CLAUSES:
            raise unsupported_query("The $filter has too many clauses.")
        name = self._name()
        if name.lower() in _FUNCTIONS:
            self._expect("(")
            path = self._name()
            test = self._function(name.lower(), self._rule_of(path))
            return _over(path, test)
        if name.endswith("/any"):
            return self._any(name)
        if name.endswith("/$count"):
            return self._size(name)
        return _over(name, self._comparison(self._rule_of(name)))

    def _any(self, name: str) -> Predicate:
        if name not in self._rules:
            raise self._unsupported(name)
        self._expect("(")
        variable = self._name()
        self._expect(":")
        first = self._name()
        if first.lower() in _FUNCTIONS:
            self._expect("(")
            path = self._name()
            test = self._function(first.lower(), name)
        else:
            path = first
            test = self._comparison(name)
        if path.split("/")[0] != variable:
            raise _syntax_error()
        self._expect(")")
        field = path.partition("/")[2]
        collection = name.removesuffix("/any")
        if ("graph." in self._known[collection]) != bool(field):
            raise self._unsupported(name)
        return lambda row: any(
            test(each.get(field) if field else each) for each in row.get(collection, ())
        )

    def _size(self, name: str) -> Predicate:
        if name not in self._rules:
            raise self._unsupported(name)
        test = self._comparison(name)
        collection = name.removesuffix("/$count")
        return lambda row: test(len(row.get(collection, ())))

    def _comparison(self, rule: str) -> Callable[[Any], bool]:
        operator = self._name().lower()
        if operator == "in":
            wanted = self._values(rule)
            return lambda value: _folded(value) in wanted
        if operator not in _COMPARISONS:
            raise _syntax_error()
        wanted_value = self._literal()
        if isinstance(wanted_value, str) and len(wanted_value) > _LONGEST_VALUE:
            self._need_counted(rule)
        self._allow(rule, operator, null=wanted_value is None)
        return _compared(operator, wanted_value)

    def _values(self, rule: str) -> set[Any]:
        self._allow(rule, "in", null=False)
        self._expect("(")
        found = [self._literal()]
        while self._mark(","):
            found.append(self._literal())
        self._limit_alternatives(len(found))
        self._expect(")")
        return set(found)

    def _function(self, function: str, rule: str) -> Callable[[Any], bool]:
        self._expect(",")
        part = self._literal()
        self._expect(")")
        self._allow(rule, function, null=False)
        if not isinstance(part, str):
            raise _syntax_error()
        if function == "startswith":
            return lambda value: isinstance(value, str) and value.lower().startswith(part)
        return lambda value: isinstance(value, str) and value.lower().endswith(part)

    # -- what Graph allows

    def _rule_of(self, path: str) -> str:
        name, _, inner = path.partition("/")
        if inner and not self._known.get(name, "").startswith("graph."):
            raise self._unsupported(name)
        return name

    def _limit_alternatives(self, number: int) -> None:
        """Recorded, for ``or`` and ``in`` alike; advanced queries know no such limit."""
        if number > _MOST_ALTERNATIVES and not self._counted:
            raise unsupported_query(
                "Too many child clauses specified in search filter expression containing 'OR' "
                f"operators: {number}. Max allowed: {_MOST_ALTERNATIVES}."
            )

    def _allow(self, rule: str, operator: str, *, null: bool) -> None:
        operators = self._rules.get(rule)
        if operators is None:
            raise self._unsupported(rule)
        need = operators.get(operator)
        if null and operator == "eq":
            need = operators.get("null")
        if need is None or (null and operator in _ORDERED):
            raise self._unsupported(rule)
        if need == "A":
            if operator in {"ne", "endswith"}:
                self._need_header(operator)
            self._need_counted(rule)

    def _need_counted(self, rule: str) -> None:
        if not self._counted:
            raise self._unsupported(rule)

    def _need_header(self, operator: str) -> None:
        if not self._counted:
            raise unsupported_query(
                f"Operator '{operator}' is not supported because the 'ConsistencyLevel:eventual' "
                "header is missing. Refer to https://aka.ms/graph-docs/advanced-queries for more "
                "information"
            )

    def _unsupported(self, name: str) -> Refusal:
        return unsupported_query(
            f"Unsupported or invalid query filter clause specified for property "
            f"'{name.split('/', maxsplit=1)[0]}' of resource '{self._resource}'."
        )

    # -- tokens

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "")

    def _word(self, word: str) -> bool:
        token = self._peek()
        if token.kind == "name" and token.text.lower() == word:
            self._at += 1
            return True
        return False

    def _mark(self, mark: str) -> bool:
        if self._peek() == ("mark", mark):
            self._at += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._mark(mark):
            raise _syntax_error()

    def _name(self) -> str:
        token = self._peek()
        if token.kind != "name":
            raise _syntax_error()
        self._at += 1
        return token.text

    def _literal(self) -> Any:
        token = self._peek()
        self._at += 1
        if token.kind == "string":
            return token.text[1:-1].replace("''", "'").lower()
        if token.kind == "literal":
            if not token.text.isdecimal():
                return token.text.lower()
            if len(token.text) > _LONGEST_NUMBER:
                raise _syntax_error()
            return int(token.text)
        named = {"null": None, "true": True, "false": False}
        if token.kind != "name" or token.text.lower() not in named:
            raise _syntax_error()
        return named[token.text.lower()]


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _over(path: str, test: Callable[[Any], bool]) -> Predicate:
    name, _, inner = path.partition("/")
    if inner:
        return lambda row: test((row.get(name) or {}).get(inner))
    return lambda row: test(row.get(name))


def _compared(operator: str, wanted: Any) -> Callable[[Any], bool]:
    if operator == "eq":
        return lambda value: _folded(value) == wanted
    if operator == "ne":
        return lambda value: _folded(value) != wanted
    if operator == "ge":
        return lambda value: type(value) is type(wanted) and _folded(value) >= wanted
    return lambda value: type(value) is type(wanted) and _folded(value) <= wanted
