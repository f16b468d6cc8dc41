"""Who waits to be let in again after a departure was withdrawn (law B5, task 3)."""

from collections.abc import Collection

from graphsync.bench import Bench
from graphsync.departures_standing import returning_of
from graphsync.matching_desk import people_of
from policies.departures import Did
from policies.people import PersonKey
from policies.school_days import school_day


def coming_back(bench: Bench, reached: Collection[str]) -> frozenset[PersonKey]:
    """Whom a withdrawn departure left blocked and the newest roster lists.

    Their accounts are opened by a plan of the IT manager that the head approves.
    """
    now = bench.now()
    left = bench.store.departures.of(reached)
    undone = {one.person for one in left if one.person and one.last(Did.WITHDRAWN)}
    links = bench.store.links.some(undone)
    back = returning_of(left, links) - {one.person for one in left if one.stands(now)}
    people = {school: people_of(bench, school) for school in {one.school for one in back}}
    day = school_day(now)
    return frozenset(
        key
        for key in back
        if (person := people[key.school].get(key)) is not None and not person.has_left(day)
    )
