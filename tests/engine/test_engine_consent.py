"""The gate between a pupil and a licence, in every mode (SNMAT-F2.1, F2.4, F2.7; decision 24)."""

import pytest
from builders import (
    DAY,
    a_person,
    a_roster,
    a_school,
    a_teacher,
    at,
    key,
    kinds,
    only,
    reasons,
    rules,
)
from licensing_school import (
    A1,
    ALL,
    CONTESTED,
    MAIL,
    WITHDRAWN,
    WITHOUT_NEW,
    a_licensing_school,
    by_group,
    carrying,
    consenting,
    licensed_pupil,
    pack,
    yes,
)
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence, Group, Sku
from graphsync.changes import Origin, RemoveFromGroup
from graphsync.group_planning import GroupBook
from graphsync.guard import judge, operation_of
from graphsync.intake import Intake
from graphsync.reasons import Reason
from graphsync.recording import CUT_LICENCE, operation_name
from graphsync.store.links import Link as StoredLink
from graphsync.undoing import Present, undo_plan
from policies.consent import MISSING
from policies.consent_records import Consent, Consents, State
from policies.people import Kind
from policies.rules import Operation

YEAR = "gs-oak-year-7"


def test_a_pupil_with_a_consent_is_licensed_for_what_it_covers():
    plan = consenting(a_licensing_school(), yes(MAIL)).plan()
    change = only(plan, "assign_licence")
    assert change.after == {"sku": "A1_STUDENT", "disabledPlans": ["plan-teams", "plan-new"]}
    assert (change.origin, change.clauses) == (Origin.CONSENT, ("SNMAT-F2.1",))
    assert plan.held == ()


def test_a_pupil_without_a_consent_has_an_account_and_no_licence():
    plan = a_licensing_school().plan()
    assert "create_user" in kinds(plan)
    assert "assign_licence" not in kinds(plan)
    (held,) = plan.held
    assert (held.person, held.reason) == (key("1"), Reason.NO_CONSENT)
    assert held.sentence == "no licence: no consent is recorded (SNMAT-F2.1)"
    assert held.clauses == ("SNMAT-F2.1",)


def test_every_night_says_who_has_no_consent_and_does_nothing_else():
    plan = a_licensing_school().loaded().plan()
    assert (plan.changes, reasons(plan), plan.unchanged) == ((), [Reason.NO_CONSENT], ())


def test_a_licence_as_the_consent_has_it_is_right_as_it_is():
    plan = licensed_pupil(*WITHOUT_NEW, consent=yes(), enforced=True).plan()
    assert (plan.changes, plan.held, plan.unchanged) == ((), (), (key("1"),))


@pytest.mark.parametrize("enforced", [False, True])
def test_a_service_that_the_consent_covers_now_is_switched_on(enforced):
    school = licensed_pupil("plan-teams", *WITHOUT_NEW, consent=yes(), enforced=enforced)
    change = only(school.plan(), "assign_licence")
    assert change.before == {"sku": "A1_STUDENT", "disabledPlans": ["plan-teams", "plan-new"]}
    assert change.after == {"sku": "A1_STUDENT", "disabledPlans": ["plan-new"]}
    assert change.sentence.endswith("TEAMS1 on")
    assert operation_of(change) is None
    again = school.apply(school.plan()).plan()
    assert (again.changes, again.held) == ((), ())
    assert school.skus[A1.sku_id].consumed_units == 0, "no unit is used up by it"


def test_a_service_that_no_consent_covers_any_more_goes_only_when_it_is_enforced():
    observed = licensed_pupil(*WITHOUT_NEW, consent=yes(MAIL)).plan()
    assert (observed.changes, reasons(observed)) == ((), [Reason.LICENCE_WITHOUT_CONSENT])
    assert "keeps TEAMS1 in A1_STUDENT" in observed.held[0].sentence
    school = licensed_pupil(*WITHOUT_NEW, consent=yes(MAIL), enforced=True)
    change = only(school.plan(), "assign_licence")
    assert change.disabled_plans == ("plan-teams", "plan-new")
    assert operation_of(change) is Operation.REMOVE_LICENCE, "the guard counts it"
    assert school.apply(school.plan()).plan().changes == ()


