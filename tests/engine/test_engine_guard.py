"""How much may change in one night, and who may say otherwise (decisions 15 to 17)."""

from datetime import timedelta
from fractions import Fraction

import pytest
from builders import (
    DAY,
    a_person,
    a_school,
    a_teacher,
    an_account,
    at,
    key,
    kinds,
    rules,
    with_limit,
)
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from graphsync.changes import DisableUser, Plan, RemoveFromGroup, UpdateUser
from graphsync.guard import (
    Approval,
    Recent,
    Verdict,
    approve,
    clear,
    counted,
    judge,
    nightly,
    operation_of,
)
from graphsync.trouble import Refusal
from policies.people import Kind
from policies.rules import Limit, Operation, Rules, SmallSchoolWaiver

NOW = at(DAY)
PUPIL_LEAVERS = (Operation.DISABLE, Kind.PUPIL)


def a_plan(*changes, **fields) -> Plan:
    usual = {
        "school": "oak",
        "as_of": DAY,
        "roster_sha256": "roster",
        "pack_sha256": "pack",
        "changes": changes,
        "held": (),
        "unchanged": (),
        "linked": {Kind.PUPIL: 200, Kind.STAFF: 20},
    }
    return Plan(**(usual | fields))


def blocks(count: int, kind: Kind = Kind.PUPIL) -> list[DisableUser]:
    return [
        DisableUser(person=key(str(n)), population=kind, account=f"a{n}", last_day=DAY)
        for n in range(count)
    ]


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("limit", "population", "most"),
    [
        (Limit(5, 0.05, 50), 0, 5),
        (Limit(5, 0.05, 50), 100, 5),
        (Limit(5, 0.05, 50), 119, 5),
        (Limit(5, 0.05, 50), 120, 6),
        (Limit(5, 0.05, 50), 1_000, 50),
        (Limit(5, 0.05, 50), 20_000, 50),
        (Limit(0, 0.29, 50), 100, 29),
        (Limit(60, 0.05, 50), 20_000, 60),
    ],
)
def test_a_plan_passes_at_the_limit_and_is_parked_one_over_it(limit, population, most):
    pack = with_limit(Operation.DISABLE, limit.floor, limit.share, limit.count)
    linked = {Kind.PUPIL: population}
    assert nightly(limit, population) == most
    assert judge(a_plan(*blocks(most), linked=linked), pack).passes
    over = judge(a_plan(*blocks(most + 1), linked=linked), pack)
    assert codes(over) == ["disable_pupil"]
    assert f"{most + 1} pupil accounts disabled" in over.reasons[0].text
    assert f"at most {most} pass" in over.reasons[0].text


@given(
    st.integers(0, 60),
    st.integers(0, 100),
    st.integers(0, 60),
    st.integers(0, 400),
    st.integers(0, 80),
)
def test_over_floor_and_over_share_or_count_is_what_parks(floor, percent, count, people, done):
    limit = Limit(floor, percent / 100, count)
    parked = done > floor and (done > Fraction(percent, 100) * people or done > count)
    assert (done > nightly(limit, people)) is parked


def test_the_shipped_limits_are_those_of_the_decision():
    shipped = {name: (one.floor, one.share, one.count) for name, one in rules().limits.items()}
    assert shipped == {
        Operation.DISABLE: (5, 0.05, 50),
        Operation.REMOVE_LICENCE: (5, 0.05, 50),
        Operation.ENABLE: (10, 0.05, 50),
        Operation.CHANGE_NAME: (5, 0.05, 50),
        Operation.CHANGE_UPN: (3, 0.01, 10),
        Operation.REMOVE_FROM_GROUP: (30, 0.20, 200),
        Operation.CREATE: (30, 0.20, 200),
    }


def test_limits_are_judged_per_kind_and_every_reason_is_told():
    plan = a_plan(*blocks(11), *blocks(6, Kind.STAFF))
    assert codes(judge(plan, rules())) == ["disable_pupil", "disable_staff"]
    assert codes(judge(a_plan(*blocks(10), *blocks(6, Kind.STAFF)), rules())) == ["disable_staff"]


