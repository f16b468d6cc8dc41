"""Every check, at home and in the tenant at once, within fifteen seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial

from graphsync.bench import Bench
from graphsync.doctor import house, records, tenant
from graphsync.doctor.findings import Case, Finding, broken, warning
from graphsync.doctor.trial import CHECK, Wish, trial
from graphsync.settings import Loaded, Need
from graphsync.store.health import existing_store
from graphsync.store.problems import StoreProblem
from graphsync.tenant.door import Door
from graphsync.tenant.problems import TenantProblem
from policies.pack_loading import load_each

# Those that take no longer than a page may: nothing large is read, and nothing is asked of anybody.
QUICK = ("settings", "certificate", "packs", "journal", "claims", "nights")
TENANT_SECONDS = 8.0  # after the five that sign-in may take
TRIAL_SECONDS = 9.5

HOME: dict[str, Callable[[Case], Iterator[Finding]]] = {
    "settings": house.settings,
    "certificate": house.certificate,
    "packs": house.packs,
    "database": records.database,
    "journal": records.journal,
    "seal key": records.seal,
    "claims": records.claims,
    "nights": records.nights,
    "roster": house.roster,
}


@contextmanager
def opened(
    loaded: Loaded,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Iterator[Case]:
    """The installation of these settings, opened without changing or making anything."""
    rules, problems = load_each(loaded.values.packs_dir)
    store, problem = None, ""
    try:
        store = existing_store(loaded.database_url, now)
    except StoreProblem as error:
        problem = str(error)
    case = Case(
        loaded=loaded,
        now=now,
        sleep=sleep,
        store=store,
        store_problem=problem,
        rules=rules,
        pack_problems=problems,
    )
    if store is None:
        yield case
        return
    with closing(store):
        yield case


async def examine(case: Case, wish: Wish | None = None) -> list[Finding]:
    """What every check finds, in a fixed order; with a wish, what `trial` finds as well."""
    at_home, there = await asyncio.gather(
        asyncio.to_thread(_at_home, case), _in_the_tenant(case, wish)
    )
    order = ("settings", "clock", "sign-in", "certificate", "client secret")
    found = [*at_home, *there]
    return sorted(found, key=lambda one: order.index(one.check) if one.check in order else 9)


def _at_home(case: Case) -> list[Finding]:
    return [finding for name, check in HOME.items() for finding in _alone(name, check, case)]


def at_a_glance(case: Case) -> list[Finding]:
    """What the quick checks at home find, in their order."""
    return [finding for name in QUICK for finding in _alone(name, HOME[name], case)]


def case_of(loaded: Loaded, bench: Bench, reached: Collection[str]) -> Case:
    """The installation as a running service looks at it for somebody who reaches these schools.

    What is wrong with packs is told to whoever reaches every school that has one.
    """
    every, problems = load_each(bench.packs_dir)
    rules = {school: its for school, its in every.items() if school in reached}
    if len(rules) < len(every):
        problems = ()
    return Case(
        loaded=loaded,
        now=bench.now,
        sleep=bench.sleep,
        store=bench.store,
        rules=rules,
        pack_problems=problems,
    )


def _alone(name: str, check: Callable[[Case], Iterator[Finding]], case: Case) -> Iterator[Finding]:
    try:
        yield from check(case)
    except StoreProblem as problem:
        yield broken(name, str(problem), "restore the newest backup of the database")
    except Exception as error:  # noqa: BLE001 - whatever one check meets hides no other
        yield tenant.failed(name, error)


async def _in_the_tenant(case: Case, wish: Wish | None) -> list[Finding]:
    if case.loaded.problems(Need.TENANT):
        unset = warning("sign-in", "not tried, since its settings are not right", "mend those")
        return [unset, *tenant.not_looked_at()]
    try:
        async with tenant.signed_in(case) as (door, first):
            checks, tried = await asyncio.gather(
                tenant.all_checks(case, door, TENANT_SECONDS),
                _tried(case, door, wish),
            )
            return [tenant.clock(case, first), tenant.entered(), *checks, *tried]
    except (TenantProblem, TimeoutError) as error:
        return [tenant.not_signed_in(error), *tenant.not_looked_at()]
    except Exception as error:  # noqa: BLE001 - what is found at home is told all the same
        return [tenant.failed("sign-in", error), *tenant.not_looked_at()]


async def _tried(case: Case, door: Door, wish: Wish | None) -> list[Finding]:
    if wish is None:
        return []
    return await tenant.alone(CHECK, partial(_trial, wish), case, door, TRIAL_SECONDS)


async def _trial(wish: Wish, case: Case, door: Door) -> list[Finding]:
    return await trial(case, door, wish)
