"""The page's table of operations and checks."""

from pathlib import Path

import pytest

from graphsync.sandbox.handlers import HANDLERS
from graphsync.sandbox.operations import OPERATIONS
from graphsync.sandbox.operations_table import LEGEND, checks_of, table

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
BEGIN, END = "<!-- operations: begin -->\n", "<!-- operations: end -->"


def test_the_page_holds_the_table_that_the_code_gives():
    held = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert held == table(), "run python -m graphsync.sandbox.operations_table and paste it"


def test_every_operation_has_its_row():
    rows = [line for line in table().splitlines() if line.startswith("| `")]
    assert len(rows) == len(OPERATIONS)


@pytest.mark.parametrize(
    ("operation", "there", "missing"),
    [
        ("POST /users", {"required", "types", "names", "values", "unique", "read-only"}, {"twice"}),
        ("POST /groups/{id}/members/$ref", {"exists", "twice", "mastered"}, {"required"}),
        ("GET /subscribedskus", set(), set(LEGEND)),
        ("DELETE /users/{id}", {"exists", "target", "mastered"}, {"types"}),
    ],
)
def test_checks_are_found_in_the_code(operation, there, missing):
    (handler,) = (
        HANDLERS[each] for each in OPERATIONS if f"{each.method} {each.template}" == operation
    )
    checks = checks_of(handler)
    assert there <= checks
    assert not missing & checks
