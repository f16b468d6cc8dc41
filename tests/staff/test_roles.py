"""Roles, permissions, forbidden pairs and reach, held against law B0 and B10."""

from itertools import combinations
from pathlib import Path

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
    "ITManager": {
        "apply_runs",
        "change_holds",
        "confirm_departures",
        "draft_runs",
        "handle_compromises",
        "match_accounts",
        "pause",
        "print_slips",
        "report_breaches",
        "reset_passwords",
        "see_departures",
        "see_dlp_trends",
        "see_filtering",
        "see_health",
        "see_history",
        "see_holds",
        "see_licences",
        "see_metrics",
        "see_packs",
        "see_people",
        "see_policies",
        "see_resets",
        "see_runs",
        "see_worklist",
        "verify_journal",
    },
    "DPO": {
        "advise_dlp",
        "change_holds",
        "check_requests",
        "export_journal",
        "export_people",
        "log_requests",
        "report_breaches",
        "sample_consents",
        "see_breaches",
        "see_consents",
        "see_dlp",
        "see_dlp_trends",
        "see_health",
        "see_history",
        "see_holds",
        "see_looks",
        "see_packs",
        "see_people",
        "see_policies",
        "see_requests",
        "see_runs",
        "verify_journal",
        "work_breaches",
        "work_requests",
    },
    "Head": {
        "approve_runs",
        "arrange",
        "change_holds",
        "check_requests",
        "countersign_consents",
        "decide_breaches",
        "decide_dlp",
        "decide_policies",
        "enforce_consents",
        "export_journal",
        "name_deputies",
        "pause",
        "record_departures",
        "release_holds",
        "report_breaches",
        "see_breaches",
        "see_consents",
        "see_departures",
        "see_dlp",
        "see_dlp_trends",
        "see_filtering",
        "see_health",
        "see_history",
        "see_holds",
        "see_kept_names",
        "see_licences",
        "see_looks",
        "see_packs",
        "see_people",
        "see_policies",
        "see_requests",
        "see_runs",
        "settle_consents",
        "verify_journal",
    },
    "HR": {
        "log_requests",
        "record_departures",
        "report_breaches",
        "see_departures",
        "see_people",
    },
    "Office": {
        "arrange",
        "countersign_consents",
        "log_requests",
        "record_consents",
        "report_breaches",
        "see_consents",
        "see_people",
    },
    "HeadOfYear": {
        "arrange",
        "log_requests",
        "report_breaches",
        "reset_passwords",
        "see_people",
    },
    "SafeguardingLead": {
        "change_holds",
        "consult_requests",
        "keep_names",
        "report_breaches",
        "see_consents",
        "see_filtering",
        "see_holds",
        "see_kept_names",
        "see_people",
        "see_policies",
        "see_requests",
        "see_resets",
        "sign_filtering",
    },
    "Viewer": {"see_dlp_trends", "see_packs", "see_policies", "verify_journal"},
}
PAGE = (Path(__file__).parents[2] / "docs" / "console.md").read_text("utf-8")
EVERYONE = {"see_self", "see_today"}


def someone(*roles: AppRole, **reach: frozenset[str]) -> Who:
    return Who("a", "A", frozenset(roles), Reach(**reach))


@pytest.mark.parametrize("role", list(AppRole))
def test_each_role_may_what_the_law_says_and_nothing_else(role: AppRole) -> None:
    assert {one for one in Permission if someone(role).may(one)} == LAW[role] | EVERYONE


@pytest.mark.parametrize("permission", sorted(set(Permission) - {"see_self", "see_today"}))
def test_the_page_lists_each_permission_with_its_roles(permission: Permission) -> None:
    (row,) = [line for line in PAGE.splitlines() if f"(`{permission}`) |" in line]
    told = row.split("|")[2].strip().split(", ")
    assert told == [role for role in LAW if permission in LAW[role]]


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
