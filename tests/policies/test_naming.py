"""User names and display names: rows, and laws that hold for every person and pattern."""

import re
from datetime import date
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from policies.naming import (
    NoName,
    alias_candidates,
    alias_pattern,
    display_name,
    display_pattern,
    entra_name,
    user_name,
    word_list,
)
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.people import Kind, Person, PersonKey
from policies.rules import NamingRules

# Entra's alias (Graph docs: user-post-users), lower case, and no dot before the @.
VALID_ALIAS = re.compile(r"[a-z0-9]([a-z0-9_-]|\.(?!\.))*(?<!\.)")
PATTERNS = (
    "{entry:2}{surname:8}{initial}",
    "{initial}.{surname}",
    "{forename:3}_{surname:4}",
    "{title}.{surname}.{forename}",
    "{admission}",
    "x-{surname}{entry}",
)


def a_person(**changes: object) -> Person:
    values: dict[str, object] = {
        "key": PersonKey("pb", "5523"),
        "kind": Kind.PUPIL,
        "given_name": "Amy",
        "surname": "Oduya",
        "entry_year": 2019,
        "admission_number": "004521",
    }
    return Person(**{**values, **changes})  # type: ignore[arg-type]


def a_naming(pattern: str, display: str = "{forename} {surname}", longest: int = 20) -> NamingRules:
    return NamingRules(
        alias=dict.fromkeys(Kind, pattern),
        display=dict.fromkeys(Kind, display),
        max_length=longest,
    )


def first(count: int, person: Person, pattern: str, longest: int = 20) -> list[str]:
    return list(islice(alias_candidates(person, a_naming(pattern, longest=longest)), count))


@pytest.mark.parametrize(
    ("given_name", "surname", "pattern", "alias"),
    [
        ("Amy", "Oduya", "{entry:2}{surname:8}{initial}", "19oduyaa"),
        ("Amy", "Oduya", "{entry}{surname}", "2019oduya"),
        ("Amy", "Oduya", "{forename:2}-{admission}", "am-004521"),
        ("SEÁN", "O'REILLY", "{initial}.{surname}", "s.oreilly"),
        ("Ana", "Da Silva", "{surname}", "dasilva"),
        ("Łukasz", "Ng", "{forename}", "lukasz"),
        ("Zoe\u0308", "Ng", "{forename}", "zoe"),
        ("小明", "王", "{forename}{surname}", "xiaomingwang"),
        ("Ellie-Mae", "Li", "{forename:6}{surname}", "ellieli"),
        ("Ellie--Mae", "Li", "{forename}", "ellie-mae"),
        ("Jo", "St. John", "{initial}.{surname}", "j.stjohn"),
        ("Jo", "Ng", "{title}.{surname}.", "ng"),
        ("Jo", "Ng", "{forename}.-.{surname}", "jo-ng"),
    ],
)
def test_a_name_becomes_an_alias(given_name: str, surname: str, pattern: str, alias: str) -> None:
    person = a_person(given_name=given_name, surname=surname)
    assert first(1, person, pattern) == [alias]


def test_staff_are_named_by_their_code() -> None:
    teacher = a_person(kind=Kind.STAFF, staff_code="RVE")
    assert first(1, teacher, "{code}.{surname}") == ["rve.oduya"]


def test_a_clash_is_numbered_from_two_and_cut_before_the_number() -> None:
    assert first(3, a_person(), "{surname}", longest=5) == ["oduya", "oduy2", "oduy3"]
    assert first(11, a_person(), "{surname}", longest=5)[-1] == "odu11"


def test_a_number_behind_a_digit_follows_a_hyphen() -> None:
    assert first(2, a_person(), "{surname}{entry:2}") == ["oduya19", "oduya19-2"]


def test_a_cut_before_the_number_leaves_no_separator_in_between() -> None:
    assert first(2, a_person(), "{forename}.{surname:1}", longest=5) == ["amy.o", "amy2"]


