"""Licences by group: into the right group, out of the wrong one, and what is told instead."""

from typing import Any

import pytest
from builders import School, a_person, a_teacher, key, kinds, only, reasons
from licensing_school import (
    A1,
    ALL,
    MAIL,
    WITHDRAWN,
    a_licensing_school,
    consenting,
    entra,
    pack,
    yes,
)
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence, Group, LicenceState
from graphsync.applying import part_of
from graphsync.changes import AddToGroup, RemoveFromGroup, RemoveLicence
from graphsync.consent_enforcing import losses
from graphsync.guard import counted
from graphsync.narrowing import narrowed
from graphsync.reasons import Reason
from graphsync.recording import CUT_LICENCE, MOVE_LICENCE, operation_name
from graphsync.undoing import _stays
from policies.licence_groups import licence_group_name, school_of_licence_group, shown_name
from policies.people import Kind
from policies.rules import Operation

BY_GROUP = pack("licences.pupil.mode: group\nlicences.staff.mode: group\n")
EVERYTHING = licence_group_name("oak", Kind.PUPIL, A1.sku_id, ["plan-new"])
NO_TEAMS = licence_group_name("oak", Kind.PUPIL, A1.sku_id, ["plan-new", "plan-teams"])


def by_group(school: School | None = None) -> School:
    """One pupil, licensed for everything by group and seen to be."""
    school = school or a_licensing_school().loaded()
    school.rules = BY_GROUP
    consenting(school, yes())
    return entra(school.apply(school.plan()))


def group(school: School, name: str = EVERYTHING) -> Group:
    (found,) = [one for one in school.groups.values() if one.unique_name == name]
    return found


def has(school: School) -> dict[str, set[str]]:
    licences = school.account("1").assigned_licenses
    return {one.sku_id: set(one.disabled_plans) for one in licences}


def one_change(school: School, kind: str) -> Any:
    return only(school.plan(), kind)


def told(school: School, reason: Reason) -> str:
    (held,) = [one for one in school.plan().held if one.reason is reason]
    return held.sentence


def test_a_group_is_made_given_its_licence_and_then_joined_and_the_next_night_rests():
    school = consenting(a_licensing_school().loaded(), yes())
    school.rules = BY_GROUP
    plan = school.plan()
    assert kinds(plan) == ["create_group", "license_group", "add_to_group"]
    made, licensed, joins = plan.changes
    assert (made.group, licensed.group, joins.group) == (EVERYTHING,) * 3
    assert (licensed.sku, licensed.disabled_plans) == ("A1_STUDENT", ("plan-new",))
    assert [part_of(one, ()) for one in plan.changes] == [1, 2, 3]
    entra(school.apply(plan))
    assert has(school) == {"sku-a1": {"plan-new"}}
    assert (school.plan().changes, school.plan().held) == ((), ())


def test_the_name_of_a_group_tells_nothing_of_consent_or_people():
    assert shown_name(EVERYTHING) == f"G-oak-{EVERYTHING[9:17]}"
    assert school_of_licence_group(EVERYTHING) == "oak"
    assert school_of_licence_group("gs-oak-year-7") is None
    assert licence_group_name("oak", Kind.STAFF, A1.sku_id, ["plan-new"]) != EVERYTHING


def test_a_joiner_is_licensed_by_group_in_the_same_night():
    school = consenting(a_licensing_school(), yes())
    school.rules = BY_GROUP
    plan = school.plan()
    joined = [one.group for one in plan.changes if isinstance(one, AddToGroup)]
    assert EVERYTHING in joined
    assert "assign_licence" not in kinds(plan)


def test_without_a_consent_nobody_joins_and_no_group_is_made():
    school = a_licensing_school().loaded()
    school.rules = BY_GROUP
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.NO_CONSENT])


def test_other_plans_are_another_group_joined_before_the_old_one_is_left():
    school = consenting(by_group(), yes(MAIL), enforced=True)
    plan = school.plan()
    assert kinds(plan, "1") == ["add_to_group", "remove_from_group"]
    joins, leaves = plan.changes[-2:]
    assert (joins.group, joins.takes_unit) == (NO_TEAMS, False)
    assert (leaves.group, leaves.takes) == (EVERYTHING, ("TEAMS1",))
    assert part_of(joins, ()) < part_of(leaves, ())
    assert counted(plan.changes) == {(Operation.REMOVE_LICENCE, Kind.PUPIL): 1}
    assert operation_name(leaves) == CUT_LICENCE
    assert has(entra(school.apply(plan))) == {"sku-a1": {"plan-new", "plan-teams"}}


