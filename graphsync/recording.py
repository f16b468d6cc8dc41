"""What is written down while a plan is applied: intents, outcomes, links, sealed passwords.

One transaction before a batch leaves, one after it is answered. A change's item in the journal is
its key, so that a later run finds the change again in the stored plan.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    CreateGroup,
    CreateUser,
    Plan,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
)
from graphsync.confirming import Written
from graphsync.guard import operation_of
from graphsync.linking import link_after
from graphsync.report import Outcome
from graphsync.resolving import Resolver
from graphsync.store.db import Store
from graphsync.store.journal import Entry
from graphsync.store.links import Link
from graphsync.store.mirrors import Pending
from graphsync.tenant.answers import Answer
from graphsync.tenant.outcomes import Judgement, Meaning
from graphsync.tenant.requests import WriteItem
from policies.people import PersonKey
from policies.rules import Operation


class Result(Struct, frozen=True, kw_only=True):
    """The end of one change: Graph's request id, and a note free of personal data."""

    outcome: Outcome
    request_id: str | None = None
    note: str = ""


class ObjectId(Struct):
    """The id in an answer that holds one object."""

    id: str


SESSIONS = "signInSessionsValidFromDateTime"
CUT_LICENCE = "cut_licence"
MOVE_LICENCE = "move_licence"
Ref = tuple[str, tuple[str, str, str]]  # the school, and the change's key inside its plan

OUTCOME_OF = {
    Meaning.DONE: Outcome.DONE,
    Meaning.REFUSED: Outcome.REFUSED,
    Meaning.NOT_ALLOWED: Outcome.REFUSED,
    Meaning.NOT_TRIED: Outcome.NOT_TRIED,
    Meaning.NOT_NOW: Outcome.NOT_TRIED,
}


def item_of(change: Change) -> str:
    """A change's name in the journal."""
    return " ".join(part for part in change.key if part)


def planned_changes(store: Store, run: str) -> dict[str, Change]:
    """The changes of a stored run's plan by their items in the journal."""
    plan = msgspec.msgpack.decode(store.runs.get(run).plan, type=Plan)
    return {item_of(change): change for change in plan.changes}


def operation_name(change: Change) -> str:
    """The change's kind in the journal; a change of names or a licence cut by a word of its own.

    The guard counts those over 7 and 30 days. What only moves between an account and licence groups
    is counted by nobody.
    """
    counts_as = operation_of(change)
    match change:
        case AssignLicence() if counts_as:
            return CUT_LICENCE
        case RemoveFromGroup() if change.licence:
            return CUT_LICENCE if counts_as else MOVE_LICENCE
        case RemoveLicence() if change.given_by:
            return MOVE_LICENCE
        case _:
            pass
    return str(counts_as) if counts_as is Operation.CHANGE_NAME else change.kind


def pending(written: Written, run: str) -> Pending:
    """The row of the store that lays a written change over the mirror."""
    return Pending(
        object_id=written.account or written.group or "",
        run=run,
        data=msgspec.msgpack.encode(written),
        at=written.at,
    )


