"""What Entra holds every cloud password to, whatever a school's policy says (A.0 P1).

8 to 256 characters out of the ASCII set, of at least three of four kinds; a tenant cannot change it
(Entra docs: concept-sspr-policy). `DisableStrongPassword` would loosen it and is never set (A4.15).
"""

import string
from enum import StrEnum

SHORTEST = 8
LONGEST = 256
KINDS_NEEDED = 3
SYMBOLS = frozenset("@#$%^&*-_!+=[]{}|\\:',.?/`~\"();<> ")
_KINDS = (
    frozenset(string.ascii_lowercase),
    frozenset(string.ascii_uppercase),
    frozenset(string.digits),
    SYMBOLS,
)
ALLOWED = frozenset().union(*_KINDS)


class Expiry(StrEnum):
    """Whether a password ends by its age: Graph's words for `passwordPolicies`."""

    NEVER = "DisablePasswordExpiration"
    AS_THE_DOMAIN = "None"


class FirstSignIn(StrEnum):
    """What is asked of someone who signs in with a first password."""

    CHANGE = "change"
    KEEP = "keep"


def kinds_used(password: str) -> int:
    """How many of the four kinds of character occur: small, capital, digit, symbol."""
    letters = set(password)
    return sum(not kind.isdisjoint(letters) for kind in _KINDS)


def takes(password: str) -> bool:
    """Whether Entra takes it for a cloud account, its secret list of banned words aside."""
    return (
        SHORTEST <= len(password) <= LONGEST
        and ALLOWED.issuperset(password)
        and kinds_used(password) >= KINDS_NEEDED
    )
