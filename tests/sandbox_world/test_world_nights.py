"""From night to night the exports change by the story and by nothing else."""

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest
from export_rows import TODAY, bytes_of, changed, file_of, people_of, person_of, rows_of

from graphsync.sandbox.exports import story, write_exports
from graphsync.sandbox.exports_files import cut
from graphsync.sandbox.world import School, What, folded, night_day
from graphsync.sandbox.world_demo import MILL, RIVER, river_accounts
from graphsync.sandbox.world_story import demo_on_night

# The worlds are values: one of each night serves every test.
world = cache(demo_on_night)


def by_id(school: School, mis_id: str):
    return next(one for one in (*school.pupils, *school.staff) if one.mis_id == mis_id)


def told(what: What) -> tuple[str, str]:
    lines = [(one.school, one.mis_id) for one in story("demo") if one.what is what]
    return lines[0]


def before_and_after(what: What):
    school, mis_id = told(what)
    old = next(one for one in world(2, TODAY) if one.id == school)
    new = next(one for one in world(3, TODAY) if one.id == school)
    return by_id(old, mis_id), by_id(new, mis_id), new


def test_the_second_night_is_the_first_written_again(nights):
    assert bytes_of(nights[2]) == bytes_of(nights[1])


def test_the_third_night_differs_by_its_story_and_by_nothing_else(nights):
    for school in ("oak", "mill", "river"):
        expected = {one.mis_id for one in story("demo") if one.school == school}
        assert changed(nights[2] / school, nights[3] / school) == expected


def test_the_story_has_every_kind_of_change_once_and_two_leavers_and_three_joiners():
    kinds = Counter(one.what for one in story("demo"))
    assert set(kinds) == set(What)
    assert {what: n for what, n in kinds.items() if n != 1} == {What.LEAVER: 2, What.JOINER: 2}
    assert {one.night for one in story("demo")} == {3}


def test_one_leaver_is_staff_and_both_left_the_day_before():
    yesterday = night_day(3, TODAY) - timedelta(days=1)
    left = [
        by_id(school, one.mis_id)
        for school in world(3, TODAY)
        for one in story("demo")
        if (one.school, one.what) == (school.id, What.LEAVER)
    ]
    assert [one.leaves for one in left] == [yesterday, yesterday]
    assert {type(one).__name__ for one in left} == {"Pupil", "StaffMember"}


def test_the_joiner_with_a_taken_alias_shares_entry_initial_and_surname_but_not_the_name():
    school, mis_id = told(What.JOINER_WITH_A_TAKEN_ALIAS)
    assert school == MILL.id
    mill = world(3, TODAY)[1]
    joiner = by_id(mill, mis_id)

    def alias(one):
        return one.entry, folded(one.surname)[:8], folded(one.forename)[:1]

    twins = [one for one in mill.pupils if alias(one) == alias(joiner) and one is not joiner]
    assert twins
    assert joiner.forename not in {one.forename for one in twins}


def test_a_marriage_changes_the_surname_and_nothing_that_identifies():
    old, new, school = before_and_after(What.SURNAME_CHANGE)
    assert (old.title, new.title) == ("Miss", "Mrs")
    assert old.surname != new.surname
    assert (old.forename, old.code, old.starts) == (new.forename, new.code, new.starts)
    assert [one.surname for one in school.staff].count(new.surname) == 1


def test_movers_change_their_form_classes_and_one_of_them_the_year():
    old, new, _ = before_and_after(What.FORM_MOVE)
    assert old.year == new.year
    assert old.form != new.form
    assert not set(old.classes) & set(new.classes)
    old, new, _ = before_and_after(What.YEAR_MOVE)
    assert (old.year, new.year) == ("9", "10")
    assert old.entry == new.entry


def test_a_future_leaver_is_still_here_and_a_returner_had_left():
    day = night_day(3, TODAY)
    _, future, _ = before_and_after(What.FUTURE_LEAVER)
    assert future.leaves is not None
    assert future.leaves > day
    old, new, _ = before_and_after(What.RETURNER)
    assert old.leaves is not None
    assert old.leaves < TODAY
    assert (new.leaves, new.starts) == (None, day)


def test_the_spoilt_row_has_no_year_and_a_date_of_the_right_shape_that_is_no_date(nights):
    school, mis_id = told(What.UNREADABLE_ROW)
    (row,) = people_of(nights[3] / school)[mis_id]
    assert "Year" not in row
    with pytest.raises(ValueError, match="day is out of range"):
        date.fromisoformat(row["Date of admission"][:10])


def test_the_absent_pupil_is_in_no_report_of_the_third_night(nights):
    school, mis_id = told(What.ABSENT)
    for report in ("pupils", "classes", "contacts"):
        ids = {person_of(row) for row in rows_of(file_of(nights[3] / school, report))}
        assert mis_id not in ids


def test_no_xml_column_is_lost_on_a_later_night(nights):
    for path in nights[2].rglob("*.xml"):
        before = {caption for row in rows_of(path) for caption in row}
        later = nights[3] / path.relative_to(nights[2])
        assert before <= {caption for row in rows_of(later) for caption in row}


def test_the_fourth_night_is_the_third_with_one_file_cut_inside_a_quoted_field(nights):
    third, fourth = bytes_of(nights[3]), bytes_of(nights[4])
    assert {name for name in third if third[name] != fourth[name]} == {"mill/pupils.csv"}
    whole, rest = third["mill/pupils.csv"], fourth["mill/pupils.csv"]
    assert whole.startswith(rest)
    assert 0.4 < len(rest) / len(whole) < 0.6
    assert rest.rsplit(b"\r\n", 1)[-1].count(b'"') == 1


def test_a_file_without_a_quoted_field_cannot_be_cut_in_one(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_bytes(b"a,b\r\n1,2\r\n")
    with pytest.raises(ValueError, match="not found"):
        cut(path)


def test_there_is_no_night_before_the_first(tmp_path):
    with pytest.raises(ValueError, match="first night"):
        write_exports("demo", 0, tmp_path, TODAY)


def test_riverside_lists_its_returner_among_those_with_a_mail():
    school, mis_id = told(What.RETURNER)
    assert school == RIVER.id
    old, _, _ = before_and_after(What.RETURNER)
    assert old.mail
    account = next(one for one in river_accounts(TODAY) if one.person == mis_id)
    assert account.properties["accountEnabled"]
    assert "onPremisesSyncEnabled" not in account.properties
