"""What a paused school still does: departures and holds pass, everything else waits.

A pause is for days on which nobody can answer for the roster. It keeps no leaver in the building.
"""

from collections import Counter

from msgspec.structs import replace

from graphsync.changes import Change, DisableUser, Held, Plan, RevokeSessions
from graphsync.reasons import Reason
from graphsync.store.pauses import Pause
from policies.people import PersonKey


def paused(plan: Plan, standing: Pause | None) -> Plan:
    """The plan without what waits; whoever waits is held, with the pause in words."""
    if standing is None:
        return plan
    waiting = Counter(
        change.person for change in plan.changes if change.person and not passes(change)
    )
    held = [*plan.held, *(_waits(key, count, standing) for key, count in waiting.items())]
    return replace(
        plan,
        changes=tuple(change for change in plan.changes if passes(change)),
        held=tuple(sorted(held, key=lambda one: (one.person, one.reason, one.what))),
    )


def passes(change: Change) -> bool:
    """Whether a pause lets this through: the block and the revocation of a departure or a hold."""
    return isinstance(change, DisableUser | RevokeSessions)


def told(standing: Pause) -> str:
    """The pause in words."""
    return f"paused by {standing.by} on {standing.at.day} {standing.at:%B}: {standing.reason}"


def _waits(key: PersonKey, count: int, standing: Pause) -> Held:
    changes = "1 change waits" if count == 1 else f"{count} changes wait"
    return Held(person=key, reason=Reason.PAUSED, sentence=f"{changes}, {told(standing)}")
