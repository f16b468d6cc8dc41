"""A member of staff leaves: why (a closed list), how a departure stands, and who may move it.

A departure is HR's or the head's word and goes before the roster and before a freeze (decision 14).
Until its hour nobody else is told of it (law B5, worst case c); what it was for is theirs alone.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from policies.people import PersonKey
from policies.school_days import LONDON


class DepartureReason(StrEnum):
    """Why; never a free text (law B5)."""

    PLANNED = "planned"
    IMMEDIATE = "immediate"
    SUSPENSION = "suspension"
    DEATH = "death"
    TRANSFER = "transfer"


# Of these the groups and licences go later, as of every leaver; of the others all evidence stays.
ORDINARY = frozenset({DepartureReason.PLANNED, DepartureReason.TRANSFER})


class Did(StrEnum):
    """What happened to a departure; the list of them is only ever added to."""

    RECORDED = "recorded"
    MOVED = "moved"
    ACTED = "acted"
    ALERTED = "alerted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REPLY_SET = "reply_set"
    OWNERS_MOVED = "owners_moved"
    SHARED_TAKEN = "shared_taken"
    FILES_HANDED = "files_handed"


class State(StrEnum):
    """How a departure stands. *Not done*: a person has to do something by hand."""

    DATED = "dated"
    DUE = "due"
    DONE = "done"
    UNVERIFIED = "unverified"
    NOT_DONE = "not_done"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({State.DUE, State.UNVERIFIED, State.NOT_DONE})  # something is still to be done
TO_CONFIRM = frozenset({State.UNVERIFIED, State.NOT_DONE})
ENDED = frozenset({State.DONE, State.CONFIRMED, State.WITHDRAWN})


class Move(Struct, frozen=True, kw_only=True):
    """One thing that happened: `leaves_at` is the hour that it set, `state` how acting ended."""

    did: Did
    at: datetime
    by: str
    leaves_at: datetime | None = None
    state: State | None = None


class Departure(Struct, frozen=True, kw_only=True):
    """One member of staff's departure, with everything that happened to it, in order.

    `person` is None for an account that is linked to nobody. `urgent` was to act at once.
    """

    id: str
    school: str
    person: PersonKey | None
    object_id: str
    sign_in_name: str
    reason: DepartureReason
    urgent: bool
    moves: tuple[Move, ...]

    def __repr__(self) -> str:
        return f"Departure({self.id})"

    @property
    def leaves_at(self) -> datetime:
        """The hour from which the account may not sign in."""
        return [one.leaves_at for one in self.moves if one.leaves_at is not None][-1]

    @property
    def keeps(self) -> bool:
        """Whether groups, licences and mailbox stay as they are for as long as it stands."""
        return self.urgent or self.reason not in ORDINARY

    def last(self, *what: Did) -> Move | None:
        """The last time that one of these happened."""
        return next((one for one in reversed(self.moves) if one.did in what), None)

    def state(self, now: datetime) -> State:
        """How it stands now."""
        if self.last(Did.WITHDRAWN):
            return State.WITHDRAWN
        if self.last(Did.CONFIRMED):
            return State.CONFIRMED
        acted = self.last(Did.ACTED)
        if acted is not None and acted.state is not None:
            return acted.state
        return State.DUE if self.leaves_at <= now else State.DATED

    def stands(self, now: datetime) -> bool:
        """Whether the person is out: its hour has come, and nobody withdrew it."""
        return self.leaves_at <= now and self.last(Did.WITHDRAWN) is None

    def over(self, before: datetime, now: datetime) -> bool:
        """Whether its hour was before a moment, and nothing is left to be done."""
        return self.leaves_at < before and self.state(now) in ENDED

    @property
    def never_was(self) -> bool:
        """Whether it was withdrawn before anything happened to the account."""
        return self.last(Did.WITHDRAWN) is not None and self.last(Did.ACTED) is None


class Departed(Struct, frozen=True, kw_only=True):
    """What desired state knows of a departure whose hour has come; no reason."""

    departure: str
    last_day: date
    keeps: bool


def why_not_moved(state: State) -> str:
    """Why its day may not be changed in this state; empty when it may."""
    return "" if state is State.DATED else f"it is {state.replace('_', ' ')}: its hour is over"


def why_not_withdrawn(state: State) -> str:
    """Why it may not be withdrawn in this state; empty when it may."""
    return "it is withdrawn already" if state is State.WITHDRAWN else ""


def why_not_confirmed(state: State) -> str:
    """Why nobody has anything to confirm in this state; empty when somebody has."""
    return "" if state in TO_CONFIRM else f"it is {state.replace('_', ' ')}: nothing waits for that"


def hour_of(last_day: date, hour: time | None) -> datetime:
    """The moment at which a last day is over, or an hour of it, by the clock at school.

    Without an hour it is the midnight after (decision 11: the night after the last day).
    """
    if hour is None:
        return datetime.combine(last_day + timedelta(days=1), time(), LONDON)
    return datetime.combine(last_day, hour, LONDON)
