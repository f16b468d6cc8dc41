"""What waits, for whom: each thing by permission, with its number and the page to go on.

What this person may do comes first, then what waits for somebody else and they may see.
"""

from collections.abc import Callable, Collection, Iterator

from msgspec import Struct

from api.permissions import Permission, Who
from api.staff.counted import Count, Counted
from api.staff.home import Home
from api.staff.rooms import console
from graphsync.breach_desk import listing as breaches
from graphsync.consent_standing import Standing, standing
from graphsync.departure_desk import listing as departures
from graphsync.ending_holds import NEAR
from graphsync.policy_deciding import conflicts
from graphsync.store.runs import State as RunState
from policies.departures import State as DepartureState
from policies.pack_loading import schools as schools_with_pack
from policies.policy_conflicts import State
from policies.school_days import school_day
from reports.words import counted

_P = Permission
HEAD, IT, DPO, OFFICE, HR = "Head", "IT manager", "DPO", "Office", "HR"


class Wait(Struct, frozen=True, kw_only=True):
    """So many of something wait for `whose`; `path` is empty where there is no page for it.

    `mine` where this person may do it, `urgent` where a time has passed or passes today.
    """

    whose: str
    number: int
    one: str
    many: str
    path: str
    mine: bool = True
    urgent: bool = False
    note: str = ""

    @property
    def text(self) -> str:
        """Such as `3 plans need a yes or a no`."""
        return counted(self.number, self.one, self.many)


class _Desk(Struct, frozen=True):
    """Whoever looks, and the schools that they reach."""

    home: Home
    who: Who
    schools: Collection[str]
    counts: Counted


def waits(home: Home, who: Who, counts: Counted, schools: Collection[str]) -> tuple[Wait, ...]:
    """All that waits in these schools and that this person may see; the urgent first.

    Whoever is given some years only is told of no whole school.
    """
    if not schools or who.reach.years:
        return ()
    desk = _Desk(home, who, schools, counts)
    found = [one for ask in _QUESTIONS for one in ask(desk) if one.number]
    return tuple(sorted(found, key=lambda one: (not one.mine, not one.urgent)))


def consent_standings(
    home: Home, counts: Counted, schools: Collection[str]
) -> list[Standing] | None:
    """The last counts of the schools that have a roster; None before all were counted."""

    def counts_of(school: str) -> Count | None:
        return counts.lately(("standing", school), lambda: standing(home.bench, school))

    found = [counts_of(school) for school in schools]
    if any(one is None for one in found):
        return None
    return [one.told for one in found if one is not None and one.told is not None]


def _of_runs(desk: _Desk) -> Iterator[Wait]:
    who = desk.who
    if not who.may(_P.SEE_RUNS):
        return
    runs = desk.home.bench.store.tallies.standing(desk.schools)
    parked = [(run, by) for run, state, by in runs if state is RunState.PARKED]
    others = [run for run, by in parked if by != who.identity]
    approved = [run for run, state, _ in runs if state is RunState.APPROVED]
    approves = who.may(_P.APPROVE_RUNS)
    named = others if approves else [run for run, _ in parked]
    yield Wait(
        whose=HEAD,
        one="plan needs a yes or a no",
        many="plans need a yes or a no",
        number=len(named),
        path=_of_list("/runs", named),
        mine=approves,
    )
    yield Wait(
        whose=IT,
        one="approved plan to carry out",
        many="approved plans to carry out",
        number=len(approved),
        path=_of_list("/runs", approved),
        mine=who.may(_P.APPLY_RUNS),
    )
    back = desk.home.bench.store.returns.open(desk.schools)
    yield Wait(
        whose=IT,
        one="plan was sent back: see why and draft anew",
        many="plans were sent back: see why and draft anew",
        number=len(back),
        path=_of_list("/runs", back),
        mine=who.may(_P.DRAFT_RUNS),
    )


def _of_policies(desk: _Desk) -> Iterator[Wait]:
    """Lines of a policy that today's rules contradict; governors see the numbers on Policies."""
    who = desk.who
    decides, writes = who.may(_P.DECIDE_POLICIES), who.may(_P.DRAFT_RUNS)
    if not decides and not writes:
        return
    with_pack = sorted(set(desk.schools) & set(schools_with_pack(desk.home.bench.packs_dir)))
    found = conflicts(desk.home.bench, with_pack)
    for state, whose, mine, what in (
        (State.OPEN, HEAD, decides, "to decide"),
        (State.DECIDED, IT, writes, "decided, to write into the pack"),
    ):
        schools = [one for one, numbers in found.items() if numbers[state]]
        yield Wait(
            whose=whose,
            one=f"conflict of the policy with today's rules {what}",
            many=f"conflicts of the policy with today's rules {what}",
            number=sum(numbers[state] for numbers in found.values()),
            path=f"/policies/findings?school={schools[0]}" if schools else "",
            mine=mine,
        )