def test_five_groups_of_one_person_count_as_one_person():
    removed = [
        RemoveFromGroup(person=key("1"), population=Kind.PUPIL, group=f"g{n}", group_id=f"g{n}")
        for n in range(5)
    ]
    assert counted(removed) == {(Operation.REMOVE_FROM_GROUP, Kind.PUPIL): 1}


def test_every_change_that_the_decision_limits_is_counted():
    school = a_school(a_person("1"), a_teacher()).loaded()
    old = school.plan().as_of - timedelta(days=90)
    leaver = school.person("50", leaves=old).person("1", surname="Jones", form="7C")
    found = {operation_of(change) for change in leaver.plan().changes}
    leaver.apply(leaver.plan()).next_day()
    found |= {operation_of(change) for change in leaver.plan().changes}
    leaver.apply(leaver.plan()).person("50", leaves=None)
    found |= {operation_of(change) for change in leaver.plan().changes}
    found |= {operation_of(change) for change in a_school(a_person()).plan().changes}
    assert found - {None} == set(Operation) - {Operation.CHANGE_UPN}


def test_a_change_of_form_is_no_change_of_names():
    assert operation_of(UpdateUser(old={"department": "7B"}, new={"department": "7C"})) is None
    assert (
        operation_of(UpdateUser(old={"givenName": "A"}, new={"givenName": "B"}))
        is Operation.CHANGE_NAME
    )


@pytest.mark.parametrize(
    ("recent", "tonight", "expected"),
    [
        (Recent(0, 0), 10, []),
        (Recent(10, 10), 10, []),
        (Recent(11, 11), 10, ["disable_pupil_7_days"]),
        (Recent(0, 30), 10, []),
        (Recent(0, 31), 10, ["disable_pupil_30_days"]),
        (Recent(20, 40), 1, ["disable_pupil_7_days", "disable_pupil_30_days"]),
        (Recent(20, 40), 0, []),
        (Recent(20, 40), 11, ["disable_pupil", "disable_pupil_7_days", "disable_pupil_30_days"]),
    ],
)
def test_the_sums_are_held_to_twice_and_four_times_the_nightly_limit(recent, tonight, expected):
    verdict = judge(a_plan(*blocks(tonight)), rules(), {PUPIL_LEAVERS: recent})
    assert codes(verdict) == expected


def test_the_sums_of_another_kind_or_operation_do_not_matter():
    recent = {(Operation.DISABLE, Kind.STAFF): Recent(99, 99)}
    assert judge(a_plan(*blocks(1)), rules(), recent).passes


def test_the_first_apply_where_people_are_already_is_parked():
    first = a_school(a_person(), accounts=[an_account("stranger")], first=True).plan()
    verdict = judge(first, rules())
    assert codes(verdict) == ["first_apply"]
    assert "already has 1 enabled accounts" in verdict.reasons[0].text


@pytest.mark.parametrize(
    "fields",
    [{"first": False, "strangers": 9}, {"first": True, "strangers": 0}],
    ids=["not the first", "nobody there"],
)
def test_an_apply_is_not_parked_as_the_first_when(fields):
    assert judge(a_plan(*blocks(1), **fields), rules()).passes


def test_a_first_plan_that_changes_nothing_needs_nobody():
    assert judge(a_plan(first=True, strangers=9), rules()).passes


def test_a_tripped_limit_parks_the_whole_plan_and_creates_nobody():
    people = [a_person(str(n), given_name=f"Am{chr(97 + n)}") for n in range(12)]
    school = a_school(*people).loaded()
    for n in range(6):
        school.person(str(n), leaves=DAY - timedelta(days=1))
    school.people = (*school.people, a_person("99", given_name="Zoe"))
    plan = school.plan()
    assert "create_user" in kinds(plan)
    with pytest.raises(Refusal, match="6 pupil accounts disabled; at most 5 pass"):
        clear(plan, judge(plan, school.rules), None, NOW)


