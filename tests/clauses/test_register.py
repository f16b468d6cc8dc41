"""The register of clauses: whole, and never claiming more than a function and its test prove."""

import ast
import re
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from policies.register import (
    POLICIES,
    PROVEN,
    Clause,
    ClauseClass,
    State,
    clause_ids,
    load_register,
)

ROOT = Path(__file__).parent.parent.parent
ROWS = load_register()
PROVEN_ROWS = [row for row in ROWS if row.function]
ALL_PROVEN = pytest.mark.parametrize("row", PROVEN_ROWS, ids=lambda row: row.id)


@cache
def named_in(file: str) -> frozenset[str]:
    """The names of the tests in a file, those of its classes as `Class::test`."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = {node.name for node in tree.body if isinstance(node, functions)}
    for suite in tree.body:
        if isinstance(suite, ast.ClassDef):
            found |= {f"{suite.name}::{n.name}" for n in suite.body if isinstance(n, functions)}
    return frozenset(found)


@cache
def said_in(file: str) -> frozenset[str]:
    """Every text in a file of tests; the ids of its cases are among them."""
    nodes = ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return frozenset(text for text in texts if isinstance(text, str))


def a_row(**given: object) -> Clause:
    plain = {
        "id": "PB-0",
        "school": "pb",
        "topic": "passwords",
        "class": "RULE",
        "release": 1,
        "clause": "A clause",
        "behaviour": "what is done",
        "example": "Given, when, then",
    }
    return msgspec.convert({k: v for k, v in (plain | given).items() if v is not None}, Clause)


def test_the_register_holds_each_clause_of_the_five_policies_once():
    assert len(ROWS) == len(clause_ids()) == 408
    assert Counter(row.school for row in ROWS) == {
        "pb": 81,
        "snmat": 108,
        "tmhs": 56,
        "eic": 73,
        "wpt": 90,
    }
    assert [row.school for row in ROWS] == sorted(
        (row.school for row in ROWS), key=list(POLICIES).index
    )


def test_every_id_begins_with_the_letters_of_its_policy():
    for row in ROWS:
        assert re.fullmatch(rf"{row.school.upper()}-\S+", row.id), row.id


def test_what_is_out_of_scope_has_its_reason():
    out = [row for row in ROWS if row.kind is ClauseClass.OUT]
    assert len(out) == 49
    assert all(row.reason and row.state is State.OUT for row in out)


def test_a_row_is_proven_by_its_function_and_its_test_and_else_not_yet():
    for kind, state in PROVEN.items():
        assert a_row(**{"class": kind, "function": "m:f", "test": "t.py::test_f"}).state is state
        assert a_row(**{"class": kind}).state is State.NOT_YET


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"school": "oak"}, "school oak has no policy"),
        ({"function": "m:f"}, "name both the function and its test"),
        ({"test": "t.py::test_f"}, "name both the function and its test"),
        ({"function": "m:f", "test": "t", "not_yet": "half"}, "proven and yet not there"),
        ({"release": 4}, "a release from 1 to 3"),
        ({"release": None}, "a release from 1 to 3"),
        ({"behaviour": None}, "a behaviour and an example"),
        ({"example": None}, "a behaviour and an example"),
        ({"reason": "none of ours"}, "and no reason"),
        ({"class": "OUT"}, "has a reason and nothing else"),
        ({"class": "OUT", "reason": "r", "release": None}, "has a reason and nothing else"),
        ({"class": "RULES"}, "Invalid enum value"),
        ({"topic": "pass words"}, "Invalid enum value"),
        ({"remark": "x"}, "unknown field"),
    ],
)
def test_a_row_that_is_not_whole_is_refused(given: dict[str, object], says: str):
    with pytest.raises(msgspec.ValidationError, match=says):
        a_row(**given)


@ALL_PROVEN
def test_the_function_of_a_row_can_be_called(row: Clause):
    module, _, name = row.function.partition(":")
    found: object = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


@ALL_PROVEN
def test_the_test_of_a_row_is_there(row: Clause):
    file, _, name = row.test.partition("::")
    name, _, case = name.partition("[")
    assert name in named_in(file)
    assert not case or case.removesuffix("]") in said_in(file)
