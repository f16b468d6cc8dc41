"""First passwords: Entra takes each, none holds a name, and the words are fit for children."""

import random
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.naming import word_list
from policies.passwords import NoPassword, entropy_bits, initial_password
from policies.rules import PasswordRules

RULES = PasswordRules()
# Symbols Entra takes (Entra docs: concept-sspr-policy).
SYMBOLS = "@#$%^&*-_!+=[]{}|\\:',.?/`~\"();<> "
AVOID = ("Daniel", "Cutler", "cutlerd", "Plantsbrook School")
SOUND_ALIKE = ("pair", "pear", "flour", "flower", "sail", "sale", "tail", "deer", "write", "sweet")
NAMES = ("amber", "daisy", "grace", "hazel", "holly", "lily", "olive", "poppy", "rose", "ruby")


def drawn(source: random.Random, avoid: tuple[str, ...] = (), rules: PasswordRules = RULES) -> str:
    return initial_password(rules, source.choice, source.randrange, avoid)


def entra_takes(password: str) -> bool:
    letters = set(password)
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SYMBOLS)
    used = sum(not letters.isdisjoint(one) for one in classes)
    return 8 <= len(password) <= 256 and used >= 3 and letters <= set("".join(classes))


def test_five_thousand_passwords_are_all_taken_by_entra_and_hold_no_name() -> None:
    source = random.Random(5523)  # noqa: S311 - a test must repeat itself
    passwords = [drawn(source, AVOID) for _ in range(5_000)]
    assert all(entra_takes(password) for password in passwords)
    assert all(re.fullmatch(r"[A-Z][a-z]+(-[a-z]+){2}\d", password) for password in passwords)
    assert all(len(password) >= 12 for password in passwords)
    assert not any(re.search("daniel|cutler|plantsbrook|school", p.lower()) for p in passwords)
    assert len(set(passwords)) > 4_990


def password_of(words: str, term: str) -> str:
    """The password when chance draws these words in turn and the digit 7."""
    draws = iter(words.split())
    return initial_password(RULES, lambda _: next(draws), lambda _: 7, (term,))


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("otter tiger lamp", "Tiger"),
        ("otter tiger lamp", "TIGER"),
        ("otter tiger lamp", "Mrs Tiger"),
        ("otter tiger lamp", "0tter"),
        ("otter tlger lamp", "t1ger"),
        ("otter tiger salad", "$@l@d"),
        ("otter tiger lamp", "O'tter"),
        ("otter lamp shop", "lamp-shop"),
        ("otter lamp shop", "Ampsho"),
        ("otter lamp shop", "shop7"),
        ("otter zebra lamp", "Zébra"),
    ],
)
def test_a_password_with_a_term_to_avoid_is_drawn_again(words: str, term: str) -> None:
    assert password_of(f"{words} copper tile river", term) == "Copper-tile-river7"


def test_a_term_of_three_letters_forbids_nothing() -> None:
    assert password_of("otter tiger lamp", "Ott") == "Otter-tiger-lamp7"


def test_a_longer_minimum_is_met_by_more_words() -> None:
    source = random.Random(1)  # noqa: S311 - a test must repeat itself
    rules = PasswordRules(min_length=40)
    assert all(40 <= len(drawn(source, rules=rules)) < 50 for _ in range(50))


def test_a_broken_source_of_chance_ends_in_an_error_not_in_a_name() -> None:
    with pytest.raises(NoPassword):
        initial_password(RULES, lambda _: "tiger", lambda _: 1, ("Tiger",))


@given(terms=st.lists(st.sampled_from(word_list("child_safe")), max_size=30), seed=st.integers())
@settings(max_examples=50, deadline=None)
def test_no_password_holds_a_term_however_many_there_are(terms: list[str], seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - a test must repeat itself
    password = drawn(source, tuple(terms)).lower()
    assert not any(term in password for term in terms)


def test_the_word_list_is_large_plain_and_fit_for_children() -> None:
    words = word_list("child_safe")
    assert len(words) >= 1_000
    assert len(set(words)) == len(words)
    assert all(re.fullmatch("[a-z]{4,7}", word) for word in words)
    assert not [word for word in words if any(rude in word for rude in word_list("unsuitable"))]
    assert not set(words) & {*SOUND_ALIKE, *NAMES}


def test_three_words_are_worth_at_least_thirty_bits() -> None:
    assert entropy_bits(RULES) > 30
    assert entropy_bits(PasswordRules(words=4)) > entropy_bits(RULES) + 10
