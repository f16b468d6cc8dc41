"""Clauses on consent and licences, each with its own example."""

from builders import a_person, a_school, a_teacher, key, kinds, only, reasons, rules
from licensing_school import (
    ALL,
    WITHDRAWN,
    WITHOUT_NEW,
    a_licensing_school,
    consenting,
    licensed_pupil,
    yes,
)

from graphsync.accounts import AssignedLicence
from graphsync.reasons import Reason


def test_snmat_f2_1_leo_without_a_record_is_not_licensed():
    leo = a_person("1", given_name="Leo", year="3", form="3B")
    plan = a_licensing_school(leo).plan()
    assert "assign_licence" not in kinds(plan)
    (held,) = plan.held
    assert held.sentence == "no licence: no consent is recorded (SNMAT-F2.1)"


def test_snmat_f2_4_a_plan_outside_the_list_of_the_consent_is_off():
    school = consenting(a_licensing_school(), yes(ALL - {"teams"}))
    assert "plan-teams" in only(school.plan(), "assign_licence").disabled_plans


def test_snmat_f2_7_yes_in_september_and_no_in_november_ends_the_licence():
    school = licensed_pupil(*WITHOUT_NEW, consent=yes(), enforced=True)
    assert school.plan().changes == ()
    change = only(consenting(school, WITHDRAWN, enforced=True).plan(), "remove_licence")
    assert change.person == key("1")
    assert "the mailbox is kept for 30 days" in change.sentence
    observed = consenting(school, WITHDRAWN).plan()
    assert (observed.changes, reasons(observed)) == ((), [Reason.LICENCE_WITHOUT_CONSENT])


def test_tmhs_4_3_microsoft_adds_a_plan_and_it_is_switched_off_and_told():
    school = a_school(a_teacher()).loaded()
    school.rules = rules("new_services: {default: off_until_mapped}\n")
    school.alter("50", assigned_licenses=(AssignedLicence("sku-a3"),))
    change = only(school.plan(), "assign_licence")
    assert change.after["disabledPlans"] == ["plan-sway"]
    assert "SWAY off (new service, unmapped)" in change.sentence
