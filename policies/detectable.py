"""What a tenant can see at all: whether its licence finds a class of data, in words for governors.

A quiet month of a class that nothing can find is no good news; so this stands beside every count.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from policies.mail_rules import MailRules
from policies.sensitive_types import CLASSES, Detector, SensitiveType, sensitive_types


class Licence(StrEnum):
    """Microsoft's licences for schools, by what they can find.

    A1: whether data loss prevention for mail is part of it is UNVERIFIED, so it is not counted on.
    A3: patterns such as card numbers. A5: names, addresses and medical words too
    (learn.microsoft.com/purview/named-entities-learn).
    """

    A1 = "A1"
    A3 = "A3"
    A5 = "A5"


FINDS: dict[Licence, frozenset[Detector]] = {
    Licence.A1: frozenset(),
    Licence.A3: frozenset({Detector.PATTERN}),
    Licence.A5: frozenset(Detector),
}


class Reach(StrEnum):
    """How much of a class can be found."""

    DETECTABLE = "detectable"
    PARTLY = "partly"
    NOT = "not"


class Detectable(Struct, frozen=True, kw_only=True):
    """A class of data: how much of it is found, by how many types, and that as a sentence.

    `demanded`: the pack wants it blocked or encrypted.
    """

    name: str
    demanded: bool
    reach: Reach
    types: int
    sentence: str


def classes_of_interest(rules: MailRules, licence: Licence) -> tuple[Detectable, ...]:
    """Every class, and those that the pack names besides; what the pack demands stands first."""
    demanded = (*rules.blocked_classes, *rules.encryption_exempts)
    return tuple(
        detectable(name, licence, rules.types, demanded=name in demanded)
        for name in dict.fromkeys((*demanded, *CLASSES))
    )


def detectable(
    name: str, licence: Licence, added: Mapping[str, tuple[str, ...]], *, demanded: bool
) -> Detectable:
    """What the licence finds of a class; `added` are the types that the school made itself.

    A school's own types are patterns, and found from A3 upwards.
    """
    built_in = [one for one in sensitive_types() if name in one.classes]
    own = sum(name in classes for classes in added.values())
    found = [one for one in built_in if one.detector in FINDS[licence]]
    count = len(found) + (own if FINDS[licence] else 0)
    reach = _reach(built_in, found, count)
    return Detectable(
        name=name,
        demanded=demanded,
        reach=reach,
        types=count,
        sentence=f"{_called(name)}: {_WORDS[reach].format(licence=licence)}",
    )


_WORDS = {
    Reach.DETECTABLE: "Microsoft {licence} can find what its types know; a rule must still ask it.",
    Reach.PARTLY: "Microsoft {licence} finds numbers and codes of it, not words.",
    Reach.NOT: "nothing in Microsoft {licence} finds it; no news of it is not good news.",
}


def _reach(built_in: list[SensitiveType], found: list[SensitiveType], count: int) -> Reach:
    if not count:
        return Reach.NOT
    return Reach.DETECTABLE if len(found) == len(built_in) else Reach.PARTLY


def _called(name: str) -> str:
    return f"{name.replace('_', ' ').capitalize()} ({CLASSES[name]})" if name in CLASSES else name
