"""Who is out by a departure when a plan is drawn, and who may come back only with the head's yes.

A departure counts from its hour by the clock, whatever day a plan is drawn for: a plan for next
month names nobody whose departure is not announced yet (law B5, worst case c).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from graphsync.changes import EnableUser, Plan
from graphsync.guard import VerdictReason
from graphsync.reasons import Reason
from graphsync.store.links import Link
from policies.departures import Departed, Departure, Did
from policies.people import PersonKey
from policies.school_days import school_day

RETURN = VerdictReason(
    "return",
    "somebody whose departure was withdrawn is let in again: that needs the head's yes",
)


def departed_of(
    departures: Iterable[Departure], links: Mapping[PersonKey, Link], now: datetime
) -> dict[PersonKey, Departed]:
    """Everyone of a school whose departure's hour has come; of several the last recorded."""
    holders = {link.object_id: key for key, link in links.items()}
    found: dict[PersonKey, Departed] = {}
    for one in departures:
        key = one.person or holders.get(one.object_id)
        if key is not None and one.stands(now):
            earlier = found.get(key)
            found[key] = Departed(
                departure=one.id,
                last_day=school_day(one.leaves_at),
                keeps=one.keeps or (earlier is not None and earlier.keeps),
            )
    return found


def returning_of(
    departures: Iterable[Departure], links: Mapping[PersonKey, Link]
) -> frozenset[PersonKey]:
    """Those whom a departure blocked that was withdrawn since, and who are blocked by it still."""
    found = set()
    for one in departures:
        withdrawn = one.last(Did.WITHDRAWN)
        link = links.get(one.person) if one.person else None
        if withdrawn is None or link is None or one.last(Did.ACTED) is None:
            continue
        if link.blocked_by_us_at is not None and link.blocked_by_us_at <= withdrawn.at:
            found.add(link.person)
    return frozenset(found)


def asked_back(plan: Plan, back: frozenset[PersonKey]) -> bool:
    """Whether a plan opens the account of one of these, or asks Active Directory to."""
    opened = {change.person for change in plan.changes if isinstance(change, EnableUser)}
    asked = {
        one.person for one in plan.held if (one.reason, one.what) == (Reason.AD, "enable_user")
    }
    return bool(back & (opened | asked))
