"""Heads decide what becomes of a finding of their policy; each decision is journalled (law B3)."""

from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.policy_desk import looked_at
from graphsync.run_desk import event
from graphsync.store.policy_decisions import PolicyDecision
from graphsync.trouble import Refusal
from policies.findings import Finding
from policies.pack_layers import Layers, PackRefused
from policies.pack_loading import rules_of
from policies.password_findings import password_findings
from policies.policy_conflicts import (
    LONGEST,
    MODERN,
    Choice,
    State,
    choices,
    decidable,
    line_of,
    state_of,
    to_edit,
    told,
)
from policies.policy_findings import policy_findings
from policies.school_days import school_day

LONGEST_REASON = 500


class Wish(Struct, frozen=True, kw_only=True):
    """What a head wants to decide about a key of the pack, until when, looked at again when."""

    key: str
    choice: Choice
    until: date
    review: date
    reason: str


class Standing(Struct, frozen=True, kw_only=True):
    """A finding and what was decided about it.

    `line` is what the packs say; it and what follows are empty where the finding is about no line
    of theirs. `edit` is what is still to be written, where it was decided. `decided` says so in a
    sentence without a name; whose it is stands in `decision`.
    """

    clause: str
    subject: str
    sentence: str
    state: State = State.OPEN
    decided: str = ""
    line: str = ""
    modern: str = ""
    risk: str = ""
    choices: tuple[Choice, ...] = ()
    edit: str = ""
    decision: PolicyDecision | None = None


def standing(bench: Bench, layers: Layers, found: Iterable[Finding]) -> tuple[Standing, ...]:
    """Every finding with what was decided about it; what is open comes first."""
    school, day = layers.value("school.id"), school_day(bench.now())
    decisions = bench.store.policy_decisions.of([school])
    every = [_standing(layers, one, decisions.get((school, one.subject)), day) for one in found]
    return tuple(sorted(every, key=lambda one: one.state is not State.OPEN))


def _standing(
    layers: Layers, finding: Finding, decision: PolicyDecision | None, day: date
) -> Standing:
    plain = Standing(clause=finding.clause, subject=finding.subject, sentence=finding.sentence)
    if not decidable(finding):
        return plain
    line, modern = line_of(layers, finding.subject), MODERN.get(finding.subject)
    state = state_of(decision, line, day)
    stands = decision if state is not State.OPEN else None
    return replace(
        plain,
        state=state,
        decided=told(decision, line, day),
        line=line,
        modern=modern.rule if modern else "",
        risk=modern.risk if modern else "",
        choices=choices(finding.subject),
        edit=to_edit(layers, finding.subject, stands.choice) if stands else "",
        decision=stands,
    )


def tally(every: Iterable[Standing]) -> dict[State, int]:
    """How many are open, kept and decided; nobody is named."""
    numbers = Counter(one.state for one in every)
    return {state: numbers[state] for state in State}


def conflicts(bench: Bench, schools: Collection[str]) -> dict[str, dict[State, int]]:
    """How many lines of each school's packs contradict a modern rule, by where they stand.

    None of a pack that cannot be read, which its night tells.
    """
    decisions, day = bench.store.policy_decisions.of(schools), school_day(bench.now())
    found = {}
    for school in schools:
        with suppress(PackRefused):
            layers = looked_at(bench, school)
            keys = {one.subject for one in _of_lines(layers, bench)} & MODERN.keys()
            found[school] = Counter(
                state_of(decisions.get((school, key)), line_of(layers, key), day) for key in keys
            )
    return {school: {state: numbers[state] for state in State} for school, numbers in found.items()}


def decide(bench: Bench, school: str, wish: Wish) -> Standing:
    """Keep a head's decision.

    Raises Refusal for a key at which nothing is found, days that will not do, a modern rule where
    there is none, and no reason.
    """
    layers, today = looked_at(bench, school), school_day(bench.now())
    found = [one for one in _of_lines(layers, bench) if one.subject == wish.key]
    if not found:
        raise Refusal(f"the policy of {school} leaves nothing to decide at {wish.key}")
    if wish.choice not in choices(wish.key):
        raise Refusal(f"no modern rule is known for {wish.key}: keep the line, or change it")
    if not today < wish.until <= today + LONGEST:
        raise Refusal(f"it stands until a day after today, at most {LONGEST.days} days on")
    if not today < wish.review <= wish.until:
        raise Refusal("it is reviewed after today, and not after its last day")
    reason = " ".join(wish.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refusal(f"say why, in at most {LONGEST_REASON} characters")
    made = PolicyDecision(
        school=school,
        key=wish.key,
        choice=wish.choice,
        line=line_of(layers, wish.key),
        until=wish.until,
        review=wish.review,
        reason=reason,
        by=bench.requester,
        at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.policy_decisions.add(made)
        after = {
            "key": made.key,
            "line": made.line,
            "until": made.until.isoformat(),
            "review": made.review.isoformat(),
            "reason": made.reason,
            "by": made.by,
        }
        entry = replace(event(school, "", "policy_decided", str(made.choice)), after=after)
        bench.store.journal.append([entry])
    return _standing(layers, found[0], made, today)


def _of_lines(layers: Layers, bench: Bench) -> list[Finding]:
    """What the packs themselves leave open, without records and tenant."""
    day = school_day(bench.now())
    found = (*policy_findings(layers, day), *password_findings(rules_of(layers)))
    return [one for one in found if decidable(one)]