# --- approval


def parked() -> tuple[Plan, Verdict]:
    plan = a_plan(*blocks(11), *blocks(6, Kind.STAFF))
    return plan, judge(plan, rules())


ALL = frozenset({"disable_pupil", "disable_staff"})


def approved(pack: Rules | None = None, **fields) -> Approval:
    plan, verdict = parked()
    usual = {
        "plan": plan,
        "verdict": verdict,
        "rules": pack or rules(),
        "digest": plan.digest,
        "overrides": ALL,
        "left_out": frozenset(),
        "requester": "schedule",
        "approver": "head",
        "now": NOW,
    }
    return approve(**(usual | fields))


def test_an_approval_names_digest_reasons_and_people_and_ends_after_72_hours():
    plan, verdict = parked()
    approval = approved(left_out=frozenset({key("3")}))
    assert approval.expires_at - approval.at == timedelta(hours=72)
    assert (approval.digest, approval.overrides, approval.waiver) == (plan.digest, ALL, None)
    cleared = clear(plan, verdict, approval, NOW)
    assert key("3") not in {change.person for change in cleared.plan.changes}
    assert len(cleared.plan.changes) == len(plan.changes) - 2


def test_an_approval_of_another_digest_is_refused():
    with pytest.raises(Refusal, match="not 0123456789abcdef: look at it again"):
        approved(digest="0123456789abcdef")


def test_an_approval_overrides_every_reason_or_none():
    with pytest.raises(Refusal, match=r"add: --override disable_staff$"):
        approved(overrides=frozenset({"disable_pupil"}))


def test_an_unknown_override_is_refused():
    with pytest.raises(Refusal, match="not a reason of this plan: everything"):
        approved(overrides=ALL | {"everything"})


def test_who_asked_may_not_approve():
    with pytest.raises(Refusal, match="head asked for this plan and may not approve it"):
        approved(requester="head")


def test_a_dated_waiver_lets_who_asked_approve_until_its_last_day():
    waiver = SmallSchoolWaiver(until=DAY, reason="one office", named_by="chair")
    pack = replace(rules(), waiver=waiver)
    approval = approved(pack, requester="head")
    assert approval.waiver == f"one office (named by chair, until {DAY})"
    assert approved(pack).waiver is None, "where they differ the waiver is not used"
    with pytest.raises(Refusal, match="may not approve"):
        approved(pack, requester="head", now=NOW + timedelta(days=1))


def test_a_plan_within_its_limits_is_cleared_without_anyone():
    plan = a_plan(*blocks(1))
    assert clear(plan, judge(plan, rules()), None, NOW).plan is plan


def test_a_parked_plan_is_not_cleared_without_approval_and_every_reason_is_told():
    plan, verdict = parked()
    with pytest.raises(Refusal, match=r"11 pupil accounts.*; 6 staff accounts"):
        clear(plan, verdict, None, NOW)


def test_the_approval_of_another_plan_clears_nothing():
    other = a_plan(*blocks(12))
    with pytest.raises(Refusal, match="the approval is of"):
        clear(other, judge(other, rules()), approved(), NOW)


def test_an_approval_is_over_at_its_72nd_hour():
    plan, verdict = parked()
    clear(plan, verdict, approved(), NOW + timedelta(hours=72, seconds=-1))
    with pytest.raises(Refusal, match="expired at 2026-03-05 02:00 UTC"):
        clear(plan, verdict, approved(), NOW + timedelta(hours=72))


def test_a_reason_that_nobody_overrode_stops_an_approved_plan():
    plan, verdict = parked()
    short = replace(approved(), overrides=frozenset({"disable_pupil"}))
    with pytest.raises(Refusal, match="nobody approved: disable_staff"):
        clear(plan, verdict, short, NOW)
