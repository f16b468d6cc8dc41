"""Health: how the last nights went, what ends soon, and what doctor finds.

Opening the page asks the tenant nothing; a button does.
"""

import asyncio
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import console
from graphsync import run_lists
from graphsync.doctor.examination import at_a_glance, case_of, examine
from graphsync.doctor.findings import Case, Finding, State
from graphsync.ending_holds import ending
from graphsync.store.schema import SCHEMA
from policies.school_days import school_day
from reports.words import STATES


@console.get("/service", Permission.SEE_HEALTH)
def glance(request: Request, home: Staff, who: Caller) -> Response:
    """What can be told at once."""
    return _page(request, home, who, at_a_glance(_case(home, who)))


@console.post("/service", Permission.SEE_HEALTH)
def everything(request: Request, home: Staff, who: Caller) -> Response:
    """Everything that doctor looks at, the tenant as well; nothing is changed by it."""
    found = asyncio.run(examine(_case(home, who)))
    return _page(request, home, who, found, whole=True)


def _case(home: Home, who: Who) -> Case:
    return case_of(home.loaded, home.bench, who.reach.schools)


def _page(
    request: Request, home: Home, who: Who, found: Sequence[Finding], *, whole: bool = False
) -> Response:
    bench, now = home.bench, home.bench.now()
    reached = who.reach.schools
    holds = [one for one in bench.store.holds.unlifted(None) if one.person.school in reached]
    worst = max(found, key=lambda one: list(State).index(one.state), default=None)
    return page(
        request,
        "condition.html",
        who,
        found=sorted(found, key=lambda one: -list(State).index(one.state)),
        whole=whole,
        worst=worst.state if worst else State.OK,
        runs=run_lists.newest(bench, reached),
        states=STATES,
        holds=ending(holds, school_day(now)),
        sessions=bench.store.sessions.count(now),
        schema=SCHEMA,
        may_verify=who.may(Permission.VERIFY_JOURNAL),
    )
