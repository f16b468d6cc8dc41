"""What waits, for whom: each thing by permission, with its number and the page to go on.

What this person may do comes first, then what waits for somebody else and they may see.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from msgspec import Struct

from api.permissions import AppRole, Permission, Who
from api.staff.counted import Count, Counted
from api.staff.home import Home
from api.staff.people_reach import Sight, sight_of
from api.staff.rooms import console
from graphsync import filter_desk
from graphsync.breach_desk import listing as breaches
from graphsync.coming_back import coming_back
from graphsync.consent_standing import Standing, standing
from graphsync.departure_desk import listing as departures
from graphsync.ending_holds import NEAR
from graphsync.policy_deciding import conflicts
from graphsync.releasing import waiting as holds_waiting
from graphsync.request_desk import listing as requests
from graphsync.reset_counts import counts as reset_counts
from graphsync.store.holds import Hold
from graphsync.store.runs import State as RunState
from policies.departures import State as DepartureState
from policies.mail_allowances import SOON
from policies.pack_loading import schools as schools_with_pack
from policies.people import Kind
from policies.policy_conflicts import State
from policies.school_days import school_day
from reports.words import counted

_P = Permission
HEAD, IT, DPO, OFFICE, HR = "Head", "IT manager", "DPO", "Office", "HR"
HEAD_OF_YEAR, DSL = "Head of year", "Safeguarding lead"


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

    def of(self, permission: Permission) -> list[str]:
        """The schools of which this person has the permission, in every year."""
        return whole_for(self.who, permission, self.schools)

    def may(self, permission: Permission) -> bool:
        """Whether this person has the permission in one of the schools."""
        return bool(self.of(permission))


def waits(home: Home, who: Who, counts: Counted, schools: Collection[str]) -> tuple[Wait, ...]:
    """All that waits in these schools and that this person may see; the urgent first.

    Whoever is given some years of a school is told nothing of that school.
    """
    desk = _Desk(home, who, schools, counts)
    found = [one for ask in _QUESTIONS for one in ask(desk) if one.number]
    return tuple(sorted(found, key=lambda one: (not one.mine, not one.urgent)))


def whole_for(who: Who, permission: Permission, schools: Iterable[str]) -> list[str]:
    """Those of the schools of which somebody has a permission, in every year."""
    reach = who.inside(permission).reach
    return [one for one in schools if reach.all_of(one)]


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
        path=_of_list("/runs", named),
        mine=approves,
    )
    yield Wait(
        whose=IT,
        one="approved plan to carry out",
        many="approved plans to carry out",
        number=len(approved),
        path=_of_list("/runs", approved),
        mine=desk.may(_P.APPLY_RUNS),
    )
    back = desk.home.bench.store.returns.open(seen)
    yield Wait(
        whose=IT,
        one="plan was sent back: see why and draft anew",
        many="plans were sent back: see why and draft anew",
        number=len(back),
        path=_of_list("/runs", back),
        mine=desk.may(_P.DRAFT_RUNS),
    )


def _of_policies(desk: _Desk) -> Iterator[Wait]:
    """Lines of a policy that today's rules contradict; governors see the numbers on Policies."""
    decides, writes = desk.of(_P.DECIDE_POLICIES), desk.of(_P.DRAFT_RUNS)
    if not decides and not writes:
        return
    seen = {*decides, *writes}
    with_pack = sorted(seen & set(schools_with_pack(desk.home.bench.packs_dir)))
    found = [(one, conflicts(desk.home.bench, one)) for one in with_pack]
    for state, whose, mine, what in (
        (State.OPEN, HEAD, bool(decides), "to decide"),
        (State.DECIDED, IT, bool(writes), "decided, to write into the pack"),
    ):
        schools = [one for one, numbers in found if numbers[state]]
        yield Wait(
            whose=whose,
            one=f"conflict of the policy with today's rules {what}",
            many=f"conflicts of the policy with today's rules {what}",
            number=sum(numbers[state] for _, numbers in found),
            path=f"/policies/findings?school={schools[0]}" if schools else "",
            mine=mine,
        )


def _of_consents(desk: _Desk) -> Iterator[Wait]:
    seen = desk.of(_P.SEE_CONSENTS)
    if not seen:
        return
    found = consent_standings(desk.home, desk.counts, seen) or []
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
        mine=desk.may(_P.SETTLE_CONSENTS),
    )
    yield Wait(
        whose=OFFICE,
        one="form to countersign",
        many="forms to countersign",
        number=to_check,
        path=_there("/consents/check") if desk.may(_P.COUNTERSIGN_CONSENTS) else "",
        mine=desk.may(_P.COUNTERSIGN_CONSENTS),
    )


