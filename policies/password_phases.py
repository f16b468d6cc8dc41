"""First passwords by age: which words, how many, what they are worth, and the first sign-in.

The youngest get two words that can be drawn on the slip, children of KS2 three short words, older
pupils three and staff four of the whole list (A4.4). `entropy_bits` says what each is worth.
"""

from functools import cache
from math import log2

from msgspec import Struct

from policies.entra_passwords import Expiry, FirstSignIn
from policies.key_stages import key_stage
from policies.naming import word_list
from policies.password_keys import PERSON_TYPE
from policies.password_rules import PasswordRules, Phase
from policies.people import Kind

_LONGEST_SHORT_WORD = 5
_PHASE_OF_STAGE = {"EYFS": Phase.YOUNG, "KS1": Phase.YOUNG, "KS2": Phase.KS2}


class SignInTerms(Struct, frozen=True):
    """What holds for a first password, and why where it is not the usual."""

    first_sign_in: FirstSignIn
    reason: str = ""
    clauses: tuple[str, ...] = ()


def phase_of(kind: Kind, year: str | None) -> Phase:
    """The phase of a person; a pupil of no known year is taken for an older one."""
    if kind is Kind.STAFF:
        return Phase.STAFF
    return _PHASE_OF_STAGE.get(key_stage(year or "") or "", Phase.SECONDARY)


@cache
def words_for(phase: Phase) -> tuple[str, ...]:
    """The words that first passwords of this phase are drawn from, in alphabetical order."""
    match phase:
        case Phase.YOUNG:
            return word_list("picture")
        case Phase.KS2:
            short = (word for word in word_list("child_safe") if len(word) <= _LONGEST_SHORT_WORD)
            return tuple(sorted({*word_list("picture"), *short}))
        case _:
            return tuple(sorted({*word_list("picture"), *word_list("child_safe")}))


def fewest_words(phase: Phase, rules: PasswordRules) -> int:
    """How many words a first password of this phase has at least."""
    own = rules.phases[phase].words
    return own if phase is Phase.YOUNG else max(own, rules.words)


def digits_in(rules: PasswordRules) -> int:
    """How many digits a first password ends on: one, or what the pack asks."""
    return max(1, rules.min_digits)


def entropy_bits(phase: Phase, rules: PasswordRules) -> float:
    """The least guessing work, in bits: what an attacker faces who knows the list and the shape."""
    words = fewest_words(phase, rules) * log2(len(words_for(phase)))
    return words + digits_in(rules) * log2(10)


def sign_in_terms(kind: Kind, phase: Phase, rules: PasswordRules) -> SignInTerms:
    """Whether the first password is to be changed (A-06, A4.9).

    Not by those who may not change their own (`user_may_change`), nor by those too young to choose
    one; then a member of staff changes it, and the reason says so.
    """
    if rules.user_may_change.get(kind) is False:
        clauses = rules.clauses_of(f"user_may_change.{PERSON_TYPE[kind]}")
        return SignInTerms(FirstSignIn.KEEP, "is changed by staff only", clauses)
    if not rules.phases[phase].change_at_first_sign_in:
        clauses = rules.clauses_of(f"phases.{phase}.change_at_first_sign_in")
        return SignInTerms(FirstSignIn.KEEP, "is kept: too young to choose one", clauses)
    return SignInTerms(FirstSignIn.CHANGE)


def expiry(rules: PasswordRules) -> Expiry:
    """Never by age, unless a named person decided against today's guidance (A4.1, A4.2)."""
    decided = rules.change.expire_days and rules.change.expiry_decided_by
    return Expiry.AS_THE_DOMAIN if decided else Expiry.NEVER
