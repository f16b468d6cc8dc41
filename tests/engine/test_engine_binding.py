"""Groups that others made: bound, adopted, refused, and School Data Sync's (decision 4)."""

import pytest
from builders import (
    School,
    a_person,
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

from graphsync.accounts import Group
from graphsync.binding import misbound
from graphsync.changes import Origin, Plan
from graphsync.guard import judge
from graphsync.reasons import Reason
from graphsync.tenant.school_data_sync import theirs

STAFF, BOUND_ID = "gs-oak-all-staff", "1f0c8a52-6d3e-4b7a-9c1d-2e5f60718293"
ADOPT = f"adopt_{BOUND_ID}"


def bound(*members: str, adopt: bool = False, **fields) -> School:
    """A pupil and a teacher, both loaded; then all staff are bound to a group with these members.

    `new oak:1` is the pupil's account, `new oak:50` the teacher's.
    """
    school = a_school(a_person("1"), a_teacher()).loaded()
    groups = replace(
        rules().groups,
        bind={STAFF: BOUND_ID},
        bind_rows={STAFF: "oak.yaml:7"},
        adopt=frozenset({STAFF} if adopt else ()),
    )
    school.rules = replace(rules(), groups=groups)
    group = {"display_name": "Teachers", "members": frozenset(members), **fields}
    school.groups[BOUND_ID] = Group(id=BOUND_ID, **group)
    return school


def problems(school: School) -> tuple[str, ...]:
    return misbound(school.rules, school.groups, school.school_data_sync)


def codes(plan: Plan, school: School, approved: tuple[str, ...] = ()) -> list[str]:
    return [reason.code for reason in judge(plan, school.rules, None, approved).reasons]


def test_who_was_in_a_bound_group_before_us_stays_and_is_said_to():
    plan = bound("new oak:1", "new oak:50").plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.MEMBERSHIP_NOT_OURS])
    (held,) = plan.held
    assert held.what == "remove_from_group"
    assert held.sentence == (
        "stays in Teachers: somebody else put the account there, and the pack does not adopt"
        " gs-oak-all-staff"
    )


def test_whom_we_put_into_a_bound_group_we_take_out_of_it_again():
    school = bound()
    school.apply(school.plan())
    assert school.groups[BOUND_ID].members == {"new oak:50"}
    school.person("50", leaves=school.day).next_day().apply(school.plan()).next_day(31)
    out = only(school.plan(), "remove_from_group")
    assert (out.account, out.group, out.group_id) == ("new oak:50", STAFF, BOUND_ID)
    school.made = frozenset()
    assert "remove_from_group" not in kinds(school.plan())


def test_an_adopted_group_loses_people_of_ours_and_nobody_else():
    """A stranger, a guest, an account of another school's and a nested group stay."""
    strange = {"stranger", "guest", "elsewhere", "a group"}
    school = bound("new oak:1", "new oak:50", *strange, adopt=True)
    school.accounts |= {
        "stranger": an_account("stranger"),
        "guest": an_account("guest", user_type="Guest"),
        "elsewhere": an_account("elsewhere"),
    }
    school.elsewhere = frozenset({"elsewhere"})
    plan = school.plan()
    assert kinds(plan) == ["remove_from_group"]
    assert plan.changes[0].account == "new oak:1"
    assert school.apply(plan).groups[BOUND_ID].members == {"new oak:50", *strange}
    assert school.plan().changes == ()


def test_a_protected_account_is_not_taken_out_of_an_adopted_group():
    school = bound("new oak:1", "new oak:50", adopt=True)
    school.protected = frozenset({"new oak:1"})
    plan = school.plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.PROTECTED])


def test_the_first_people_taken_out_of_an_adopted_group_wait_for_a_yes_and_later_ones_do_not():
    school = bound("new oak:1", "new oak:50", adopt=True)
    plan = school.plan()
    assert codes(plan, school) == [ADOPT]
    assert codes(plan, school, approved=(ADOPT,)) == []
    assert codes(plan, school, approved=("adopt_another",)) == [ADOPT], "bound to another group"
    undone = replace(plan, changes=tuple(replace(c, origin=Origin.UNDO) for c in plan.changes))
    assert codes(undone, school) == [], "an undo is asked for by itself and approves no group"