def test_more_plans_are_another_group_and_count_as_nothing_lost():
    school = a_licensing_school().loaded()
    school.rules = BY_GROUP
    consenting(school, yes(MAIL))
    entra(school.apply(school.plan()))
    consenting(school, yes(ALL))
    leaves = one_change(school, "remove_from_group")
    assert (leaves.takes, leaves.needs_joined) == ((), EVERYTHING)
    assert counted(school.plan().changes) == {}
    assert operation_name(leaves) == MOVE_LICENCE


def test_observed_what_no_consent_covers_any_more_stays_and_is_told():
    school = consenting(by_group(), yes(MAIL))
    assert kinds(school.plan(), "1") == ["add_to_group"]
    assert "keeps TEAMS1" in told(school, Reason.LICENCE_WITHOUT_CONSENT)
    entra(school.apply(school.plan()))
    assert has(school) == {"sku-a1": {"plan-new"}}
    assert kinds(school.plan()) == []


def test_a_withdrawal_takes_the_place_once_the_head_has_said_so():
    school = consenting(by_group(), WITHDRAWN)
    assert kinds(school.plan()) == []
    assert reasons(school.plan()) == [Reason.LICENCE_WITHOUT_CONSENT]
    school.enforced = True
    leaves = one_change(school, "remove_from_group")
    assert "the consent was withdrawn" in leaves.sentence
    assert counted(school.plan().changes) == {(Operation.REMOVE_LICENCE, Kind.PUPIL): 1}
    scene = school.scene()
    (loss,) = losses(scene.desired, scene.rules, scene.snapshot, scene.links)
    assert (loss.licence, loss.plans) == ("A1_STUDENT", ())
    assert has(entra(school.apply(school.plan()))) == {}


def test_who_withdraws_before_entra_has_worked_is_never_licensed():
    school = consenting(a_licensing_school().loaded(), yes())
    school.rules = BY_GROUP
    school.apply(school.plan())
    consenting(school, WITHDRAWN)
    assert one_change(school, "remove_from_group").takes == ()


def test_a_switch_to_groups_takes_the_own_licence_when_the_groups_is_seen():
    school = consenting(a_licensing_school().loaded(), yes())
    entra(school.apply(school.plan()))
    school.rules = BY_GROUP
    plan = school.plan()
    assert kinds(plan, "1") == ["add_to_group"]
    assert counted(plan.changes) == {}
    school.apply(plan)
    assert kinds(school.plan()) == [], "Entra has not given it yet"
    entra(school)
    own = one_change(school, "remove_licence")
    assert own.given_by == shown_name(EVERYTHING)
    assert (counted(school.plan().changes), operation_name(own)) == ({}, MOVE_LICENCE)
    assert has(entra(school.apply(school.plan()))) == {"sku-a1": {"plan-new"}}
    assert (school.plan().changes, school.plan().held) == ((), ())


def test_the_own_licence_stays_while_the_group_fails_to_give_one():
    school = consenting(a_licensing_school().loaded(), yes())
    entra(school.apply(school.plan()))
    school.rules = BY_GROUP
    entra(school.apply(school.plan()))
    (own, through) = school.account("1").license_assignment_states or ()
    failed = replace(through, state="Error", error="CountViolation")
    school.alter("1", license_assignment_states=(own, failed))
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.LICENCE_NOT_GIVEN])


def test_a_switch_back_leaves_the_group_when_the_account_has_its_own():
    school = by_group()
    school.rules = pack()
    plan = school.plan()
    assert kinds(plan) == ["assign_licence"]
    assert not only(plan, "assign_licence").is_new, "no unit is used by it"
    entra(school.apply(plan))
    assert one_change(school, "remove_from_group").takes == ()
    assert has(entra(school.apply(school.plan()))) == {"sku-a1": {"plan-new"}}
    assert school.plan().changes == ()


