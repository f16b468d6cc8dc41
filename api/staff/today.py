"""Today in one look: how each school's last run went, what changed and what waits for whom."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from api.permissions import AppRole, Permission, Who
from graphsync.bench import Bench
from graphsync.report import RunState
from graphsync.run_lists import RunSummary, newest
from graphsync.store.pauses import EVERY_SCHOOL, Pause
from policies.pack_loading import load_each, schools
from policies.school_days import school_day
from reports.words import RANK, STATES, counted, kind_title

STALE_DAYS = 2  # a night may be missed without anybody having to look


class Waiting(Struct, frozen=True):
    """Something that waits for a person: whose it is, what, and the run to open (or none)."""

    whose: str
    text: str
    run: str = ""
    mine: bool = False


class SchoolToday(Struct, frozen=True):
    """One school: its last run in words, the changes by kind, and what waits.

    `mood` is good, wait, bad or none (no run yet).
    """

    school: str
    name: str
    mood: str
    state: str
    when: datetime | None
    run: str
    held: int
    changes: tuple[tuple[str, int], ...]
    waiting: tuple[Waiting, ...]
    error: str = ""


_WHOSE = {AppRole.HEAD: "Head", AppRole.IT_MANAGER: "IT manager"}
_BAD = frozenset({RunState.REFUSED, RunState.BROKEN})
_WAIT = frozenset(
    {
        RunState.PARKED,
        RunState.APPROVED,
        RunState.PARTLY,
        RunState.APPLYING,
        RunState.RETURNED,
    }
)


def today(bench: Bench, who: Who) -> tuple[SchoolToday, ...]:
    """Every school that this person reaches; what they may not see is left out.

    Whoever may not see runs is told how the night ended and nothing of what it changed.
    """
    reached = sorted(who.reach.schools & set(schools(bench.packs_dir)))
    last = {one.school: one for one in newest(bench, reached)}
    pauses = bench.store.pauses.list()
    names = _names(bench, reached, last)
    return tuple(
        _school(bench, who, school, names[school], last.get(school), pauses) for school in reached
    )


def _names(bench: Bench, reached: Sequence[str], last: dict[str, RunSummary]) -> dict[str, str]:
    """A run tells its school's name; packs are read only where one does not."""
    names = {school: one.name for school, one in last.items() if one.name}
    if set(names) >= set(reached):
        return names
    rules, _ = load_each(bench.packs_dir)
    return {one: names.get(one) or (rules[one].name if one in rules else one) for one in reached}


def _school(
    bench: Bench,
    who: Who,
    school: str,
    name: str,
    run: RunSummary | None,
    pauses: Sequence[Pause],
) -> SchoolToday:
    sees = who.may_in(Permission.SEE_RUNS, school)
    paused = tuple(
        Waiting("Whoever paused it", f"Paused since {one.at:%d.%m.%Y}: only departures are done")
        for one in pauses
        if one.school in {school, EVERY_SCHOOL}
    )
    if run is None:
        begin = Waiting("IT manager", "No run yet: Runs says how to begin")
        return SchoolToday(school, name, "none", "no run yet", None, "", 0, (), (begin, *paused))
    kinds = sorted(run.counts, key=lambda kind: RANK.get(kind, len(RANK)))
    changes = tuple((kind_title(kind), run.counts[kind]) for kind in kinds if run.counts[kind])
    waiting = (*_of_run(run, who), *_stale(bench, run), *paused)
    return SchoolToday(
        school=school,
        name=name,
        mood=_mood(run),
        state=_state(run),
        when=run.created_at,
        run=run.run if sees else "",
        held=run.held if sees else 0,
        changes=changes if sees else (),
        waiting=waiting if sees else paused,
        error=run.error if sees else "",
    )


def _state(run: RunSummary) -> str:
    if run.state == RunState.DRAFTED and not run.changes:
        return "nothing to change"
    return STATES.get(run.state, run.state)


def _mood(run: RunSummary) -> str:
    if run.state in _BAD:
        return "bad"
    return "wait" if run.state in _WAIT else "good"


def _of_run(run: RunSummary, who: Who) -> tuple[Waiting, ...]:
    match run.state:
        case RunState.PARKED:
            text = f"A plan with {counted(run.changes, 'change')} needs a yes or a no"
            mine = who.may_in(Permission.APPROVE_RUNS, run.school) and run.requester != who.identity
            told = [Waiting(_WHOSE[AppRole.HEAD], text, run.run, mine)]
        case RunState.APPROVED:
            told = [_for_it("Approved; carry it out: graphsync apply " + run.run, run, who)]
        case RunState.RETURNED:
            told = [_for_it("The head sent the plan back; its page says why", run, who)]
        case RunState.REFUSED:
            told = [_for_it("The export was refused; the run says what to mend", run, who)]
        case RunState.BROKEN:
            told = [_for_it("The run broke off; the next one settles what was begun", run, who)]
        case RunState.PARTLY:
            told = [_for_it("Some changes are not done; the next run tries again", run, who)]
        case _:
            told = []
    if run.held:
        told.append(_for_it(f"{counted(run.held, 'held item')} may need a person", run, who))
    return tuple(told)


def _for_it(text: str, run: RunSummary, who: Who) -> Waiting:
    mine = AppRole.IT_MANAGER in who.held_in(run.school)
    return Waiting(_WHOSE[AppRole.IT_MANAGER], text, run.run, mine=mine)


def _stale(bench: Bench, run: RunSummary) -> tuple[Waiting, ...]:
    days = (school_day(bench.now()) - school_day(run.created_at)).days
    if days <= STALE_DAYS:
        return ()
    text = f"No run for {counted(days, 'day')}: is the nightly job still there?"
    return (Waiting(_WHOSE[AppRole.IT_MANAGER], text, run.run),)