def test_a_new_service_that_nobody_mapped_is_kept_under_observation_and_told():
    plan = licensed_pupil(consent=yes()).plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.LICENCE_WITHOUT_CONSENT])
    assert "BRAND_NEW" in plan.held[0].sentence


def test_tmhs_4_3_a_new_service_goes_off_until_the_school_maps_it():
    school = licensed_pupil(consent=yes())
    school.rules = pack("new_services: {default: off_until_mapped}\n")
    change = only(school.plan(), "assign_licence")
    assert change.disabled_plans == WITHOUT_NEW
    assert "BRAND_NEW off (new service, unmapped)" in change.sentence
    assert "TMHS-4.3" in change.clauses
    school.rules = pack(
        "new_services: {default: off_until_mapped}\nconsent.plans: {BRAND_NEW: [teams]}\n"
    )
    assert school.plan().changes == ()


def test_tmhs_4_3_a_new_service_goes_off_for_staff_too_where_the_pack_says_so():
    school = a_school(a_teacher()).loaded()
    assert school.plan().changes == ()
    school.rules = rules("new_services: {default: off_until_mapped}\nconsent.plans: {SWAY: [x]}\n")
    school.alter("50", assigned_licenses=(AssignedLicence("sku-a3"),))
    assert school.plan().changes == (), "both plans are known"
    school.rules = rules("new_services: {default: off_until_mapped}\n")
    change = only(school.plan(), "assign_licence")
    assert (change.disabled_plans, change.clauses) == (("plan-sway",), ("TMHS-4.3",))
    assert school.apply(school.plan()).plan().changes == ()


def test_under_observation_nobody_loses_a_licence():
    plan = licensed_pupil(*WITHOUT_NEW, consent=WITHDRAWN).plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.LICENCE_WITHOUT_CONSENT])
    assert "the consent was withdrawn (SNMAT-F2.1)" in plan.held[0].sentence


def test_snmat_f2_7_a_withdrawn_consent_takes_the_licence_when_it_is_enforced():
    school = licensed_pupil(*WITHOUT_NEW, consent=WITHDRAWN, enforced=True)
    plan = school.plan()
    change = only(plan, "remove_licence")
    assert (change.origin, change.clauses) == (Origin.CONSENT, ("SNMAT-F2.1",))
    assert "the mailbox is kept for 30 days" in change.sentence
    assert plan.held == ()
    again = school.apply(plan).plan()
    assert (again.changes, reasons(again)) == ((), [Reason.NO_CONSENT])


def test_a_contested_consent_gives_nothing_and_takes_nothing():
    kept = licensed_pupil(*WITHOUT_NEW, consent=CONTESTED, enforced=True).plan()
    assert (kept.changes, reasons(kept)) == ((), [Reason.LICENCE_WITHOUT_CONSENT])
    new = consenting(a_licensing_school().loaded(), CONTESTED, enforced=True).plan()
    assert (new.changes, reasons(new)) == ((), [Reason.NO_CONSENT])


def test_a_licence_that_the_pack_does_not_name_goes_as_well_when_it_is_enforced():
    school = licensed_pupil(consent=None, enforced=True)
    school.alter("1", assigned_licenses=(AssignedLicence("unknown"),))
    school.alter("1", license_assignment_states=None)
    assert only(school.plan(), "remove_licence").sku_id == "unknown"


def test_with_a_consent_a_licence_that_the_pack_does_not_name_is_left_alone():
    other = Sku(sku_id="v", sku_part_number="VISIO", consumed_units=1, enabled_units=1)
    school = licensed_pupil(*WITHOUT_NEW, consent=yes(), enforced=True)
    school.skus["v"] = other
    licences = (*school.account("1").assigned_licenses, AssignedLicence("v"))
    school.alter("1", assigned_licenses=licences, license_assignment_states=None)
    assert school.plan().changes == ()


def test_a_consent_that_covers_nothing_in_a_sku_gives_no_licence():
    plan = consenting(a_licensing_school().loaded(), yes(frozenset({"word"}))).plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.NO_CONSENT])
    assert "covers nothing in A1_STUDENT" in plan.held[0].sentence
    gone = licensed_pupil(consent=yes(frozenset({"word"})), enforced=True).plan()
    assert kinds(gone) == ["remove_licence"]


