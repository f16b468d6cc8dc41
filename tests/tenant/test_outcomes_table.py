"""The page's tables of outcomes."""

from pathlib import Path

from graphsync.tenant import problems
from graphsync.tenant.outcomes import TABLE, Meaning
from graphsync.tenant.outcomes_table import DONE_ABOUT, OUTSIDE, tables

PAGE = Path(__file__).parents[2] / "docs" / "tenant.md"
BEGIN, END = "<!-- outcomes: begin -->\n", "<!-- outcomes: end -->"


def test_the_page_holds_the_tables_that_the_code_gives():
    held = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert held == tables(), "run python -m graphsync.tenant.outcomes_table and paste it"


def test_every_line_has_its_row_and_every_meaning_says_what_is_done():
    rows = [line for line in tables().splitlines() if line.startswith("| ")]
    assert len(rows) == len(TABLE) + len(OUTSIDE) + 2  # the two heads
    assert set(DONE_ABOUT) == set(Meaning)


def test_the_page_names_every_problem_that_a_hostile_answer_can_be():
    text = PAGE.read_text("utf-8")
    for name, kind in vars(problems).items():
        if isinstance(kind, type) and issubclass(kind, problems.TenantUnreachable):
            assert name == "TenantUnreachable" or f"`{name}`" in text
