"""Clauses that the nightly sync enforces, each with its own example."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from builders import (
    GONE,
    School,
    a_person,
    a_school,
    a_teacher,
    an_account,
    key,
    kinds,
    only,
    protecting,
    reasons,
)
from roster_exports import a_pupil, as_csv, pupils, read

from graphsync.guard import clear, judge
from graphsync.reasons import Reason
from graphsync.roster.quality import compare
from graphsync.roster.reading import RosterRefused
from graphsync.trouble import Refusal
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.rules import RosterRules

LEAVES = ["disable_user", "revoke_sessions"]


def mapped_to(alias: str, *people: tuple[str, str]) -> School:
    """Members of staff whom SIMS gives one address, which an account has already."""
    return a_school(
        *(
            a_teacher(mis_id, given_name=name, surname="Cutler", mail=f"{alias}@oak.example")
            for mis_id, name in people
        ),
        accounts=[an_account(alias, mail=f"{alias}@oak.example")],
    )


def test_pb_7_5_1_two_people_mapped_to_one_account_are_both_held_and_it_stays_as_found():
    plan = mapped_to("cutlerd", ("51", "Daniel"), ("52", "Dora")).plan()
    assert plan.changes == ()
    assert reasons(plan, "51") == reasons(plan, "52") == [Reason.DISPUTED]


def test_eic_pw_1_two_members_of_admin_staff_on_one_account_are_a_conflict():
    plan = mapped_to("office", ("61", "Helen"), ("62", "Hugo")).plan()
    assert plan.changes == ()
    assert reasons(plan, "61") == reasons(plan, "62") == [Reason.DISPUTED]


def test_pb_7_4a_a_date_that_cannot_be_read_is_told_by_row_and_key_alone(tmp_path: Path):
    amy = {"Preferred_Forename": "Amy", "Preferred_Surname": "Oduya", "Adno": "004521"}
    row = a_pupil(1, DOL="31/02/2026", **amy)
    (problem,) = read(tmp_path, {"pupils.csv": as_csv([row, a_pupil(2)])}).problems
    assert (problem.row, problem.column, problem.person) == (2, "DOL", "pb:5001")
    for told in (str(problem), repr(problem)):
        assert not any(data in told for data in ("Amy", "Oduya", "31/02", "2026"))


@pytest.mark.parametrize("hours", [25, 72])
def test_pb_8_5_an_export_that_is_no_longer_of_last_night_is_no_roster(tmp_path: Path, hours: int):
    """That such a night plans nobody and keeps its reason is in tests/e2e/test_bad_input.py."""
    rules = load_rules(SHIPPED_PACKS, "pb").roster
    pupil = {"pupils.csv": as_csv([a_pupil(1, DOL="01/09/2026")])}
    with pytest.raises(RosterRefused, match=f"stale: {hours} hours old; limit 24"):
        read(tmp_path, pupil, rules, hours_old=hours)
    assert read(tmp_path, pupil, rules, hours_old=23).roster.people


def test_snmat_19c_a_leaver_is_disabled_the_next_day_and_when_sixty_percent_vanish_nobody_is():
    leo = a_person("1", given_name="Leo", surname="Marsh", year="3")
    ruth = a_teacher("50", given_name="Ruth", surname="Venn")
    school = a_school(leo, ruth, a_person("2", given_name="Isla")).loaded()
    for mis_id in ("1", "50"):
        school.person(mis_id, leaves=date(2026, 7, 21)).day = date(2026, 7, 21)
    assert kinds(school.plan()) == []
    plan = school.next_day().plan()
    assert kinds(plan, "1") == kinds(plan, "50") == LEAVES
    school.apply(plan)
    assert not school.account("1").account_enabled
    assert kinds(school.next_day(school.rules.leaver.licence_after_days - 1).plan()) == []
    assert "remove_licence" in kinds(school.next_day().plan(), "50")
    twenty = [a_person(str(n), given_name=f"Fore{n}", surname=f"Sur{n}") for n in range(20)]
    school = a_school(*twenty).loaded()
    for n in range(12):
        school.without(str(n)).absences[key(str(n))] = GONE
    plan = school.plan()
    assert kinds(plan).count("disable_user") == 12
    verdict = judge(plan, school.rules)
    with pytest.raises(Refusal, match="12"):
        clear(plan, verdict, None, school.scene().snapshot.taken_at)


def test_snmat_19c_an_export_that_lost_sixty_percent_is_refused_before_anyone_is_planned(
    tmp_path: Path,
):
    whole = read(tmp_path, {"whole.csv": as_csv(pupils(100))}).fingerprint
    rest = read(tmp_path, {"rest.csv": as_csv(pupils(40))}).fingerprint
    (problem,) = compare("pb", rest, whole, {}, RosterRules(), roll_over=False)
    assert "fell from 100 to 40 (60 %)" in str(problem)


def test_snmat_19f2_break_glass_is_in_no_plan_though_sims_does_not_know_it():
    emergency = a_teacher("90", given_name="Break", surname="Glass")
    school = a_school(emergency, a_teacher("50")).loaded()
    school.without("90").absences[key("90")] = GONE
    assert kinds(school.plan(), "90") == LEAVES, "were it not on the list, it would be blocked"
    school.rules = protecting(accounts=(school.account("90").user_principal_name,))
    plan = school.plan()
    assert [change for change in plan.changes if change.account == school.account("90").id] == []
    assert reasons(plan, "90") == [Reason.PROTECTED]


def test_wpt_3_prin_3_columns_that_nobody_needs_are_dropped_before_anything_is_kept(
    tmp_path: Path,
):
    row = a_pupil(1) | {"Religion": "Jedi faith", "SEN status": "Action plus"}
    reading = read(tmp_path, {"pupils.csv": as_csv([row])})
    kept = msgspec.msgpack.encode((reading.roster, reading.fingerprint))
    assert b"Fore" in kept
    for word in (b"Jedi", b"Action", b"eligion", b"SEN"):
        assert word not in kept
    assert {"religion", "sen"}.isdisjoint(reading.files[0].columns)


def test_wpt_3_prin_4_a_new_surname_changes_the_names_and_keeps_the_address():
    jade = a_person("1", given_name="Jade", surname="Foss", year="8", form="8A")
    school = a_school(jade).loaded()
    before = school.account("1")
    plan = school.person("1", surname="Hale").plan()
    assert kinds(plan) == ["update_user"]
    change = only(plan, "update_user")
    assert change.before == {"displayName": "Jade Foss", "surname": "Foss"}
    assert change.after == {"displayName": "Jade Hale", "surname": "Hale"}
    after = school.apply(plan).account("1")
    assert after.display_name == "Jade Hale"
    assert (after.user_principal_name, after.mail_nickname) == (
        before.user_principal_name,
        before.mail_nickname,
    )


def test_wpt_3_prin_4_another_year_and_form_move_the_groups():
    jade = a_person("1", given_name="Jade", surname="Foss", year="8", form="8A")
    plan = a_school(jade).loaded().person("1", year="9", form="9A").plan()
    assert set(kinds(plan)) >= {"update_user", "add_to_group", "remove_from_group"}
