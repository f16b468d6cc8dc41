"""Where a person stands on a day, and what the night does about it (decisions 11, 13, 14)."""

from datetime import date, timedelta

import pytest
from builders import (
    DAY,
    GONE,
    School,
    a_person,
    a_roster,
    a_school,
    a_teacher,
    at,
    freeze,
    key,
    kinds,
    only,
    reasons,
    rules,
    sightings,
    suspend,
)
from hypothesis import given
from hypothesis import strategies as st

from graphsync.changes import DisableUser, Origin, RevokeSessions
from graphsync.reasons import Reason
from policies.desired import Records, desired_state, speaks_for
from policies.lifecycle import Known, Stage, gone_since
from policies.people import FrozenPerson, Kind
from policies.rules import AbsenceRules

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
LEAVES = ["disable_user", "revoke_sessions"]


def loaded() -> School:
    return a_school(a_person("1"), a_person("2", given_name="Ben"), a_teacher()).loaded()


def stage(school: School, mis_id: str = "1") -> Stage:
    (found,) = [one for one in school.scene().desired if one.key == key(mis_id)]
    return found.standing.stage


def test_everyone_of_a_loaded_school_is_right_as_they_are():
    plan = loaded().plan()
    assert (plan.changes, plan.held) == ((), ())
    assert plan.unchanged == (key("1"), key("2"), key("50"))
    assert plan.linked == {Kind.PUPIL: 2, Kind.STAFF: 1}


def test_nobody_leaves_on_their_last_day():
    assert kinds(loaded().person("1", leaves=DAY).plan()) == []


def test_a_leaving_date_acts_the_night_after_the_last_day():
    plan = loaded().person("1", leaves=YESTERDAY).plan()
    assert kinds(plan) == LEAVES
    block = only(plan, "disable_user")
    assert isinstance(block, DisableUser)
    assert (block.person, block.last_day, block.origin) == (key("1"), YESTERDAY, Origin.ROSTER)
    assert plan.unchanged == (key("2"), key("50"))


def test_a_leaver_is_blocked_first_then_revoked_and_nothing_else_happens_that_night():
    school = loaded().person("1", leaves=YESTERDAY, surname="Jones", form="7C", year="8")
    plan = school.plan()
    assert [type(change) for change in plan.changes] == [DisableUser, RevokeSessions]
    assert kinds(school.apply(plan).plan()) == []


def test_a_leaver_of_long_ago_loses_nothing_more_on_the_night_of_the_block():
    school = a_school(a_teacher()).loaded().person("50", leaves=DAY - timedelta(days=200))
    plan = school.plan()
    assert kinds(plan) == LEAVES
    assert kinds(school.apply(plan).plan()) == [], "the same night again"
    assert kinds(school.next_day().plan()) == ["remove_from_group", "remove_licence"]


def test_a_block_whose_revocation_was_killed_is_followed_by_the_revocation_alone():
    school = (
        loaded().person("1", leaves=DAY - timedelta(days=200)).alter("1", account_enabled=False)
    )
    school.link("1", blocked_at=at(DAY))
    assert kinds(school.plan()) == ["revoke_sessions"]
    school.link("1", revoked_at=at(YESTERDAY))
    assert kinds(school.plan()) == ["revoke_sessions"], (
        "a revocation before the block does not count"
    )
    assert kinds(school.apply(school.plan(), hour=3).plan()) == []


def test_licence_and_groups_go_after_thirty_days_and_not_before():
    school = a_school(a_teacher()).loaded().person("50", leaves=YESTERDAY)
    school.apply(school.plan())
    last_day_kept = school.next_day(29)
    assert last_day_kept.day == YESTERDAY + timedelta(days=30)
    assert kinds(last_day_kept.plan()) == []
    plan = school.next_day().plan()
    assert kinds(plan) == ["remove_from_group", "remove_licence"]
    assert {change.population for change in plan.changes} == {Kind.STAFF}
    assert kinds(school.apply(plan).plan()) == []


def test_a_pack_may_keep_licences_for_another_number_of_days():
    school = a_school(a_teacher(), rules=rules("leaver: {licence_after_days: 3}")).loaded()
    school.person("50", leaves=YESTERDAY)
    school.apply(school.plan()).next_day(2)
    assert kinds(school.plan()) == []
    assert kinds(school.next_day().plan()) == ["remove_from_group", "remove_licence"]


def test_somebody_who_left_before_they_had_an_account_gets_none():
    plan = a_school(a_person(leaves=YESTERDAY)).plan()
    assert (plan.changes, plan.held, plan.unchanged) == ((), (), (key("1"),))


