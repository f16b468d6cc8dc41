"""What waits, for whom: each thing by permission, with its number and the page to go on.

What this person may do comes first, then what waits for somebody else and they may see.
"""

from collections.abc import Callable, Collection, Iterator

from api.permissions import Who
from api.staff.counted import Counted
from api.staff.home import Home
from api.staff.waiting import Desk, Wait
from api.staff.waits_of_care import of_arrangements, of_filtering, of_kept_names, of_resets
from api.staff.waits_of_data import of_allowances, of_breaches, of_consents, of_mail, of_requests
from api.staff.waits_of_runs import of_departures, of_policies, of_runs, of_tasks

_QUESTIONS: tuple[Callable[[Desk], Iterator[Wait]], ...] = (
    of_breaches,
    of_requests,
    of_departures,
    of_runs,
    of_policies,
    of_consents,
    of_mail,
    of_allowances,
    of_tasks,
    of_arrangements,
    of_resets,
    of_filtering,
    of_kept_names,
)


def waits(home: Home, who: Who, counts: Counted, schools: Collection[str]) -> tuple[Wait, ...]:
    """All that waits in these schools and that this person may see; the urgent first.

    Whoever is given some years of a school is told nothing of that school.
    """
    desk = Desk(home, who, schools, counts)
    found = [one for ask in _QUESTIONS for one in ask(desk) if one.number]
    return tuple(sorted(found, key=lambda one: (not one.mine, not one.urgent)))
