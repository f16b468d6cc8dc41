"""Clauses on groups, each with its own example: who is in which, in what order, what is found."""

from datetime import date
from typing import Any

from builders import (
    PACK,
    School,
    a_person,
    a_roster,
    a_school,
    a_teacher,
    an_account,
    key,
    kinds,
    only,
    reasons,
    rules,
)
from msgspec.structs import replace

from graphsync.accounts import Group, LicenceState
from graphsync.applying import left_first, part_of
from graphsync.changes import AddToGroup, CreateGroup, Plan, RemoveFromGroup
from graphsync.group_findings import (
    Look,
    direct_right_findings,
    ended_class_findings,
    filter_findings,
    filter_group_ids,
    owner_findings,
    role_holder_findings,
    staff_only_findings,
    telling_name_findings,
)
from graphsync.reasons import Reason
from policies.findings import Finding
from policies.groups import groups_of
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.people import Person
from policies.rules import FilterBy, GroupKind, Rules

FILTERED = "  filter_group: '{school} Filter {filter}'\n"
STAFFED = "  staff_only: '{school} Staff only'\n  sims_users: '{school} SIMS users'\n"
ROLES = "  role: '{school} {role}'\n"
MOVER = "accounts: {mover: {remove_old_rights_first: true}}\n"
SEPTEMBER = date(2026, 9, 1)


def keeping(*kinds_of_groups: str, more: str = "") -> Rules:
    """The rules of the usual pack with these kinds of groups beside its own."""
    head, line, rest = PACK.partition('  registration: "{school} Form {form}"\n')
    assert rest
    return rules(more, pack=head + line + "".join(kinds_of_groups) + rest)


def look(school: School) -> Look:
    scene = school.scene()
    return Look(
        rules=school.rules, desired=scene.desired, links=school.links, snapshot=scene.snapshot
    )


def put_in(school: School, name: str, *accounts: str) -> School:
    """Somebody adds these accounts to a group of ours by hand."""
    group = next(one for one in school.groups.values() if one.unique_name == name)
    members = (group.members or frozenset()) | set(accounts)
    school.groups[group.id] = replace(group, members=members)
    return school


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.clause, one.subject) for one in findings]


def memberships(plan: Plan) -> list[tuple[str, str]]:
    """Joining and leaving, in the order of the waves in which they are sent."""
    first = left_first(plan.changes)
    moves = [c for c in plan.changes if isinstance(c, AddToGroup | RemoveFromGroup)]
    return [(one.kind, one.group) for one in sorted(moves, key=lambda c: part_of(c, first))]


def venn(role: str) -> Person:
    return a_teacher("60", given_name="Rita", surname="Venn", roles=(role,))


def test_pb_5_2_a_pupil_added_by_hand_to_the_staff_group_goes_the_same_night_and_is_told():
    school = a_school(a_person("1"), a_teacher(), rules=keeping(STAFFED)).loaded()
    put_in(school, "gs-oak-staff-only", school.account("1").id)
    assert said(staff_only_findings(look(school), "PB-5.2")) == [("PB-5.2", "oak:1")]
    change = only(school.plan(), "remove_from_group")
    assert (change.person, change.group) == (key("1"), "gs-oak-staff-only")
    assert "a pupil in a group for staff alone" in change.sentence
    school.apply(school.plan())
    assert staff_only_findings(look(school), "PB-5.2") == []


def test_tmhs_5_4c_a_guest_in_a_staff_group_is_named_for_a_person_to_take_out():
    school = a_school(a_teacher(), rules=keeping(STAFFED)).loaded()
    school.accounts["guest"] = an_account("guest", user_type="Guest")
    put_in(school, "gs-oak-staff-only", "guest")
    (found,) = staff_only_findings(look(school), "TMHS-5.4c")
    assert (found.subject, found.clause) == ("guest", "TMHS-5.4c")
    assert "take the account out" in found.sentence
    assert school.plan().changes == ()


def test_pb_7_3_every_active_member_of_staff_uses_sims_and_nobody_else():
    pack = load_rules(SHIPPED_PACKS, "pb")
    assert GroupKind.SIMS_USERS in {one.kind for one in groups_of(a_teacher(), pack)}
    assert GroupKind.SIMS_USERS not in {one.kind for one in groups_of(a_person(), pack)}


