"""What waits of runs, policies, departures and accounts."""

from collections.abc import Iterator

from api.permissions import Permission
from api.staff.waiting import (
    HEAD,
    HR,
    IT,
    Desk,
    Wait,
    of_list,
)
from api.staff.waits_of_care import of_holds
from graphsync.coming_back import coming_back
from graphsync.departure_desk import listing as departures
from graphsync.ending_holds import NEAR
from graphsync.policy_deciding import conflicts
from graphsync.store.runs import State as RunState
from policies.departures import State as DepartureState
from policies.pack_loading import schools as schools_with_pack
from policies.policy_conflicts import State
from policies.school_days import school_day

_P = Permission


def of_runs(desk: Desk) -> Iterator[Wait]:
    """Plans for a yes or no, approved ones, and those sent back."""
    who, seen = desk.who, desk.of(_P.SEE_RUNS)
    if not seen:
        return
    runs = desk.home.bench.store.tallies.standing(seen)
    parked = [(run, by) for run, state, by in runs if state is RunState.PARKED]
    others = [run for run, by in parked if by != who.identity]
    approved = [run for run, state, _ in runs if state is RunState.APPROVED]
    approves = desk.may(_P.APPROVE_RUNS)
    named = others if approves else [run for run, _ in parked]
    yield Wait(
        whose=HEAD,
        one="plan needs a yes or a no",
        many="plans need a yes or a no",
        number=len(named),
        path=of_list("/runs", named),
        mine=approves,
    )
    yield Wait(
        whose=IT,
        one="approved plan to carry out",
        many="approved plans to carry out",
        number=len(approved),
        path=of_list("/runs", approved),
        mine=desk.may(_P.APPLY_RUNS),
    )
    back = desk.home.bench.store.returns.open(seen)
    yield Wait(
        whose=IT,
        one="plan was sent back: see why and draft anew",
        many="plans were sent back: see why and draft anew",
        number=len(back),
        path=of_list("/runs", back),
        mine=desk.may(_P.DRAFT_RUNS),
    )


def of_policies(desk: Desk) -> Iterator[Wait]:
    """Lines of a policy that today's rules contradict; governors see the numbers on Policies."""
    decides, writes = desk.of(_P.DECIDE_POLICIES), desk.of(_P.DRAFT_RUNS)
    if not decides and not writes:
        return
    seen = {*decides, *writes}
    with_pack = sorted(seen & set(schools_with_pack(desk.home.bench.packs_dir)))
    found = conflicts(desk.home.bench, with_pack)
    for state, whose, mine, what in (
        (State.OPEN, HEAD, bool(decides), "to decide"),
        (State.DECIDED, IT, bool(writes), "decided, to write into the pack"),
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


def of_departures(desk: Desk) -> Iterator[Wait]:
    """Who leaves today, what is to finish by hand, and who comes back."""
    seen, bench = desk.of(_P.SEE_DEPARTURES), desk.home.bench
    if not seen:
        return
    lines = departures(bench, seen, all_of_it=desk.of(_P.RECORD_DEPARTURES))
    today = school_day(bench.now())
    dated = [one for one in lines if one.state is DepartureState.DATED]
    leaving = [one for one in dated if school_day(one.leaves_at) == today]
    by_hand = [one for one in lines if one.waits]
    yield Wait(
        whose=HR,
        one="member of staff leaves today",
        many="members of staff leave today",
        number=len(leaving),
        path="/leavers",
        mine=desk.may(_P.RECORD_DEPARTURES),
        urgent=True,
    )
    yield Wait(
        whose=IT,
        one="departure to finish by hand",
        many="departures to finish by hand",
        number=len(by_hand),
        path="/leavers",
        mine=desk.may(_P.CONFIRM_DEPARTURES),
        urgent=True,
    )
    yield Wait(
        whose=IT,
        one="account to open again, its departure was withdrawn",
        many="accounts to open again, their departures were withdrawn",
        number=len(coming_back(bench, seen)),
        path="/leavers",
        mine=desk.may(_P.CONFIRM_DEPARTURES),
    )


def of_tasks(desk: Desk) -> Iterator[Wait]:
    """Rows for Active Directory, accounts to match, holds."""
    rows, matched, held = map(desk.of, (_P.SEE_WORKLIST, _P.MATCH_ACCOUNTS, _P.CHANGE_HOLDS))
    if not (rows or matched or held):
        return
    today = school_day(desk.home.bench.now())
    told = desk.home.bench.store.tallies.tasks(
        today, today + NEAR, worklist=rows, proposals=matched, holds=held
    )
    yield Wait(
        whose=IT,
        one="row for Active Directory",
        many="rows for Active Directory",
        number=told.worklist,
        path="/worklist",
        urgent=bool(told.worklist_overdue),
        note=f"{told.worklist_overdue:,} overdue" if told.worklist_overdue else "",
    )
    yield Wait(
        whose=IT,
        one="account to match",
        many="accounts to match",
        number=told.proposals,
        path="/matching",
    )
    yield Wait(
        whose="Whoever put it",
        one="hold ends within a week",
        many="holds end within a week",
        number=told.holds_ending,
        path="/holds",
    )
    if held:
        yield from of_holds(desk)
