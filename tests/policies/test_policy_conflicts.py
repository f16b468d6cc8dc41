"""What a head's decision about a line of the policy means, day by day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.pack_layers import SHIPPED_PACKS, read_layers
from policies.policy_conflicts import (
    MODERN,
    SILENT,
    Choice,
    Decision,
    State,
    choices,
    line_of,
    state_of,
    to_edit,
    told,
)

DAY = date(2026, 11, 25)
EXPIRY = "password.change.expire_days"
PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
password:
  change:
    expire_days: 60
"""


def decision(choice: Choice = Choice.KEEP, line: str = "oak.yaml: 60", until: date = DAY):
    return Decision(key=EXPIRY, choice=choice, line=line, until=until, review=until)


@given(st.sampled_from(Choice), st.dates(), st.dates(), st.sampled_from(["60", "90"]))
def test_a_decision_stands_until_its_last_day_and_while_the_line_is_the_same(
    choice: Choice, until: date, day: date, line: str
) -> None:
    made = decision(choice, line, until)
    found = state_of(made, "60", day)
    stands = line == "60" and day <= until
    assert (found is not State.OPEN) == stands
    if stands:
        assert (found is State.KEPT) == (choice is Choice.KEEP)
        assert str(until) in told(made, "60", day)


def test_what_was_decided_is_told_and_why_it_stands_no_more() -> None:
    line = "oak.yaml: 60"
    assert told(None, line, DAY) == ""
    assert told(decision(), line, DAY) == "kept until 2026-11-25 by the head"
    assert "not yet in the pack" in told(decision(Choice.ADOPT), line, DAY)
    assert "the modern rule" in told(decision(Choice.ADOPT), line, DAY)
    assert "is over" in told(decision(), line, DAY + timedelta(days=1))
    assert "something else since" in told(decision(), "oak.yaml: 90", DAY)
    early = Decision(
        key=EXPIRY, choice=Choice.KEEP, line=line, until=DAY, review=DAY - timedelta(days=1)
    )
    assert "review was due on 2026-11-24" in told(early, line, DAY)


def test_the_line_to_edit_is_named_by_its_file_and_number(tmp_path: Path) -> None:
    (tmp_path / "oak.yaml").write_text(PACK, "utf-8")
    layers = read_layers(tmp_path, "oak")
    assert line_of(layers, EXPIRY) == "oak.yaml: 60"
    adopt = to_edit(layers, EXPIRY, Choice.ADOPT)
    assert adopt == f"oak.yaml, line 4 ({EXPIRY}): take the line out"
    assert "expiry_decided_by" in to_edit(layers, EXPIRY, Choice.KEEP)
    assert "oak.yaml, line 4: write at" in to_edit(layers, EXPIRY, Choice.CHANGE)
    assert line_of(layers, "roles.dpo") == SILENT
    assert to_edit(layers, "roles.dpo", Choice.KEEP) == ""
    assert to_edit(layers, "roles.dpo", Choice.CHANGE).startswith("oak.yaml: write at roles.dpo")


def test_a_line_that_moves_in_its_file_is_the_same_line(tmp_path: Path) -> None:
    lines = []
    for text in (PACK, f"# a word before\n{PACK}", PACK.replace("60", "90")):
        (tmp_path / "oak.yaml").write_text(text, "utf-8")
        lines.append(line_of(read_layers(tmp_path, "oak"), EXPIRY))
    assert lines[0] == lines[1] != lines[2]


@pytest.mark.parametrize("key", MODERN)
def test_a_modern_rule_can_be_adopted_and_says_why(key: str) -> None:
    assert choices(key) == tuple(Choice)
    assert all((MODERN[key].rule, MODERN[key].risk, MODERN[key].adopt))
    assert to_edit(read_layers(SHIPPED_PACKS, "pb"), key, Choice.ADOPT).endswith(MODERN[key].adopt)


def test_without_a_modern_rule_none_is_adopted() -> None:
    assert choices("roles.dpo") == (Choice.CHANGE, Choice.KEEP)