def _of_mail(desk: _Desk) -> Iterator[Wait]:
    seen = desk.of(_P.SEE_DLP)
    if not seen:
        return
    told = desk.home.bench.store.tallies.mail(seen, desk.home.bench.now())
    late = f"{told.overdue:,} overdue" if told.overdue else ""
    looked_at = told.open - told.advised
    yield Wait(
        whose=DPO,
        one="mail to look at",
        many="mails to look at",
        number=looked_at,
        path=_there("/mail"),
        mine=desk.may(_P.ADVISE_DLP),
        urgent=bool(told.overdue),
        note=late,
    )
    yield Wait(
        whose=HEAD,
        one="mail to decide, with advice",
        many="mails to decide, with advice",
        number=told.advised,
        path=_there("/mail"),
        mine=desk.may(_P.DECIDE_DLP),
        urgent=bool(told.overdue),
        note=late,
    )


def _of_allowances(desk: _Desk) -> Iterator[Wait]:
    if not desk.who.may(_P.SEE_DLP):
        return
    by_then = school_day(desk.home.bench.now()) + SOON
    yield Wait(
        whose=DPO,
        one="allowed mail to renew or let lapse within 14 days",
        many="allowed mails to renew or let lapse within 14 days",
        number=desk.home.bench.store.dlp_allowances.ending(desk.schools, by_then),
        path=_there("/mail/decisions"),
        mine=desk.who.may(_P.ADVISE_DLP),
    )


def _of_breaches(desk: _Desk) -> Iterator[Wait]:
    seen = desk.of(_P.SEE_BREACHES)
    if not seen:
        return
    open_ones = [one for one in breaches(desk.home.bench) if one.school in seen]
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


def _of_requests(desk: _Desk) -> Iterator[Wait]:
    seen = desk.of(_P.SEE_REQUESTS)
    if not seen:
        return
    found = requests(desk.home.bench, seen)
    late = sum(one.days_left is not None and one.days_left < 0 for one in found)
    soon = sum(one.days_left is not None and 0 <= one.days_left <= NEAR.days for one in found)
    notes = [f"{late:,} overdue" if late else "", f"{soon:,} due within a week" if soon else ""]
    yield Wait(
        whose=DPO,
        one="request about data",
        many="requests about data",
        number=len(found),
        path=_there("/requests"),
        mine=desk.may(_P.WORK_REQUESTS),
        urgent=bool(late or soon),
        note=", ".join(filter(None, notes)),
    )
    yield Wait(
        whose=DSL,
        one="request to say whether it could do serious harm",
        many="requests to say whether they could do serious harm",
        number=sum(one.unheard and one.due is not None for one in found),
        path=_there("/requests"),
        mine=desk.may(_P.CONSULT_REQUESTS),
    )


def _of_departures(desk: _Desk) -> Iterator[Wait]:
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
        path=_there("/leavers"),
        mine=desk.may(_P.RECORD_DEPARTURES),
        urgent=True,
    )
    yield Wait(
        whose=IT,
        one="departure to finish by hand",
        many="departures to finish by hand",
        number=len(by_hand),
        path=_there("/leavers"),
        mine=desk.may(_P.CONFIRM_DEPARTURES),
        urgent=True,
    )
    yield Wait(
        whose=IT,
        one="account to open again, its departure was withdrawn",
        many="accounts to open again, their departures were withdrawn",
        number=len(coming_back(bench, seen)),
        path=_there("/leavers"),
        mine=desk.may(_P.CONFIRM_DEPARTURES),
    )


def _of_tasks(desk: _Desk) -> Iterator[Wait]:
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
        path=_there("/worklist"),
        urgent=bool(told.worklist_overdue),
        note=f"{told.worklist_overdue:,} overdue" if told.worklist_overdue else "",
    )
    yield Wait(
        whose=IT,
        one="account to match",
        many="accounts to match",
        number=told.proposals,
        path=_there("/matching"),
    )
    yield Wait(
        whose="Whoever put it",
        one="hold ends within a week",
        many="holds end within a week",
        number=told.holds_ending,
        path=_there("/holds"),
    )
    if held:
        yield from _of_holds(desk)


