"""Groups by the pack's naming, and unique names that never meet."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from policies.groups import group_finder, group_pattern, groups_of
from policies.key_stages import key_stage
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.people import Kind, Person, PersonKey
from policies.rules import GroupKind, GroupRules

RULES = load_rules(SHIPPED_PACKS, "pb")


def a_pupil(year: str | None = "7", form: str | None = "7B", mis_id: str = "1") -> Person:
    return Person(
        key=PersonKey("pb", mis_id),
        kind=Kind.PUPIL,
        given_name="Amy",
        surname="Oduya",
        year=year,
        form=form,
    )


def unique_names(person: Person) -> list[str]:
    return [group.unique_name for group in groups_of(person, RULES)]


@pytest.mark.parametrize(
    ("years", "stage"),
    [
        (("N1", "N2", "R"), "EYFS"),
        (("1", "2"), "KS1"),
        (("3", "4", "5", "6"), "KS2"),
        (("7", "8", "9"), "KS3"),
        (("10", "11"), "KS4"),
        (("12", "13", "14"), "KS5"),
        (("", "0", "15", "Year 7", "r"), None),
    ],
)
def test_a_year_lies_in_its_key_stage(years: tuple[str, ...], stage: str | None) -> None:
    assert {key_stage(year) for year in years} == {stage}


def test_a_pupil_is_in_four_groups_sorted_by_unique_name() -> None:
    groups = groups_of(a_pupil(), RULES)
    assert [(group.unique_name, group.display_name) for group in groups] == [
        ("gs-pb-all-pupils", "Plantsbrook School All pupils"),
        ("gs-pb-form-7b", "Plantsbrook School Form 7B"),
        ("gs-pb-ks3", "Plantsbrook School KS3"),
        ("gs-pb-year-7", "Plantsbrook School Year 7"),
    ]
    assert [group.mail_nickname for group in groups] == [group.unique_name for group in groups]
    assert groups[0].kind is GroupKind.ALL_PUPILS


def test_staff_are_among_all_staff_whatever_their_year() -> None:
    teacher = replace(a_pupil(), kind=Kind.STAFF)
    assert unique_names(teacher) == ["gs-pb-all-staff"]


@pytest.mark.parametrize("year", [None, "", "15", "Year 7"])
def test_a_pupil_of_no_known_year_is_only_among_all_pupils(year: str | None) -> None:
    assert unique_names(a_pupil(year=year)) == ["gs-pb-all-pupils"]


@pytest.mark.parametrize("form", [None, "", "  "])
def test_a_pupil_without_a_form_is_in_no_form_group(form: str | None) -> None:
    assert unique_names(a_pupil(form=form)) == ["gs-pb-all-pupils", "gs-pb-ks3", "gs-pb-year-7"]


def test_a_kind_that_the_pack_does_not_name_is_not_kept() -> None:
    rules = replace(RULES, groups=GroupRules(names={GroupKind.YEAR: "Year {year}"}))
    assert [group.unique_name for group in groups_of(a_pupil(), rules)] == ["gs-pb-year-7"]


@pytest.mark.parametrize(
    ("form", "ending"),
    [
        ("7B", "7b"),
        (" 7B ", "7b"),
        ("Oak", "oak"),
        ("Oak Class", "oak-class"),
        ("11X/Ma1", "11x-ma1-[0-9a-f]{8}"),
        ("7b", "7b-[0-9a-f]{8}"),
        ("Chêne", "chene-[0-9a-f]{8}"),
        ("/", "[0-9a-f]{8}"),
        ("A" * 80, "a{20}-[0-9a-f]{8}"),
    ],
)
def test_a_form_s_unique_name_keeps_what_can_be_read_back(form: str, ending: str) -> None:
    assert re.fullmatch(f"gs-pb-form-{ending}", unique_names(a_pupil(form=form))[1])


forms = st.text(max_size=12) | st.from_regex(r"[0-9]{1,2}[A-C](/[A-C]|-[a-c])?", fullmatch=True)
respelt = st.sampled_from([str.lower, str.title, str.swapcase, lambda form: form.replace("/", "-")])


@given(one=forms, other=forms, respell=st.none() | respelt)
@settings(max_examples=150, deadline=None)
def test_two_forms_never_share_a_group(
    one: str, other: str, respell: Callable[[str], str] | None
) -> None:
    other = respell(one) if respell else other
    groups = [groups_of(a_pupil(form=form), RULES) for form in (one, other)]
    names = [[group.unique_name for group in several] for several in groups]
    assert (names[0] == names[1]) == (one.split() == other.split())
    for group in (*groups[0], *groups[1]):
        assert re.fullmatch("[a-z0-9-]{1,64}", group.mail_nickname)
        assert 0 < len(group.display_name) <= 256


def test_twenty_thousand_people_are_grouped_in_a_tenth_of_a_second() -> None:
    people = [
        a_pupil(str(n % 14 + 1), f"{n % 14 + 1}{'ABCDEF'[n % 6]}", str(n)) for n in range(20_000)
    ]
    began = time.process_time()
    find = group_finder(RULES)
    total = sum(len(find(person)) for person in people)
    spent = time.process_time() - began
    assert total == 80_000
    assert spent < 0.1 * 3  # three times the aim, for a busy machine


@pytest.mark.parametrize(
    ("kind", "pattern", "problem"),
    [
        (GroupKind.REGISTRATION, "{school} Form", "add {form}"),
        (GroupKind.YEAR, "{school} {form}", "unknown token {form}"),
        (GroupKind.ALL_PUPILS, "{school} {year}", "unknown token {year}"),
        (GroupKind.KEY_STAGE, "{school:3} {key_stage}", "cuts a token"),
    ],
)
def test_a_group_name_that_cannot_work_is_refused(
    kind: GroupKind, pattern: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        group_pattern(pattern, kind)
