"""A run as text: whole, in order, no wider than asked, harmless, and with the right next step."""

from collections.abc import Callable
from datetime import date
from typing import Any
from unicodedata import bidirectional

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsync.changes import ORDER, Origin
from graphsync.reasons import Reason
from graphsync.report import (
    ChangeReport,
    EndingReport,
    OutcomeCounts,
    ReasonReport,
    RunState,
    VerdictReport,
)
from reports.render import as_page, as_text
from reports.run_view import approve_command, next_steps
from reports.words import HELD, KINDS, ORIGINS, OUTCOMES, STATES, clean, unturned

Builders = dict[str, Callable[..., Any]]


def shown(document: Any, *, everything: bool = False, width: int = 80) -> str:
    return as_text(document, everything=everything, width=width)


def first_load(runs: Builders, **given_: Any) -> str:
    return shown(runs["document"](runs["first_load"]()), **given_)


def test_every_kind_reason_state_and_outcome_has_words() -> None:
    assert list(KINDS) == [str(kind.__struct_config__.tag) for kind in ORDER]
    assert HELD.keys() == {str(reason) for reason in Reason}
    assert ORIGINS.keys() == {str(origin) for origin in Origin}
    states = {value for name, value in vars(RunState).items() if name.isupper()}
    assert STATES.keys() == states
    assert tuple(OUTCOMES) == OutcomeCounts.__struct_fields__


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_asked_but_the_commands_to_copy(runs: Builders, width: int) -> None:
    document = runs["document"](runs["first_load"](), runs["applied"](), runs["refused"]())
    lines = shown(document, width=width).splitlines()
    assert [x for x in lines if len(x) > width and not x.startswith("    graphsync ")] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_pipe_gets_no_colours(runs: Builders) -> None:
    assert "\x1b" not in first_load(runs)


def test_the_heading_names_school_state_day_run_and_digest(runs: Builders) -> None:
    text = first_load(runs)
    for told in ("Oakfield Primary (oak)  PARKED", "Wed 25 November 2026", "r-20261125-1a2b"):
        assert told in text
    assert "331 pupils, 40 staff; 1 file (SIMS XML); 3 problems" in text


def test_counts_stand_by_kind_with_the_people_they_touch(runs: Builders) -> None:
    text = first_load(runs).splitlines()
    (heading,) = [line for line in text if line.split() == ["changes", "pupils", "staff"]]
    (changed,) = [line for line in text if line.split() == ["Accounts", "changed", "1", "1"]]
    assert len(heading) == len(changed)  # the second number stands under staff
    lines = [line.split() for line in text]
    assert ["New", "accounts", "143", "143"] in lines
    assert ["Joining", "groups", "572", "143"] in lines
    assert ["New", "groups", "4"] in lines


def test_twelve_of_a_kind_are_shown_and_the_rest_is_counted(runs: Builders) -> None:
    text = first_load(runs)
    assert "26number12p@" in text
    assert "26number13p@" not in text
    assert "… and 131 more: graphsync run r-20261125-1a2b --all" in text


def test_everything_leaves_nothing_out(runs: Builders) -> None:
    text = first_load(runs, everything=True)
    assert "26number143p@" in text
    assert " more: " not in text
    assert "oak:1, oak:2" in text


def test_many_joins_are_told_by_the_size_of_each_group(runs: Builders) -> None:
    assert ["143", "gs-oak-year-1"] in [line.split() for line in first_load(runs).splitlines()]


def test_held_people_stand_under_their_reason_with_what_to_do(runs: Builders) -> None:
    text = first_load(runs)
    largest, *_ = [line for line in text.splitlines() if line.strip() in titles()]
    assert largest.split("  ")[1] == "May have an account already"
    assert "graphsync match list" in text
    assert "… and 9 more" in text


def titles() -> set[str]:
    return {f"{words.title}  {number}" for words in HELD.values() for number in range(50)}


def test_a_parked_plan_tells_every_reason_and_the_whole_command(runs: Builders) -> None:
    text = first_load(runs)
    assert "someone other than anna approves it" in text
    command = (
        "graphsync approve r-20261125-1a2b --digest 3f2a91bc0d4e5f60 "
        "--override create_limit --override first_apply"
    )
    assert f"    {command}\n" in text
    assert "12 enabled accounts" in text


def test_the_printed_approval_is_a_command_that_is_understood(runs: Builders) -> None:
    from api.cli import parser

    program, *arguments = approve_command(runs["first_load"]()).split()
    args = parser().parse_args(arguments)
    assert program == "graphsync"
    assert (args.digest, args.override) == ("3f2a91bc0d4e5f60", ["create_limit", "first_apply"])


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_has_a_next_step_whose_commands_are_understood(
    runs: Builders, state: str
) -> None:
    from api.cli import parser

    steps = next_steps(runs["run"](state=state, changes=(runs["change"](),)))
    assert steps
    for command in filter(None, (step.command for step in steps)):
        assert callable(parser().parse_args(command.split()[1:]).run)


