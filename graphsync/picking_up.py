"""What a killed or stopped process left open is settled, without waiting for the next night."""

from collections.abc import Iterable
from contextlib import ExitStack, suppress

from graphsync.bench import Bench
from graphsync.run_desk import break_killed
from graphsync.settling import settle_open
from graphsync.store.problems import Busy
from graphsync.tenant.door import open_door
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken
from graphsync.watching import Watch
from policies.pack_loading import load_each


def left_behind(bench: Bench, schools: Iterable[str]) -> tuple[str, ...]:
    """The schools in which a run is still being applied, or a change has no outcome yet.

    Where a process lives that is at work there, this is no more than its work in hand.
    """
    applying = {head.school for head in bench.store.runs.applying()}
    return tuple(
        school for school in schools if school in applying or bench.store.journal.unresolved(school)
    )


async def pick_up(bench: Bench, schools: Iterable[str]) -> tuple[str, ...]:
    """Break the killed runs of these schools and settle what they left; the schools seen to.

    A school in which another process is at work is left to that one. Nothing is planned or
    written to the tenant. Raises Broken when the tenant cannot be read.
    """
    with ExitStack() as stack:
        mine = []
        for school in schools:
            with suppress(Busy):
                stack.enter_context(bench.store.claims.hold(school, "settling"))
                mine.append(school)
        break_killed(bench, mine)
        if any(bench.store.journal.unresolved(school) for school in mine):
            await _settle(bench, mine)
    return tuple(mine)


async def _settle(bench: Bench, schools: list[str]) -> None:
    rules, _ = load_each(bench.packs_dir)
    known = [rules[school] for school in schools if school in rules]
    bound = frozenset(group for each in known for group in each.groups.bind.values())
    bench.progress.stage("Looking at the tenant")
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            snapshot = await Watch(bench, door, bound).snapshot()
            await settle_open(bench, door, schools, snapshot)
    except TenantProblem as problem:
        raise Broken(str(problem)) from problem