def _of_consents(desk: _Desk) -> Iterator[Wait]:
    who = desk.who
    if not who.may(_P.SEE_CONSENTS):
        return
    found = consent_standings(desk.home, desk.counts, desk.schools) or []
    disputes, to_check = (
        sum(one.disputes for one in found),
        sum(one.to_check for one in found),
    )
    yield Wait(
        whose=HEAD,
        one="disputed answer",
        many="disputed answers",
        number=disputes,
        path=_there("/consents"),
        mine=who.may(_P.SETTLE_CONSENTS),
    )
    yield Wait(
        whose=OFFICE,
        one="form to countersign",
        many="forms to countersign",
        number=to_check,
        path=_there("/consents/check") if who.may(_P.COUNTERSIGN_CONSENTS) else "",
        mine=who.may(_P.COUNTERSIGN_CONSENTS),
    )


def _of_mail(desk: _Desk) -> Iterator[Wait]:
    who = desk.who
    if not who.may(_P.SEE_DLP):
        return
    told = desk.home.bench.store.tallies.mail(desk.schools, desk.home.bench.now())
    late = f"{told.overdue:,} overdue" if told.overdue else ""
    looked_at = told.open - told.advised
    yield Wait(
        whose=DPO,
        one="mail to look at",
        many="mails to look at",
        number=looked_at,
        path=_there("/mail"),
        mine=who.may(_P.ADVISE_DLP),
        urgent=bool(told.overdue),
        note=late,
    )
    yield Wait(
        whose=HEAD,
        one="mail to decide, with advice",
        many="mails to decide, with advice",
        number=told.advised,
        path=_there("/mail"),
        mine=who.may(_P.DECIDE_DLP),
        urgent=bool(told.overdue),
        note=late,
    )


def _of_breaches(desk: _Desk) -> Iterator[Wait]:
    if not desk.who.may(_P.SEE_BREACHES):
        return
    open_ones = [one for one in breaches(desk.home.bench) if one.school in desk.schools]
    first = min((one.hours_left for one in open_ones if one.hours_left is not None), default=None)
    yield Wait(
        whose=DPO,
        one="open breach",
        many="open breaches",
        number=len(open_ones),
        path=_there("/breaches"),
        urgent=first is not None,
        note="" if first is None else _hours(first),
    )


def _of_departures(desk: _Desk) -> Iterator[Wait]:
    who, bench = desk.who, desk.home.bench
    if not who.may(_P.SEE_DEPARTURES):
        return
    lines = departures(bench, desk.schools, all_of_it=who.may(_P.RECORD_DEPARTURES))
    today = school_day(bench.now())
    dated = [one for one in lines if one.state is DepartureState.DATED]
    leaving = [one for one in dated if school_day(one.leaves_at) == today]
    by_hand = [one for one in lines if one.waits]
    yield Wait(
        whose=HR,
        one="member of staff leaves today",
        many="members of staff leave today",
        number=len(leaving),
        path=_there("/leavers"),
        mine=who.may(_P.RECORD_DEPARTURES),
        urgent=True,
    )
    yield Wait(
        whose=IT,
        one="departure to finish by hand",
        many="departures to finish by hand",
        number=len(by_hand),
        path=_there("/leavers"),
        mine=who.may(_P.CONFIRM_DEPARTURES),
        urgent=True,
    )


def _of_tasks(desk: _Desk) -> Iterator[Wait]:
    who = desk.who
    if not any(map(who.may, (_P.SEE_WORKLIST, _P.MATCH_ACCOUNTS, _P.CHANGE_HOLDS))):
        return
    today = school_day(desk.home.bench.now())
    told = desk.home.bench.store.tallies.tasks(desk.schools, today, today + NEAR)
    if who.may(_P.SEE_WORKLIST):
        yield Wait(
            whose=IT,
            one="row for Active Directory",
            many="rows for Active Directory",
            number=told.worklist,
            path=_there("/worklist"),
            urgent=bool(told.worklist_overdue),
            note=f"{told.worklist_overdue:,} overdue" if told.worklist_overdue else "",
        )
    if who.may(_P.MATCH_ACCOUNTS):
        yield Wait(
            whose=IT,
            one="account to match",
            many="accounts to match",
            number=told.proposals,
            path=_there("/matching"),
        )
    if who.may(_P.CHANGE_HOLDS):
        yield Wait(
            whose="Whoever put it",
            one="hold ends within a week",
            many="holds end within a week",
            number=told.holds_ending,
            path=_there("/holds"),
        )


_QUESTIONS: tuple[Callable[[_Desk], Iterator[Wait]], ...] = (
    _of_breaches,
    _of_departures,
    _of_runs,
    _of_policies,
    _of_consents,
    _of_mail,
    _of_tasks,
)


def _there(path: str) -> str:
    """The path, where the console has such a page."""
    return path if any(room.path == path for room in console.list) else ""


def _of_list(path: str, named: list[str]) -> str:
    return f"{path}/{named[0]}" if len(named) == 1 else path


def _hours(left: float) -> str:
    if left < 0:
        return f"overdue for {counted(-int(left), 'hour')}"
    return f"{counted(int(left), 'hour')} left"
