"""The first password of a new account: three friendly words, one capital, one digit.

`Copper-tiger-lamp7` follows NCSC's advice (three random words) and Entra's rule for cloud accounts
(8 to 256 characters, ASCII, three of four kinds of character). It holds nothing of the person or
the school, read as Entra's own ban reads it: capitals aside, 0 as o, 1 as l, $ as s, @ as a, and
only terms of four letters or more (Entra docs: concept-password-ban-bad).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from math import log2
from unicodedata import normalize

from anyascii import anyascii

from policies.naming import word_list
from policies.rules import PasswordRules

SHORTEST_TERM = 4  # Entra matches names and tenant names of four letters or more
_LOOKALIKES = str.maketrans("01$@", "olsa")
_DRAWS = 1_000  # a fair source needs two draws now and then; a broken one must not hang a night


class NoPassword(RuntimeError):
    """The source of chance gave no password free of the terms to avoid."""


def initial_password(
    rules: PasswordRules,
    choose: Callable[[Sequence[str]], str],
    digit: Callable[[int], int],
    avoid: Iterable[str],
) -> str:
    """A password of at least `rules.words` words and `rules.min_length` characters.

    `choose` picks one of a sequence and `digit` a number below its argument; both must come from
    `secrets`. No term of `avoid` (names, school name, alias: given whole, taken apart here) occurs
    in it. Raises NoPassword when a thousand draws all hold one.
    """
    terms = _terms(avoid)
    for _ in range(_DRAWS):
        password = _draw(rules, choose, digit)
        folded = _folded(password)
        if not any(term in folded for term in terms):
            return password
    raise NoPassword("no password without a term to avoid; is the source of chance sound?")


def entropy_bits(rules: PasswordRules) -> float:
    """The least guessing work, in bits: what an attacker faces who knows the list and the shape."""
    return rules.words * log2(len(word_list("child_safe"))) + log2(10)


def _draw(
    rules: PasswordRules, choose: Callable[[Sequence[str]], str], digit: Callable[[int], int]
) -> str:
    listed = word_list("child_safe")
    words = [choose(listed) for _ in range(rules.words)]
    while sum(map(len, words)) + len(words) < rules.min_length:
        words.append(choose(listed))
    return f"{'-'.join(words).capitalize()}{digit(10)}"


def _terms(avoid: Iterable[str]) -> frozenset[str]:
    """Each term whole and each of its words, folded, when long enough to count."""
    spelt = (anyascii(normalize("NFC", term)) for term in avoid)
    parts = (part for term in spelt for part in (term, *re.split(r"[^A-Za-z0-9$@]+", term)))
    return frozenset(term for part in parts if len(term := _folded(part)) >= SHORTEST_TERM)


def _folded(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower().translate(_LOOKALIKES))