class Recorder:
    """The journal's side of applying; `perform` calls it before and after every batch."""

    def __init__(
        self,
        *,
        store: Store,
        resolver: Resolver,
        runs: dict[str, str],
        accounts: dict[str, Account],
        groups: dict[str, str],
        bound: frozenset[str],
        stamp_attribute: str,
        seal: Callable[[Iterable[PersonKey]], None],
        still_ours: Callable[[], None],
        now: Callable[[], datetime],
        counted: Callable[[int], None],
    ) -> None:
        self.store = store
        self.resolver = resolver
        self.runs = runs
        self.accounts = accounts
        self.stamp_attribute = stamp_attribute
        self.seal = seal
        self.still_ours = still_ours
        self.now = now
        self.counted = counted
        self.results: dict[Ref, Result] = {}
        self.written: list[Written] = []
        self.doubtful: list[Change] = []
        self.school_of_group = groups
        self.bound = bound
        self._intended: set[Ref] = set()
        self._known_links: dict[str, dict[PersonKey, Link]] = {}

    def ref(self, change: Change) -> Ref:
        """Which change of which school."""
        return (self.school(change), change.key)

    def school(self, change: Change) -> str:
        """The school whose plan holds the change."""
        return change.person.school if change.person else self.school_of_group[change.target]

    def sending(self, batch: Sequence[WriteItem]) -> None:
        """Journal the intents of a batch and seal its passwords, before it leaves."""
        self.still_ours()
        changes = [change for item in batch for change in item.changes]
        fresh = [change for change in changes if self.ref(change) not in self._intended]
        self._intended.update(self.ref(change) for change in fresh)
        with self.store.transaction():
            self.store.journal.append([self._entry(change, "intent") for change in fresh])
            self.seal([c.person for c in fresh if isinstance(c, CreateUser) and c.person])

    def answered(self, judged: Sequence[tuple[WriteItem, Answer | None, Judgement]]) -> None:
        """Record the final judgement of each item; what needs a look at the tenant waits."""
        entries: list[Entry] = []
        links: list[Link] = []
        for item, answer, judgement in judged:
            self._learn_id(item, answer)
            if judgement.meaning is Meaning.SPLIT:
                continue  # its additions follow one by one, each with an outcome of its own
            for change in item.changes:
                outcome = OUTCOME_OF.get(judgement.meaning)
                if outcome is None or self._nameless(change, outcome):
                    self.doubtful.append(change)
                else:
                    note = "" if outcome is Outcome.DONE else judgement.text
                    request_id = answer.request_id if answer else None
                    entries += self.settled(change, outcome, request_id, note, links)
            if self.bound and answer is not None and answer.succeeded:
                self._note_memberships(item.changes)
        self._keep(entries, links)
        self.counted(len(self.results))

    def _note_memberships(self, changes: Iterable[Change]) -> None:
        """Of bound groups: whom Graph put in or took out because we asked, and nobody else.

        An addition that found a member there, or that only a reading settled, may be another's.
        """
        moves: dict[type[Change], list[tuple[str, str]]] = {AddToGroup: [], RemoveFromGroup: []}
        for change in changes:
            group, account = self.resolver.group_of(change), self.resolver.account_of(change)
            if type(change) in moves and group in self.bound and account:
                moves[type(change)].append((group, account))
        self.store.bound_members.put(moves[AddToGroup])
        self.store.bound_members.drop(moves[RemoveFromGroup])

    def settle(self, settled: Iterable[tuple[Change, Outcome, str]]) -> None:
        """Record what reading the tenant told about doubtful changes."""
        entries: list[Entry] = []
        links: list[Link] = []
        for change, outcome, note in settled:
            entries += self.settled(change, outcome, None, note, links)
        self._keep(entries, links)

    def _keep(self, entries: list[Entry], links: list[Link]) -> None:
        with self.store.transaction():
            self.store.journal.append(entries)
            self.store.links.put_many(links)

    def settled(
        self,
        change: Change,
        outcome: Outcome,
        request_id: str | None,
        note: str,
        links: list[Link],
    ) -> list[Entry]:
        """Keep one result; the journal's rows for it, and in `links` what it means for the link."""
        self.results[self.ref(change)] = Result(outcome=outcome, request_id=request_id, note=note)
        if outcome is Outcome.DONE:
            self.written.append(self.written_of(change))
        if (link := self._link_after(change, outcome)) is not None:
            links.append(link)
        return [self._entry(change, "outcome", str(outcome))]

    def skip(self, change: Change, note: str) -> None:
        """A change that was never sent: it did not happen, and the report says why."""
        self.results[self.ref(change)] = Result(outcome=Outcome.NOT_TRIED, note=note)

    def _nameless(self, change: Change, outcome: Outcome) -> bool:
        """A group that stood already answers 204, without its id: it has to be read."""
        return (
            isinstance(change, CreateGroup)
            and outcome is Outcome.DONE
            and change.group not in self.resolver.groups
        )

    def leave_open(self) -> None:
        """What was sent and never told of: we cannot tell. The next run settles its intents.

        What was accepted is laid over the mirror: replicas may hide it from the next run's look.
        """
        self._lay_over(self.written)
        for ref in self._intended - self.results.keys():
            note = "no answer before the run broke off; the next run settles it"
            self.results[ref] = Result(outcome=Outcome.UNKNOWN, note=note)

    def leave_unverified(self, waiting: Sequence[Written]) -> None:
        """What Graph accepted and does not show: kept, and laid over the mirror until it does."""
        for written in waiting:
            ref = self.ref(written.change)
            self.results[ref] = msgspec.structs.replace(
                self.results[ref], outcome=Outcome.UNVERIFIED
            )
        self._lay_over(waiting)

    def _lay_over(self, waiting: Sequence[Written]) -> None:
        with self.store.transaction():
            self.store.mirror.put_pending(
                [pending(one, self.runs[self.school(one.change)]) for one in waiting]
            )

    def written_of(self, change: Change) -> Written:
        """The change with the ids it goes to and what its confirmation is compared with."""
        account_id = self.resolver.account_of(change)
        account = self.accounts.get(account_id or "")
        return Written(
            change=change,
            at=self.now(),
            account=account_id,
            group=self.resolver.group_of(change),
            sessions_before=account.sign_in_sessions_valid_from_date_time if account else None,
        )

    def _learn_id(self, item: WriteItem, answer: Answer | None) -> None:
        if answer is None or answer.status != 201 or not answer.object_id:
            return  # what was made without telling its id is read
        for change in item.changes:
            if isinstance(change, CreateUser) and change.person:
                self.resolver.accounts[change.person] = answer.object_id
            elif isinstance(change, CreateGroup):
                self.resolver.groups[change.group] = answer.object_id

    def _link_after(self, change: Change, outcome: Outcome) -> Link | None:
        person = change.person
        if person is None:
            return None
        links = self._links(person.school)
        account = self.resolver.account_of(change)
        after = link_after(change, outcome, links.get(person), account, self.now())
        if after is not None:
            links[person] = after
        return after

    def _links(self, school: str) -> dict[PersonKey, Link]:
        if school not in self._known_links:
            self._known_links[school] = self.store.links.of(school)
        return self._known_links[school]

    def _entry(self, change: Change, what: str, result: str = "") -> Entry:
        school = self.school(change)
        intent = what == "intent"
        return Entry(
            school=school,
            run=self.runs[school],
            item=item_of(change),
            what="intent" if intent else "outcome",
            operation=operation_name(change),
            person=change.person,
            object_id=self.resolver.account_of(change) or self.resolver.group_of(change),
            population=str(change.population or ""),
            result=result,
            before=self._before(change) if intent else {},
            after=change.after if intent else {},
        )

    def _before(self, change: Change) -> dict[str, Any]:
        """What the tenant held; for a revocation the moment that a kill would make us forget."""
        if isinstance(change, RevokeSessions):
            return {SESSIONS: self.written_of(change).sessions_before}
        return change.before