def test_pb_7_3_a_member_of_staff_whose_time_is_over_leaves_the_sims_group():
    school = a_school(a_teacher(), rules=keeping(STAFFED)).loaded()
    school.day = date(2026, 11, 1)
    school.person("50", leaves=date(2026, 10, 31))
    school.apply(school.plan()).next_day(31)
    left = [c.target for c in school.plan().changes if c.kind == "remove_from_group"]
    assert "gs-oak-sims-users" in left


def test_pb_9_4_a_pupil_of_year_nine_is_filtered_as_key_stage_three():
    groups = groups_of(a_person(year="9"), load_rules(SHIPPED_PACKS, "pb"))
    names = {one.unique_name: one.display_name for one in groups}
    assert names["gs-pb-filter-ks3"] == "Plantsbrook School Filter KS3"


def test_snmat_21d_staff_are_sorted_by_their_user_group_and_pupils_by_key_stage():
    pack = load_rules(SHIPPED_PACKS, "snmat")
    for person, level in ((a_teacher(), "staff"), (a_person(year="3"), "ks2")):
        names = [one.unique_name for one in groups_of(person, pack)]
        assert [one for one in names if "filter" in one] == [f"gs-snmat-filter-{level}"]


def test_snmat_13e_a_filter_group_with_one_active_owner_is_a_single_persons():
    school = a_school(a_person("1", year="5"), rules=keeping(FILTERED)).loaded()
    school.accounts["tech"] = an_account("tech")
    school.accounts["gone"] = an_account("gone", account_enabled=False)
    (group,) = filter_group_ids(look(school))
    (found,) = owner_findings(look(school), {group: ["tech", "gone"]}, 2, "SNMAT-13e")
    assert found.subject == "gs-oak-filter-ks2"
    assert found.sentence.startswith("single person (SNMAT-13e)")
    school.accounts["second"] = an_account("second")
    assert owner_findings(look(school), {group: ["tech", "second"]}, 2, "SNMAT-13e") == []


def test_snmat_19a_a_membership_that_no_rule_gives_is_an_unmanaged_right():
    school = a_school(venn("Library"), a_teacher("61", roles=("Finance",)), rules=keeping(ROLES))
    put_in(school.loaded(), "gs-oak-role-finance", school.account("60").id)
    (found,) = direct_right_findings(look(school), "SNMAT-19a")
    assert found.subject == "oak:60"
    assert found.sentence.startswith("unmanaged right (SNMAT-19a): in gs-oak-role-finance")


def test_snmat_19a_a_licence_given_by_hand_is_an_unmanaged_right():
    school = a_school(a_person("1")).loaded()
    licence: dict[str, Any] = {
        "assigned_licenses": school.accounts[school.account("1").id].assigned_licenses,
        "license_assignment_states": (LicenceState("sku-a3"),),
    }
    assert direct_right_findings(look(school), "SNMAT-19a") == []
    teacher = a_school(a_teacher()).loaded().account("50")
    licence["assigned_licenses"] = teacher.assigned_licenses
    school.alter("1", **licence)
    (found,) = direct_right_findings(look(school), "SNMAT-19a")
    assert found.sentence == (
        "unmanaged right (SNMAT-19a): holds the licence A3_FACULTY by nobody's rule"
    )


def test_snmat_19i_a_mover_leaves_the_old_rights_before_the_new_ones_are_given():
    pack = keeping(ROLES, more=MOVER)
    school = a_school(venn("Finance"), rules=pack).loaded().person("60", roles=("Library",))
    plan = school.plan()
    assert memberships(plan) == [
        ("remove_from_group", "gs-oak-role-finance"),
        ("add_to_group", "gs-oak-role-library"),
    ]
    assert only(plan, "add_to_group").needs_left == ("gs-oak-role-finance",)