def test_a_name_that_a_number_repeats_is_given_once() -> None:
    names = first(40, a_person(surname="abcd1"), "{surname}{initial}", longest=6)
    assert len(set(names)) == 40


def test_the_entry_year_is_the_first_day_s_when_the_roster_has_none() -> None:
    person = a_person(entry_year=None, starts=date(2026, 9, 3))
    assert first(1, person, "{entry:2}{surname}") == ["26oduya"]


@pytest.mark.parametrize(
    ("changes", "pattern", "reason"),
    [
        ({"entry_year": None}, "{entry}{surname}", "neither an entry year nor a first day"),
        ({"admission_number": " "}, "{admission}", "no admission number"),
        ({"surname": "-"}, "{initial}{surname}", "no surname"),
        ({"given_name": ""}, "{initial}{surname}", "no forename"),
        ({"kind": Kind.STAFF}, "{code}", "no staff code"),
    ],
)
def test_a_pattern_without_its_value_gives_no_name(
    changes: dict[str, object], pattern: str, reason: str
) -> None:
    with pytest.raises(NoName, match=f"pb:5523 has {reason}") as refused:
        alias_candidates(a_person(**changes), a_naming(pattern))
    assert "Oduya" not in str(refused.value)


@pytest.mark.parametrize(
    ("given_name", "surname", "pattern", "alias"),
    [
        ("Sam", "Hitchens", "{initial}{surname}", "s.hitchens"),
        ("Amy", "Cockram", "{surname:4}{initial}", "coc.a"),
        ("Amy", "Cockram", "{surname}{initial}", "cockrama"),
        ("Amy", "Dickinson", "{surname:8}", "dickinso"),
        ("Ty", "Ng", "{initial}{surname}", "tng"),
    ],
)
def test_a_join_or_a_cut_spells_no_unsuitable_word(
    given_name: str, surname: str, pattern: str, alias: str
) -> None:
    person = a_person(given_name=given_name, surname=surname)
    assert first(1, person, pattern) == [alias]


def test_a_number_is_left_out_when_its_cut_spells_an_unsuitable_word() -> None:
    assert first(2, a_person(surname="Cocker"), "{surname}", longest=6) == ["cocker", "cocke2"]
    assert first(2, a_person(surname="Cocks"), "{surname}", longest=5) == ["cocks", "coc10"]


def test_a_word_that_no_dot_can_part_gives_no_name() -> None:
    with pytest.raises(NoName, match="spells no suitable name"):
        alias_candidates(a_person(surname="Acockson"), a_naming("{surname}", longest=5))


def test_a_name_that_just_fits_is_not_taken_for_a_cut_one() -> None:
    assert first(1, a_person(surname="Hancock"), "{surname}", longest=7) == ["hancock"]


def test_a_title_without_letters_alone_gives_no_name() -> None:
    with pytest.raises(NoName, match="spells no suitable name"):
        alias_candidates(a_person(), a_naming("{title}"))


def test_the_first_free_alias_is_the_user_name() -> None:
    rules = load_rules(SHIPPED_PACKS, "pb")
    assert user_name(a_person(), rules, {"19oduyaa", "19oduyaa2"}.__contains__) == "19oduyaa3"


def test_when_every_alias_is_taken_a_person_decides() -> None:
    rules = load_rules(SHIPPED_PACKS, "pb")
    naming = a_naming("{surname:1}", longest=3)
    with pytest.raises(NoName, match="every name within 3 characters is taken"):
        user_name(a_person(), replace(rules, naming=naming), bool)


names = st.text(max_size=30) | st.from_regex(r"[a-z]{4}[0-9]{1,2}", fullmatch=True)
people = st.builds(
    a_person,
    kind=st.sampled_from(Kind),
    given_name=names,
    surname=names,
    title=st.sampled_from(["", "Mr", "Ms", "Dr."]),
    admission_number=st.text("0123456789-/ ", max_size=8),
    entry_year=st.none() | st.integers(1990, 2040),
)


