"""The clauses on passwords, one test a row of the register, each with the row's own example."""

import random

import builders
from builders import a_person, a_school, only
from msgspec.structs import replace
from password_people import a_contact, a_pupil, a_teacher, facts_of, refusals, shipped

from graphsync.changes import CreateUser
from policies.entra_passwords import Expiry, FirstSignIn, takes
from policies.pack_layers import read_layers
from policies.pack_loading import SHIPPED_PACKS
from policies.password_check import Violation, broken_rules, check
from policies.password_findings import password_findings
from policies.password_loading import password_rules
from policies.password_rules import Phase
from policies.passwords import initial_password
from policies.people import Kind, Person

CUTLER = a_teacher("pb", "Daniel", "Cutler")
AMY = a_pupil("pb", "Amy", "Oduya")
LEO = a_pupil("snmat", "Leo", "Marsh", year="3")
IDEN = a_teacher("tmhs", "Carol", "Iden")
REGULARLY = (
    "interval not set. Your policy says regularly without a number: enter one."
    " No default was invented."
)


def created(school: str, **fields: str) -> CreateUser:
    """How a pupil is born under the passwords of this school's own pack."""
    rules = replace(builders.rules(), password=shipped(school).password)
    change: CreateUser = only(a_school(a_person(**fields), rules=rules).plan(), "create_user")
    return change


def issued(school: str, person: Person, times: int = 200) -> list[str]:
    """First passwords as the school makes them for this person."""
    source, facts = random.Random(1), facts_of(person)  # noqa: S311 - a test must repeat itself
    rules = shipped(school).password
    return [
        initial_password(rules, source.choice, source.randrange, facts.values(), facts.phase)
        for _ in range(times)
    ]


def test_pb_7_5_3_a_pupil_who_may_not_change_it_is_not_asked_to_and_the_reason_is_stored():
    born = created("pb", given_name="Amy")
    assert born.first_sign_in is FirstSignIn.KEEP
    assert born.after["forceChangePasswordNextSignIn"] is False
    assert born.clauses == ("PB-7.5.3",)
    assert born.sentence.endswith("PB-7.5.3: first password is changed by staff only")


def test_pb_7_5_3_where_pupils_may_change_it_they_must_at_first_sign_in():
    born = created("snmat", given_name="Amy")
    assert born.first_sign_in is FirstSignIn.CHANGE
    assert (born.clauses, "password" in born.sentence) == ((), False)


def test_pb_7_5_4_a_password_of_seven_is_refused_naming_both_sources():
    found = refusals("river72", CUTLER)["too_short"]
    assert found.clauses == ("PB-7.5.4",)
    assert "pack asks 6, Entra asks 8: 8 applies" in found.text


def test_pb_7_5_5_a_password_without_a_digit_is_refused():
    found = refusals("Larkfield-Otter", CUTLER)["digits"]
    assert found == Violation(code="digits", clauses=("PB-7.5.5",), text="needs 1 digit (PB-7.5.5)")


def test_pb_7_5_6_a_password_like_ones_own_name_is_refused_however_it_is_dressed():
    found = refusals("Cut1er-2026", CUTLER)["own_name"]
    assert found.clauses == ("PB-7.5.6",)
    assert found.text.startswith("similar to own name")
    assert {"own_name", "username"} <= refusals("cutler1", CUTLER, user_name="cutlerd").keys()


def test_pb_7_5_6_a_name_of_three_letters_counts_where_it_is_a_word():
    assert refusals("amy-harbour-47", AMY)["own_name"].clauses == ("PB-7.5.6",)


def test_pb_7_5_7_letters_and_digits_alone_are_two_of_three_classes():
    found = refusals("harbour47lane", CUTLER)["kinds"]
    assert found.text.startswith("2 of 3 character classes (Entra)")
    assert "PB-7.5.7" in found.clauses
    assert refusals("Harbour47lane", CUTLER) == {}


def test_snmat_13d_a_password_is_changed_on_an_event_and_never_by_the_calendar():
    rules = shipped("snmat")
    assert (rules.password.change.mode, rules.password.change.reminder_days) == ("event", None)
    assert password_findings(rules) == ()
    assert created("snmat").expiry is Expiry.NEVER


def test_snmat_19b_leo_in_year_3_has_an_account_and_a_secure_password_of_his_own():
    born = created("snmat", given_name="Leo", surname="Marsh", year="3", form="3K")
    assert "marsh" in born.user_principal_name
    rules, facts = shipped("snmat").password, facts_of(LEO)
    assert facts.phase is Phase.KS2
    assert [one for one in issued("snmat", LEO) if broken_rules(one, facts, rules)] == []


def test_snmat_19l_the_name_of_a_relative_is_refused_and_friends_and_pets_are_said_to_be_unknown():
    martha = a_contact(LEO, "Martha", "Marsh")
    found = refusals("Martha-2026x", LEO, contacts=(martha,))["relative"]
    assert found.clauses == ("SNMAT-19l",)
    assert "name of a relative" in found.text
    assert "friends and pets cannot be checked" in found.text
    assert "relative" not in refusals("Martha-2026x", LEO)


