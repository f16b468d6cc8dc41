"""The demo's people: the same every time, about thirteen hundred, nobody's data."""

from collections import Counter
from datetime import date, timedelta

import pytest
from export_rows import TODAY, bytes_of
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.gb import upn as pupil_number

from graphsync.sandbox.exports import write_exports
from graphsync.sandbox.names import FORENAMES, SURNAMES, Names, dice
from graphsync.sandbox.seed import seed
from graphsync.sandbox.world import academic_year, night_day
from graphsync.sandbox.world_demo import demo_schools
from graphsync.sandbox.world_people import unique_pupil_number
from graphsync.sandbox.world_story import demo_on_night

ANY_DATE = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def test_the_same_seed_writes_the_same_bytes(nights, tmp_path):
    for night, folder in nights.items():
        again = tmp_path / str(night)
        write_exports("demo", night, again, TODAY)
        assert bytes_of(again) == bytes_of(folder)


def test_the_same_seed_gives_the_same_tenant(tenant):
    assert seed("demo", None, TODAY) == tenant
    assert seed("2000", None, TODAY) == seed("2000", None, TODAY)


@settings(max_examples=5, deadline=None)
@given(ANY_DATE)
def test_only_dates_follow_the_day(today):
    def people(day):
        return [
            (school.id, one.mis_id, one.forename, one.surname, one.mail[-14:])
            for school in demo_schools(day)
            for one in (*school.pupils, *school.staff)
        ]

    assert people(today) == people(TODAY)


@settings(max_examples=5, deadline=None)
@given(ANY_DATE)
def test_on_any_day_nobody_of_the_first_night_starts_in_the_future(today):
    for school in demo_schools(today):
        for one in (*school.pupils, *school.staff):
            assert one.starts <= today, (school.id, one.mis_id)


@given(ANY_DATE, st.integers(3, 12))
def test_each_later_night_is_the_next_school_day(today, night):
    before, day = night_day(night - 1, today), night_day(night, today)
    assert day.weekday() < 5
    assert before < day <= before + timedelta(days=3)
    between = [before + timedelta(days=n) for n in range(1, (day - before).days)]
    assert all(one.weekday() >= 5 for one in between)


def test_the_academic_year_begins_in_september():
    assert academic_year(date(2026, 8, 31)) == 2025
    assert academic_year(date(2026, 9, 1)) == 2026


def test_the_demo_has_about_thirteen_hundred_people():
    sizes = {one.id: (len(one.pupils), len(one.staff) - 1) for one in demo_schools(TODAY)}
    assert sizes == {"oak": (329, 40), "mill": (620, 75), "river": (200, 30)}


def test_the_primary_begins_at_the_nursery_and_the_secondary_ends_with_a_sixth_form():
    oak, mill, river = ({pupil.year for pupil in one.pupils} for one in demo_schools(TODAY))
    assert oak == {"N2", "R", *map(str, range(1, 7))}
    assert mill == set(map(str, range(7, 14)))
    assert river == set(map(str, range(7, 12)))


@pytest.mark.parametrize("night", [1, 3])
def test_ids_and_codes_are_unique_in_a_school(night):
    for school in demo_on_night(night, TODAY):
        ids = Counter(one.mis_id for one in (*school.pupils, *school.staff))
        codes = Counter(one.code for one in school.staff)
        numbers = Counter(one.adno for one in school.pupils)
        assert max(ids.values()) == max(codes.values()) == max(numbers.values()) == 1


def test_two_schools_use_the_same_ids_as_separate_databases_do():
    oak, _, river = demo_schools(TODAY)
    assert {one.mis_id for one in oak.pupils} & {one.mis_id for one in river.pupils}


def test_contacts_and_classes_belong_to_pupils_and_every_class_has_a_teacher():
    for school in demo_on_night(3, TODAY):
        ids = {one.mis_id for one in school.pupils}
        taught = Counter(code for one in school.staff for code in one.teaches)
        assert {one.pupil for one in school.contacts} <= ids
        assert {code for one in school.pupils for code in one.classes} <= taught.keys()
        assert max(taught.values()) == 1


def test_contacts_differ_in_what_matters_to_a_school():
    contacts = [one for school in demo_schools(TODAY) for one in school.contacts]
    assert {one.priority for one in contacts} == {1, 2}
    assert {one.parental for one in contacts} == {one.court_order for one in contacts}
    assert any(not one.forename and one.title == "Mr & Mrs" for one in contacts)
    assert any(not one.mail for one in contacts)
    _, mill, _ = demo_schools(TODAY)
    assert {one.mis_id for one in mill.staff} & {one.mis_id for one in mill.contacts}


def test_every_name_is_from_the_lists_and_every_address_leads_nowhere(tenant):
    for school in demo_on_night(3, TODAY):
        for one in (*school.pupils, *school.staff, *school.contacts):
            if one.surname.startswith("$"):
                continue
            assert one.forename in {*FORENAMES, ""}
            assert one.surname in SURNAMES
            assert one.mail == "" or one.mail.endswith(".example")
        for one in school.pupils:
            assert (one.legal_forename in FORENAMES, one.legal_surname in SURNAMES) == (True, True)
    for user in tenant.users:
        assert user["givenName"] in {*FORENAMES, None}
        assert user["surname"] in {*SURNAMES, None}


def test_the_lists_hold_the_names_that_break_importers():
    assert len(set(FORENAMES)) >= 150
    assert len(set(SURNAMES)) >= 250
    awkward = {"O'REILLY", "McLAUGHLIN", "Da Silva", "Li", "de la Cruz", "Smith-Hughes"}
    assert awkward <= set(SURNAMES)
    assert {"Ellie-Mae", "Ty", "Zoë", "Łukasz", "Siân", "Mary Ann"} <= set(FORENAMES)


def test_no_pair_of_names_is_drawn_twice_and_none_that_cannot_be_written():
    names = Names(dice("a test"), "cp1252", taken=[("Zoë", "Li")])
    drawn = [names.pupil() for _ in range(3000)]
    assert len(set(drawn)) == 3000
    assert ("Zoë", "Li") not in drawn
    assert "Łukasz" not in {forename for forename, _ in drawn}


@given(st.integers(100, 999), st.integers(2010, 2040), st.integers(0, 999))
def test_a_unique_pupil_number_has_the_right_check_letter_and_no_schools_number(
    establishment, year, serial
):
    number = unique_pupil_number(establishment, year, serial)
    assert pupil_number.is_valid(number)
    assert number[4:8] == f"0{establishment}"
