"""A breach as its rows have it: state, clock, alarms, and what stands in the way of closing.

The 72 hours are elapsed time in UTC, through nights, weekends and holidays (law A12.1). They begin
when a person says that the school is aware; an override of a DLP rule is no breach until then.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec import Struct

from policies.breach_faults import Fault, Mend
from policies.breach_records import (
    CYBER_BODIES,
    NOTIFIES,
    Act,
    Body,
    Decision,
    Facts,
    Phase,
    Risk,
    Row,
    Source,
)

HOURS = 72  # UK GDPR Article 33(1)
ALARMS = (12, 24, 48, 60, 71)  # hours after the school became aware (law A12.1)


class State(StrEnum):
    """Where an entry stands; before anybody is aware it is a suspicion."""

    SUSPECTED = "suspected"
    ASSESSING = "assessing"
    DECIDED = "decided"
    CLOSED = "closed"


class Standing(Struct, frozen=True, kw_only=True):
    """What all rows of one breach come to. `advice` and `decided` are the rows that count now.

    After it was opened again both are to be given anew. `alarms` are the hours of the running clock
    that were given already.
    """

    breach: str
    opened: Row
    facts: Facts = Facts()
    aware_at: datetime | None = None
    advice: Row | None = None
    decided: Row | None = None
    notified: tuple[Row, ...] = ()
    told: tuple[Row, ...] = ()
    closed: Row | None = None
    alarms: frozenset[int] = frozenset()

    def __repr__(self) -> str:
        return f"Standing({self.breach}, {self.state})"

    @property
    def state(self) -> State:
        """The state, told from the rows that count."""
        if self.closed is not None:
            return State.CLOSED
        if self.decided is not None:
            return State.DECIDED
        return State.SUSPECTED if self.aware_at is None else State.ASSESSING

    @property
    def due(self) -> datetime | None:
        """When the regulator is to be told at the latest, in UTC; None before anybody is aware."""
        return None if self.aware_at is None else due_of(self.aware_at)

    @property
    def runs(self) -> bool:
        """Whether the clock runs: aware, not notified, and nobody decided not to."""
        open_ = self.aware_at is not None and self.closed is None and not self.notified
        return open_ and (self.decided is None or self.decided.decision in NOTIFIES)

    @property
    def was_breach(self) -> bool:
        """Whether it is kept as a breach: nobody decided that it was none."""
        return self.decided is None or self.decided.decision is not Decision.NO_BREACH

    @property
    def against_advice(self) -> bool:
        """Whether the decision is another than was advised (law A18.3)."""
        if self.advice is None or self.decided is None:
            return False
        return self.advice.decision is not self.decided.decision

    @property
    def source(self) -> str:
        """`dlp:ITEM`, or where the report came from."""
        return self.opened.reference or str(self.opened.source or Source.USER)


def due_of(aware_at: datetime) -> datetime:
    """72 elapsed hours later, in UTC: a change of the clocks in between changes nothing."""
    return aware_at.astimezone(UTC) + timedelta(hours=HOURS)


def standing(rows: Iterable[Row]) -> Standing:
    """What stands after these rows of one breach, the first of which opened it."""
    first, *others = rows
    now = Standing(breach=first.breach, opened=first, facts=first.facts)
    for row in others:
        now = msgspec.structs.replace(now, **_changed(now, row))
    return now


def _changed(now: Standing, row: Row) -> Mapping[str, object]:
    """What a row changes of what stands."""
    match row.act:
        case Act.OPENED | Act.NOTED:
            return {"facts": with_more(now.facts, row.facts)}
        case Act.AWARE:
            return {"aware_at": row.moment, "alarms": frozenset()}
        case Act.NOTIFIED:
            return {"notified": (*now.notified, row)}
        case Act.TOLD:
            return {"told": (*now.told, row)}
        case Act.REOPENED:
            return {"closed": None, "advice": None, "decided": None}
        case Act.ALARMED:
            ours = row.moment == now.aware_at  # else of a clock that was set anew since
            return {"alarms": now.alarms | {row.hours}} if ours else {}
        case Act.ADVISED | Act.DECIDED | Act.CLOSED:
            return {_COUNTS[row.act]: row}
        case _:
            assert_never(row.act)


_COUNTS = {Act.ADVISED: "advice", Act.DECIDED: "decided", Act.CLOSED: "closed"}


def with_more(facts: Facts, more: Facts) -> Facts:
    """The facts with what is said anew in their place; what is not said stays."""
    return msgspec.structs.replace(facts, **dict(said(more)))


def said(facts: Facts) -> Iterator[tuple[str, object]]:
    """The fields that are known, by name."""
    for name in facts.__struct_fields__:
        value = getattr(facts, name)
        if value is not None and value not in ("", ()):
            yield name, value


def alarms_at(now: Standing, moment: datetime) -> tuple[int, ...]:
    """The hours whose alarm is due at this moment and was not given yet."""
    return tuple(hours for hours in _passed(now, moment) if hours not in now.alarms)


def last_alarm(now: Standing, moment: datetime) -> int | None:
    """The greatest hour of an alarm that has passed on a running clock; None before the first."""
    return max(_passed(now, moment), default=None)


def _passed(now: Standing, moment: datetime) -> Iterator[int]:
    if now.aware_at is not None and now.runs:
        # In UTC: of two moments of one zone Python subtracts what the clocks on the wall show.
        passed = moment.astimezone(UTC) - now.aware_at.astimezone(UTC)
        yield from (hours for hours in ALARMS if passed >= timedelta(hours=hours))


def is_late(now: Standing, moment: datetime) -> bool:
    """Whether a notice at this moment needs reasons for its delay (Article 33(1))."""
    return now.due is not None and not now.notified and moment > now.due


def kept_time(now: Standing, moment: datetime) -> bool | None:
    """Whether the regulator was told, or it was decided not to, within the 72 hours.

    None while the clock still runs in time, and before anybody is aware.
    """
    if now.due is None:
        return None
    if now.notified:
        answered = now.notified[0].moment
    else:
        answered = now.decided.at if now.decided and not now.runs else None
    if answered is not None:
        return answered <= now.due
    return False if moment > now.due else None


def next_phase(now: Standing) -> Phase:
    """Which phase a notice would be."""
    return Phase.FURTHER if now.notified else Phase.INITIAL


def told_bodies(now: Standing) -> frozenset[Body]:
    """Who was told besides the regulator."""
    return frozenset(row.body for row in now.told if row.body is not None)


def faults_of_closing(now: Standing) -> tuple[Fault, ...]:
    """Everything that stands in the way of closing, each with its mend; none when it may close."""
    return (*_without_decision(now), *_unreported(now), *_unfinished(now))


def _without_decision(now: Standing) -> Iterator[Fault]:
    if now.advice is None:
        yield Fault(
            "the DPO has not advised: advise, or as the deputy say why they are not to be had",
            Mend.DEPUTY,
            "A12.4",
        )
    if now.decided is None:
        yield Fault(
            "nobody has decided whether to report it: decide, with the reason",
            Mend.DECIDE,
            "A12.3",
        )


def _unreported(now: Standing) -> Iterator[Fault]:
    """What the decision asks for and nobody has recorded."""
    decision, told = _decision(now), told_bodies(now)
    if now.facts.cyber and not told & CYBER_BODIES:
        yield Fault(
            "a cyber attack is reported: record who was told, dfe, police or ncsc",
            Mend.BODY,
            "A1.11",
        )
    if decision in NOTIFIES and not now.notified:
        yield Fault("it is to be notified, and no notice is recorded", Mend.NOTIFY)
    if decision is Decision.NOTIFY_AND_TELL and Body.PEOPLE not in told:
        yield Fault("the people are to be told, and it is not recorded", Mend.TELL_PEOPLE)


def _unfinished(now: Standing) -> Iterator[Fault]:
    """What is not yet known of a breach that is one."""
    decision, facts = _decision(now), now.facts
    if decision is None or decision is Decision.NO_BREACH:
        return
    if now.aware_at is None:
        yield Fault("nobody has said when the school became aware", Mend.AWARE)
    if facts.risk not in {None, Risk.UNLIKELY} and decision not in NOTIFIES:
        yield Fault(
            f"the risk is rated {facts.risk}: notify, or rate it anew with reasons", Mend.RERATE
        )
    yield from (one for one in _NEEDED if not getattr(facts, one.mend))
    if facts.outcome.strip().casefold() in {"none", "nothing"}:
        yield Fault("the outcome is none: say why", Mend.OUTCOME, "TMHS-2.1g")
    investigator = facts.investigated_by.strip().casefold()
    if investigator and investigator == facts.subject.strip().casefold():
        yield Fault(
            "whoever investigates is not whose act it was", Mend.INVESTIGATOR, "WPT-2-CTX-2"
        )


def _decision(now: Standing) -> Decision | None:
    return None if now.decided is None else now.decided.decision


# Each mended by the fact of that name.
_NEEDED = (
    Fault("the risk is not rated", Mend.RISK),
    Fault("the risk has no reasons", Mend.RISK_REASONS),
    Fault("what happened is not described", Mend.DESCRIPTION),
    Fault("the cause is not named", Mend.CAUSE, "WPT-3-ACT-14"),
    Fault("the likely consequences are not told", Mend.CONSEQUENCES),
    Fault("what was done about it is not told", Mend.REMEDY),
    Fault("there is no note of the investigation", Mend.INVESTIGATION),
    Fault("who investigated is not told", Mend.INVESTIGATED_BY),
    Fault("what followed is not told", Mend.OUTCOME),
)