def test_a_leaver_whom_somebody_disabled_already_is_not_ours_to_block():
    school = loaded().person("1", leaves=YESTERDAY).alter("1", account_enabled=False)
    plan = school.plan()
    assert (plan.changes, plan.held) == ((), ())


def test_a_returner_is_enabled_and_gets_what_changed_meanwhile():
    school = loaded().person("1", leaves=YESTERDAY)
    school.apply(school.plan()).next_day(7).person("1", leaves=None, form="7C")
    plan = school.plan()
    assert kinds(plan, "1") == ["update_user", "add_to_group", "remove_from_group", "enable_user"]
    assert kinds(school.apply(plan).plan()) == []
    assert school.links[key("1")].blocked_at is None


def test_a_future_start_is_never_created_early():
    plan = a_school(a_person(starts=TOMORROW)).plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.FUTURE_START])


def test_a_future_start_is_never_enabled_early():
    school = loaded().person("1", leaves=YESTERDAY)
    school.apply(school.plan()).next_day().person(
        "1", leaves=None, starts=school.day + timedelta(2)
    )
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.FUTURE_START])
    assert kinds(school.next_day(2).plan(), "1") == ["enable_user"]


def test_one_export_without_a_person_ends_nobody():
    school = loaded().without("1")
    school.absences[key("1")] = GONE[1:]
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.ABSENT])


def test_two_different_exports_twenty_hours_apart_end_a_person():
    school = loaded().without("1")
    school.absences[key("1")] = GONE
    plan = school.plan()
    assert kinds(plan) == LEAVES
    assert only(plan, "disable_user").last_day == DAY


@pytest.mark.parametrize(
    "seen",
    [
        (),
        (("a", at(YESTERDAY)), ("a", at(DAY))),
        (("a", at(DAY, 0)), ("b", at(DAY, 19))),
        (("a", at(YESTERDAY, 0)), ("b", at(YESTERDAY, 10)), ("a", at(DAY, 20))),
    ],
    ids=["no export", "the same export twice", "within 20 hours", "the second one seen before"],
)
def test_absence_does_not_act_when(seen):
    school = loaded().without("1")
    school.absences[key("1")] = sightings(*seen)
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.ABSENT])


def test_absence_counts_from_exactly_twenty_hours_apart():
    assert gone_since(sightings(("a", at(DAY, 0)), ("b", at(DAY, 20))), AbsenceRules()) == DAY


def test_a_pack_may_ask_for_more_exports_without_a_person():
    school = a_school(a_person(), rules=rules("absence: {exports: 3}")).loaded().without("1")
    school.absences[key("1")] = GONE
    assert reasons(school.plan()) == [Reason.ABSENT]
    third = sightings(("export 3", at(DAY + timedelta(days=1))))
    school.next_day().absences[key("1")] = (*GONE, *third)
    assert kinds(school.plan()) == LEAVES


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 72)), max_size=6))
def test_absence_never_acts_on_fewer_than_two_exports_far_apart(seen):
    hours = sightings(*((name, at(DAY, 0) + timedelta(hours=hour)) for name, hour in seen))
    far_apart = any(
        one != other and abs(early - late) >= 20 for one, early in seen for other, late in seen
    )
    assert far_apart or gone_since(hours, AbsenceRules()) is None
    assert gone_since(hours, AbsenceRules()) == gone_since(hours[::-1], AbsenceRules())


def test_the_absent_leave_on_one_day_and_lose_their_licence_thirty_days_after_it():
    school = a_school(a_teacher()).loaded().without("50")
    school.absences[key("50")] = GONE
    school.alter("50", account_enabled=False)  # by hand, so that no block of ours keeps the day
    assert kinds(school.next_day(30).plan()) == []
    assert kinds(school.next_day().plan()) == ["remove_from_group", "remove_licence"]


def test_an_absent_leaver_stays_a_leaver_by_the_day_of_the_block():
    school = a_school(a_teacher()).loaded().without("50")
    school.absences[key("50")] = GONE
    school.apply(school.plan()).next_day(20)
    school.absences.clear()
    school.complete = frozenset()
    assert stage(school, "50") is Stage.LEFT
    assert kinds(school.plan()) == []
    assert stage(school.next_day(20), "50") is Stage.LEFT_LONG_AGO


def test_a_partial_export_never_ends_anyone():
    school = loaded().without("1")
    school.absences[key("1")] = GONE
    school.complete = frozenset({Kind.STAFF})
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.ABSENT])


def test_a_row_whose_person_nobody_can_tell_ends_nobody_of_its_kind():
    school = loaded().without("1").without("50")
    school.absences.update({key("1"): GONE, key("50"): GONE})
    school.unidentified = {Kind.PUPIL: 1}
    assert kinds(school.plan(), "1") == []
    assert reasons(school.plan()) == [Reason.ABSENT]
    assert kinds(school.plan(), "50") == LEAVES