def test_nothing_to_change_says_so(runs: Builders) -> None:
    text = shown(runs["document"](runs["run"]()))
    assert "NOTHING TO CHANGE" in text
    assert "Unchanged  360 people" in text
    assert "Nothing to do." in text


def test_a_refused_roster_offers_no_approval(runs: Builders) -> None:
    text = shown(runs["document"](runs["refused"]()))
    assert "REFUSED, NOTHING WRITTEN" in text
    assert "pupils.csv: the file ends inside a quoted field" in text
    assert "graphsync approve" not in text
    assert "Unchanged" not in text


def test_what_was_refused_or_not_seen_is_named_with_its_request(runs: Builders) -> None:
    text = shown(runs["document"](runs["applied"]()))
    after = text[text.index("Outcome") : text.index("Changes  ")]
    assert "9 requests to Graph, 4 writes accepted, 1 slowed down" in after
    assert "Refused by the tenant  1" in after
    assert "Graph: the usage location is invalid (request q1)" in " ".join(after.split())
    assert "(request q2)" in after
    assert "Block sign-in" not in after


def test_several_schools_end_in_an_overview(runs: Builders) -> None:
    text = shown(runs["document"](runs["first_load"](), runs["applied"]()))
    overview = text[text.index("All schools") :]
    assert "Oakfield Primary (oak)" in overview
    assert "partly applied" in overview


def test_a_school_without_a_name_goes_by_its_id(runs: Builders) -> None:
    assert shown(runs["document"](runs["run"](name="", school="river"))).startswith("river  ")


def test_origin_and_clause_stand_behind_the_sentence(runs: Builders) -> None:
    text = " ".join(first_load(runs).split())
    assert "New groups 4 rule of the pack" in text
    assert "Accounts changed 1 changed by hand" in text
    assert "Smith-Featherston [clause A4.1]" in text
    mixed = (runs["change"](), runs["change"](2, origin="hold"))
    assert "year R) [hold]" in " ".join(shown(runs["document"](runs["run"](changes=mixed))).split())


def test_a_name_can_neither_drive_the_terminal_nor_be_taken_for_markup(runs: Builders) -> None:
    change = runs["change"](sentence="Create \x1b[2J[bold]Ann[/bold] \u202egnihton as a")
    text = shown(runs["document"](runs["run"](changes=(change,))))
    assert "[bold]Ann[/bold]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(st.text())
def test_cleaning_leaves_no_control_character_and_settles_at_once(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in cleaned)
    assert clean(cleaned) == cleaned
    assert len(cleaned) == len(text)


@given(st.text(st.characters() | st.sampled_from("\u061c\u200f\u202e\u2066\n\t\u0627")))
def test_nothing_on_a_page_turns_around_what_stands_beside_it(text: str) -> None:
    told = unturned(text)
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not {bidirectional(letter) for letter in told} & turning
    assert not set(told) & set("\u061c\u200e\u200f")
    # Lines, and letters that are written from right to left, stay as they are.
    changed = {was for was, now in zip(text, told, strict=True) if was != now}
    assert not changed & set("\n\t\u0627")
    assert unturned(told) == told


@given(st.lists(st.sampled_from([*KINDS, "delete_user"]), max_size=40))
def test_every_change_is_counted_under_exactly_one_heading(kinds: list[str]) -> None:
    from reports.run_view import by_kind

    groups = by_kind(a_plain_run(kinds))
    assert sorted(change.kind for group in groups for change in group.changes) == sorted(kinds)
    assert [group.kind for group in groups] == sorted(
        {group.kind for group in groups}, key=[*KINDS, "delete_user"].index
    )


def a_plain_run(kinds: list[str]) -> Any:
    from datetime import date

    from graphsync.report import RunReport

    return RunReport(
        run="r-1",
        school="oak",
        name="Oak",
        state=RunState.PARKED,
        requester="anna",
        digest="d",
        as_of=date(2026, 11, 25),
        roster_sha256="",
        counts={},
        changes=tuple(
            ChangeReport(
                kind=kind,
                person=None,
                account=None,
                sentence="",
                origin="roster",
                clauses=(),
                before={},
                after={},
            )
            for kind in kinds
        ),
        held=(),
        unchanged=0,
        verdict=VerdictReport(passes=False, reasons=(ReasonReport(code="c", text="t"),)),
    )


def test_holds_that_end_are_named_on_the_terminal_and_on_the_page(runs: Builders) -> None:
    soon = EndingReport(
        hold="h-1a2b3c", person="oak:5001", mode="suspend", until=date(2026, 11, 27), ended=False
    )
    over = msgspec.structs.replace(soon, until=date(2026, 11, 24), ended=True)
    document = runs["document"](runs["run"](holds_ending=(over, soon)))
    for told in (as_text(document, everything=False), as_page(document)):
        assert "Holds that end" in told
        assert "suspend, ended on 2026-11-24 (h-1a2b3c)" in told
        assert "suspend, ends on 2026-11-27 (h-1a2b3c)" in told
    assert "Holds that end" not in as_page(runs["document"](runs["run"]()))