def test_snmat_19m_a_linked_system_that_asks_twelve_is_met_and_named(tmp_path):
    pack = (SHIPPED_PACKS / "snmat.yaml").read_text(encoding="utf-8")
    asks = pack.replace("\npassword:\n", "\npassword:\n  linked_systems: {Payroll: 12}\n")
    (tmp_path / "snmat.yaml").write_text(asks, encoding="utf-8")
    rules = password_rules(read_layers(tmp_path, "snmat"))
    assert rules.min_length == 12
    (found,) = check("Otter-Lam47", facts_of(LEO), rules)
    assert found.text == "11 characters: Entra asks 8, Payroll asks 12: 12 applies"
    assert found.clauses == ("SNMAT-19m",)


def test_tmhs_5_4b1_regularly_without_a_number_is_one_finding_for_the_school():
    (found,) = password_findings(shipped("tmhs"))
    assert (found.clause, found.sentence) == ("TMHS-5.4b1", REGULARLY)


def test_tmhs_5_4b1_with_a_number_there_is_nothing_to_find():
    rules = shipped("tmhs")
    change = replace(rules.password.change, reminder_days=180)
    entered = replace(rules, password=replace(rules.password, change=change))
    assert password_findings(entered) == ()


def test_tmhs_5_4b2_a_single_word_is_refused_and_two_pass():
    found = refusals("Elephant1!", IDEN)["single_word"]
    assert found.clauses == ("TMHS-5.4b2",)
    assert "single word" in found.text
    assert refusals("Otter-Lamp47", IDEN) == {}


def test_tmhs_5_4b3_the_name_of_a_child_at_the_school_is_refused():
    fern = a_pupil("tmhs", "Fern", "Iden", "2")
    as_contact = a_contact(fern, "Carol", "Iden")
    found = refusals("Fern-Garden8", IDEN, fern, contacts=(as_contact,))
    assert found["relative"].clauses == ("TMHS-5.4b3",)
    assert refusals("Fern-Garden8", IDEN, fern) == {}


def test_eic_role_8_no_number_is_said_to_be_no_number():
    (found,) = password_findings(shipped("eic"))
    assert (found.clause, found.sentence) == ("EIC-ROLE-8", REGULARLY)


def test_toy_4_the_user_name_and_short_names_count_and_dreamy_is_left_alone():
    assert "own_name" in refusals("amy-harbour-47", AMY)
    assert "own_name" in refusals("Harbour-4my-47", AMY)
    assert "own_name" in refusals("AmyHarbour47", AMY)
    assert "own_name" in refusals("amyharbour-X47", AMY)
    assert "username" in refusals("Oduya19-garden", AMY, user_name="19oduyaa")
    assert refusals("Dreamy-garden-47", AMY) == {}


def test_toy_5_what_the_generator_makes_is_taken_by_entra_for_everyone():
    for school in ("pb", "snmat", "tmhs", "eic", "wpt"):
        for person in (a_teacher(school, "D", "Cutler"), a_pupil(school, "Amy", "Oduya")):
            assert all(takes(one) for one in issued(school, person, 100))


def test_law_a4_1_and_a4_15_no_password_expires_and_none_may_be_weak():
    for school in ("pb", "snmat", "tmhs", "eic", "wpt"):
        assert created(school).after["passwordPolicies"] == "DisablePasswordExpiration"


def test_law_a4_2_an_expiry_is_a_finding_until_a_named_person_decides():
    rules = shipped("pb")
    asked = replace(rules.password.change, expire_days=90)
    open_ = replace(rules, password=replace(rules.password, change=asked))
    (found,) = password_findings(open_)
    assert "after 90 days" in found.sentence
    assert "NCSC" in found.sentence
    named = replace(asked, expiry_decided_by="Head, 1 Sept 2026")
    decided = replace(rules, password=replace(rules.password, change=named))
    assert password_findings(decided) == ()


def test_law_a4_6_twelve_characters_are_not_enforceable_in_a_cloud_only_tenant():
    rules = shipped("pb")
    len12 = replace(rules, password=replace(rules.password, route="len12"))
    (found,) = password_findings(len12)
    assert "not enforceable in Entra" in found.sentence
    deny = replace(rules, password=replace(rules.password, route="len8_denylist"))
    (found,) = password_findings(deny)
    assert "nobody has confirmed that len8_denylist" in found.sentence
    known = replace(deny.password, route_confirmed_by="Network manager")
    assert password_findings(replace(deny, password=known)) == ()


def test_law_a4_7_the_schools_name_and_words_are_refused_in_any_spelling():
    rules = shipped("pb")
    words = replace(rules, password=replace(rules.password, deny_words=("Sutton Park", "Rex")))
    facts = facts_of(CUTLER, rules=words)
    for password in ("Pl4ntsbr00k-9-boat", "Boat-SUTT0N-47", "Rex-boat-garden7", "Year7-boat-lamp"):
        assert "school_word" in {one.code for one in check(password, facts, words.password)}
    for password in ("Trex-boat-garden7", "Highway-boat-lamp7"):
        assert check(password, facts, words.password) == ()


def test_a_child_of_ks1_keeps_a_password_that_is_too_hard_to_choose():
    born = created("snmat", year="1", form="1K")
    assert born.first_sign_in is FirstSignIn.KEEP
    assert born.population is Kind.PUPIL
    assert "too young" in born.sentence
