"""Joiners and movers, names, adopted and AD-mastered accounts, protection (decisions 6-10)."""

from datetime import timedelta

import pytest
from builders import (
    A3,
    BEFORE,
    DAY,
    DIRECT,
    School,
    a_person,
    a_school,
    a_teacher,
    an_account,
    an_adopted_school,
    at,
    key,
    kinds,
    licensed,
    only,
    protecting,
    reasons,
    rules,
    suspend,
)
from msgspec.structs import replace

from graphsync import differences
from graphsync.changes import CreateUser, Origin, UpdateUser
from graphsync.narrowing import narrowed
from graphsync.planning import Link
from graphsync.reasons import Reason
from graphsync.stamps import stamp
from policies.lifecycle import Known
from policies.people import Kind
from policies.rules import Home

YESTERDAY = DAY - timedelta(days=1)
AD = {"on_premises_sync_enabled": True}


def loaded() -> School:
    return a_school(a_person("1"), a_teacher()).loaded()


def in_ad(person=None, **fields) -> School:
    """One linked person whose account Active Directory masters; it is as it should be."""
    person = person or a_teacher()
    school = a_school(person).loaded()
    return school.alter(person.key.mis_id, **(AD | {"stamp": None} | fields))


def test_a_joiner_is_born_whole():
    plan = a_school(a_person(given_name="Zoë", surname="O'Neill", form="7B")).plan()
    born = only(plan, "create_user")
    assert isinstance(born, CreateUser)
    assert born.after == {
        "userPrincipalName": "25oneillz@oak.example",
        "mailNickname": "25oneillz",
        "displayName": "Zoë O'Neill",
        "givenName": "Zoë",
        "surname": "O'Neill",
        "employeeType": "Pupil",
        "companyName": "Oak School",
        "department": "7B",
        "usageLocation": "GB",
        "accountEnabled": True,
        "passwordPolicies": "DisablePasswordExpiration",
        "forceChangePasswordNextSignIn": True,
    }
    assert (born.stamp, born.population) == (stamp(key("1")), Kind.PUPIL)
    assert "year 7, form 7B" in born.sentence
    assert "form" not in only(a_school(a_person(form=None)).plan(), "create_user").sentence


def test_a_joiner_of_the_staff_gets_groups_and_a_licence_after_the_account():
    plan = a_school(a_teacher()).plan()
    assert kinds(plan) == ["create_group", "create_user", "add_to_group", "assign_licence"]
    assert only(plan, "create_user").department == "Teacher of History"
    assert only(plan, "create_user").display_name == "Ms Okafor"
    assert only(plan, "add_to_group").account is None
    assert only(plan, "assign_licence").disabled_plans == ("plan-sway",)


def test_a_surname_change_is_one_update_and_never_a_new_account():
    plan = loaded().person("1", surname="Jones").plan()
    assert kinds(plan) == ["update_user"]
    change = only(plan, "update_user")
    assert isinstance(change, UpdateUser)
    assert change.before == {"displayName": "Amy Smith", "surname": "Smith"}
    assert change.after == {"displayName": "Amy Jones", "surname": "Jones"}
    assert change.origin is Origin.ROSTER
    assert "surname Smith → Jones" in change.sentence


def test_a_new_sign_in_name_is_held_for_a_person_to_date():
    school = loaded().person("1", surname="Jones")
    (held,) = school.plan().held
    assert (held.reason, held.what) == (Reason.UPN_CHANGE, "change_upn")
    assert "25smitha@oak.example" in held.sentence
    assert school.apply(school.plan()).account("1").user_principal_name == "25smitha@oak.example"
    assert school.plan().unchanged == (key("1"), key("50"))


def test_a_new_given_name_asks_for_no_new_sign_in_name():
    plan = loaded().person("1", given_name="Amelia").plan()
    assert (kinds(plan), plan.held) == (["update_user"], ())


