"""`graphsync policy coverage`: every clause and its state, by school, for people and programs."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from policies.register import POLICIES, State, clauses_for, load_register
from reports.coverage import tally

ROOT = Path(__file__).parent.parent.parent
ASH = """\
school: {id: ash, name: Ash School, domain: ash.example, trust: TRUST}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
"""


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["policy", "coverage", *words]) == 0
    return capsys.readouterr().out


def items(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    document = json.loads(printed(capsys, *words, "--json"))
    assert document.keys() == {"items"}
    found: list[dict[str, Any]] = document["items"]
    return found


def a_pack(folder: Path, trust: str) -> Path:
    (folder / "ash.yaml").write_text(ASH.replace("TRUST", trust), "utf-8")
    (folder / "trust.yaml").write_text(f"trust: {{id: {trust}, name: A Trust}}\n", "utf-8")
    return folder


def documented() -> str:
    """The table of the page, as the command counts tonight."""
    lines = [
        f"| policy | {' | '.join(State)} | all |",
        f"|---|{'---:|' * (len(State) + 1)}",
    ]
    for school in POLICIES:
        states = Counter(one.state for one in clauses_for(school))
        counts = " | ".join(str(states[state]) for state in State)
        lines.append(f"| `{school}` | {counts} | {states.total()} |")
    return "\n".join(lines)


def test_every_clause_of_all_five_policies_is_an_item(capsys: pytest.CaptureFixture[str]):
    found = items(capsys)
    assert [one["id"] for one in found] == [one.id for one in load_register()]
    least = {"id", "school", "class", "release", "state", "function", "test"}
    assert all(one.keys() >= least for one in found)


def test_what_is_proven_has_function_and_test_and_what_is_not_has_a_reason(
    capsys: pytest.CaptureFixture[str],
):
    for one in items(capsys):
        unproven = one["state"] in {"not yet", "out of scope"}
        assert bool(one["reason"]) is unproven, one
        assert bool(one["function"] and one["test"]) is not unproven, one
        assert (one["release"] is None) is (one["state"] == "out of scope"), one


@pytest.mark.parametrize("school", POLICIES)
def test_a_school_with_a_policy_of_its_own_is_held_to_that(
    school: str, capsys: pytest.CaptureFixture[str]
):
    assert {one["school"] for one in items(capsys, school)} == {school}


def test_people_read_the_counts_by_class_and_state_and_then_every_clause(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    text = printed(capsys, "pb")
    lines = text.splitlines()
    assert lines[0] == "pb: Plantsbrook School: Whole School ICT Policy"
    for line in tally(clauses_for("pb")):
        assert " ".join(line) in {" ".join(shown.split()) for shown in lines}
    for clause in clauses_for("pb"):
        (shown,) = [one for one in lines if one.split(" ", 1)[0] == clause.id]
        assert f" {clause.state} " in shown
    assert max(map(len, lines)) <= 80


def test_the_counts_add_up():
    head, *lines = tally(load_register())
    numbers = [[int(number) for number in line[1:]] for line in lines]
    assert head[-1] == lines[-1][0] == "all"
    assert all(sum(line[:-1]) == line[-1] for line in numbers)
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
    assert numbers[-1][-1] == 408


def test_a_school_of_a_trust_is_held_to_the_policy_of_its_trust(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GRAPHSYNC_PACKS_DIR", str(a_pack(tmp_path, "snmat")))
    assert {one["school"] for one in items(capsys, "ash")} == {"snmat"}


def test_a_school_is_held_to_the_clauses_that_its_packs_cite_as_well():
    cited = clauses_for("ash", "", {"PB-7.5.4", "TMHS-5.4b2"})
    assert [one.id for one in cited] == ["PB-7.5.4", "TMHS-5.4b2"]
    both = clauses_for("ash", "wpt", {"PB-7.5.4"})
    assert {one.school for one in both} == {"pb", "wpt"}


def test_a_school_that_no_policy_holds_is_wrong_usage_and_told_which_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GRAPHSYNC_PACKS_DIR", str(a_pack(tmp_path, "elm")))
    assert main(["policy", "coverage", "ash"]) == 64
    assert "pb, snmat, tmhs, eic, wpt" in capsys.readouterr().err


def test_a_school_without_a_pack_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GRAPHSYNC_PACKS_DIR", str(a_pack(tmp_path, "elm")))
    assert main(["policy", "coverage", "oak"]) == 2
    assert "oak.yaml" in capsys.readouterr().err


def test_the_page_has_the_table_that_the_command_counts():
    assert documented() in (ROOT / "docs" / "clauses.md").read_text("utf-8")