def test_b11_without_that_rule_a_mover_joins_first_and_the_old_group_still_goes_the_same_night():
    school = a_school(venn("Finance"), rules=keeping(ROLES)).loaded()
    plan = school.person("60", roles=("Library",)).plan()
    assert memberships(plan) == [
        ("add_to_group", "gs-oak-role-library"),
        ("remove_from_group", "gs-oak-role-finance"),
    ]


def test_b11_a_former_pupil_who_comes_back_as_staff_loses_the_pupil_rights_first():
    pack = keeping(FILTERED, STAFFED, more=f"{MOVER}")
    pack = replace(pack, groups=replace(pack.groups, filter=FilterBy.STUDENT_OR_STAFF))
    school = a_school(a_person("1"), rules=pack).loaded()
    school.people = (a_teacher("1", roles=()),)
    plan = school.plan()
    order = memberships(plan)
    assert order.index(("remove_from_group", "gs-oak-year-7")) < order.index(
        ("add_to_group", "gs-oak-staff-only")
    )
    assert order.index(("add_to_group", "gs-oak-filter-staff")) < order.index(
        ("remove_from_group", "gs-oak-filter-students")
    )


def test_snmat_21d_leo_moves_from_the_filter_of_ks2_to_that_of_ks3_in_one_run():
    pack = keeping(FILTERED)
    school = a_school(a_person("1", year="6", form="6A"), rules=pack).loaded()
    school.day = SEPTEMBER
    plan = school.person("1", year="7", form="7B").plan()
    filters = [one for one in memberships(plan) if "filter" in one[1]]
    assert filters == [
        ("add_to_group", "gs-oak-filter-ks3"),
        ("remove_from_group", "gs-oak-filter-ks2"),
    ]
    (leaving,) = [c for c in plan.changes if c.target == "gs-oak-filter-ks2"]
    assert isinstance(leaving, RemoveFromGroup)
    assert leaving.needs_joined == "gs-oak-filter-ks3"
    school.apply(plan)
    assert filter_findings(look(school), "SNMAT-21d") == []


def test_snmat_21d_a_pupil_in_two_filter_groups_or_in_none_is_a_finding():
    people = (a_person("1"), a_person("2", given_name="Ben", year="3"), a_teacher())
    school = a_school(*people, rules=keeping(FILTERED)).loaded()
    school.people = (*people, a_person("3", given_name="Cy", leaves=date(2020, 7, 1)))
    put_in(school, "gs-oak-filter-ks2", school.account("1").id)
    assert direct_right_findings(look(school), "SNMAT-19a") == []  # told as filters, not twice
    (found,) = filter_findings(look(school), "SNMAT-21d")
    assert found.subject == "oak:1"
    assert found.sentence.endswith("(gs-oak-filter-ks2, gs-oak-filter-ks3): KS2 must hold")
    for name, group in list(school.groups.items()):
        if "filter" in (group.unique_name or ""):
            school.groups[name] = replace(group, members=frozenset())
    assert said(filter_findings(look(school), "SNMAT-21d")) == [
        ("SNMAT-21d", "oak:1"),
        ("SNMAT-21d", "oak:2"),
    ]


def test_b13_a_pupil_who_repeats_a_year_keeps_its_filter_whatever_the_age():
    school = a_school(a_person("1", year="6", form="6A", entry_year=2020), rules=keeping(FILTERED))
    school.loaded().day = SEPTEMBER
    assert kinds(school.person("1", form="6B").plan(), "1") == [
        "update_user",
        "add_to_group",
        "remove_from_group",
    ]
    assert {c.target for c in school.plan().changes if c.person} == {
        "",
        "gs-oak-form-6a",
        "gs-oak-form-6b",
    }


def test_pb_2_5_the_sixth_holder_of_a_directory_role_is_not_in_the_technical_team():
    team = tuple(f"tech{n}@oak.example" for n in range(5))
    accounts = [an_account(f"tech{n}") for n in range(6)]
    school = a_school(accounts=accounts, protected=frozenset(one.id for one in accounts))
    school.rules = replace(rules(), technical_team=team)
    (found,) = role_holder_findings(look(school), "PB-2.5")
    assert found.subject == "tech5"
    assert found.sentence.startswith("not in technical team (PB-2.5)")


