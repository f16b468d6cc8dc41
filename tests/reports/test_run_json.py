"""The published JSON of a run, and of lists and records."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from api.answer import encoded
from graphsync.report import RunState
from graphsync.roster.problems import Problem
from policies.people import Kind, PersonKey
from reports.listing import blocks, facts, plain, table
from reports.render import as_json
from reports.roster_check import RosterCheck
from reports.roster_check import as_text as check_text

Builders = dict[str, Callable[..., Any]]
RUN = {
    "run", "school", "digest", "as_of", "roster_sha256", "counts", "changes", "held", "unchanged",
    "verdict",
}  # fmt: skip
CHANGE = {
    "kind",
    "person",
    "account",
    "sentence",
    "origin",
    "clauses",
    "before",
    "after",
    "population",
}


def test_a_plan_has_the_published_shape(runs: Builders) -> None:
    document = as_json(runs["document"](runs["first_load"]()), with_lists=False)
    assert document.keys() == {"runs", "requests", "outcomes"}
    (run,) = document["runs"]
    assert run.keys() >= RUN
    assert not {"outcomes", "requests", "unchanged_people"} & run.keys()
    assert all(change.keys() == CHANGE for change in run["changes"])
    assert run["verdict"]["passes"] is False
    assert run["verdict"]["reasons"][0].keys() == {"code", "text"}
    assert run["held"][0].keys() >= {"person", "reason", "clauses"}
    assert run["as_of"] == "2026-11-25"
    assert run["unchanged"] == 0


def test_after_applying_a_run_tells_its_outcomes_and_each_change_its_own(runs: Builders) -> None:
    (run,) = as_json(runs["document"](runs["applied"]()), with_lists=False)["runs"]
    assert run["outcomes"]["unverified"] == 1
    assert run["requests"] == {"total": 9, "writes": 4, "throttled": 1}
    assert run["changes"][2]["outcome"] == "refused"
    assert run["changes"][2]["request_id"] == "q1"


def test_all_adds_the_unchanged_people(runs: Builders) -> None:
    (run,) = as_json(runs["document"](runs["run"]()), with_lists=True)["runs"]
    assert list(run["unchanged_people"]) == ["oak:1", "oak:2"]
    assert run["unchanged"] == 360


def test_the_document_is_encoded_as_one_json_document(runs: Builders) -> None:
    text = encoded(as_json(runs["document"](runs["refused"]()), with_lists=False))
    assert msgspec.json.decode(text)["runs"][0]["state"] == RunState.REFUSED
    assert text.endswith(b"}\n")


class Line(Struct, frozen=True):
    person: PersonKey
    kind: Kind
    on: date
    at: datetime
    tags: frozenset[str]
    blocked: bool | None = None
    note: str = ""
    steps: tuple[str, ...] = ()


LINE = Line(
    person=PersonKey("oak", "5523"),
    kind=Kind.STAFF,
    on=date(2026, 11, 25),
    at=datetime(2026, 11, 25, 7, 30, tzinfo=UTC),
    tags=frozenset({"b", "a"}),
    blocked=False,
    note="said \x1b[2J twice",
    steps=("first", "second"),
)


def test_a_record_becomes_plain_json_with_keys_as_printed() -> None:
    assert plain(LINE) == {
        "person": "oak:5523",
        "kind": "staff",
        "on": "2026-11-25",
        "at": "2026-11-25T07:30:00Z",
        "tags": ["a", "b"],
        "blocked": False,
        "note": "said \x1b[2J twice",
        "steps": ["first", "second"],
    }


def test_a_table_has_the_named_columns_that_say_something() -> None:
    heading, row, _ = table([LINE], ("person", "on", "blocked")).split("\n")
    assert heading.split() == ["person", "on", "blocked"]
    assert row.split() == ["oak:5523", "2026-11-25", "no"]
    empty = msgspec.structs.replace(LINE, blocked=None)
    assert "blocked" not in table([empty], ("person", "blocked"))


def test_a_block_names_what_is_known_and_leaves_the_rest_out() -> None:
    first, second, _ = blocks([Line(LINE.person, LINE.kind, LINE.on, LINE.at, frozenset())]).split(
        "\n"
    )
    assert first == "oak:5523"
    assert second == "  kind: staff · on: 2026-11-25 · at: 2026-11-25 07:30 UTC"


def test_facts_give_a_list_a_line_each_and_no_control_characters() -> None:
    text = facts(LINE)
    assert [line.split() for line in text.splitlines()[-2:]] == [["steps", "first"], ["second"]]
    assert "\x1b" not in text


def test_a_check_shows_forty_problems_and_counts_the_rest() -> None:
    problem = Problem(file="p.csv", row=3, column="DOB", what="no date", mend="correct it")
    check = RosterCheck(school="oak", accepted=True, problems=(problem,) * 43)
    text = check_text((check,), width=80)
    assert text.count("p.csv, row 3, column DOB: no date") == 40
    assert "… and 3 more" in text


def test_a_check_tells_years_in_school_order_and_whom_it_could_not_count() -> None:
    check = RosterCheck(
        school="oak",
        accepted=True,
        counts={"pupil": 3},
        years={"pupil": {"10": 1, "R": 1, "2": 1}},
        held=1,
        unidentified=2,
    )
    text = " ".join(check_text((check,), width=80).split())
    assert "R: 1, 2: 1, 10: 1" in text
    assert "1 person held for a row that cannot be trusted" in text
    assert "2 rows whose person cannot be told" in text
