"""What of consent a person must look at: answers entered in a burst, and what nobody arranged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from graphsync.bench import Bench
from policies.consent_records import Act, Answer, Channel, Entry
from policies.findings import Finding
from policies.people import PersonKey
from policies.rules import Rules
from policies.school_days import LONDON, school_day

BURST = 40  # grants by one person within an hour (law B4)
HOUR = timedelta(hours=1)
LATELY = timedelta(days=30)
_BY_HAND = {Channel.OFFICE, Channel.PAPER_BATCH, Channel.IMPORT}


async def consent_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """The bursts of the last 30 days, and alternatives that are overdue."""
    register = bench.store.consents.of_school(rules.school)
    today = school_day(bench.now())
    overdue = [
        Finding(
            clause="",
            subject=str(one.pupil),
            sentence=f"what the school does instead of the licence was due on {one.due}: arrange it"
            f" and note it (graphsync consent provision arrange {rules.school} {one.id})",
        )
        for one in bench.store.provisions.open_of(rules.school)
        if not one.arranged and one.due < today
    ]
    return [*bursts(register, bench.now() - LATELY), *overdue]


def bursts(register: Mapping[PersonKey, tuple[Entry, ...]], since: datetime) -> list[Finding]:
    """Who entered more than `BURST` times Yes within an hour, and when they entered the most.

    What a second person has checked since does not count.
    """
    checked = {row.about for rows in register.values() for row in rows if _is_check(row)}
    entered: defaultdict[str, list[datetime]] = defaultdict(list)
    for rows in register.values():
        for row in rows:
            if _is_grant(row) and row.at >= since and row.id not in checked:
                entered[row.by].append(row.at)
    return [
        Finding(
            clause="",
            subject=who,
            sentence=f"entered {most} times Yes within an hour from"
            f" {begin.astimezone(LONDON):%Y-%m-%d %H:%M}, more than {BURST}: let a second"
            " person compare them with the paper (graphsync consent batch waiting)",
        )
        for who, moments in sorted(entered.items())
        for most, begin in [_densest(sorted(moments))]
        if most > BURST
    ]


def _is_check(row: Entry) -> bool:
    return row.act in {Act.COUNTERSIGNED, Act.REJECTED}


def _is_grant(row: Entry) -> bool:
    return row.act is Act.ANSWERED and row.answer is Answer.YES and row.channel in _BY_HAND


def _densest(moments: list[datetime]) -> tuple[int, datetime]:
    """How many of these moments lie within one hour at most, and where that hour begins."""

    def within() -> Iterable[tuple[int, datetime]]:
        last = 0
        for first, begin in enumerate(moments):
            while last < len(moments) and moments[last] < begin + HOUR:
                last += 1
            yield last - first, begin

    return max(within(), key=lambda one: one[0])
