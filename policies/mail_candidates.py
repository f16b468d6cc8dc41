"""What decided items say about the rules of Purview: changes that somebody may make there.

A candidate is a proposal on paper. graphsync changes no rule (law A18.10).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from policies.mail import Kind
from policies.mail_items import RuleNamed
from policies.mail_queue import Outcome

ENOUGH = 3  # decisions of one rule: fewer say nothing about it
SHARE = 0.5  # of the rule's decisions


class Change(StrEnum):
    """What to do about a rule."""

    NARROW = "narrow it"
    BLOCK = "let it block"
    ENFORCE = "take it out of test mode"


class Candidate(Struct, frozen=True, kw_only=True):
    """A change of one rule of a school, why, and how many decisions speak for it."""

    school: str
    rule: str
    name: str
    change: Change
    why: str
    speak_for_it: int
    decided: int
    outcomes: dict[Outcome, int]


class Decided(Struct, frozen=True, kw_only=True):
    """An item that was decided: which rules matched, why somebody looked, what it came to."""

    school: str
    rules: tuple[RuleNamed, ...]
    kinds: frozenset[Kind]
    outcome: Outcome


_WENT_OUT = frozenset({Kind.NOT_BLOCKED, Kind.NOT_ENCRYPTED, Kind.SPECIAL_CATEGORY})
_HARM = frozenset({Outcome.BREACH, Outcome.TRAINING})
_WHY = {
    Change.NARROW: "{n} of {of} decisions say that the rule is too wide",
    Change.BLOCK: "{n} of {of} decisions are a breach or training after the mail went out",
    Change.ENFORCE: "{n} of {of} decisions are a breach or training while the rule only tried",
}


def candidates(items: Iterable[Decided]) -> tuple[Candidate, ...]:
    """The changes that enough decisions speak for, by school and rule."""
    by_rule: defaultdict[tuple[str, RuleNamed], list[Decided]] = defaultdict(list)
    for one in items:
        for rule in one.rules:
            by_rule[one.school, rule].append(one)
    return tuple(
        found
        for school, rule in sorted(by_rule)
        for found in _of_rule(school, rule, by_rule[school, rule])
    )


def _of_rule(school: str, rule: RuleNamed, items: list[Decided]) -> Iterator[Candidate]:
    harm = [one for one in items if one.outcome in _HARM]
    speaking = {
        Change.NARROW: sum(one.outcome is Outcome.TOO_WIDE for one in items),
        Change.BLOCK: sum(bool(one.kinds & _WENT_OUT) for one in harm),
        Change.ENFORCE: sum(Kind.TEST_MODE in one.kinds for one in harm),
    }
    counts = Counter(one.outcome for one in items)
    for change, number in speaking.items():
        if number >= ENOUGH and number / len(items) >= SHARE:
            yield Candidate(
                school=school,
                rule=rule.id,
                name=rule.name,
                change=change,
                why=_WHY[change].format(n=number, of=len(items)),
                speak_for_it=number,
                decided=len(items),
                outcomes={outcome: counts[outcome] for outcome in Outcome if counts[outcome]},
            )