def test_staff_join_a_group_of_their_own_and_the_pack_alone_says_which_plans():
    teacher = a_teacher()
    school = a_licensing_school(teacher).loaded()
    school.rules = BY_GROUP
    a3 = replace(A1, sku_id="sku-a3", sku_part_number="A3_FACULTY")
    school.skus = {a3.sku_id: a3}
    licence = only(school.plan(), "license_group")
    assert (licence.sku, licence.disabled_plans) == ("A3_FACULTY", ())
    entra(school.apply(school.plan()))
    assert school.plan().held == ()
    school.people = (replace(teacher, leaves=school.day.replace(year=2025)),)
    school.link("50", blocked_at=None)
    assert "remove_from_group" not in kinds(school.plan()), "the block comes first"


def test_units_are_counted_for_those_whom_entra_has_still_to_license():
    one, other = a_person("1"), a_person("2", given_name="Ben")
    school = a_licensing_school(one, other).loaded()
    school.rules = BY_GROUP
    school.skus = {A1.sku_id: replace(A1, enabled_units=1)}
    school.consents = {key("1"): yes()}
    school.apply(school.plan())
    school.consents = {key("1"): yes(), key("2"): yes()}
    assert reasons(school.plan(), "2") == [Reason.NO_LICENCE_LEFT]
    assert school.scene().snapshot.units_promised == {"A1_STUDENT": 1}
    entra(school)
    assert school.scene().snapshot.units_promised == {}
    assert reasons(school.plan(), "2") == [Reason.NO_LICENCE_LEFT]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("CountViolation", "no unit is left"),
        ("MutuallyExclusiveViolation", "excludes it"),
        ("Others", "Others"),
    ],
)
def test_what_a_group_could_not_give_is_told_by_the_name_of_the_group(error: str, said: str):
    school = by_group()
    state = LicenceState(A1.sku_id, group(school).id, "Error", ("plan-new",), error)
    school.alter("1", assigned_licenses=(), license_assignment_states=(state,))
    sentence = told(school, Reason.LICENCE_NOT_GIVEN)
    assert sentence.startswith(f"{shown_name(EVERYTHING)} cannot give A1_STUDENT: {error}")
    assert said in sentence
    assert school.plan().changes == ()


def test_a_group_that_somebody_changed_is_joined_by_nobody_and_left_where_it_gives_too_much():
    school = by_group()
    held = group(school)
    school.groups[held.id] = replace(held, assigned_licenses=(AssignedLicence(A1.sku_id, ()),))
    entra(school)
    assert kinds(school.plan()) == []
    assert "no longer gives A1_STUDENT" in told(school, Reason.LICENCE_GROUP_CHANGED)
    school.enforced = True
    assert "BRAND_NEW" in one_change(school, "remove_from_group").takes


def test_a_group_whose_licence_is_gone_is_licensed_anew_only_while_nobody_is_in_it():
    school = by_group()
    empty = replace(group(school), assigned_licenses=(), members=frozenset())
    school.groups[empty.id] = replace(empty, members=group(school).members)
    entra(school)
    assert kinds(school.plan()) == []
    assert reasons(school.plan()) == [Reason.LICENCE_GROUP_CHANGED]
    school.groups[empty.id] = empty
    entra(school)
    assert kinds(school.plan()) == ["license_group", "add_to_group"]
    assert only(school.plan(), "license_group").group_id == empty.id


def test_a_protected_licence_group_is_left_alone():
    school = consenting(a_licensing_school().loaded(), yes())
    school.apply(entra(school).plan())
    school = by_group()
    listed = replace(BY_GROUP.protected, groups=(shown_name(EVERYTHING),))
    school.rules = replace(BY_GROUP, protected=listed)
    assert "the pack protects" in told(school, Reason.LICENCE_GROUP_CHANGED)


def test_a_pilot_makes_and_licenses_the_group_that_it_needs():
    school = consenting(a_licensing_school().loaded(), yes())
    school.rules = BY_GROUP
    plan = narrowed(school.plan(), lambda who: who == key("1"))
    assert kinds(plan) == ["create_group", "license_group", "add_to_group"]
    assert kinds(narrowed(school.plan(), lambda _: False)) == []


def test_a_licence_given_or_taken_by_group_stays_when_a_run_is_undone():
    school = by_group()
    consenting(school, WITHDRAWN, enforced=True)
    leaves = one_change(school, "remove_from_group")
    assert isinstance(leaves, RemoveFromGroup)
    assert "stays away" in (_stays(leaves) or "")
    own = RemoveLicence(sku="A1_STUDENT", sku_id="sku-a1")
    assert "stays away" in (_stays(own) or "")
