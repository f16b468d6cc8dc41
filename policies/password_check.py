"""Every reason why a person may not have a password, each with its clauses and its sources.

Checked when the product issues a password or a person types one into it; what somebody later
chooses for themselves only Entra sees (A-03). No sentence repeats the password or a name.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from policies import guessing
from policies.entra_passwords import ALLOWED, KINDS_NEEDED, LONGEST, kinds_used
from policies.password_facts import PasswordFacts
from policies.password_rules import PasswordRules
from policies.resemblance import (
    SHORTEST_ANYWHERE,
    Candidate,
    anywhere,
    folded,
    named,
    parts,
    similar,
    undone,
)

_DEFAULT = "default, not in policy"
_AT_THE_ENDS = re.compile(r"^[^a-z]+|[^a-z]+$")
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
)
# Without a digit, because 1 may be an i or an l; with one, as it is written.
_YEAR_NAMES = (
    *("nursery", "reception", "sixthform", "keystage"),
    *(f"year{number}" for number in _NUMBERS),
)
_YEAR_TERMS = tuple(map(folded, _YEAR_NAMES))
_NOT_WRITTEN = re.compile("[^a-z0-9]")
_NUMBERED_YEARS = re.compile("year[0-9]")
# Words of a school's name that half the language is made of count only where they stand alone.
_COMMON_IN_NAMES = frozenset(
    (
        *("school", "high", "primary", "junior", "infant", "infants", "academy", "college"),
        *("church", "england", "saint", "catholic", "community", "trust", "grammar"),
        *("secondary", "lower", "upper", "first", "middle", "free", "hall"),
        *("the", "and", "for", "with"),
    )
)


class Violation(Struct, frozen=True, kw_only=True):
    """One reason against a password: the clauses behind it, a word for it, and a sentence."""

    code: str
    clauses: tuple[str, ...]
    text: str


def check(password: object, facts: PasswordFacts, rules: PasswordRules) -> tuple[Violation, ...]:
    """Every violation, in the order in which the rules are written; none for a good password.

    What is no text, or longer than Entra takes, gets that answer alone.
    """
    broken = broken_rules(password, facts, rules)
    if not isinstance(password, str) or len(password) > LONGEST or not password:
        return broken
    least = rules.phases[facts.phase].min_score
    judged = guessing.strength(password, facts.values())
    if judged.score >= least:
        return broken
    clauses = rules.clauses_of(f"phases.{facts.phase}.min_score")
    source = ", ".join(clauses) or f"{_DEFAULT}; after NCSC's password guidance"
    text = f"too easy to guess: {judged.score} of 4, at least {least} is asked ({source})"
    return (*broken, Violation(code="guessable", clauses=clauses, text=text))


def broken_rules(
    password: object, facts: PasswordFacts, rules: PasswordRules
) -> tuple[Violation, ...]:
    """`check` without the judgement how hard the password is to guess."""
    if not isinstance(password, str):
        return (_broken("not_text", (), "is not text: type letters, digits and symbols (Entra)"),)
    if not password:
        return (_broken("empty", (), "is empty: type the password on standard input"),)
    if len(password) > LONGEST:
        text = f"is longer than the {LONGEST} characters that Entra takes"
        return (_broken("too_long", (), text),)
    asked = _Asked(password, facts, rules, undone(password))
    return tuple(one for rule in _RULES for one in rule(asked))


class _Asked(Struct, frozen=True):
    password: str
    facts: PasswordFacts
    rules: PasswordRules
    seen: Candidate

    def __repr__(self) -> str:
        return "_Asked()"


_Rule: TypeAlias = Callable[[_Asked], Iterator[Violation]]


def _broken(code: str, clauses: tuple[str, ...], text: str) -> Violation:
    return Violation(code=code, clauses=clauses, text=text)


def _cited(text: str, clauses: tuple[str, ...], otherwise: str = _DEFAULT) -> str:
    return f"{text} ({', '.join(clauses) or otherwise})"


def _length(asked: _Asked) -> Iterator[Violation]:
    least = asked.rules.min_length
    if len(asked.password) >= least:
        return
    sources = sorted(asked.rules.lengths.items(), key=lambda one: one[1])
    said = ", ".join(f"{who} asks {length}" for who, length in sources) or f"{least} are asked"
    text = f"{len(asked.password)} characters: {said}: {least} applies"
    yield _broken("too_short", asked.rules.clauses_of("min_length", "linked_systems"), text)


def _characters(asked: _Asked) -> Iterator[Violation]:
    if ALLOWED.issuperset(asked.password):
        return
    text = (
        "holds a character that Entra does not take: letters without accents, digits,"
        " the usual symbols and the blank only"
    )
    yield _broken("character", (), text)


def _kinds(asked: _Asked) -> Iterator[Violation]:
    used = kinds_used(asked.password)
    if used >= KINDS_NEEDED:
        return
    clauses = asked.rules.clauses_of("letters_and_digits")
    text = (
        f"{used} of {KINDS_NEEDED} character classes (Entra):"
        " of small letters, capitals, digits and symbols three are needed"
    )
    if asked.rules.letters_and_digits:
        text += _cited("; letters and digits, as the pack asks, are 2 of them", clauses)
    yield _broken("kinds", clauses, text)


def _digits(asked: _Asked) -> Iterator[Violation]:
    least = asked.rules.min_digits
    if sum(letter in "0123456789" for letter in asked.password) < least:
        clauses = asked.rules.clauses_of("min_digits")
        text = _cited(f"needs {least} digit{'' if least == 1 else 's'}", clauses)
        yield _broken("digits", clauses, text)


def _letters_and_digits(asked: _Asked) -> Iterator[Violation]:
    has_both = re.search("[A-Za-z]", asked.password) and re.search("[0-9]", asked.password)
    if asked.rules.letters_and_digits and not has_both:
        clauses = asked.rules.clauses_of("letters_and_digits")
        yield _broken("letters_and_digits", clauses, _cited("needs letters and digits", clauses))


def _own_name(asked: _Asked) -> Iterator[Violation]:
    if "own_name" not in asked.rules.not_similar_to:
        return
    if similar(asked.seen, parts(asked.facts.names), guessing.is_folded_word):
        clauses = asked.rules.clauses_of("not_similar_to")
        yield _broken("own_name", clauses, _cited("similar to own name", clauses))


def _user_name(asked: _Asked) -> Iterator[Violation]:
    if "username" not in asked.rules.not_similar_to:
        return
    if similar(asked.seen, parts([asked.facts.user_name]), guessing.is_folded_word):
        clauses = asked.rules.clauses_of("not_similar_to")
        yield _broken("username", clauses, _cited("similar to the user name", clauses))


def _single_word(asked: _Asked) -> Iterator[Violation]:
    if not asked.rules.refuse_single_word:
        return
    core = _AT_THE_ENDS.sub("", asked.password.lower())
    if guessing.is_word(core) or (core.isalnum() and guessing.is_folded_word(folded(core))):
        clauses = asked.rules.clauses_of("refuse_single_word")
        text = _cited("a single word, whatever stands before or behind it", clauses)
        yield _broken("single_word", clauses, text)


def _relative(asked: _Asked) -> Iterator[Violation]:
    if not asked.rules.refuse_relative_names:
        return
    seen, own = asked.seen, parts(asked.facts.names)
    names = parts(asked.facts.relatives) - own
    if any(named(seen, name, guessing.is_folded_word) for name in names):
        clauses = asked.rules.clauses_of("refuse_relative_names")
        text = _cited("name of a relative", clauses)
        yield _broken("relative", clauses, f"{text}; names of friends and pets cannot be checked")


def _common(asked: _Asked) -> Iterator[Violation]:
    spelt = asked.password.lower()
    if guessing.is_common(spelt) or guessing.is_common(_AT_THE_ENDS.sub("", spelt) or spelt):
        text = "is among the passwords that are guessed first, whatever stands around it"
        yield _broken("common", (), f"{text} ({_DEFAULT}; after NCSC's password guidance)")


def _school(asked: _Asked) -> Iterator[Violation]:
    seen, written = asked.seen, _NOT_WRITTEN.sub("", asked.password.lower())
    telling, plain = _school_terms(asked.facts.school)
    if (
        any(anywhere(seen, term) for term in (*telling, *_YEAR_TERMS))
        or any(named(seen, term, guessing.is_folded_word) for term in plain)
        or _NUMBERED_YEARS.search(written)
    ):
        clauses = asked.rules.clauses_of("deny_words")
        text = "holds the school's name, a year's name or a word of the school's own list"
        yield _broken("school_word", clauses, _cited(text, clauses))


@lru_cache(maxsize=64)
def _school_terms(school: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """What counts wherever it stands, and what counts only as a word of its own."""
    words = {one.casefold() for name in school for one in (name, *name.split())}
    plain = parts(words & _COMMON_IN_NAMES)
    own = parts(words) - plain
    telling = frozenset(term for term in own if len(term) >= SHORTEST_ANYWHERE)
    return telling, plain | (own - telling)


_RULES: tuple[_Rule, ...] = (
    _length,
    _characters,
    _kinds,
    _digits,
    _letters_and_digits,
    _own_name,
    _user_name,
    _single_word,
    _relative,
    _common,
    _school,
)