@given(
    person=people.filter(lambda person: person.kind is Kind.PUPIL),
    pattern=st.sampled_from(PATTERNS),
    longest=st.integers(5, 64),
)
@settings(max_examples=120, deadline=None)
def test_every_alias_is_one_that_entra_takes(person: Person, pattern: str, longest: int) -> None:
    try:
        candidates = first(15, person, pattern, longest)
    except NoName:
        return
    assert len(set(candidates)) == len(candidates) == 15
    for alias in candidates:
        assert VALID_ALIAS.fullmatch(alias)
        assert len(alias) <= longest


@given(word=st.sampled_from(word_list("unsuitable")), rest=st.text("abdeinort", max_size=6))
@settings(max_examples=120, deadline=None)
def test_no_join_spells_an_unsuitable_word(word: str, rest: str) -> None:
    person = a_person(given_name=word[0], surname=word[1:] + rest)
    alias = first(1, person, "{initial}{surname}", longest=64)[0]
    own = [rude for rude in word_list("unsuitable") if rude in person.surname]
    assert [rude for rude in word_list("unsuitable") if rude in alias] == own


@pytest.mark.parametrize(
    ("changes", "display", "shown"),
    [
        ({}, "{forename} {surname}", "Amy Oduya"),
        ({"surname": "McLAUGHLIN"}, "{forename} {surname}", "Amy McLAUGHLIN"),
        ({"title": "Miss"}, "{title} {surname}", "Miss Oduya"),
        ({}, "{title} {surname}", "Amy Oduya"),
        ({}, "{title} {forename} {surname}", "Amy Oduya"),
        ({"given_name": "Zoë  Ann\u00a0"}, "{initial} {surname:3}", "Z Odu"),
        ({"given_name": "A\u0000my"}, "{forename}", "A my"),
    ],
)
def test_a_display_name_keeps_the_roster_s_capitals(
    changes: dict[str, object], display: str, shown: str
) -> None:
    assert display_name(a_person(**changes), a_naming("{surname}", display)) == shown


def test_a_person_without_any_name_has_no_display_name() -> None:
    with pytest.raises(NoName, match="pb:5523"):
        display_name(a_person(given_name="", surname=" "), a_naming("{admission}"))


@given(person=people)
@settings(max_examples=60, deadline=None)
def test_display_names_and_name_parts_fit_into_entra(person: Person) -> None:
    long = a_person(given_name=person.given_name * 9, surname=person.surname * 9)
    for one in (person, long):
        assert len(entra_name(one.surname)) <= 64
        try:
            shown = display_name(one, a_naming("{surname}", "{forename} {surname} " * 4))
        except NoName:
            continue
        assert 0 < len(shown) <= 256
        assert shown == shown.strip()


@pytest.mark.parametrize(
    ("pattern", "kind", "problem"),
    [
        ("{nickname}", Kind.PUPIL, "unknown token {nickname}"),
        ("{code}", Kind.PUPIL, "unknown token {code}"),
        ("{admission}", Kind.STAFF, "unknown token {admission}"),
        ("{surname", Kind.PUPIL, "brace"),
        ("{surname:0}", Kind.PUPIL, "brace"),
        ("{surname} x", Kind.PUPIL, "no user name may hold"),
        ("{entry:3}{surname}", Kind.PUPIL, "cuts the entry year"),
        ("{entry}", Kind.PUPIL, "gives everyone the same name"),
    ],
)
def test_an_alias_pattern_that_cannot_work_is_refused(
    pattern: str, kind: Kind, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        alias_pattern(pattern, kind)


def test_a_display_pattern_must_name_someone() -> None:
    assert display_pattern("{title} {surname}") == "{title} {surname}"
    with pytest.raises(ValueError, match="same name"):
        display_pattern("Pupil")