def _of_holds(desk: _Desk) -> Iterator[Wait]:
    who, answers = desk.who.inside(_P.CHANGE_HOLDS), desk.may(_P.RELEASE_HOLDS)
    found = holds_waiting(desk.home.bench, desk.of(_P.CHANGE_HOLDS))
    others = [one for one in found.asked if one.by != who.identity]
    yield Wait(
        whose=HEAD,
        one="hold whose end needs a yes or a no",
        many="holds whose end needs a yes or a no",
        number=len(others if answers else found.asked),
        path=_there("/holds"),
        mine=answers,
    )
    yield Wait(
        whose="Whoever put it",
        one="hold to look at again",
        many="holds to look at again",
        number=sum(_looks_again(who, one) for one in found.due),
        path=_there("/holds"),
    )


def _looks_again(who: Who, hold: Hold) -> bool:
    """Whoever put it, and whoever is told why it was put."""
    sight = sight_of(who, hold.person.school, Kind.PUPIL, None)
    return hold.by == who.identity or sight is Sight.ALL


def _of_resets(desk: _Desk) -> Iterator[Wait]:
    seen = desk.of(_P.SEE_RESETS)
    if not seen:
        return
    yield Wait(
        whose="DSL and IT manager",
        one="person was set three new passwords within a week",
        many="people were set three new passwords within a week",
        number=sum(one.often for one in reset_counts(desk.home.bench, seen)),
        path=_there("/resets"),
    )


def _of_arrangements(desk: _Desk) -> Iterator[Wait]:
    seen = desk.of(_P.ARRANGE)
    if not seen:
        return
    today = school_day(desk.home.bench.now())
    number, overdue = desk.home.bench.store.tallies.arrangements(seen, today)
    yield Wait(
        whose=HEAD_OF_YEAR,
        one="pupil needs an arrangement",
        many="pupils need an arrangement",
        number=number,
        path=_there("/arrangements"),
        mine=AppRole.HEAD_OF_YEAR in desk.who.roles,
        urgent=bool(overdue),
        note=f"{overdue:,} overdue" if overdue else "",
    )


def _of_filtering(desk: _Desk) -> Iterator[Wait]:
    seen, bench = desk.of(_P.SEE_FILTERING), desk.home.bench
    if not seen:
        return
    counted_lately = [
        desk.counts.lately(("filtering", one), partial(filter_desk.pupils, bench, one))
        for one in seen
        if filter_desk.keeps_groups(bench, one)
    ]
    yield Wait(
        whose=IT,
        one="active pupil not in exactly one filter group",
        many="active pupils not in exactly one filter group",
        number=sum(one.told.wrong for one in counted_lately if one is not None),
        path=_there("/filtering"),
        mine=AppRole.IT_MANAGER in desk.who.roles,
        urgent=True,
        note=_since(counted_lately),
    )
    yield Wait(
        whose="DSL",
        one="school to sign for this term: filtering and monitoring",
        many="schools to sign for this term: filtering and monitoring",
        number=len(filter_desk.unsigned(bench, seen)),
        path=_there("/filtering"),
        mine=desk.may(_P.SIGN_FILTERING),
    )


def _since(found: Collection[Count | None]) -> str:
    """The day of the oldest of these counts."""
    days = [school_day(one.at) for one in found if one is not None]
    return f"as of {min(days):%d.%m.%Y}" if days else ""


def _of_kept_names(desk: _Desk) -> Iterator[Wait]:
    if not desk.who.may(_P.SEE_KEPT_NAMES):
        return
    today = school_day(desk.home.bench.now())
    marks = desk.home.bench.store.kept_names.marks(desk.schools)
    due = [one for one in marks if one.review_on <= today + NEAR]
    yield Wait(
        whose=DSL,
        one="kept name to look at again",
        many="kept names to look at again",
        number=len(due),
        path=_there("/kept-names"),
        mine=desk.who.may(_P.KEEP_NAMES),
        urgent=any(one.review_on <= today for one in due),
    )


_QUESTIONS: tuple[Callable[[_Desk], Iterator[Wait]], ...] = (
    _of_breaches,
    _of_requests,
    _of_departures,
    _of_runs,
    _of_policies,
    _of_consents,
    _of_mail,
    _of_allowances,
    _of_tasks,
    _of_arrangements,
    _of_resets,
    _of_filtering,
    _of_kept_names,
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
