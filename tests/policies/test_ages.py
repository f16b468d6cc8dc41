"""How old somebody is on a day, and what the tenant is told of it."""

from datetime import date

import pytest

from policies.ages import AgeGroup, age_group, age_on, birthday, decides_from

LEAP = date(2008, 2, 29)


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 2, 28), 17),
        (date(2026, 3, 1), 18),
        (date(2027, 2, 28), 18),
        (date(2027, 3, 1), 19),
        (date(2028, 2, 28), 19),
        (date(2028, 2, 29), 20),
        (date(2029, 2, 28), 20),
        (date(2029, 3, 1), 21),
    ],
)
def test_who_was_born_on_a_29_february_ages_on_1_march_in_a_common_year(day: date, age: int):
    assert age_on(LEAP, day) == age


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 3, 30), AgeGroup.MINOR),
        (date(2026, 3, 31), AgeGroup.NOT_ADULT),
        (date(2031, 3, 30), AgeGroup.NOT_ADULT),
        (date(2031, 3, 31), AgeGroup.ADULT),
    ],
)
def test_an_age_group_begins_with_the_birthday(day: date, group: AgeGroup):
    assert age_group(date(2013, 3, 31), day) is group


def test_an_unknown_birth_date_or_one_to_come_is_no_age():
    day = date(2026, 11, 26)
    assert age_on(None, day) is age_group(None, day) is decides_from(None, 16) is None
    assert age_on(date(2026, 11, 27), day) is None


@pytest.mark.parametrize(("asked", "age"), [(13, 13), (16, 16), (18, 18), (5, 13), (40, 18)])
def test_the_packs_age_lies_between_13_and_18_whatever_it_says(asked: int, age: int):
    assert decides_from(LEAP, asked) == birthday(LEAP, age)
