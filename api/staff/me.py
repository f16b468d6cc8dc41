"""Who asks, whether the service is up, and its numbers."""

from typing import Any

from fastapi import Request
from fastapi.responses import PlainTextResponse

from api.permissions import Permission, Who
from api.staff.home import Staff, demand, home_of
from api.staff.rooms import api
from api.staff.shapes import Me, problems
from graphsync.bench import Bench

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for")


@api.get("/health", None, summary="Whether the service is up; it says nothing else")
def health(home: Staff) -> dict[str, str]:
    """Up, with a store that answers."""
    home.bench.store.pauses.list()
    return {"status": "up"}


@api.get(
    "/api/v1/me",
    Permission.SEE_SELF,
    response_model=Me,
    responses=problems(),
    summary="Who you are here, what you may do and for which schools",
)
def me(request: Request) -> Any:
    """The caller as this service sees them."""
    who: Who = request.state.person
    reach = request.state.who.reach
    return {
        "account": who.account,
        "name": who.name,
        "roles": sorted(who.roles),
        "schools": sorted(reach.schools),
        "years": sorted(reach.years),
        "may": may(who),
        "conflict": list(who.conflict),
        "deputises": [f"{one.school}: {one.role}" for one in who.deputises],
    }


def may(who: Who) -> list[str]:
    """Every permission that this person has."""
    return sorted(one for one in Permission if who.may(one))


@api.get("/metrics", None, summary="Counts for Prometheus: from this machine, or an IT manager")
def metrics(request: Request) -> PlainTextResponse:
    """Counts alone. A request that a proxy passed on is not from this machine."""
    home = home_of(request)
    client = request.client.host if request.client else ""
    passed_on = any(name in request.headers for name in _FORWARDED)
    if client not in _LOOPBACK or passed_on:
        who = home.by_token(request.headers.get("authorization", ""))
        demand(who, Permission.SEE_METRICS)
    return PlainTextResponse(numbers(home.bench), media_type="text/plain; version=0.0.4")


def numbers(bench: Bench) -> str:
    """The counts in Prometheus' text format: runs, when the last was drafted, holds, sessions."""
    tally, now = bench.store.runs.tally(), bench.now()
    last: dict[str, float] = {}
    for school, _, _, drafted in tally:
        last[school] = max(last.get(school, 0), drafted.timestamp())
    holds: dict[str, int] = {}
    for hold in bench.store.holds.active(None, now.date()):
        holds[hold.person.school] = holds.get(hold.person.school, 0) + 1
    lines = [
        "# HELP graphsync_runs Runs kept, by school and state.",
        "# TYPE graphsync_runs gauge",
        *(f'graphsync_runs{{school="{s}",state="{state}"}} {n}' for s, state, n, _ in tally),
        "# HELP graphsync_last_run_seconds When the last run was drafted, in Unix time.",
        "# TYPE graphsync_last_run_seconds gauge",
        *(f'graphsync_last_run_seconds{{school="{s}"}} {at:.0f}' for s, at in last.items()),
        "# HELP graphsync_holds Holds that stand.",
        "# TYPE graphsync_holds gauge",
        *(f'graphsync_holds{{school="{s}"}} {n}' for s, n in sorted(holds.items())),
        "# HELP graphsync_sessions People signed in at the console.",
        "# TYPE graphsync_sessions gauge",
        f"graphsync_sessions {bench.store.sessions.count(now)}",
    ]
    return "\n".join(lines) + "\n"
