"""The first password of a new account: friendly words, one capital, a digit at the end.

`Copper-tiger-lamp7` follows NCSC's advice (three random words) and Entra's rule for cloud accounts.
It holds nothing that the roster says of the person, nothing of the school and no unsuitable word
across its hyphens, and it passes the school's own check (policies.password_check).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

from policies.naming import word_list
from policies.password_phases import digits_in, fewest_words, words_for
from policies.password_rules import PasswordRules, Phase
from policies.resemblance import SHORTEST_ANYWHERE, folded, one_apart, parts

_DRAWS = 1_000  # a fair source needs two draws now and then; a broken one must not hang a night
_UNSOUND = "no password without a term to avoid; is the source of chance sound?"
_NUMBER = re.compile("[0-9]+")


class NoPassword(RuntimeError):
    """The source of chance gave no password free of the terms to avoid."""


def initial_password(
    rules: PasswordRules,
    choose: Callable[[Sequence[str]], str],
    digit: Callable[[int], int],
    avoid: Iterable[str],
    phase: Phase = Phase.SECONDARY,
) -> str:
    """A password of as many words as the phase asks and at least `rules.min_length` characters.

    `choose` picks one of a sequence and `digit` a number below its argument; both must come from
    `secrets`. Nothing of `avoid` (names, form, year, user name, …: given whole, taken apart here)
    occurs in it, nor any word one letter away. Raises NoPassword when a thousand draws all fail.
    """
    values = [value for value in avoid if value]
    terms = parts(values)
    long = [term for term in terms if len(term) >= SHORTEST_ANYWHERE]
    numbers = set(_NUMBER.findall(" ".join(values)))
    for _ in range(_DRAWS):
        words = _words(rules, phase, choose, lambda word: _fits(_folded(word), terms, long))
        number = "".join(str(digit(10)) for _ in range(digits_in(rules)))
        together = "".join(map(_folded, words))
        if (
            not any(term in together for term in terms)
            and not any(known in number for known in numbers)
            and not _rude().search("".join(words))
        ):
            return f"{'-'.join(words).capitalize()}{number}"
    raise NoPassword(_UNSOUND)


def _words(
    rules: PasswordRules,
    phase: Phase,
    choose: Callable[[Sequence[str]], str],
    fits: Callable[[str], bool],
) -> list[str]:
    listed = words_for(phase)
    fewest, letters = fewest_words(phase, rules), rules.min_length - digits_in(rules)
    words: list[str] = []
    for _ in range(_DRAWS):
        if (word := choose(listed)) and fits(word):
            words.append(word)
        if len(words) >= fewest and sum(map(len, words)) + len(words) - 1 >= letters:
            return words
    raise NoPassword(_UNSOUND)


def _fits(word: str, terms: Iterable[str], long: Iterable[str]) -> bool:
    """Whether a folded word holds none of the terms and is not one letter from one."""
    for term in terms:
        if term in word:
            return False
    first, last = word[0], word[-1]
    for term in long:
        # Most pairs fall here already: words one letter apart share their first or their last.
        if (term[0] == first or term[-1] == last) and one_apart(term, word):
            return False
    return True


@lru_cache(maxsize=4_096)
def _folded(word: str) -> str:
    """A word of the lists, folded; never a whole password, which no cache should keep."""
    return folded(word)


@cache
def _rude() -> re.Pattern[str]:
    return re.compile("|".join(word_list("unsuitable")))
