"""Whose account is whose, and who is held because of it (decisions 6 and 7)."""

import pytest
from builders import (
    a_person,
    a_school,
    a_snapshot,
    a_teacher,
    an_account,
    key,
    only,
    reasons,
    rules,
)

from graphsync.matching import MAIL, NAMES, NUMBER, SIGN_IN_NAME, Matching, Settled, match
from graphsync.names import NameBook
from graphsync.reasons import Reason
from graphsync.stamps import PREFIX, stamp

AMY = {"given_name": "Amy", "surname": "Smith"}


def matched(*people, accounts, linked=(), **settled) -> Matching:
    snapshot = a_snapshot(*accounts)
    return match(
        unlinked=people,
        snapshot=snapshot,
        linked_ids=linked,
        domain="oak.example",
        alias_of=NameBook(rules(), snapshot, {}).plain,
        settled=Settled(**settled),
    )


def strength(person, account) -> int | None:
    """How strongly the person resembles the account; None when not at all."""
    seen = matched(person, accounts=[account]).resembling.get(person.key)
    return seen[0].strength if seen else None


def test_a_person_who_resembles_an_account_is_held_and_never_numbered_past_it():
    school = a_school(a_person(), accounts=[an_account("25smitha", **AMY)])
    plan = school.plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.POSSIBLE_ACCOUNT])


def test_a_leaver_who_resembles_an_account_is_held_too():
    school = a_school(a_person(), accounts=[an_account(**AMY)])
    plan = school.person("1", leaves=school.day.replace(day=1)).plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.POSSIBLE_ACCOUNT])


@pytest.mark.parametrize(
    "fields",
    [
        {"user_principal_name": "AMY@oak.example"},
        {"mail": "Amy@Oak.example"},
        {"other_mails": ("x@y.example", "amy@oak.example")},
        {"user_principal_name": "a@ash.example", "mail": "amy@oak.example"},
    ],
    ids=["sign-in name", "mail", "another address", "in another domain"],
)
def test_the_rosters_address_is_looked_for_in_the_whole_tenant(fields):
    assert strength(a_person(mail="amy@oak.example"), an_account(**fields)) == MAIL


@pytest.mark.parametrize("field", ["admission_number", "staff_code", "pupil_number"])
@pytest.mark.parametrize("account", [{"employee_id": "004512"}, {"stamp": " 4512"}])
def test_a_number_is_the_same_without_its_lost_zeros(field, account):
    assert strength(a_person(**{field: "04512"}), an_account(**account)) == NUMBER


def test_the_mis_id_is_a_number_of_the_school():
    assert strength(a_person("4512"), an_account(employee_id="4512")) == NUMBER


def test_a_number_means_nothing_in_another_schools_domain():
    elsewhere = an_account(user_principal_name="x@ash.example", employee_id="4512", **AMY)
    assert strength(a_person("4512"), elsewhere) is None


def test_zeros_alone_are_no_number():
    assert strength(a_person(admission_number="000"), an_account(employee_id="0000")) is None


@pytest.mark.parametrize(
    "account",
    [
        {"given_name": "AMY", "surname": "Oneill smith"},
        {"display_name": "Amy  O'Neill Smith"},
        {"given_name": "Amélie", "surname": "JONES"},
        {"given_name": "Amy", "surname": "Jones"},
    ],
    ids=["written otherwise", "display name alone", "legal names", "one legal name"],
)
def test_names_are_compared_without_case_accents_and_hyphens(account):
    person = a_person(surname="O'Neill-Smith", legal_given_name="Amelie", legal_surname="Jones")
    assert strength(person, an_account(**account)) == NAMES


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        (None, True),
        ("", True),
        ("Pupil", True),
        ("students", True),
        ("Learner", True),
        ("Staff", False),
        ("teachers", False),
    ],
)
def test_an_account_that_says_another_kind_is_not_this_persons(said, fits):
    found = strength(a_person(), an_account(employee_type=said, **AMY))
    assert found == (NAMES if fits else None)


def test_a_pupils_account_is_not_a_namesake_teachers():
    teacher = a_teacher(given_name="Amy", surname="Smith")
    assert strength(teacher, an_account(employee_type="Student", **AMY)) is None
    assert strength(teacher, an_account(employee_type="Employee", **AMY)) == NAMES


def test_a_sign_in_name_of_the_pattern_counts_where_the_account_has_no_names():
    assert strength(a_person(), an_account("25smitha")) == SIGN_IN_NAME
    named = an_account("25smitha", given_name="Alan", surname="Smith")
    assert strength(a_person(), named) is None