def test_tmhs_3_2c_a_fourth_holder_is_found_and_a_break_glass_account_on_the_list_is_not():
    accounts = [an_account(name) for name in ("a", "b", "c", "d", "glass")]
    school = a_school(accounts=accounts, protected=frozenset(one.id for one in accounts))
    team = tuple(f"{name}@oak.example" for name in "abc")
    listed = replace(rules().protected, accounts=("Glass@oak.example",))
    school.rules = replace(rules(), technical_team=team, protected=listed)
    assert said(role_holder_findings(look(school), "TMHS-3.2c")) == [("TMHS-3.2c", "d")]


def test_a2_4_a_pupil_whose_year_nobody_knows_is_held_as_found_and_never_filtered_as_staff():
    pack = keeping(FILTERED)
    pack = replace(pack, groups=replace(pack.groups, filter=FilterBy.BY_KEY_STAGE_AND_USER_GROUP))
    school = a_school(a_person("1"), a_teacher(), rules=pack).loaded().person("1", year="R2")
    plan = school.plan()
    assert reasons(plan) == [Reason.NO_FILTER]
    assert "gs-oak-filter-ks3" not in {c.target for c in plan.changes}
    assert not [c for c in plan.changes if isinstance(c, AddToGroup)]
    newcomer = a_school(a_person("1", year=None), rules=pack).plan()
    assert reasons(newcomer) == [Reason.NO_FILTER]


def test_a_filter_group_that_we_may_not_write_is_waited_for_in_the_old_one():
    school = a_school(
        a_person("1", year="6"), a_person("2", given_name="Ben"), rules=keeping(FILTERED)
    ).loaded()
    name, group = next(
        (name, one) for name, one in school.groups.items() if one.unique_name == "gs-oak-filter-ks3"
    )
    school.groups[name] = replace(group, on_premises_sync_enabled=True)
    plan = school.person("1", year="7").plan()
    assert reasons(plan) == [Reason.GROUP_NOT_OURS]
    assert "gs-oak-filter-ks2" not in {c.target for c in plan.changes}


def test_a16_6_a_form_named_after_special_needs_is_told_by_its_neutral_name():
    school = a_school(a_person("1", form="SEN"), a_person("2", form="7B"))
    roster = a_roster(*school.people, a_teacher(form="SEN"))
    (found,) = telling_name_findings(roster, school.rules, school.day, "A16.6")
    assert found.subject.startswith("gs-oak-form-g-")
    assert "SEN" not in found.sentence
    made = {c.display_name for c in school.plan().changes if isinstance(c, CreateGroup)}
    assert not [name for name in made if "SEN" in name]


def test_the_class_groups_of_a_year_that_is_over_are_named_and_this_years_are_not():
    names = ("gs-oak-2025-class-7b", "gs-oak-2026-class-7b", "gs-oak-form-7b")
    groups = [Group(id=name, unique_name=name, members=frozenset()) for name in names]
    school = a_school(groups=groups, rules=keeping("  class: '{class} {academic_year}'\n"))
    found = ended_class_findings(look(school), date(2026, 9, 1), "")
    assert said(found) == [("", "gs-oak-2025-class-7b")]


def test_snmat_21d_in_a_bound_filter_group_that_is_not_adopted_whom_others_put_there_stays():
    theirs = "1f0c8a52-6d3e-4b7a-9c1d-2e5f60718293"
    bound = {"gs-oak-filter-ks2": theirs}
    school = a_school(a_person("1"), rules=keeping(FILTERED)).loaded()
    pack = school.rules
    school.rules = replace(pack, groups=replace(pack.groups, bind=bound))
    school.groups[theirs] = Group(id=theirs, members=frozenset({school.account("1").id}))
    assert reasons(school.plan()) == [Reason.MEMBERSHIP_NOT_OURS]
    assert [one.subject for one in filter_findings(look(school), "SNMAT-21d")] == ["oak:1"]
    adopted = frozenset(bound)
    school.rules = replace(pack, groups=replace(pack.groups, bind=bound, adopt=adopted))
    assert only(school.plan(), "remove_from_group").group == "gs-oak-filter-ks2"
