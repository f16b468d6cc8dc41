"""How easily a password is guessed, and the words that are guessed first: zxcvbn's judgement.

Loaded on demand and never on a night's path: its word lists take a tenth of a second to read.
"""

from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from policies.naming import word_list
from policies.resemblance import folded

# Its work grows with the cube of the length; what is longer is no easier to guess than its start.
_LONGEST_JUDGED = 72


class Strength(Struct, frozen=True):
    """zxcvbn's score from 0 to 4, the guesses needed as a power of ten, and its advice."""

    score: int
    guesses_log10: float
    advice: tuple[str, ...] = ()


def strength(password: str, known: Iterable[str]) -> Strength:
    """The judgement on a password, for someone who knows these words of the person."""
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:_LONGEST_JUDGED], user_inputs=list(known))
    feedback = found["feedback"]
    said = (feedback["warning"], *feedback["suggestions"])
    advice = tuple(text for text in said if text)
    return Strength(int(found["score"]), round(float(found["guesses_log10"]), 1), advice)


def is_common(text: str) -> bool:
    """Whether a text in small letters is among the 30,000 passwords that are guessed first."""
    return text in _common()


def is_word(text: str) -> bool:
    """Whether small letters are one word of English, or one name."""
    return text in _words()


def is_folded_word(text: str) -> bool:
    """`is_word` for a text whose look-alikes are undone (policies.resemblance.folded)."""
    return text in _folded_words()


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _words() -> frozenset[str]:
    """All lists together: each word stands in the one list where it is most frequent."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed = (word for words in FREQUENCY_LISTS.values() for word in words if word.isalpha())
    return frozenset((*listed, *word_list("child_safe"), *word_list("picture")))


@cache
def _folded_words() -> frozenset[str]:
    return frozenset(folded(word) for word in _words() if len(word) > 1)