def test_preferred_names_are_used_and_legal_ones_change_nothing():
    plan = loaded().person("1", legal_surname="Jones", legal_given_name="Amelia").plan()
    assert (plan.changes, plan.held) == ((), ())


def test_a_class_move_is_one_update_one_join_and_one_leave():
    plan = loaded().person("1", form="7C").plan()
    assert kinds(plan) == ["create_group", "update_user", "add_to_group", "remove_from_group"]
    assert only(plan, "update_user").after == {"department": "7C"}
    assert only(plan, "add_to_group").target == "gs-oak-form-7c"
    assert only(plan, "remove_from_group").target == "gs-oak-form-7b"


def test_a_form_that_the_roster_leaves_out_is_not_emptied():
    plan = loaded().person("1", form=None).plan()
    assert kinds(plan) == ["remove_from_group"]


def test_a_change_of_kind_keeps_the_account():
    plan = loaded().person("1", kind=Kind.STAFF, year=None, form=None, roles=("Cook",)).plan()
    assert "create_user" not in kinds(plan)
    assert only(plan, "update_user").after["employeeType"] == "Staff"
    assert kinds(plan).count("remove_from_group") == 3
    assert kinds(plan).count("assign_licence") == 1


def test_a_change_of_the_pack_says_it_is_a_rule():
    school = loaded()
    school.rules = rules("usage_location: IE")
    assert {change.origin for change in school.plan().changes} == {Origin.RULE}
    assert kinds(school.plan()) == ["update_user", "update_user"]


def test_a_long_school_name_is_cut_to_what_graph_takes_and_then_left_alone():
    school = a_school(a_person(), rules=replace(rules(), name="Oakfield School " * 5))
    assert school.loaded().account("1").company_name == ("Oakfield School " * 5)[:64]
    assert school.plan().changes == ()


def test_a_blank_address_removes_nobody():
    school = a_school(a_person("1", mail="amy@home.example"), a_person("2", given_name="Ben"))
    plan = school.loaded().person("1", mail="").plan()
    assert (plan.changes, plan.held) == ((), ())


def test_a_shared_address_does_not_merge_two_people():
    shared = {"mail": "office@home.example"}
    school = a_school(a_person("1", **shared), a_person("2", given_name="Ben", **shared)).loaded()
    assert school.account("1").id != school.account("2").id
    school.people = (*school.people, a_person("3", given_name="Cat", **shared))
    assert kinds(school.plan(), "3")[0] == "create_user"
    assert kinds(school.plan(), "1") == kinds(school.plan(), "2") == []


def test_a_joiner_whom_the_pattern_cannot_name_is_held_and_joins_no_group():
    plan = a_school(a_person(entry_year=None)).plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.NO_NAME])


def test_one_unnameable_joiner_does_not_stop_the_others():
    plan = a_school(a_person("1", entry_year=None), a_person("2")).plan()
    assert kinds(plan, "2")[0] == "create_user"


def test_an_account_disabled_by_hand_is_held_and_left_exactly_as_found():
    school = loaded().person("1", form="7C", surname="Jones").alter("1", account_enabled=False)
    plan = school.plan()
    assert (kinds(plan), reasons(plan)) == ([], [Reason.DISABLED_BY_HAND])


def test_a_linked_account_that_is_gone_is_held_and_not_made_again():
    school = loaded()
    del school.accounts[school.account("1").id]
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.ACCOUNT_GONE])


@pytest.mark.parametrize("listed", ["25smitha@OAK.example", "new oak:1", "role"])
@pytest.mark.parametrize("roster", ["current", "leaver", "suspended"])
def test_a_protected_account_is_never_changed(listed, roster):
    school = loaded().person("1", surname="Jones", form="7C")
    if listed == "role":
        school.protected = frozenset({school.account("1").id})
    else:
        school.rules = protecting(accounts=(listed,))
    if roster == "leaver":
        school.person("1", leaves=YESTERDAY)
    elif roster == "suspended":
        school.holds[key("1")] = suspend()
    assert (kinds(school.plan()), reasons(school.plan())) == ([], [Reason.PROTECTED])