def test_a_roster_speaks_for_a_kind_only_when_whole():
    whole = a_roster()
    assert speaks_for(whole, Kind.PUPIL)
    assert speaks_for(a_roster(unidentified={Kind.PUPIL: 0}), Kind.PUPIL)
    assert not speaks_for(a_roster(unidentified={Kind.PUPIL: 1}), Kind.PUPIL)
    assert not speaks_for(a_roster(complete=frozenset({Kind.STAFF})), Kind.PUPIL)


def test_a_bad_row_freezes_its_person_and_is_no_absence():
    school = loaded().without("1")
    school.absences[key("1")] = GONE
    school.frozen = (FrozenPerson(key("1"), "pupils.csv, row 4, DOB: not a date"),)
    plan = school.plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.BAD_ROW])
    assert plan.held[0].sentence == "pupils.csv, row 4, DOB: not a date"


def test_a_bad_row_of_a_stranger_creates_nobody():
    plan = a_school(frozen=(FrozenPerson(key("9"), "row 3"),)).plan()
    assert (kinds(plan), reasons(plan, "9")) == ([], [Reason.BAD_ROW])


def test_a_person_whose_names_are_blank_is_held_as_a_bad_row():
    school = loaded().person("1", given_name=" ", surname="")
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.BAD_ROW])


@pytest.mark.parametrize("roster", ["leaver", "mover", "joiner", "bad row", "absent"])
def test_a_freeze_beats_the_roster(roster):
    school = a_school(a_person()) if roster == "joiner" else loaded()
    school.holds[key("1")] = freeze(clause="PB-1")
    if roster == "leaver":
        school.person("1", leaves=YESTERDAY)
    elif roster == "mover":
        school.person("1", form="7C", surname="Jones")
    elif roster == "bad row":
        school.without("1").frozen = (FrozenPerson(key("1"), "row 3"),)
    elif roster == "absent":
        school.without("1").absences[key("1")] = GONE
    plan = school.plan()
    assert (kinds(plan, "1"), reasons(plan)) == ([], [Reason.HOLD])
    assert [one.clauses for one in plan.held] == [("PB-1",)]


def test_a_suspension_blocks_and_revokes_whatever_the_roster_says():
    school = loaded()
    school.holds[key("1")] = suspend(clause="PB-2")
    plan = school.plan()
    assert kinds(plan, "1") == LEAVES
    assert {(c.origin, c.clauses) for c in plan.changes} == {(Origin.HOLD, ("PB-2",))}
    assert only(plan, "disable_user").last_day is None
    assert kinds(school.apply(plan).next_day().plan()) == []
    assert kinds(school.person("1", form="7C").plan()) == [], "kept so, and kept as it is"


def test_a_suspension_that_is_lifted_lets_the_person_in_again():
    school = loaded()
    school.holds[key("1")] = suspend()
    school.apply(school.plan()).holds.clear()
    assert kinds(school.next_day().plan(), "1") == ["enable_user"]


def test_a_suspension_keeps_a_bad_row_and_an_absent_person_blocked():
    school = loaded().without("1")
    school.frozen = (FrozenPerson(key("1"), "row 3"),)
    school.holds[key("1")] = suspend()
    assert kinds(school.plan(), "1") == LEAVES


def test_a_suspended_person_without_an_account_gets_none_and_is_named():
    school = a_school(a_person())
    school.holds[key("1")] = suspend(clause="PB-2")
    plan = school.plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.HOLD])
    assert plan.held[0].clauses == ("PB-2",)


@pytest.mark.parametrize("hold", [freeze, suspend])
def test_a_hold_ends_after_its_last_day(hold):
    school = loaded().person("1", form="7C")
    school.holds[key("1")] = hold(until=DAY)
    assert "update_user" not in kinds(school.plan(), "1")
    assert "update_user" in kinds(school.next_day().plan(), "1")


def test_a_hold_says_until_when():
    school = loaded()
    school.holds[key("1")] = freeze(until=date(2026, 4, 1))
    assert school.plan().held[0].sentence == "head of year asks until 2026-04-01"


def test_the_kind_of_a_stranger_to_roster_and_records_is_pupil():
    roster = a_roster(frozen=[FrozenPerson(key("9"), "row 3")])
    (unknown,) = desired_state(roster=roster, rules=rules(), records=Records(), day=DAY)
    assert (unknown.kind, unknown.person) == (Kind.PUPIL, None)
    records = Records(known={key("9"): Known(kind=Kind.STAFF)})
    (known,) = desired_state(roster=roster, rules=rules(), records=records, day=DAY)
    assert known.kind is Kind.STAFF
    assert "Smith" not in repr(known)
