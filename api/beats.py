"""What the clock does by day in small steps: feed, alarms, departures, and whether all is whole.

Each asks first whether there is anything to do; where there is not, nothing is written. None works
in a school's accounts as a night does, so no night holds one up.
"""

from api.work import Done, Places
from graphsync import dlp_allowances
from graphsync.bench import Bench
from graphsync.breach_alarms import alarms_wait
from graphsync.departing import departures_due
from graphsync.notices import act_on_departures, tell_alarms
from graphsync.store.jobs import Job
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken
from graphsync.verifying import verify


def feed_is_read(bench: Bench) -> bool:
    """Whether somebody read the feed by hand once.

    It is monitoring of staff: a person begins it, and finds that the permission is there.
    """
    return bench.store.dlp_feeds.of(bench.tenant.tenant_id) is not None


async def pull(bench: Bench, _: Places, __: Job) -> Done:
    """Read what the feed holds and is not known yet."""
    from reports.dlp.pulling import pull_feed  # heavy

    try:
        pulled = await pull_feed(bench)
    except TenantProblem as problem:
        raise Broken(str(problem)) from problem
    gaps = len(pulled.gaps)
    return Done(problem=f"{gaps} gaps wait for somebody: graphsync dlp gaps" if gaps else "")


def an_alarm_waits(bench: Bench) -> bool:
    """Whether a breach's clock has passed an hour of which nobody was told."""
    return alarms_wait(bench, bench.now())


async def alarm(bench: Bench, _: Places, __: Job) -> Done:
    """Tell whom the packs name of each such hour, once."""
    return Done(problem="; ".join(await tell_alarms(bench)))


def a_departure_waits(bench: Bench) -> bool:
    """Whether the hour of a departure has come, or one that is not done is to be tried again."""
    return bool(departures_due(bench, bench.now()))


async def verify_all(bench: Bench, _: Places, __: Job) -> Done:
    """Whether journal and registers are whole; a fault is an incident for the DPO."""
    found = verify(bench)
    return Done(problem="" if found.whole else f"not whole, row {found.first_bad}: {found.why}")


async def lapse(bench: Bench, _: Places, __: Job) -> Done:
    """Put each back into the queue of mail."""
    dlp_allowances.lapse(bench)
    return Done()


async def depart(bench: Bench, _: Places, __: Job) -> Done:
    """Carry out each that is due."""
    return Done(problem="; ".join(await act_on_departures(bench)))
