"""One write to an account that a person asks for and no plan: intended, sent once, told, recorded.

What a night's changes do by the thousand (`recording`), a desk does for one account at a time. Its
rows in the journal stand under a run of its own (`d-…`), which has no plan.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.patience import Patience
from graphsync.report import Outcome
from graphsync.store.journal import Entry, JournalRow
from graphsync.tenant import reading
from graphsync.tenant.answers import Answer
from graphsync.tenant.door import Door
from graphsync.tenant.outcomes import Meaning, judge
from graphsync.tenant.problems import CONSENT, TenantProblem
from graphsync.tenant.signing_in import PERMISSION, NotSent, Sent
from graphsync.trouble import Refusal
from policies.people import Kind, PersonKey

DESK = "d-"
# An exchange and its rests end within this; what is open for longer was left by a kill.
UNDER_WAY = timedelta(minutes=15)
LAST_CHANGE = "lastPasswordChangeDateTime"
SESSIONS = "signInSessionsValidFromDateTime"
BLOCK, BLOCKED = "disable_user", "accountEnabled"
# What the tenant shows of an act besides a block; neither a required change nor an access pass.
MOMENTS: Mapping[str, str] = {"set_password": LAST_CHANGE, "revoke_sessions": SESSIONS}
_SHOWN_BY = {
    BLOCK: "account_enabled",
    "set_password": "last_password_change_date_time",
    "revoke_sessions": "sign_in_sessions_valid_from_date_time",
}
OUTCOMES: Mapping[Meaning, Outcome] = {
    Meaning.DONE: Outcome.DONE,
    Meaning.REFUSED: Outcome.REFUSED,
    Meaning.NOT_ALLOWED: Outcome.REFUSED,
    Meaning.NOT_NOW: Outcome.NOT_TRIED,
    Meaning.NOT_TRIED: Outcome.NOT_TRIED,
    Meaning.RETRY_UNTIL_REPLICATED: Outcome.NOT_TRIED,
}
LOST = "the answer was lost, and the tenant does not show it: look again, or do it once more"


class Act(Struct, frozen=True, kw_only=True):
    """What is to be done to one account; `why` is kept in the payload of its intent."""

    run: str
    operation: str
    school: str
    person: PersonKey | None
    kind: Kind
    account: Account
    why: dict[str, Any]

    @property
    def item(self) -> str:
        """Its name in the journal; an account of nobody's goes by its object id."""
        return f"{self.operation} {self.person or self.account.id}"


class Told(Struct, frozen=True):
    """How an act ended, with a note free of personal data; `answer` is Graph's."""

    outcome: Outcome
    note: str = ""
    answer: Answer | None = None


def nothing() -> None:
    """For an act that keeps nothing beside its row."""


def nothing_after(_: Told) -> None:
    """For an act whose end changes nothing of ours."""


class Desk:
    """The acts of one command; `verify` comes when all are sent."""

    def __init__(self, bench: Bench, door: Door) -> None:
        self.bench = bench
        self.door = door
        self.broken = False
        self._waiting: list[tuple[Act, Told, Callable[[Told], None]]] = []
        self._told: dict[tuple[PersonKey | None, str], Told] = {}
        self._seen: dict[str, Account] = {}

    async def write(
        self,
        act: Act,
        send: Callable[[], Sent],
        *,
        alongside: Callable[[], None] = nothing,
        afterwards: Callable[[Told], None] = nothing_after,
    ) -> Told:
        """Send it once. `alongside` joins the intent's transaction, `afterwards` the outcome's.

        Raises Refusal while another desk does the same to the same account. A tenant that is lost
        on the way makes this act *not tried*, and the desk `broken`.
        """
        _begin(self.bench, act, alongside)
        try:
            answer = await send()
        except (NotSent, TenantProblem) as problem:
            self.broken = True
            told = Told(Outcome.NOT_TRIED, str(problem) or "Graph could not be reached")
        else:
            told = _judged(act.operation, answer)
        seen = act.operation in MOMENTS or act.operation == BLOCK
        doubtful = told.outcome is Outcome.UNKNOWN and seen
        if doubtful or (told.outcome is Outcome.DONE and seen):
            self._waiting.append((act, told, afterwards))
        if not doubtful:
            self._end(act, told, afterwards)
        self._told[act.person, act.operation] = told
        return told

    def told(self, person: PersonKey | None, operation: str) -> Told | None:
        """How that act ended as we know by now; None when there was none."""
        return self._told.get((person, operation))

    def seen(self, account: Account) -> Account:
        """That account with what `verify` has seen of our acts.

        A read of its own would tell less: it may come from a replica that is behind ours.
        """
        return self._seen.get(account.id, account)

    async def verify(self) -> None:
        """Read the accounts until they show what was accepted or is in doubt, or the wait is over.

        What was accepted and does not show is *unverified*; what was in doubt stays *unknown*.
        """
        waiting = self._waiting
        patience = Patience(self.bench.sleep, self.door.settings.verify_wait)
        while waiting and not self.broken:
            try:
                accounts = await self._accounts({act.account.id for act, *_ in waiting})
            except TenantProblem:
                break
            still = []
            for act, told, afterwards in waiting:
                account = accounts.get(act.account.id)
                if account is None or not _shows(act, account):
                    still.append((act, told, afterwards))
                    continue
                field = _SHOWN_BY[act.operation]
                shown = replace(self.seen(act.account), **{field: getattr(account, field)})
                self._seen[account.id] = shown
                if told.outcome is Outcome.UNKNOWN:
                    self._end(act, Told(Outcome.DONE), afterwards)
            waiting = still
            if waiting and not await patience.again():
                break
        for act, told, afterwards in waiting:
            if told.outcome is Outcome.UNKNOWN:
                self._end(act, told, afterwards)
            else:
                unseen = Told(Outcome.UNVERIFIED, "accepted, and the tenant does not show it yet")
                self._told[act.person, act.operation] = unseen

    async def _accounts(self, ids: Iterable[str]) -> dict[str, Account]:
        stamp = self.door.settings.stamp
        answers = await self.door.read_batch([reading.user_path(one, stamp) for one in ids])
        found = [reading.account(one.body, stamp) for one in answers if one.succeeded]
        return {account.id: account for account in found}

    def _end(self, act: Act, told: Told, afterwards: Callable[[Told], None]) -> None:
        self._told[act.person, act.operation] = told
        with self.bench.store.transaction():
            self.bench.store.journal.append([_entry(act, "outcome", str(told.outcome))])
            afterwards(told)


