"""Intend, perform, verify, record: cleared plans carried out, one tenant, one or many schools.

Four waves, so that what protects comes first and nothing refers to what is not there yet:
blocks, groups, accounts and properties; then sessions, memberships and licences; then what is
taken away and who may come back in (a mover joins the new group before leaving the old one); last
the Teams, which take their members from the groups as they are then.
Licence groups come one wave later, when a group that is made tonight has its licence: people join
them in the third, and leave them in the fourth.
Where the pack has a mover's old rights go first, the second and the third change places: `part_of`
says so.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    CreateGroup,
    CreateTeam,
    CreateUser,
    DisableUser,
    EnableUser,
    LicenseGroup,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
    UpdateGroup,
    UpdateUser,
)
from graphsync.confirming import Tenant, confirmed
from graphsync.guard import ClearedPlan
from graphsync.passwords import PasswordDesk
from graphsync.patience import Patience
from graphsync.recording import Recorder, Ref, Result
from graphsync.report import Outcome
from graphsync.resolving import Resolver
from graphsync.settling import read_back
from graphsync.tenant.door import Door, for_writing
from graphsync.tenant.problems import TenantProblem
from graphsync.tenant.requests import WriteItem, items, read_back_path
from graphsync.tenant.sending import perform
from graphsync.watching import Watch
from policies.people import PersonKey

AT_ONCE = 100  # changes whose requests are built together
WAVES: tuple[tuple[type[Change], ...], ...] = (
    (DisableUser, CreateGroup, UpdateGroup, CreateUser, UpdateUser),
    (RevokeSessions, AddToGroup, AssignLicence, LicenseGroup),
    (RemoveFromGroup, RemoveLicence, EnableUser),
    (CreateTeam,),
)


# What has to come before another change, as its note says it.
_BEFORE = {
    "disable_user": "the block",
    "remove_from_group": "leaving {}",
    "add_to_group": "joining {}",
    "license_group": "the licence of {}",
}
_PART = {kind: number for number, wave in enumerate(WAVES, 1) for kind in wave}


def part_of(change: Change, left_first: Collection[tuple[PersonKey | None, str]]) -> int:
    """The wave in which a change is sent, from 1.

    `left_first` are the memberships, by person and group, that end before another begins.
    """
    if isinstance(change, AddToGroup) and change.licence:
        return _PART[RemoveFromGroup]
    if isinstance(change, RemoveFromGroup) and change.licence:
        return _PART[CreateTeam]
    if isinstance(change, RemoveFromGroup) and (change.person, change.group) in left_first:
        return _PART[AddToGroup]
    if isinstance(change, AddToGroup) and change.needs_left:
        return _PART[RemoveFromGroup]
    return _PART[type(change)]


def left_first(changes: Iterable[Change]) -> frozenset[tuple[PersonKey | None, str]]:
    """The memberships that have to end before another of the same person begins."""
    return frozenset(
        (change.person, name)
        for change in changes
        if isinstance(change, AddToGroup)
        for name in change.needs_left
    )


def comes_before(change: Change) -> list[tuple[str, str, str]]:
    """The keys of the changes that must be accepted before this one is tried.

    One that is not in the plan is true already.
    """
    person = str(change.person or "")
    match change:
        case RevokeSessions():  # decision 13
            return [("disable_user", person, "")]
        case AddToGroup() if change.licence:
            return [("license_group", "", change.group)]
        case AddToGroup():
            return [("remove_from_group", person, name) for name in change.needs_left]
        case RemoveFromGroup() if change.needs_joined:
            return [("add_to_group", person, change.needs_joined)]
        case _:
            return []


class Applied(Struct, frozen=True):
    """How every change ended; `problem` is what broke the applying off, if anything did."""

    results: dict[Ref, Result]
    problem: TenantProblem | asyncio.CancelledError | None = None


async def apply_plans(
    *,
    bench: Bench,
    door: Door,
    cleared: Sequence[ClearedPlan],
    runs: dict[str, str],
    passwords: PasswordDesk,
    still_ours: Callable[[], None],
    watch: Watch,
) -> Applied:
    """Carry out cleared plans, wait until the tenant shows it; how every change ended.

    `runs` gives each school's run id; `still_ours` raises when a claim was lost. What Graph
    accepted but does not show within the verify wait is *unverified* and stays laid over the mirror
    (decisions 13, 17, 19, 22). A cancellation is a `problem` too, so that the end can be recorded:
    whoever calls raises it again.
    """
    work = _Work(bench, door, cleared, runs, passwords, still_ours, watch)
    problem: TenantProblem | asyncio.CancelledError | None = None
    try:
        for number in range(1, len(WAVES) + 1):
            await work.wave(number)
        await work.verify()
    except (TenantProblem, asyncio.CancelledError) as broken_off:
        work.recorder.leave_open()
        problem = broken_off
    return Applied(work.recorder.results, problem)


class _Work:
    """One applying, from the first wave to the last look."""

    def __init__(
        self,
        bench: Bench,
        door: Door,
        cleared: Sequence[ClearedPlan],
        runs: dict[str, str],
        passwords: PasswordDesk,
        still_ours: Callable[[], None],
        watch: Watch,
    ) -> None:
        self.bench = bench
        self.door = door
        self.cleared = cleared
        self.watch = watch
        self.resolver = Resolver(cleared, passwords.make)
        self.changes = [change for one in cleared for change in one.plan.changes]
        self.first = left_first(self.changes)
        self.recorder = Recorder(
            store=bench.store,
            resolver=self.resolver,
            runs=runs,
            accounts=dict(watch.accounts),
            groups={
                change.target: one.plan.school
                for one in cleared
                for change in one.plan.changes
                if change.person is None
            },
            bound=watch.bound,
            stamp_attribute=door.settings.stamp,
            seal=passwords.seal,
            still_ours=still_ours,
            now=bench.now,
            counted=lambda done: bench.progress.count(done, len(self.changes)),
        )

    async def wave(self, number: int) -> None:
        """Send one wave's changes and settle what its answers left in doubt."""
        todo = [change for change in self.changes if part_of(change, self.first) == number]
        ready = [change for change in todo if self._ready(change)]
        if not ready:
            return
        self.bench.progress.stage(f"Applying, part {number} of {len(WAVES)}: {len(ready)} changes")
        writing = for_writing(self.door, self.cleared[0])
        await perform(writing, self._requests(ready), self.recorder)
        await self._settle_doubts()

    def _requests(self, ready: list[Change]) -> Iterator[WriteItem]:
        """Built as they are sent: twenty thousand bodies with passwords need not stand ready."""
        adds = [change for change in ready if isinstance(change, AddToGroup)]
        others = [change for change in ready if not isinstance(change, AddToGroup)]
        for at in range(0, len(others), AT_ONCE):
            here = self._still_here(others[at : at + AT_ONCE])
            yield from items(here, self.resolver, self.door.settings)
        yield from items(adds, self.resolver, self.door.settings)

    def _still_here(self, changes: Sequence[Change]) -> list[Change]:
        """Without letting in whoever a departure took out since the plan was drawn."""
        opening = {one.account or "" for one in changes if isinstance(one, EnableUser)}
        gone = self.bench.store.departures.gone(opening, self.bench.now())
        for change in changes:
            if isinstance(change, EnableUser) and change.account in gone:
                self.recorder.skip(change, "a departure was recorded meanwhile")
        return [c for c in changes if not (isinstance(c, EnableUser) and c.account in gone)]

    def _ready(self, change: Change) -> bool:
        if missing := self._not_accepted(change):
            self.recorder.skip(change, f"{missing} before it was not accepted")
            return False
        if not self.resolver.ready(change):
            self.recorder.skip(change, "what it belongs to was not created")
            return False
        return True

    def _not_accepted(self, change: Change) -> str:
        """What had to come before this change and did not; empty for nothing."""
        school = self.recorder.school(change)
        for kind, person, target in comes_before(change):
            result = self.recorder.results.get((school, (kind, person, target)))
            if result is not None and result.outcome is not Outcome.DONE:
                return _BEFORE[kind].format(target)
        return ""

    async def _settle_doubts(self) -> None:
        """Read what we cannot tell, until it shows or the verify wait is over."""
        doubtful, self.recorder.doubtful = self.recorder.doubtful, []
        patience = Patience(self.bench.sleep, self.door.settings.verify_wait)
        while doubtful:
            answers = await self.door.read_batch(
                [read_back_path(change, self.resolver, self.door.settings) for change in doubtful]
            )
            told = [
                (change, *verdict)
                for change, answer in zip(doubtful, answers, strict=True)
                if (verdict := read_back(change, answer, self.recorder)) is not None
            ]
            self.recorder.settle(told)
            settled = {change.key for change, *_ in told}
            doubtful = [change for change in doubtful if change.key not in settled]
            if doubtful and not await patience.again():
                self.recorder.settle(
                    (change, Outcome.UNKNOWN, "no answer, and the tenant does not show it")
                    for change in doubtful
                )
                return

    async def verify(self) -> None:
        """Follow the delta until it shows every accepted change, or the verify wait is over."""
        waiting = list(self.recorder.written)
        if not waiting:
            return
        self.bench.progress.stage(f"Verifying {len(waiting)} changes in the tenant")
        total = len(waiting)
        patience = Patience(self.bench.sleep, self.door.settings.verify_wait)
        while True:
            mirror = await self.watch.look()
            seen = Tenant(mirror.accounts, mirror.groups)
            waiting = [written for written in waiting if not confirmed(written, seen)]
            self.bench.progress.count(total - len(waiting), total)
            if not waiting or not await patience.again():
                break
        self.recorder.leave_unverified(waiting)