def test_an_adopted_account_keeps_its_names_and_says_which():
    school = an_adopted_school(
        a_person(), display_name="A. Smith", given_name="A.", surname="Smith", department="7B"
    )
    plan = school.plan()
    assert only(plan, "update_user").after == {
        "employeeType": "Pupil",
        "companyName": "Oak School",
        "usageLocation": "GB",
        "stamp": stamp(key("1")),
    }
    (held,) = plan.held
    assert held.reason is Reason.ADOPTED_DIFFERENCE
    assert held.sentence.endswith("keeps its displayName, givenName")
    assert school.apply(plan).plan().changes == ()


def test_filling_the_empty_names_of_an_adopted_account_asks_for_no_new_sign_in_name():
    plan = an_adopted_school(a_person()).plan()
    assert only(plan, "update_user").after["surname"] == "Smith"
    assert plan.held == ()


def test_another_value_in_the_stamp_attribute_is_never_overwritten():
    adopted = an_adopted_school(a_person(), stamp="004512")
    assert "stamp" not in only(adopted.plan(), "update_user").after
    ours = loaded().alter("1", stamp=stamp(key("77")))
    assert ours.plan().changes == ()


def test_a_stamp_that_somebody_emptied_is_written_again():
    plan = loaded().alter("1", stamp=None).plan()
    change = only(plan, "update_user")
    assert (change.before, change.after) == ({"stamp": None}, {"stamp": stamp(key("1"))})
    assert (change.origin, plan.held) == (Origin.RULE, ())


def test_names_of_an_ad_mastered_account_are_held_for_active_directory():
    plan = in_ad().person("50", surname="Obi", roles=("Head",)).plan()
    (held,) = plan.held
    assert (plan.changes, held.reason, held.what) == ((), Reason.AD, "update_user")
    assert held.sentence.endswith("department, displayName, surname")


def test_usage_location_groups_and_licences_of_an_ad_mastered_account_go_by_graph():
    school = in_ad(usage_location=None, assigned_licenses=())
    school.groups.clear()
    plan = school.plan()
    assert kinds(plan) == ["create_group", "update_user", "add_to_group", "assign_licence"]
    assert only(plan, "update_user").after == {"usageLocation": "GB"}
    assert plan.held == ()


def test_an_adopted_ad_mastered_account_keeps_its_usage_location_and_gets_no_stamp():
    named = {"display_name": "Ms Okafor", "given_name": "Rosa", "surname": "Okafor"}
    school = an_adopted_school(a_teacher(), **AD, **named, usage_location="IE")
    plan = school.plan()
    assert "update_user" not in kinds(plan)
    assert reasons(plan, "50") == [Reason.AD, Reason.ADOPTED_DIFFERENCE]


def test_an_ad_mastered_leaver_is_held_for_the_block_and_revoked_by_graph():
    school = in_ad().person("50", leaves=YESTERDAY)
    plan = school.plan()
    assert (kinds(plan), reasons(plan, "50")) == (["revoke_sessions"], [Reason.AD])
    assert plan.held[0].what == "disable_user"
    plan = school.apply(plan).next_day().plan()
    assert (kinds(plan), reasons(plan, "50")) == ([], [Reason.AD]), "revoked once"


def test_groups_and_licences_of_an_ad_mastered_leaver_go_though_ad_never_blocked_it():
    school = in_ad().person("50", leaves=DAY - timedelta(days=100))
    plan = school.plan()
    assert kinds(plan) == ["revoke_sessions"]
    plan = school.apply(plan).next_day().plan()
    assert kinds(plan) == ["remove_from_group", "remove_licence"]
    assert reasons(plan, "50") == [Reason.AD]


def test_an_ad_mastered_returner_is_held_for_active_directory():
    school = in_ad(account_enabled=False).link("50", blocked_at=at(BEFORE))
    plan = school.plan()
    assert (kinds(plan), reasons(plan, "50")) == ([], [Reason.AD])
    assert plan.held[0].what == "enable_user"