def test_a_school_that_asks_nobody_hears_nothing_of_the_licences_that_stand():
    school = licensed_pupil()
    school.rules = rules()
    assert (school.plan().changes, school.plan().held) == ((), ())


def test_a_licence_of_a_group_is_told_with_the_groups_name_and_never_taken():
    school = consenting(a_licensing_school().loaded(), None, enforced=True)
    theirs = Group(
        id="t", display_name="Everyone A1", assigned_licenses=(AssignedLicence("sku-a1"),)
    )
    school.groups["t"] = theirs
    school.accounts["new oak:1"] = by_group(school.account("1"), theirs)
    plan = school.plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.LICENCE_BY_GROUP])
    assert "through the group Everyone A1" in plan.held[0].sentence
    school = consenting(school, yes())
    assert "no consent covers BRAND_NEW" in school.plan().held[0].sentence
    fine = replace(theirs, assigned_licenses=(AssignedLicence("sku-a1", WITHOUT_NEW),))
    school.accounts["new oak:1"] = by_group(school.account("1"), fine)
    assert school.plan().held == ()


def test_a_group_that_carries_a_licence_takes_a_pupil_only_through_the_gate():
    school = carrying(a_licensing_school(a_person("1")).loaded(), YEAR, *WITHOUT_NEW)
    group = school.groups[f"new {YEAR}"]
    school.groups[group.id] = replace(group, members=frozenset())
    closed = school.plan()
    assert "add_to_group" not in kinds(closed)
    assert Reason.GROUP_NEEDS_CONSENT in reasons(closed)
    assert "add_to_group" not in kinds(consenting(school, yes(MAIL)).plan()), "not for Teams"
    assert "add_to_group" in kinds(consenting(school, yes()).plan())


def test_a_pupil_leaves_a_group_of_ours_that_carries_a_licence_when_it_is_enforced():
    school = carrying(a_licensing_school(a_person("1")).loaded(), YEAR, *WITHOUT_NEW)
    school.accounts["new oak:1"] = by_group(school.account("1"), school.groups[f"new {YEAR}"])
    observed = consenting(school, WITHDRAWN).plan()
    assert (observed.changes, reasons(observed)) == ((), [Reason.LICENCE_BY_GROUP])
    plan = consenting(school, WITHDRAWN, enforced=True).plan()
    assert [one.target for one in plan.changes] == [YEAR]
    assert kinds(plan) == ["remove_from_group"]


def test_licences_go_first_to_whom_the_pack_puts_first():
    people = [a_person("1", year="7"), a_person("2", given_name="Ben", year="11")]
    school = a_licensing_school(
        *people,
        more='licences.priority: ["11", pupil]\n',
        skus={A1.sku_id: replace(A1, enabled_units=1)},
    )
    school.consents = {one.key: yes() for one in people}
    plan = school.plan()
    assert [one.person for one in plan.changes if one.kind == "assign_licence"] == [key("2")]
    assert reasons(plan, "1") == [Reason.NO_LICENCE_LEFT]


def test_nobody_is_licensed_by_halves():
    other = replace(A1, sku_id="b", sku_part_number="B_STUDENT", enabled_units=0)
    school = a_licensing_school(skus={A1.sku_id: A1, "b": other})
    licences = dict(school.rules.licences)
    for kind, one in licences.items():
        licences[kind] = replace(one, skus=("A1_STUDENT", "B_STUDENT"))
    school.rules = replace(school.rules, licences=licences)
    plan = consenting(school, yes()).plan()
    assert "assign_licence" not in kinds(plan)
    assert reasons(plan) == [Reason.NO_LICENCE_LEFT]


def test_what_another_school_of_the_run_was_given_is_taken():
    school = a_licensing_school(skus={A1.sku_id: replace(A1, enabled_units=2)})
    school.given = {"A1_STUDENT": 2}
    plan = consenting(school, yes()).plan()
    assert reasons(plan) == [Reason.NO_LICENCE_LEFT]
    school.given = {"A1_STUDENT": 1}
    assert "assign_licence" in kinds(school.plan())


