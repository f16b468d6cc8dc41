"""Groups and licences: only ours, only as the pack says (decisions 2, 10, 13, 24, 26)."""

import pytest
from builders import (
    A3,
    DAY,
    DIRECT,
    INHERITED,
    School,
    a_person,
    a_school,
    a_teacher,
    an_account,
    key,
    kinds,
    licensed,
    only,
    protecting,
    reasons,
    rules,
)
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence, Group, Sku
from graphsync.changes import Origin
from graphsync.reasons import Reason
from policies.rules import GroupKind, GroupRules, LicenceRules

FORM, STAFF = "gs-oak-form-7b", "gs-oak-all-staff"
BOUND_ID = "1f0c8a52-6d3e-4b7a-9c1d-2e5f60718293"


def loaded() -> School:
    return a_school(a_person("1"), a_teacher()).loaded()


def group_of(school: School, unique_name: str) -> Group:
    (found,) = [group for group in school.groups.values() if group.unique_name == unique_name]
    return found


def altered(school: School, unique_name: str, **fields) -> School:
    group = group_of(school, unique_name)
    school.groups[group.id] = replace(group, **fields)
    return school


def bound(*members: str, **fields) -> School:
    """Staff belong to a group of the school's own choosing."""
    pack = replace(rules(), groups=replace(rules().groups, bind={STAFF: BOUND_ID}))
    group = Group(id=BOUND_ID, display_name="Teachers", members=frozenset(members), **fields)
    return a_school(a_teacher(), rules=pack, groups=[group])


def test_a_member_whom_somebody_took_out_is_put_back():
    plan = altered(loaded(), FORM, members=frozenset()).plan()
    assert kinds(plan) == ["add_to_group"]
    assert only(plan, "add_to_group").account == "new oak:1"


def test_a_group_whose_members_are_not_mirrored_is_filled():
    assert kinds(altered(loaded(), FORM, members=None).plan()) == ["add_to_group"]


def test_a_person_whom_somebody_put_into_a_group_of_ours_is_taken_out():
    school = altered(loaded(), STAFF, members=frozenset({"new oak:50", "new oak:1"}))
    change = only(school.plan(), "remove_from_group")
    assert (change.person, change.target) == (key("1"), STAFF)


def test_a_foreign_member_of_a_group_of_ours_stays():
    school = altered(loaded(), STAFF, members=frozenset({"new oak:50", "foreign"}))
    school.accounts["foreign"] = an_account()
    assert kinds(school.plan()) == []


def test_a_group_of_another_school_or_of_nobody_is_never_touched():
    school = loaded()
    for name in ("gs-ash-year-7", None):
        group = Group(id=f"g {name}", unique_name=name, members=frozenset({"new oak:1"}))
        school.groups[group.id] = group
    assert kinds(school.plan()) == []


def test_a_group_that_the_pack_names_otherwise_is_renamed():
    school = loaded()
    names = {**rules().groups.names, GroupKind.YEAR: "{school} Y{year}"}
    school.rules = replace(rules(), groups=GroupRules(names=names))
    change = only(school.plan(), "update_group")
    assert change.before == {"displayName": "Oak School Year 7"}
    assert change.after == {"displayName": "Oak School Y7"}
    assert (change.origin, change.person) == (Origin.RULE, None)
    assert kinds(school.apply(school.plan()).plan()) == []


def test_a_group_is_created_once_for_all_its_members():
    plan = a_school(a_person("1"), a_person("2", given_name="Ben")).plan()
    made = [change for change in plan.changes if change.kind == "create_group"]
    assert [change.target for change in made] == ["gs-oak-all-pupils", FORM, "gs-oak-year-7"]
    assert made[1].after == {"uniqueName": FORM, "displayName": "Oak School Form 7B"}


@pytest.mark.parametrize(
    "fields",
    [
        {"on_premises_sync_enabled": True},
        {"group_types": ("DynamicMembership",)},
        {"mail_enabled": True},
    ],
)
def test_a_group_whose_members_are_not_graphs_to_change_is_held(fields):
    school = altered(loaded(), FORM, members=frozenset(), display_name="Old", **fields)
    plan = school.plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.GROUP_NOT_OURS])
    assert plan.held[0].what == "add_to_group"


def test_who_is_in_such_a_group_already_is_right_as_they_are():
    school = altered(loaded(), FORM, on_premises_sync_enabled=True)
    plan = school.plan()
    assert (plan.changes, plan.held) == ((), ())


@pytest.mark.parametrize("listed", [FORM.upper(), "OAK SCHOOL FORM 7B", f"new {FORM}"])
def test_a_group_on_the_packs_list_is_never_changed(listed):
    school = altered(loaded(), FORM, members=frozenset({"new oak:50"}))
    school.rules = protecting(groups=(listed,))
    plan = school.plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.GROUP_NOT_OURS])


def test_a_group_on_the_packs_list_that_is_not_there_is_not_made():
    plan = a_school(a_teacher(), rules=protecting(groups=("Oak School All staff",))).plan()
    assert kinds(plan) == ["create_user", "assign_licence"]
    assert reasons(plan, "50") == [Reason.GROUP_NOT_OURS]


