"""The table of states and moves: every cell of it, and what no path of moves may come to."""

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.mail_queue import (
    FOLLOWS,
    TABLE,
    WITH_DECISION,
    Advice,
    Ask,
    Decision,
    Made,
    NotNow,
    Office,
    Outcome,
    Standing,
    State,
    Step,
    after,
    contrary,
    judge_move,
    reopens,
    standing,
)

PAGE = (Path(__file__).parents[2] / "docs" / "dlp.md").read_text("utf-8")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
D, H, P = Office.DPO, Office.HEAD, Office.PROGRAM
# What each office may do where the head decides: written by hand, not from the code.
MAY = {
    State.OPEN: {"claim": {D, H}, "assign": {D, H}, "advise": {D}},
    State.CLAIMED: {"release": {D, H}, "assign": {D, H}, "ask": {D, H}, "advise": {D}},
    State.NEEDS_INFORMATION: {"release": {D, H}, "assign": {D, H}, "answer": {D, H}},
    State.ADVISED: {"decide": {H}, "reopen": {P}},
    State.DECIDED: {"close": {D, H}, "reopen": {D, H, P}},
    State.CLOSED: {"reopen": {D, H, P}},
    State.REOPENED: {"claim": {D, H}, "assign": {D, H}, "advise": {D}},
}
# What a pack's `approve` adds.
MORE = {state: {"decide": {D, H}} for state in (State.OPEN, State.CLAIMED, State.REOPENED)}
MORE[State.ADVISED] = {"decide": {D, H}}
NEED_A_REASON = {"ask", "answer", "advise", "decide", "reopen"}


def may(state, step, office, decision) -> bool:
    extra = MORE.get(state, {}) if decision is Decision.APPROVE else {}
    return office in MAY[state].get(step, ()) or office in extra.get(step, ())


def allowed(now, ask, decision=Decision.ADVISE) -> bool:
    try:
        judge_move(now, ask, decision)
    except NotNow:
        return False
    return True


def wish(step, by="me", *offices, **fields) -> Ask:
    usual = {"note": "why"}
    return Ask(step=step, by=by, offices=frozenset(offices), **(usual | fields))


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize(("state", "step", "office"), list(product(State, Step, Office)))
def test_each_office_may_do_in_each_state_what_the_table_says_and_nothing_else(
    state, step, office, decision
):
    got = allowed(Standing(state=state), wish(step, "me", office), decision)
    assert got == may(state, step, office, decision)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_reason_is_asked_where_the_table_says_so(state, step):
    with_reason = allowed(Standing(state=state), wish(step, "me", D, H, P))
    without = allowed(Standing(state=state), wish(step, "me", D, H, P, note=" \n"))
    assert without == (with_reason and step not in NEED_A_REASON)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_of_their_own_mail_people_only_answer_what_they_are_asked(state, step):
    asked = wish(step, "me", D, H, own_mail=True)
    assert allowed(Standing(state=state), asked) == (
        step is Step.ANSWER and state is State.NEEDS_INFORMATION
    )


@pytest.mark.parametrize("step", [Step.RELEASE, Step.ASK, Step.ADVISE])
def test_what_somebody_claimed_is_moved_by_them_alone_until_it_is_assigned(step):
    theirs = Standing(state=State.CLAIMED, assignee="other")
    assert not allowed(theirs, wish(step, "me", D))
    assert allowed(theirs, wish(step, "other", D))
    assert allowed(theirs, wish(Step.ASSIGN, "me", D))


def test_whoever_advised_never_decides_even_after_it_was_reopened():
    now = after(Standing(), Step.ADVISE, "me", Advice.SUPPORT)
    assert not allowed(now, wish(Step.DECIDE, "me", D, H))
    assert not allowed(now, wish(Step.DECIDE, "me", D, H), Decision.APPROVE)
    assert allowed(now, wish(Step.DECIDE, "head", H))
    decided = after(now, Step.DECIDE, "head", Outcome.ALLOWED)
    again = after(decided, Step.REOPEN, "me", "")
    assert (again.state, again.advice, again.outcome) == (State.REOPENED, None, None)
    assert not allowed(again, wish(Step.ADVISE, "head", D, H))
    advised = after(again, Step.ADVISE, "deputy", Advice.SUPPORT)
    assert not allowed(advised, wish(Step.DECIDE, "me", D, H))


steps = st.lists(
    st.tuples(
        st.sampled_from(Step),
        st.sampled_from(["ann", "ben", "cat"]),
        st.sampled_from([(D,), (H,), (D, H), (P,)]),
        st.sampled_from(Advice),
        st.sampled_from(Outcome),
    ),
    max_size=40,
)


@given(tried=steps, decision=st.sampled_from(Decision))
def test_no_path_lets_one_person_advise_and_decide_and_the_state_follows_from_the_moves(
    tried, decision
):
    now, made = Standing(), []
    for step, by, offices, advice, outcome in tried:
        try:
            office = judge_move(now, wish(step, by, *offices), decision)
        except NotNow:
            continue
        word = {Step.ADVISE: advice, Step.DECIDE: outcome, Step.ASSIGN: by}.get(step, "")
        now = after(now, step, by, word)
        move = Made(item="i", step=step, state=now.state, at=NOW, by=by, office=office, word=word)
        made.append(move)
    assert standing(made) == now
    who = {step: {one.by for one in made if one.step is step} for step in Step}
    assert not who[Step.ADVISE] & who[Step.DECIDE]
    if decision is Decision.ADVISE:
        assert {one.office for one in made if one.step is Step.DECIDE} <= {H}


@pytest.mark.parametrize(("advice", "outcome"), list(product(Advice, Outcome)))
def test_an_outcome_is_contrary_where_it_does_not_follow_the_advice(advice, outcome):
    now = after(Standing(), Step.ADVISE, "me", advice)
    assert contrary(now, outcome) == (outcome not in FOLLOWS[advice])
    assert not contrary(Standing(), outcome)


def test_a_new_record_reopens_what_was_thought_of_the_old_ones():
    assert {one for one in State if reopens(one)} == {
        State.ADVISED,
        State.DECIDED,
        State.CLOSED,
    }


def rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"### {heading}", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def as_told(step, row) -> list[str]:
    before = ", ".join(state for state in State if state in row.before)
    who = ", ".join(office for office in Office if office in row.offices)
    notes = {"a reason": row.reason, "if claimed, the claimer": row.holder, "own mail": row.own}
    told = ", ".join(word for word, there in notes.items() if there)
    return [f"`{step}`", before, str(row.to or "as it was"), who, told]


def test_the_page_prints_the_table_of_states_and_moves():
    assert rows("States and moves") == [as_told(step, row) for step, row in TABLE]
    more = WITH_DECISION[Decision.APPROVE]
    assert rows("Where the pack lets the DPO decide") == [as_told("decide", row) for row in more]


def test_the_page_prints_which_outcomes_follow_an_advice():
    told = {
        advice: set(re.split(r" · ", follows)) for advice, follows in rows("Advice and outcome")
    }
    assert told == {str(one): {str(o) for o in outcomes} for one, outcomes in FOLLOWS.items()}