def test_the_year_says_which_licence_is_due():
    more = 'licences.pupil.by_year: {"11": [B_STUDENT]}\n'
    school = a_licensing_school(
        a_person("1", year="11"),
        more=more,
        skus={A1.sku_id: A1, "b": replace(A1, sku_id="b", sku_part_number="B_STUDENT")},
    )
    assert only(consenting(school, yes(ALL)).plan(), "assign_licence").sku == "B_STUDENT"


ASKING = "consent.ict_gate: true\n"
PERMITTED = Consents(MISSING, Consent(state=State.VERIFIED, entry="row"))


def test_snmat_f1_3_no_account_is_made_without_a_valid_ict_form_where_the_pack_asks_for_it():
    school = a_school(a_person("1"), a_teacher(), rules=rules(ASKING))
    plan = school.plan()
    assert [one.person for one in plan.changes if one.kind == "create_user"] == [key("50")]
    (held,) = plan.held
    assert (held.reason, held.clauses) == (Reason.NO_PERMISSION, ("SNMAT-F1.3",))
    assert held.sentence == "no permission: no ICT form is recorded (SNMAT-F1.3)"
    school.consents = {key("1"): PERMITTED}
    assert kinds(school.plan(), "1")[:1] == ["create_user"]
    assert school.plan().held == ()


def test_an_account_that_was_there_before_the_form_is_a_finding_and_stays():
    school = a_school(a_person("1")).loaded()
    school.rules = rules(ASKING)
    plan = school.plan()
    assert (plan.changes, reasons(plan), plan.unchanged) == ((), [Reason.NO_PERMISSION], ())
    changed = school.alter("1", department="9Z").plan()
    assert (kinds(changed), reasons(changed)) == (["update_user"], [Reason.NO_PERMISSION])
    school.rules = rules()
    assert school.plan().held == ()


def test_a_class_log_on_is_asked_no_form_and_is_given_no_licence():
    shared = a_person("class-1k-2027", shared=True)
    plan = a_licensing_school(shared, more=ASKING).plan()
    assert plan.held == ()
    assert "assign_licence" not in kinds(plan)


def test_an_undo_never_puts_a_pupil_back_into_a_group_that_carries_a_licence():
    school = carrying(a_licensing_school(a_person("1")).loaded(), YEAR, *WITHOUT_NEW)
    group = school.groups[f"new {YEAR}"]
    school.groups[group.id] = replace(group, members=frozenset())
    scene = school.scene()
    change = RemoveFromGroup(
        person=key("1"), population=Kind.PUPIL, account="new oak:1", group=YEAR, group_id=group.id
    )
    link = StoredLink(
        person=key("1"), kind=Kind.PUPIL, object_id="new oak:1", how="created", linked_at=at(DAY)
    )
    groups = GroupBook("oak", school.rules, scene.snapshot, {})
    present = Present(scene.snapshot, {key("1"): link}, frozenset(), groups)
    intake = Intake(school.rules, a_roster(*school.people), "roster", DAY, at(DAY))
    plan = undo_plan(intake, [change], present)
    assert (plan.changes, reasons(plan)) == ((), [Reason.NOT_UNDONE])
    school.groups[group.id] = replace(school.groups[group.id], assigned_licenses=())
    groups = GroupBook("oak", school.rules, school.scene().snapshot, {})
    present = Present(school.scene().snapshot, {key("1"): link}, frozenset(), groups)
    assert kinds(undo_plan(intake, [change], present)) == ["add_to_group"]


def test_many_licences_cut_at_once_are_parked_like_licences_removed():
    people = [a_person(str(n), given_name=f"Amy{chr(97 + n)}") for n in range(6)]
    school = a_licensing_school(*people)
    school.consents = {one.key: yes() for one in people}
    school.loaded()
    school.consents = {one.key: yes(MAIL) for one in people}
    school.enforced = True
    verdict = judge(school.plan(), school.rules)
    assert [one.code for one in verdict.reasons] == ["remove_licence_pupil"]
    assert {operation_name(one) for one in school.plan().changes} == {CUT_LICENCE}