def test_a_bound_group_is_joined_and_never_created_or_renamed():
    plan = bound().plan()
    assert kinds(plan) == ["create_user", "add_to_group", "assign_licence"]
    assert only(plan, "add_to_group").group_id == BOUND_ID


def test_the_earlier_members_of_a_bound_group_stay():
    school = bound("foreign").loaded()
    assert school.groups[BOUND_ID].members == {"foreign", "new oak:50"}
    plan = school.plan()
    assert (plan.changes, plan.held) == ((), ())


def test_a_bound_group_that_is_not_in_the_tenant_is_held_and_not_made():
    school = bound()
    school.groups.clear()
    plan = school.plan()
    assert kinds(plan) == ["create_user", "assign_licence"]
    assert reasons(plan, "50") == [Reason.GROUP_NOT_OURS]


def test_a_bound_group_that_ad_masters_is_held():
    plan = bound(on_premises_sync_enabled=True).plan()
    assert "add_to_group" not in kinds(plan)
    assert reasons(plan, "50") == [Reason.GROUP_NOT_OURS]


def test_a_licence_that_somebody_took_away_is_given_again():
    plan = loaded().alter("50", assigned_licenses=()).plan()
    change = only(plan, "assign_licence")
    assert change.after == {"sku": "A3_FACULTY", "disabledPlans": ["plan-sway"]}
    assert (change.account, change.origin) == ("new oak:50", Origin.RULE)


def test_a_licence_that_comes_through_a_group_is_enough():
    assert kinds(loaded().alter("50", **licensed(INHERITED)).plan()) == []


def test_no_pupil_is_licensed():
    plan = a_school(a_person("1")).plan()
    assert "assign_licence" not in kinds(plan)


def test_licences_that_are_used_up_are_held_in_key_order():
    people = [a_teacher(str(n), given_name=f"Rosa{chr(97 + n)}") for n in range(3)]
    school = a_school(*people, skus={A3.sku_id: replace(A3, enabled_units=12, consumed_units=10)})
    plan = school.plan()
    given = [change.person for change in plan.changes if change.kind == "assign_licence"]
    assert given == [key("0"), key("1")]
    (held,) = plan.held
    assert (held.person, held.reason) == (key("2"), Reason.NO_LICENCE_LEFT)
    assert held.sentence == "stays without: no A3_FACULTY licence is left of 12"
    assert [c.person for c in plan.changes if c.kind == "create_user"] == [p.key for p in people]


def test_a_subscription_that_the_tenant_does_not_have_is_held():
    (held,) = a_school(a_teacher(), skus={}).plan().held
    assert held.reason is Reason.NO_LICENCE_LEFT
    assert held.sentence == "stays without: the tenant has no subscription A3_FACULTY"


def long_gone(**fields) -> School:
    school = a_school(a_teacher()).loaded().person("50", leaves=DAY)
    school.next_day().apply(school.plan()).next_day(31)
    return school.alter("50", **fields)


def test_only_a_licence_that_was_given_directly_is_taken_back():
    assert "remove_licence" in kinds(long_gone().plan())
    assert "remove_licence" in kinds(long_gone(**licensed(DIRECT)).plan())
    assert "remove_licence" not in kinds(long_gone(**licensed(INHERITED)).plan())
    assert "remove_licence" not in kinds(long_gone(assigned_licenses=()).plan())


def test_a_direct_licence_beside_an_inherited_one_is_taken_back_once():
    school = long_gone(**licensed(INHERITED, DIRECT))
    plan = school.plan()
    assert only(plan, "remove_licence").before == {"sku": "A3_FACULTY"}
    assert kinds(school.apply(plan).plan()) == []
    assert len(school.account("50").assigned_licenses) == 1, "the group still gives it"


def test_a_licence_state_without_the_licence_is_no_licence():
    school = long_gone(assigned_licenses=(), license_assignment_states=(DIRECT,))
    assert "remove_licence" not in kinds(school.plan())


def test_other_licences_of_a_leaver_are_not_ours():
    other = Sku(sku_id="v", sku_part_number="VISIO", consumed_units=1, enabled_units=1)
    school = long_gone()
    school.skus["v"] = other
    licences = (*school.account("50").assigned_licenses, AssignedLicence("v"))
    plan = school.alter("50", assigned_licenses=licences).plan()
    assert only(plan, "remove_licence").sku_id == A3.sku_id


def test_a_licence_of_the_pack_that_is_not_sold_any_more_is_not_taken_back():
    school = long_gone()
    school.rules = replace(
        rules(), licences={kind: LicenceRules(skus=("GONE",)) for kind in rules().licences}
    )
    assert kinds(school.plan()) == ["remove_from_group"]


def test_a_school_without_licence_rules_gives_and_takes_none():
    school = a_school(a_teacher(), rules=replace(rules(), licences={}))
    assert "assign_licence" not in kinds(school.plan())
    gone = long_gone()
    gone.rules = replace(rules(), licences={})
    assert kinds(gone.plan()) == ["remove_from_group"]