def _shows(act: Act, account: Account) -> bool:
    if act.operation == BLOCK:
        return account.account_enabled is False
    return later(moment(act.account, act), moment(account, act))


def moment(account: Account, act: Act) -> datetime | None:
    """When the tenant says that such an act last happened to the account."""
    return _moments(account).get(MOMENTS[act.operation])


def later(before: datetime | None, now: datetime | None) -> bool:
    """Whether a moment has moved on."""
    return now is not None and (before is None or now > before)


def settled(row: JournalRow, account: Account | None) -> Entry:
    """The outcome of an intent that a killed desk left, by the account as it is now.

    What it does not show counts as unknown: a person asks once more, which does no harm.
    """
    if row.operation == BLOCK:
        shown = account is not None and account.account_enabled is False
    else:
        name = MOMENTS.get(row.operation, "")
        stated = row.before.get(name)
        before = datetime.fromisoformat(stated) if stated else None
        shown = account is not None and later(before, _moments(account).get(name))
    return Entry(
        school=row.school,
        run=row.run,
        item=row.item,
        what="outcome",
        operation=row.operation,
        person=row.person,
        object_id=row.object_id,
        population=row.population,
        result=str(Outcome.DONE if shown else Outcome.UNKNOWN),
    )


def left_open(rows: Iterable[JournalRow], now: datetime) -> list[JournalRow]:
    """The intents among these that a killed desk left: those under way are its own affair."""
    return [row for row in rows if row.run.startswith(DESK) and now - row.at > UNDER_WAY]


def _moments(account: Account) -> dict[str, datetime | None]:
    return {
        LAST_CHANGE: account.last_password_change_date_time,
        SESSIONS: account.sign_in_sessions_valid_from_date_time,
    }


def _begin(bench: Bench, act: Act, alongside: Callable[[], None]) -> None:
    journal = bench.store.journal
    with bench.store.transaction():
        journal.append([_entry(act, "intent")])
        # The journal's head is ours now: whoever else begins waits, and then sees our intent.
        # What a night has open is its own: a desk does not wait for it.
        same = [
            row
            for row in journal.unresolved(act.school)
            if (row.object_id, row.operation) == (act.account.id, act.operation)
            and row.run.startswith(DESK)
            and row.run != act.run
        ]
        old = left_open(same, bench.now())
        if len(old) < len(same):
            raise Refusal(
                f"somebody else does the same for {act.person or act.account.id} just now: wait a"
                " minute, then look what came of it"
            )
        journal.append([settled(row, act.account) for row in old])
        alongside()


def _judged(operation: str, answer: Answer | None) -> Told:
    judgement = judge(operation, answer)
    outcome = OUTCOMES.get(judgement.meaning, Outcome.UNKNOWN)
    note = "" if outcome is Outcome.DONE else judgement.text
    if judgement.meaning is Meaning.NOT_ALLOWED and PERMISSION[operation] not in note:
        note = f"{note}: it needs {PERMISSION[operation]}; {CONSENT}"
    return Told(outcome, note, answer)


def _entry(act: Act, what: str, result: str = "") -> Entry:
    intent = what == "intent"
    return Entry(
        school=act.school,
        run=act.run,
        item=act.item,
        what="intent" if intent else "outcome",
        operation=act.operation,
        person=act.person,
        object_id=act.account.id,
        population=str(act.kind),
        result=result,
        before=_before(act) if intent else {},
        after=act.why if intent else {},
    )


def _before(act: Act) -> dict[str, Any]:
    if act.operation == BLOCK:
        return {BLOCKED: act.account.account_enabled}
    name = MOMENTS.get(act.operation, LAST_CHANGE)
    known = _moments(act.account)[name]
    return {name: known.isoformat() if known else None}
