"""A request about somebody's data as its rows have it: state, clock, and what stands in the way.

Law A13 and B2: nothing is sent before it is made sure who asks and that they may, before the
safeguarding lead was asked about serious harm, and before a second person has looked.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec import Struct

from policies.people import PersonKey
from policies.request_dates import acknowledge_by, days_paused, due_on
from policies.request_records import Act, Harm, Kind, Outcome, Row, Step


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    PAUSED = "paused"
    SENT = "sent"
    CLOSED = "closed"


class Standing(Struct, frozen=True, kw_only=True):
    """What all rows of one request come to; of acts that come again the last one counts."""

    request: str
    logged: Row
    kind: Kind
    received: date
    steps: frozenset[Step] = frozenset()
    pauses: tuple[tuple[date, date | None], ...] = ()
    extended: Row | None = None
    acknowledged: Row | None = None
    consulted: Row | None = None
    checked: Row | None = None
    sent: Row | None = None
    closed: Row | None = None

    def __repr__(self) -> str:
        return f"Standing({self.request}, {self.state})"

    @property
    def state(self) -> State:
        """The state, told from the rows that count."""
        if self.closed is not None:
            return State.CLOSED
        if self.sent is not None:
            return State.SENT
        return State.PAUSED if self.stands else State.OPEN

    @property
    def stands(self) -> bool:
        """Whether the clock stands."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def was_disputed(self) -> bool:
        """Whether its file is kept longer: a complaint, or one that was refused (law A11)."""
        refused = self.closed is not None and self.closed.outcome is Outcome.REFUSED
        return refused or self.kind is Kind.COMPLAINT

    def due(self, today: date) -> date | None:
        """The next day that may not pass: to acknowledge a complaint, to answer anything else.

        None once it was answered, and for an acknowledged complaint, which is answered without
        undue delay. While the clock stands it moves on with today.
        """
        if self.sent is not None or self.closed is not None:
            return None
        if self.kind is Kind.COMPLAINT:
            return acknowledge_by(self.received) if self.acknowledged is None else None
        paused = days_paused(self.pauses, today)
        return due_on(self.received, paused, longer=self.extended is not None)


def standing(rows: Iterable[Row]) -> Standing:
    """What stands after these rows of one request, the first of which logged it."""
    first, *others = rows
    now = Standing(
        request=first.request,
        logged=first,
        kind=first.kind or Kind.ACCESS,
        received=first.day or first.at.date(),
    )
    for row in others:
        now = msgspec.structs.replace(now, **_changed(now, row))
    return now


def _changed(now: Standing, row: Row) -> Mapping[str, object]:
    """What a row changes of what stands."""
    day = row.day or row.at.date()
    match row.act:
        case Act.TICKED:
            return {"steps": now.steps | ({row.step} if row.step else set())}
        case Act.CONSULTED:
            return {"consulted": row, "checked": None}  # what was checked may be another now
        case Act.PAUSED:
            return {"pauses": (*now.pauses, (day, None))}
        case Act.RESUMED:
            return {"pauses": (*now.pauses[:-1], (now.pauses[-1][0], day))}
        case Act.LOGGED | Act.EXTENDED | Act.ACKNOWLEDGED | Act.CHECKED | Act.SENT | Act.CLOSED:
            return {str(row.act): row}
        case _:
            assert_never(row.act)


def about_key(school: str, about: str) -> PersonKey | None:
    """Whom a request of a school is about, where it names them by the roster's key."""
    try:
        key = PersonKey.parse(about)
    except ValueError:
        return None
    return key if key.school == school else None


def faults_of_sending(now: Standing) -> tuple[str, ...]:
    """Everything that stands in the way of an answer, each with its mend; none when it may go."""
    return tuple(_faults(now))


def _faults(now: Standing) -> Iterator[str]:
    if now.stands:
        yield "the clock stands: let it run again, once what was asked is known"
    if now.kind is Kind.COMPLAINT:
        if now.acknowledged is None:
            yield "the complaint is not acknowledged: do so first"
        return
    yield from (_STEPS[one] for one in Step if one not in now.steps)
    if now.kind is not Kind.ACCESS:
        return
    if now.consulted is None:
        yield "the safeguarding lead has not said whether any of it would do serious harm"
    if now.checked is None:
        yield "no second person has checked what goes out"


_STEPS = {
    Step.IDENTITY: "it is not made sure who asks: tick it once it is",
    Step.STANDING: "it is not made sure that they may ask for this person: tick it once it is",
    Step.COMPETENCE: "it is not looked at whether the child decides: tick it once it is",
    Step.RESTRICTIONS: "it is not looked at whether an order forbids it: tick it once it is",
}


def must_leave_out(now: Standing) -> bool:
    """Whether some of it would do serious harm, and is left out."""
    return now.consulted is not None and now.consulted.harm is Harm.SOME


def faults_of_closing(
    now: Standing, outcome: Outcome, systems: Iterable[str], reason: str
) -> tuple[str, ...]:
    """What stands in the way of closing a request so; none when it may."""
    found = []
    if outcome is Outcome.ANSWERED and now.sent is None:
        found.append("nothing was sent: say first how and when the answer went out")
    if outcome is Outcome.ANSWERED and now.kind is Kind.ACCESS and not any(systems):
        found.append("the search log is empty: say which systems were searched")
    if outcome is not Outcome.ANSWERED and not reason.strip():
        found.append("the reason is missing: say in a few words why it is not answered")
    return tuple(found)
