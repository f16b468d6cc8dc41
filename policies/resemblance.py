"""Whether a password holds a name, however it is dressed up: `Cut1er-2026` for Cutler.

Accents, case, look-alikes (1 for i or l, 0 for o, 4 or @ for a, …) and what stands around a word
are undone first. A name of four letters or more counts wherever it stands, as Entra counts it, and
with one letter wrong where it is a word of its own. A shorter one would be found in half the
dictionary: it counts as a word of its own, or stuck to another word (`amyharbour`), and `dreamy` is
left alone (docs/decisions/0009-short-names-in-passwords.md).
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from unicodedata import normalize

from anyascii import anyascii
from msgspec import Struct

SHORTEST_ANYWHERE = 4  # Entra matches names and tenant names of four letters or more
SHORTEST = 2
# i and l are one letter here, because 1 stands for both.
_LOOKALIKES = str.maketrans("012345789!|@$+i", "olzeastbgllastl")
_WORD = re.compile(r"[a-z0-9!|@$+]+")
_DOUBLED = re.compile(r"(.)\1+")
_CAMEL = re.compile("[A-Z]?[a-z]+|[A-Z]+")
_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9$@]+")
_NOT_LETTERS = re.compile("[^a-z]+")
_ENDS = "0123456789!|@$+"


class Candidate(Struct, frozen=True):
    """A password, undone: its letters run together, and its words in the ways they may be read.

    `lean` are the words in every reading without doubled letters: `amyy` is `amy`. `bare` are the
    words without what stands around them: with its digit read as a letter, `Parka1` would be park
    and Al.
    """

    whole: tuple[str, ...]
    lean: frozenset[str]
    bare: frozenset[str]

    def __repr__(self) -> str:
        return "Candidate()"


def undone(password: str) -> Candidate:
    """The readings of a password in which names are looked for."""
    ascii_only = password if password.isascii() else anyascii(normalize("NFC", password))
    spelt = ascii_only.lower()
    words = _WORD.findall(spelt)
    letters = folded(_NOT_LETTERS.sub("", spelt))
    bare = {folded(word.strip(_ENDS)) for word in words}
    if ascii_only != spelt:
        bare.update(folded(word) for word in _CAMEL.findall(ascii_only))
    whole = (folded("".join(words)), letters)
    lean = map(_undoubled, (*_readings(words), *bare, *whole))
    return Candidate(whole, frozenset(lean), frozenset((*bare, letters)))


def _readings(words: Iterable[str]) -> Iterable[str]:
    """A word as it is, and without the digits and symbols before it or behind it."""
    for word in words:
        yield folded(word)
        if word[0] in _ENDS:
            yield folded(word.lstrip(_ENDS))
        if word[-1] in _ENDS:
            yield folded(word.rstrip(_ENDS))


def folded(text: str) -> str:
    """Small letters without accents, look-alikes undone, everything else dropped."""
    spelt = text if text.isascii() else anyascii(normalize("NFC", text))
    return _NOT_LETTERS.sub("", spelt.lower().translate(_LOOKALIKES))


def parts(names: Iterable[str]) -> frozenset[str]:
    """Each name whole and each of its words, folded, when it has two letters or more."""
    return frozenset().union(*map(_parts, names))


@lru_cache(maxsize=65_536)  # names, forms and roles of a school come again and again
def _parts(name: str) -> frozenset[str]:
    spelt = name if name.isascii() else anyascii(normalize("NFC", name))
    pieces = (spelt, *_BETWEEN_WORDS.split(spelt))
    bare = {piece.strip("0123456789") for piece in pieces}
    terms = (folded(piece) for piece in (*bare, *pieces) if not piece.isdigit())
    return frozenset(term for term in terms if len(term) >= SHORTEST)


def similar(candidate: Candidate, names: Iterable[str], is_word: Callable[[str], bool]) -> bool:
    """Whether one of these folded names is in the password, or one letter from a word of it."""
    return any(
        anywhere(candidate, name) or any(one_apart(word, name) for word in candidate.bare)
        if len(name) >= SHORTEST_ANYWHERE
        else named(candidate, name, is_word)
        for name in names
    )


def named(candidate: Candidate, name: str, is_word: Callable[[str], bool]) -> bool:
    """Whether the name is a word of its own in the password, or stuck to another word.

    `is_word` knows the words of the language, folded; what is one as a whole holds no name.
    """
    if _undoubled(name) in candidate.lean:
        return True
    return any(_stuck(word, name, is_word) for word in candidate.bare)


def anywhere(candidate: Candidate, name: str) -> bool:
    """Whether a folded name is somewhere in the password, inside a longer word too."""
    return any(name in whole for whole in candidate.whole)


def _stuck(word: str, name: str, is_word: Callable[[str], bool]) -> bool:
    if len(word) <= len(name) or not (word.startswith(name) or word.endswith(name)):
        return False
    rests = [word.removeprefix(name), word.removesuffix(name)]
    return not is_word(word) and any(
        rest != word and (is_word(rest) or rest == name) for rest in rests
    )


def _undoubled(word: str) -> str:
    return _DOUBLED.sub(r"\1", word) if _DOUBLED.search(word) else word


def one_apart(one: str, other: str) -> bool:
    """Whether at most one letter is put in, left out or exchanged (edit distance of 1 or less)."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    return one[at:] == other[at + 1 :] or one[at + 1 :] == other[at + 1 :]
