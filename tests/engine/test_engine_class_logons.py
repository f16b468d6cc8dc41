"""Class log-ons for the youngest: asked for, agreed to, made, ended (SNMAT-19b, 19e, 19e2)."""

from datetime import date, timedelta

import pytest
from builders import DAY, a_person, a_roster, a_school, a_teacher, at, key, rules
from msgspec.structs import replace

from graphsync.changes import CreateUser, DisableUser, Plan
from graphsync.class_logons import with_class_logons
from graphsync.intake import Intake
from graphsync.reasons import Reason
from policies.class_logons import (
    ClassLogon,
    end_of_school_year,
    joined,
    logon_key,
    refusals,
)
from policies.people import Person, Roster
from policies.rules import ClassLogonRules, Rules

ENDS = date(2026, 8, 31)
INFANT = a_person("1", year="1", form="1K")
TEACHER = a_teacher("812")


def snmat(**fields: str | None) -> Rules:
    """Class log-ons up to Year 2, accounts of one's own from Year 3."""
    return replace(
        rules(), class_logons=ClassLogonRules(individual_from_year="3", up_to_year="2", **fields)
    )


def a_logon(noted: date | None = DAY, **fields: date) -> ClassLogon:
    return ClassLogon(
        key=logon_key("oak", "1K", ENDS),
        form="1K",
        year="1",
        requested_by="Principal",
        requested_on=DAY - timedelta(days=3),
        ends_on=fields.get("ends_on", ENDS),
        holders={TEACHER.key: noted},
    )


def plan_with(logon: ClassLogon, *people: Person, day: date = DAY) -> Plan:
    """Tonight's plan of a school with this log-on and these people."""
    roster = joined(a_roster(*people), [logon])
    plan = a_school(*roster.people, rules=snmat(), day=day).plan()
    intake = Intake(snmat(), roster, "roster", day, at(day), class_logons=(logon,))
    return with_class_logons(plan, intake, lambda _: True)


def against(rules: Rules, roster: Roster, form: str = "1K", **fields: object) -> str:
    asked: dict[str, object] = {"requested_on": DAY, "holders": (TEACHER.key,)} | fields
    return " / ".join(refusals(form, roster=roster, rules=rules, day=DAY, **asked))  # type: ignore[arg-type]


def test_snmat_19b_a_pupil_of_year_3_is_given_an_account_of_their_own() -> None:
    leo = a_person("2", year="3", form="3K")
    plan = a_school(leo, INFANT, rules=snmat()).plan()
    assert "create_user" in {one.kind for one in plan.changes if one.person == key("2")}
    assert key("1") in plan.unchanged
    assert not [change for change in plan.changes if change.person == key("1")]


def test_snmat_19b_an_infant_who_has_an_account_already_keeps_it_as_everyone_does() -> None:
    school = a_school(INFANT).loaded()
    school.rules = snmat()
    school.person("1", surname="Jones")
    assert "update_user" in school.plan().counts


def test_snmat_19e_nothing_is_made_before_each_holder_took_note_of_the_risks() -> None:
    plan = plan_with(a_logon(noted=None), INFANT, TEACHER)
    assert key("class-1k-2026") not in {change.person for change in plan.changes}
    (held,) = [one for one in plan.held if one.person == key("class-1k-2026")]
    assert held.reason is Reason.RISK_NOTICE
    assert held.sentence.startswith("blocked: risk notice (SNMAT-19e)")
    assert str(TEACHER.key) in held.sentence


def test_snmat_19e_then_the_class_has_an_account_without_licence_or_group_of_pupils() -> None:
    plan = plan_with(a_logon(), INFANT, TEACHER)
    made = [change for change in plan.changes if change.person == key("class-1k-2026")]
    (create,) = made
    assert isinstance(create, CreateUser)
    assert create.user_principal_name == "class-1k-2026@oak.example"
    assert create.display_name == "Class 1K"
    assert not plan.held


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"form": "9Z"}, "no registration group"),
        ({"holders": ()}, "nobody is named"),
        ({"holders": (INFANT.key,)}, "is no member of staff"),
        ({"requested_on": DAY + timedelta(days=1)}, "still to come"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(given: dict[str, object], said: str) -> None:
    assert said in against(snmat(), a_roster(INFANT, TEACHER), **given)  # type: ignore[arg-type]


def test_a_right_request_has_nothing_against_it() -> None:
    assert not against(snmat(), a_roster(INFANT, TEACHER))


def test_snmat_19e_a_class_of_key_stage_2_may_not_share_an_account() -> None:
    older = a_person("2", year="3", form="1K")
    assert "1K is Year 3; class log-ons end with Year 2" in against(
        snmat(), a_roster(INFANT, older, TEACHER)
    )


def test_tmhs_5_4a_a_school_whose_pack_forbids_it_refuses_by_its_clause() -> None:
    tmhs = replace(rules(), class_logons=ClassLogonRules(clauses=("TMHS-5.4a",)))
    assert "refuses class log-ons (TMHS-5.4a)" in against(tmhs, a_roster(INFANT, TEACHER))


@pytest.mark.parametrize("left", [(), (replace(TEACHER, leaves=DAY - timedelta(days=1)),)])
def test_snmat_19e2_a_holder_who_leaves_makes_a_new_password_due(
    left: tuple[Person, ...],
) -> None:
    plan = plan_with(a_logon(), INFANT, *left)
    (held,) = [one for one in plan.held if one.person == key("class-1k-2026")]
    assert (held.reason, held.what) == (Reason.PASSWORD_KNOWN, "set_password")
    assert held.clauses == ("SNMAT-19e2",)


def test_snmat_19e2_it_ends_with_the_school_year_and_is_blocked_the_night_after() -> None:
    school = a_school(*joined(a_roster(INFANT, TEACHER), [a_logon()]).people, rules=snmat())
    school.apply(school.plan())
    school.day = ENDS
    assert not school.plan().changes
    school.day = ENDS + timedelta(days=1)
    blocked = [one for one in school.plan().changes if isinstance(one, DisableUser)]
    assert [one.person for one in blocked] == [key("class-1k-2026")]


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2027, 1, 5), date(2027, 8, 31)),
    ],
)
def test_the_school_year_ends_on_31_august(day: date, ends: date) -> None:
    assert end_of_school_year(day) == ends


def test_the_next_class_of_that_name_is_given_another_account() -> None:
    assert logon_key("oak", "1K", ENDS) != logon_key("oak", "1K", date(2027, 8, 31))
