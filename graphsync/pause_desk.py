"""Pauses as people put and end them; each is journalled with who and why."""

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.changes import Plan
from graphsync.pausing import passes, told
from graphsync.run_desk import event
from graphsync.store.pauses import EVERY_SCHOOL, Pause
from graphsync.trouble import Refusal
from policies.pack_loading import schools

ALL = "all schools"


class PauseLine(Struct, frozen=True, kw_only=True):
    """One pause as it is listed."""

    school: str
    by: str
    at: str
    reason: str


def pause(bench: Bench, school: str | None, reason: str) -> PauseLine:
    """Let one school, or all, wait from now on; raises Refusal for a school without a pack."""
    known = schools(bench.packs_dir)
    if school is not None and school not in known:
        raise Refusal(f"{school} has no pack; schools with one: {', '.join(known)}")
    made = Pause(school=school or EVERY_SCHOOL, reason=reason, by=bench.requester, at=bench.now())
    with bench.store.transaction():
        bench.store.pauses.put(made)
        entry = event(made.school, "", "paused", made.by)
        bench.store.journal.append([replace(entry, after={"reason": reason})])
    return _line(made)


def resume(bench: Bench, school: str | None) -> tuple[PauseLine, ...]:
    """End the pause of one school, or the one of all; the pauses that still stand.

    Raises Refusal when there is none.
    """
    with bench.store.transaction():
        if not bench.store.pauses.lift(school or EVERY_SCHOOL):
            standing = ", ".join(_name(one) for one in bench.store.pauses.list()) or "nothing"
            raise Refusal(f"{school or ALL}: no pause of that name; paused is {standing}")
        bench.store.journal.append([event(school or EVERY_SCHOOL, "", "resumed", bench.requester)])
    return listing(bench)


def listing(bench: Bench) -> tuple[PauseLine, ...]:
    """The pauses that stand."""
    return tuple(map(_line, bench.store.pauses.list()))


def demand_running(bench: Bench, plan: Plan) -> None:
    """Raises Refusal when the plan's school is paused and the plan holds more than departures."""
    standing = bench.store.pauses.over(plan.school)
    if standing is not None and not all(map(passes, plan.changes)):
        command = f"graphsync resume {standing.school}".rstrip()
        raise Refusal(f"{_name(standing)}: {told(standing)}; `{command}` ends it")


def _name(standing: Pause) -> str:
    return standing.school or ALL


def _line(one: Pause) -> PauseLine:
    return PauseLine(school=_name(one), by=one.by, at=f"{one.at:%Y-%m-%d %H:%M}", reason=one.reason)
