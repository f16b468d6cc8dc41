"""Roles, permissions, forbidden pairs and reach, held against law B0 and B10."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.permissions import (
    FORBIDDEN,
    GRANTED,
    AppRole,
    Permission,
    Reach,
    Who,
    conflict_of,
    roles_in,
)

# The matrix of law B0: what is not in the row of a role is denied.
LAW = {
    "ITManager": {"see_runs", "see_metrics"},
    "DPO": {"see_runs"},
    "Head": {"see_runs", "approve_runs"},
    "HR": set(),
    "Office": set(),
    "HeadOfYear": set(),
    "SafeguardingLead": set(),
    "Viewer": set(),
}
EVERYONE = {"see_self", "see_today"}


def someone(*roles: AppRole, **reach: frozenset[str]) -> Who:
    return Who("a", "A", frozenset(roles), Reach(**reach))


@pytest.mark.parametrize("role", list(AppRole))
def test_each_role_may_what_the_law_says_and_nothing_else(role: AppRole) -> None:
    assert {one for one in Permission if someone(role).may(one)} == LAW[role] | EVERYONE


def test_nobody_without_a_role_may_anything() -> None:
    assert not any(someone().may(one) for one in Permission)
    assert set(GRANTED) == set(Permission)


@pytest.mark.parametrize(
    "pair",
    [
        ("DPO", "ITManager"),
        ("DPO", "Head"),
        ("DPO", "HR"),
        ("ITManager", "Head"),
        ("ITManager", "Office"),
        *((one, "Viewer") for one in AppRole if one != "Viewer"),
    ],
)
def test_a_forbidden_pair_is_one_in_either_order_and_among_more(pair: tuple[str, str]) -> None:
    assert conflict_of(roles_in(pair), waived=False) == tuple(sorted(pair))
    assert conflict_of(roles_in([*pair, "HeadOfYear"]), waived=False)


def test_a_waiver_lets_one_pair_together_and_no_other() -> None:
    allowed = [
        pair for pair in combinations(AppRole, 2) if not conflict_of(frozenset(pair), waived=True)
    ]
    usual = [
        pair for pair in combinations(AppRole, 2) if not conflict_of(frozenset(pair), waived=False)
    ]
    assert set(allowed) - set(usual) == {(AppRole.IT_MANAGER, AppRole.OFFICE)}
    assert len(usual) == 28 - len(FORBIDDEN)


@given(st.lists(st.text()))
def test_words_that_are_no_role_of_ours_say_nothing(words: list[str]) -> None:
    assert roles_in([*words, "Head"]) == roles_in(words) | {AppRole.HEAD}


def test_reach_is_by_school_and_by_year() -> None:
    reach = Reach(frozenset({"oak"}), frozenset({"7"}))
    assert (reach.holds("oak"), reach.holds("elm")) == (True, False)
    assert (reach.holds("oak", "7"), reach.holds("oak", "8")) == (True, False)
    assert Reach(frozenset({"oak"})).holds("oak", "8")
    assert not Reach().holds("oak")