def test_whom_we_put_there_ourselves_goes_without_a_yes_while_nothing_is_adopted():
    school = bound("new oak:1", "new oak:50")
    school.made = frozenset({(BOUND_ID, "new oak:1")})
    plan = school.plan()
    assert kinds(plan) == ["remove_from_group"]
    assert codes(plan, school) == []


def test_the_group_that_stood_for_a_bound_one_before_is_left_as_it_is():
    school = bound("new oak:50")
    school.groups["new gs-oak-all-staff"] = replace(
        school.groups["new gs-oak-all-staff"], members=frozenset({"new oak:1"})
    )
    assert (kinds(school.plan()), school.plan().held) == ([], ())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("gone", "which the tenant does not have (deleted"),
        ("theirs", "the group Teachers, which School Data Sync made and keeps"),
        ("ours", "which graphsync keeps as gs-oak-year-7 already"),
    ],
)
def test_a_group_that_cannot_be_bound_is_named_with_its_row_and_the_mend(wrong: str, says: str):
    school = bound()
    if wrong == "gone":
        del school.groups[BOUND_ID]
    elif wrong == "theirs":
        school.school_data_sync = frozenset({BOUND_ID})
    else:
        group = school.groups[BOUND_ID]
        school.groups[BOUND_ID] = replace(group, unique_name="gs-oak-year-7")
    (problem,) = problems(school)
    assert problem.startswith(f"oak.yaml:7: groups.bind: {STAFF} is bound to {BOUND_ID}, {says}")
    assert "remove the row" in problem


def test_a_group_bound_to_its_own_name_or_to_one_without_is_right():
    assert problems(bound()) == ()
    assert problems(bound(unique_name=STAFF)) == ()


@pytest.mark.parametrize(
    "clash",
    [
        {"display_name": "OAK SCHOOL FORM 7B", "mail_nickname": "Section_7B"},
        {"unique_name": "gs-oak-form-7b", "display_name": "7B", "mail_nickname": "Section_7B"},
        {"display_name": "7B", "mail_nickname": "gs-oak-form-7b"},
    ],
)
def test_a_group_with_a_name_of_school_data_syncs_is_held_and_theirs_is_named(clash):
    school = a_school(a_person(), groups=[Group(id="theirs", members=frozenset(), **clash)])
    school.school_data_sync = frozenset({"theirs"})
    plan = school.plan()
    groups = [change.target for change in plan.changes if change.kind == "create_group"]
    assert groups == ["gs-oak-all-pupils", "gs-oak-year-7"]
    (held,) = plan.held
    assert (held.person, held.reason, held.what) == (
        key(),
        Reason.GROUP_NOT_OURS,
        "add_to_group",
    )
    assert "School Data Sync has a group of this name" in held.sentence
    assert clash["mail_nickname"] in held.sentence
    assert "groups.registration" in held.sentence
    assert school.apply(plan).plan().changes == ()


def test_school_data_syncs_groups_are_told_by_its_mark_or_by_a_classs_nickname():
    unified = ("Unified",)
    groups = [
        Group(id="marked", mail_nickname="RiversideStudents"),
        Group(id="class", mail_nickname="section_1657", group_types=unified),
        Group(id="a security group", mail_nickname="Section_1657"),
        Group(id="a Team", mail_nickname="11XMa1", group_types=unified),
        Group(id="nameless", group_types=unified),
    ]
    assert theirs(groups, frozenset({"marked", "deleted since"})) == {"marked", "class"}


def test_a_group_of_ours_is_kept_when_school_data_sync_makes_one_of_its_name():
    school = a_school(a_person(), a_teacher()).loaded()
    school.groups["theirs"] = Group(id="theirs", display_name="Oak School Form 7B")
    school.school_data_sync = frozenset({"theirs"})
    assert (school.plan().changes, school.plan().held) == ((), ())