def test_where_ad_is_home_a_joiner_is_held_for_active_directory():
    school = a_school(a_person(), a_teacher(), rules=rules("home: {pupil: cloud, staff: ad}"))
    assert school.rules.home[Kind.STAFF] is Home.AD
    plan = school.plan()
    assert reasons(plan, "50") == [Reason.AD]
    assert kinds(plan, "50") == []
    assert kinds(plan, "1")[0] == "create_user"


def test_a_record_without_roster_link_or_block_changes_nothing():
    school = a_school(known={key("9"): Known(kind=Kind.PUPIL, blocked=True, left_on=YESTERDAY)})
    plan = school.plan()
    assert (plan.changes, plan.held, plan.unchanged) == ((), (), (key("9"),))


def test_nothing_differs_for_somebody_the_roster_no_longer_holds():
    school = loaded().without("1")
    (gone, _) = school.scene().desired
    found = differences.of(gone, school.account("1"), school.rules, adopted=False)
    assert found == differences.NONE


def test_the_enabled_members_who_are_neither_ours_nor_protected_are_counted():
    school = loaded()
    for one in (
        an_account("stranger"),
        an_account("upper", user_principal_name="Other@OAK.example", user_type=None),
        an_account("disabled", account_enabled=False),
        an_account("guest", user_type="Guest"),
        an_account("elsewhere", user_principal_name="x@ash.example"),
        an_account("breakglass"),
        an_account("listed"),
        an_account("linked at another school"),
    ):
        school.accounts[one.id] = one
    school.protected = frozenset({"breakglass"})
    school.rules = protecting(accounts=("listed@oak.example",))
    school.elsewhere = frozenset({"linked at another school"})
    school.first = True
    assert school.plan().strangers == 2


def test_strangers_are_not_looked_for_once_a_school_was_applied():
    school = loaded()
    school.accounts["stranger"] = an_account("stranger")
    assert [school.plan().strangers for school.first in (True, False)] == [1, 0]


def test_a_pilot_changes_only_its_people_and_the_groups_they_need():
    school = a_school(a_person("1"), a_person("2", given_name="Ben", form="7C"), a_teacher())
    plan = school.plan()
    pilot = narrowed(plan, frozenset({key("2")}).__contains__)
    assert {c.person for c in pilot.changes if c.person} == {key("2")}
    made = [c.target for c in pilot.changes if c.kind == "create_group"]
    assert made == ["gs-oak-all-pupils", "gs-oak-form-7c", "gs-oak-year-7"]
    assert (pilot.held, pilot.unchanged) == ((), ())
    assert [c for c in plan.changes if c in pilot.changes] == list(pilot.changes)
    assert pilot.digest != plan.digest


def test_a_pilot_names_only_its_own_held_and_unchanged():
    school = loaded().alter("1", account_enabled=False)
    first = narrowed(school.plan(), frozenset({key("1")}).__contains__)
    assert ([one.person for one in first.held], first.unchanged) == ([key("1")], ())
    second = narrowed(school.plan(), frozenset({key("50")}).__contains__)
    assert (second.held, second.unchanged) == ((), (key("50"),))


def test_a_plan_and_what_is_in_it_print_no_names():
    school = a_school(a_person("1"), a_person("2", entry_year=None))
    plan = school.plan()
    shown = repr((plan.changes, plan.held, school.scene().desired))
    assert "Smith" not in shown
    assert "smith" not in shown
    assert "oak:1" in shown


def test_links_of_another_account_do_not_enable_it():
    school = a_school(
        a_teacher(),
        accounts=[an_account("t", account_enabled=False, **licensed(DIRECT))],
        links={key("50"): Link(object_id="t", revoked_at=at(YESTERDAY))},
    )
    plan = school.plan()
    assert (kinds(plan), reasons(plan, "50")) == ([], [Reason.DISABLED_BY_HAND])
    assert school.skus[A3.sku_id] is A3
