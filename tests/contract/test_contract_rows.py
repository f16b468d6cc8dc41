"""The contract's own words: what a shape lets through, and that every row can fail."""

import re

import pytest
from contract_rows import ABSENT, mismatch
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(JSON)
def test_every_value_matches_itself(value):
    assert mismatch(value, value) == ""


@given(JSON, JSON)
def test_a_plain_value_matches_no_other(one, other):
    def whole(value):
        return not isinstance(value, dict | list)

    if whole(one) and repr(one) != repr(other):
        assert mismatch(one, other)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": ABSENT}, {"b": 2}),
        ({"a": ...}, {"a": None}),
        ({"a": [{"b": str}]}, {"a": [{"b": "x", "c": 1}]}),
        (re.compile("x+"), "xxx"),
        (lambda value: value > 2, 3),
    ],
)
def test_what_is_not_named_does_not_matter(expected, actual):
    assert mismatch(expected, actual) == ""


@pytest.mark.parametrize(
    ("expected", "actual", "where"),
    [
        ({"a": 1}, {}, "body.a: is missing"),
        ({"a": ABSENT}, {"a": None}, "body.a: is there"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "body.a.b"),
        ([1, 2], [1], "1 items, not 2"),
        ([1, 2], [1, 3], r"body\[1\]"),
        (True, 1, "expected True"),
        (str, None, "expected"),
        (re.compile("x"), "xx", "expected"),
        ({"a": 1}, [], "expected"),
    ],
)
def test_what_is_named_matters(expected, actual, where):
    assert re.search(where, mismatch(expected, actual))
