"""First passwords: Entra takes each, none holds what the roster says, and words fit children."""

import random
import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import password_check
from policies.entra_passwords import Expiry, FirstSignIn, takes
from policies.naming import word_list
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.password_phases import (
    entropy_bits,
    expiry,
    phase_of,
    sign_in_terms,
    words_for,
)
from policies.password_rules import PHASES, ChangeRules, PasswordRules, Phase
from policies.passwords import NoPassword, initial_password
from policies.people import Kind

RULES = PasswordRules()
# Symbols Entra takes (Entra docs: concept-sspr-policy).
SYMBOLS = "@#$%^&*-_!+=[]{}|\\:',.?/`~\"();<> "
AVOID = ("Daniel", "Cutler", "cutlerd", "Plantsbrook School", "7B", "7", "5523")
# For each word the other one that the ear, or another spelling, would take it for.
SOUND_ALIKE = (
    *("pair", "pear", "flour", "flower", "sail", "sale", "tail", "deer", "write", "sweet"),
    *("drawer", "shore", "floor", "hangar", "wagon", "carrot", "sheet", "rotor", "minute"),
)
NAMES = ("amber", "daisy", "grace", "hazel", "holly", "lily", "olive", "poppy", "rose", "ruby")
LISTS = ("child_safe", "picture")


def drawn(
    source: random.Random,
    avoid: tuple[str, ...] = (),
    rules: PasswordRules = RULES,
    phase: Phase = Phase.SECONDARY,
) -> str:
    return initial_password(rules, source.choice, source.randrange, avoid, phase)


def entra_takes(password: str) -> bool:
    """Written a second time, so that the product's own model of Entra is tested too."""
    letters = set(password)
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SYMBOLS)
    used = sum(not letters.isdisjoint(one) for one in classes)
    return 8 <= len(password) <= 256 and used >= 3 and letters <= set("".join(classes))


@given(password=st.one_of(st.text(max_size=300), st.text(string.printable, max_size=20)))
def test_our_model_of_entra_is_entras_rule(password: str) -> None:
    assert takes(password) == entra_takes(password)


@pytest.mark.parametrize("phase", Phase)
def test_two_thousand_passwords_of_a_phase_are_all_taken_by_entra(phase: Phase) -> None:
    source = random.Random(5523)  # noqa: S311 - a test must repeat itself
    passwords = [drawn(source, AVOID, phase=phase) for _ in range(2_000)]
    words = PHASES[phase].words
    shape = rf"[A-Z][a-z]+(-[a-z]+){{{words - 1}}}\d"
    assert all(entra_takes(password) for password in passwords)
    assert all(re.fullmatch(shape, password) for password in passwords)
    assert {word for password in passwords for word in password[:-1].lower().split("-")} <= {
        *words_for(phase)
    }
    forbidden = "daniel|cutler|plantsbrook|school|7"
    assert not any(re.search(forbidden, password.lower()) for password in passwords)
    assert len(set(passwords)) > 1_980


def test_the_youngest_get_two_short_words_that_can_be_drawn() -> None:
    source = random.Random(1)  # noqa: S311 - a test must repeat itself
    words = drawn(source, phase=Phase.YOUNG)[:-1].lower().split("-")
    assert len(words) == 2
    assert {*words} <= {*word_list("picture")}
    assert all(3 <= len(word) <= 6 for word in word_list("picture"))


def password_of(words: str, term: str) -> str:
    """The password when chance draws these words in turn and the digit 7, then 3."""
    draws, digits = iter(words.split()), iter((7, 3, 3, 3))
    return initial_password(RULES, lambda _: next(draws), lambda _: next(digits), (term,))


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("tiger copper tile river", "Tiger"),
        ("tiger copper tile river", "TIGER"),
        ("tiger copper tile river", "Mrs Tiger"),
        ("tiger copper tile river", "tigger"),
        ("otter copper tile river", "0tter"),
        ("tiger copper tile river", "t1ger"),
        ("salad copper tile river", "$@l@d"),
        ("otter copper tile river", "O'tter"),
        ("otter copper tile river", "19otter"),
        ("otter copper tile river", "ott"),
        ("zebra copper tile river", "Zébra"),
        ("lamp shop copper tile river", "lamp-shop"),
    ],
)
def test_a_word_with_a_term_to_avoid_is_drawn_again(words: str, term: str) -> None:
    assert password_of(words, term) == "Copper-tile-river7"


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("otter lamp boat copper tile river", "ampbo"),
        ("otter lamp boat copper tile river", "7"),
        ("otter lamp boat copper tile river", "7B"),
        ("rocket lobster otter copper tile river", "year 7"),
    ],
)
def test_a_term_across_two_words_and_a_number_of_the_roster_are_drawn_again(
    words: str, term: str
) -> None:
    assert password_of(words, term) == "Copper-tile-river3"


def test_no_unsuitable_word_is_spelt_across_two_words() -> None:
    assert password_of("bus exit lamp copper tile river", "x") == "Copper-tile-river3"


def test_a_longer_minimum_is_met_by_more_words_and_more_digits_stand_at_the_end() -> None:
    source = random.Random(1)  # noqa: S311 - a test must repeat itself
    rules = PasswordRules(min_length=40, min_digits=3)
    passwords = [drawn(source, rules=rules) for _ in range(50)]
    assert all(40 <= len(one) < 52 and re.search(r"[a-z]\d{3}$", one) for one in passwords)


