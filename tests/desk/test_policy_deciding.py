"""A head decides what becomes of a line of the policy; it stands until its day or another line."""

import asyncio
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from office import Office

from graphsync.policy_checks import findings_at_home
from graphsync.policy_deciding import Standing, Wish, conflicts, decide, standing, tally
from graphsync.policy_desk import looked_at
from graphsync.trouble import Refusal
from policies.pack_loading import rules_of
from policies.policy_conflicts import Choice, State

EXPIRY = "password.change.expire_days"
LINE = "password: {{change: {{expire_days: {days}}}}}\n"
NONE = dict.fromkeys(State, 0)
TODAY = date(2026, 11, 25)
KEEP = Wish(
    key=EXPIRY,
    choice=Choice.KEEP,
    until=TODAY + timedelta(days=60),
    review=TODAY + timedelta(days=30),
    reason=" The governors meet  in January. ",
)


@pytest.fixture(autouse=True)
def expiring(office: Office) -> None:
    office.pack(LINE.format(days=60))


def found(office: Office) -> tuple[Standing, ...]:
    layers = looked_at(office.bench, "oak")
    every = asyncio.run(findings_at_home(office.bench, rules_of(layers)))
    return standing(office.bench, layers, every)


def of(office: Office, key: str = EXPIRY) -> Standing:
    return next(one for one in found(office) if one.subject == key)


def test_a_finding_shows_the_schools_line_the_rule_of_today_the_risk_and_the_options(
    office: Office,
) -> None:
    one = of(office)
    assert (one.state, one.line, one.decided) == (State.OPEN, "oak.yaml: 60", "")
    assert "do not expire" in one.modern
    assert one.risk
    assert one.choices == tuple(Choice)
    assert conflicts(office.bench, ["oak"])["oak"][State.OPEN] == 1


def test_a_line_that_is_kept_comes_back_after_its_last_day(office: Office) -> None:
    told = decide(office.bench, "oak", KEEP)
    assert (told.state, told.decided) == (State.KEPT, "kept until 2027-01-24 by the head")
    assert told == of(office)
    assert told.decision is not None
    assert (told.decision.by, told.decision.reason) == ("head", "The governors meet in January.")
    assert tally(found(office))[State.KEPT] == 1
    assert found(office)[-1] == told  # what is open comes first
    office.days(60)
    assert of(office).state is State.KEPT
    office.days(1)
    assert (of(office).state, of(office).decision) == (State.OPEN, None)
    assert "is over" in of(office).decided


def test_what_is_to_be_written_shows_as_decided_until_the_pack_says_it(office: Office) -> None:
    adopt = replace(KEEP, choice=Choice.ADOPT)
    assert "take the line out" in decide(office.bench, "oak", adopt).edit
    assert of(office).state is State.DECIDED
    assert conflicts(office.bench, ["oak"]) == {"oak": {**NONE, State.DECIDED: 1}}
    office.pack(LINE.format(days=90))  # another line, and no better one
    assert (of(office).state, of(office).edit) == (State.OPEN, "")
    office.pack()
    assert EXPIRY not in {one.subject for one in found(office)}


def test_the_newest_decision_counts_and_all_are_journalled(office: Office) -> None:
    decide(office.bench, "oak", KEEP)
    decide(office.bench, "oak", replace(KEEP, choice=Choice.CHANGE))
    assert of(office).state is State.DECIDED
    rows = [row for row in office.store.journal.of_run("") if row.operation == "policy_decided"]
    assert [row.result for row in rows] == ["keep", "change"]


def test_a_gap_without_a_rule_of_today_is_kept_or_filled(office: Office) -> None:
    gap = replace(KEEP, key="roles.dpo")
    assert decide(office.bench, "oak", gap).state is State.KEPT
    with pytest.raises(Refusal, match="no modern rule"):
        decide(office.bench, "oak", replace(gap, choice=Choice.ADOPT))


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (replace(KEEP, key="password.min_length"), "leaves nothing to decide"),
        (replace(KEEP, key="no.key"), "leaves nothing to decide"),
        (replace(KEEP, until=TODAY, review=TODAY), "a day after today"),
        (replace(KEEP, until=TODAY + timedelta(days=367)), "at most 366 days"),
        (replace(KEEP, review=TODAY), "reviewed after today"),
        (replace(KEEP, review=KEEP.until + timedelta(days=1)), "not after its last day"),
        (replace(KEEP, reason=" "), "say why"),
        (replace(KEEP, reason="x" * 501), "at most 500"),
    ],
)
def test_what_will_not_do_is_refused(office: Office, wish: Wish, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        decide(office.bench, "oak", wish)
    assert of(office).state is State.OPEN


def test_a_pack_that_cannot_be_read_has_no_conflicts_to_count(office: Office) -> None:
    office.pack("password: {min_length: many}\n")
    assert conflicts(office.bench, ["oak"]) == {}