def test_the_strongest_evidence_counts_and_all_of_it_is_said():
    account = an_account("25smitha", mail="amy@home.example", employee_id="1", **AMY)
    seen = matched(a_person(mail="amy@home.example"), accounts=[account]).resembling[key()]
    assert seen[0].strength == MAIL
    assert seen[0].evidence == (
        "its address is the one in the roster",
        "it carries the school's number",
        "it has the same names",
    )


def test_guests_and_linked_accounts_are_nobodys_to_resemble():
    guest = an_account("guest", user_type="Guest", **AMY)
    linked = an_account("linked", **AMY)
    found = matched(a_person(), accounts=[guest, linked], linked=["linked"])
    assert found == Matching({}, {})


def test_twins_are_disputed():
    first, second = an_account("a1", **AMY), an_account("a2", **AMY)
    school = a_school(a_person("1"), a_person("2"), accounts=[first, second])
    plan = school.plan()
    assert plan.changes == ()
    assert reasons(plan, "1") == reasons(plan, "2") == [Reason.DISPUTED]


def test_the_order_of_the_accounts_does_not_matter():
    found = [an_account(name, **AMY) for name in ("a1", "a2", "a3")]
    seen = matched(a_person(), accounts=found)
    assert [one.object_id for one in seen.resembling[key()]] == ["a1", "a2", "a3"]
    assert matched(a_person(), accounts=found[::-1]) == seen


def test_rivals_for_one_account_are_disputed():
    school = a_school(
        a_person("1", mail="a@home.example"),
        a_person("2", given_name="Amy", surname="Smith"),
        a_person("3", given_name="Ben"),
        accounts=[an_account(mail="a@home.example", **AMY)],
    )
    plan = school.plan()
    assert reasons(plan, "1") == reasons(plan, "2") == [Reason.DISPUTED]
    assert {change.person for change in plan.changes if change.person} == {key("3")}


def test_a_protected_account_that_somebody_resembles_is_said_to_be_protected():
    school = a_school(a_teacher(), accounts=[an_account(given_name="Rosa", surname="Okafor")])
    school.protected = frozenset({"foreign"})
    plan = school.plan()
    assert (plan.changes, reasons(plan, "50")) == ((), [Reason.PROTECTED])


def test_a_refused_proposal_is_no_obstacle_any_more_for_that_person_alone():
    refused = {"refused": frozenset({(key("1"), "foreign")})}
    found = matched(a_person("1"), a_person("2"), accounts=[an_account(**AMY)], **refused)
    assert list(found.resembling) == [key("2")]
    school = a_school(a_person(), accounts=[an_account("25smitha", **AMY)])
    school.settled = Settled(refused=frozenset({(key("1"), "25smitha")}))
    assert only(school.plan(), "create_user").mail_nickname == "25smitha2"


def test_an_ignored_account_is_proposed_to_nobody():
    found = matched(
        a_person("1"),
        a_person("2"),
        accounts=[an_account(**AMY)],
        ignored=frozenset({"foreign"}),
    )
    assert found == Matching({}, {})


def test_our_own_stamp_is_recognised_and_needs_no_proposal():
    account = an_account(stamp=stamp(key("1")), **AMY)
    found = matched(a_person("1"), accounts=[account])
    assert found == Matching({key("1"): "foreign"}, {})


def test_a_stamp_that_stands_on_two_accounts_is_disputed_and_nobody_is_created():
    copies = [an_account(name, stamp=stamp(key("1"))) for name in ("a1", "a2")]
    school = a_school(a_person("1"), accounts=copies)
    plan = school.plan()
    assert (plan.changes, reasons(plan)) == ((), [Reason.DISPUTED])
    assert matched(a_person("1"), accounts=copies).by_stamp == {}


def test_a_stamp_on_an_account_that_a_person_refused_links_nobody():
    account = an_account(stamp=stamp(key("1")))
    pair = frozenset({(key("1"), "foreign")})
    assert matched(a_person("1"), accounts=[account], refused=pair) == Matching({}, {})


def test_a_stamp_tells_nobody_the_key_and_fits_in_sixteen_characters():
    assert stamp(key("1")) == stamp(key("1")) != stamp(key("2"))
    assert stamp(key("1")).startswith(PREFIX)
    assert len(stamp(key("1"))) == 16


def test_no_unlinked_people_need_no_look_at_the_accounts():
    assert matched(accounts=[an_account(**AMY)]) == Matching({}, {})


def test_a_person_without_names_or_numbers_in_common_is_a_joiner():
    other = an_account("x", given_name="Zoe", surname="Yeo", employee_id="9", mail="z@y.example")
    nameless = an_account("y", display_name="")
    plan = a_school(a_person(), accounts=[other, nameless]).plan()
    assert only(plan, "create_user").mail_nickname == "25smitha"