def test_a_broken_source_of_chance_ends_in_an_error_not_in_a_name() -> None:
    with pytest.raises(NoPassword):
        initial_password(RULES, lambda _: "tiger", lambda _: 1, ("Tiger",))
    with pytest.raises(NoPassword):
        initial_password(RULES, lambda _: "tiger", lambda _: 1, ("Year 1",))


@given(
    terms=st.lists(st.sampled_from(word_list("child_safe")), max_size=30),
    seed=st.integers(),
    phase=st.sampled_from(Phase),
)
@settings(max_examples=50, deadline=None)
def test_no_password_holds_a_term_however_many_there_are(
    terms: list[str], seed: int, phase: Phase
) -> None:
    source = random.Random(seed)  # noqa: S311 - a test must repeat itself
    password = drawn(source, tuple(terms), phase=phase).lower()
    assert not any(term in password for term in terms)


@pytest.mark.parametrize(("name", "letters"), [("child_safe", "4,7"), ("picture", "3,6")])
def test_each_word_list_is_plain_and_fit_for_children(name: str, letters: str) -> None:
    words = word_list(name)
    assert len(set(words)) == len(words)
    assert list(words) == sorted(words)
    assert all(re.fullmatch(f"[a-z]{{{letters}}}", word) for word in words)
    assert not [word for word in words if any(rude in word for rude in word_list("unsuitable"))]
    assert not set(words) & {*SOUND_ALIKE, *NAMES}


def test_no_list_holds_a_common_forename() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    forenames = {*FREQUENCY_LISTS["female_names"], *FREQUENCY_LISTS["male_names"]}
    assert not {word for name in LISTS for word in word_list(name)} & forenames


def test_the_lists_are_as_long_as_the_entropy_says() -> None:
    assert len(word_list("child_safe")) >= 1_000
    assert len(word_list("picture")) >= 256
    assert [round(entropy_bits(phase, RULES)) for phase in Phase] == [20, 31, 34, 44]
    more = PasswordRules(words=5, min_digits=2)
    assert entropy_bits(Phase.STAFF, more) > entropy_bits(Phase.STAFF, RULES) + 13
    assert entropy_bits(Phase.YOUNG, PasswordRules(words=5)) == entropy_bits(Phase.YOUNG, RULES)


@pytest.mark.parametrize(
    ("kind", "years", "phase"),
    [
        (Kind.PUPIL, ("N1", "N2", "R", "1", "2"), Phase.YOUNG),
        (Kind.PUPIL, ("3", "4", "5", "6"), Phase.KS2),
        (Kind.PUPIL, ("7", "9", "11", "14", "", None, "Prep"), Phase.SECONDARY),
        (Kind.STAFF, (None, "1"), Phase.STAFF),
    ],
)
def test_the_phase_follows_the_year_and_the_kind(
    kind: Kind, years: tuple[str | None, ...], phase: Phase
) -> None:
    assert {phase_of(kind, year) for year in years} == {phase}


def test_who_may_not_or_cannot_choose_a_password_is_not_asked_to() -> None:
    terms = sign_in_terms(Kind.PUPIL, Phase.YOUNG, RULES)
    assert (terms.first_sign_in, terms.reason) == (
        FirstSignIn.KEEP,
        "is kept: too young to choose one",
    )
    for phase, kind in ((Phase.KS2, Kind.PUPIL), (Phase.STAFF, Kind.STAFF)):
        assert sign_in_terms(kind, phase, RULES).first_sign_in is FirstSignIn.CHANGE
    issued = PasswordRules(
        user_may_change={Kind.STAFF: False}, clauses={"user_may_change.staff": ("X-1",)}
    )
    assert sign_in_terms(Kind.STAFF, Phase.STAFF, issued).clauses == ("X-1",)


def test_passwords_expire_only_after_a_named_decision() -> None:
    asked = ChangeRules(expire_days=90)
    decided = ChangeRules(expire_days=90, expiry_decided_by="Head, 1 Sept")
    assert expiry(RULES) is Expiry.NEVER
    assert expiry(PasswordRules(change=asked)) is Expiry.NEVER
    assert expiry(PasswordRules(change=decided)) is Expiry.AS_THE_DOMAIN


def test_the_page_on_passwords_says_what_the_code_does() -> None:
    page = (Path(__file__).parents[2] / "docs" / "passwords.md").read_text(encoding="utf-8")
    told = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ")
    ]
    phases = {row[0]: row[2:] for row in told if row[0] in set(Phase)}
    assert phases == {
        phase: [
            str(PHASES[phase].words),
            f"{len(words_for(phase)):,}",
            f"{entropy_bits(phase, RULES):.0f} bits",
            "yes" if PHASES[phase].change_at_first_sign_in else "no",
        ]
        for phase in Phase
    }
    source = Path(password_check.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'_broken\(\s*"(\w+)"|code="(\w+)"', source))
    named = {code for row in told for code in re.findall("`(\\w+)`", row[0])}
    assert named == {one or other for one, other in codes}
    scores = ", ".join(f"{phase} {PHASES[phase].min_score}" for phase in Phase)
    assert f"below that of the phase: {scores} |" in page


def test_the_defaults_of_the_packs_are_those_of_the_code() -> None:
    silent = load_rules(SHIPPED_PACKS, "wpt").password
    assert (silent.phases, silent.words) == (PHASES, RULES.words)
    assert silent.not_similar_to == RULES.not_similar_to
