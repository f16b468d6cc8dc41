"""Whether the gate of online services is open for some pupils: all that a list tells of it."""

from collections import defaultdict
from collections.abc import Iterable

from graphsync.bench import Bench
from graphsync.consent_school import ConsentSchool
from graphsync.trouble import Refusal
from policies.pack_loading import PackRefused
from policies.people import PersonKey


def open_gates(bench: Bench, pupils: Iterable[PersonKey]) -> frozenset[PersonKey]:
    """Those of these pupils whose cloud consent lives today; nobody where it cannot be told."""
    by_school: defaultdict[str, set[PersonKey]] = defaultdict(set)
    for one in pupils:
        by_school[one.school].add(one)
    return frozenset(one for school, its in by_school.items() for one in _open(bench, school, its))


def _open(bench: Bench, school: str, pupils: set[PersonKey]) -> Iterable[PersonKey]:
    try:
        at = ConsentSchool(bench, school)
    except (PackRefused, Refusal):
        return
    rows = bench.store.consents.of_school(school)
    for person in at.roster.people:
        if person.key in pupils and at.standing(person, rows.get(person.key, ())).cloud.live:
            yield person.key
