"""A departure carried out: sign-in blocked, sessions revoked, both read back, told (decision 13).

It asks no night: neither a pause nor a parked plan nor a claim of a running night holds it up. Both
may then write to one account, which does no harm: the journal's rows stand under a run of the
desk's own, our two writes are laid over the mirror until the delta shows them, and a night that is
under way leaves out whoever left since its plan was drawn (`applying`). Acting again is safe.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.changes import Change, DisableUser, Origin, RevokeSessions
from graphsync.confirming import Written
from graphsync.departure_steps import (
    MAILBOX,
    MAILBOX_LATER,
    ROTATE,
    TOKENS,
    Missing,
    alert_subject,
    alert_text,
    steps,
)
from graphsync.desk_acts import BLOCK, DESK, SESSIONS, Act, Desk, Told
from graphsync.recording import pending
from graphsync.report import Exit, Outcome
from graphsync.run_desk import event
from graphsync.scene import is_listed, listed_accounts
from graphsync.store.links import Link
from graphsync.tenant import signing_in
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.mailing import send_mail
from graphsync.tenant.memberships import role_holders
from graphsync.tenant.problems import TenantProblem
from graphsync.tenant.registration import holds_app_role
from policies.departures import Departure, Did, Move, State
from policies.pack_loading import load_rules
from policies.people import Kind
from policies.rules import Rules
from policies.school_days import school_day

AGAIN = timedelta(minutes=15)  # until what is not done is looked at again
ALERT_AGAIN = timedelta(hours=4)
REVOKE = "revoke_sessions"
TOLD_ROLES = ("head", "hr")
BY_HAND = "not done: by hand"
ALREADY, IN_AD = "blocked already", "mastered in Active Directory"
_UNWRITTEN = frozenset({ALREADY, IN_AD})
GONE = "the account is not in the tenant"
_OUT_OF_REACH = (
    "Graph could not be reached: block the account by hand (entra.microsoft.com, Users, All users,"
    " search {id}, Edit properties, Settings, Account enabled: off; then Revoke sessions), or ask"
    " again"
)


class Receipt(Struct, frozen=True, kw_only=True):
    """What was done and read back; moments are UTC. `sessions_from` is Graph's own moment.

    `steps` are for a person, `rotate` the secrets that the subject may know.
    """

    departure: str
    person: str
    account: str
    state: State
    recorded_at: datetime
    leaves_at: datetime
    acted_at: datetime | None = None
    seconds: float = 0.0
    blocked: str = ""
    enabled: bool | None = None
    sessions: str = ""
    sessions_from: datetime | None = None
    mailbox: str = ""
    tokens: str = TOKENS
    steps: tuple[str, ...] = ()
    rotate: tuple[str, ...] = ()
    signed_out_here: int = 0
    told: str = ""
    note: str = ""

    @property
    def exit_code(self) -> Exit:
        """0 done, or dated; 3 when something is left to a person or not seen yet."""
        waits = self.state in {State.NOT_DONE, State.UNVERIFIED, State.DUE}
        return Exit.PARTLY if waits else Exit.DONE


def departures_due(bench: Bench, now: datetime) -> list[Departure]:
    """What is to be acted on now: the hour has come, or it is not done and was not tried lately."""
    found = []
    for one in bench.store.departures.all():
        acted = one.last(Did.ACTED)
        state = one.state(now)
        if state is State.DUE or (
            state in {State.NOT_DONE, State.UNVERIFIED}
            and acted is not None
            and now - acted.at >= AGAIN
        ):
            found.append(one)
    return found


async def act_on(bench: Bench, departure: Departure) -> Receipt:
    """Carry it out, or try again what is not done; the receipt is kept and journalled.

    Raises Refusal while another process does the same.
    """
    ended = bench.store.sessions.end_all_of(departure.object_id)
    acting = _Acting(bench, departure, load_rules(bench.packs_dir, departure.school))
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            receipt = await acting.through(door)
    except TenantProblem as problem:
        receipt = acting.out_of_reach(problem)
    receipt = replace(receipt, signed_out_here=acting.before.signed_out_here + ended)
    _keep(bench, departure, receipt)
    return receipt


def receipt_of(bench: Bench, departure: Departure) -> Receipt:
    """The last receipt with the present state; one that has not acted yet has nothing to show."""
    now = bench.now()
    kept = bench.store.departures.receipt(departure.id)
    state, leaves_at = departure.state(now), departure.leaves_at
    if kept is not None:
        found = msgspec.json.decode(kept, type=Receipt)
        left = found.steps if state is State.NOT_DONE else ()
        return replace(found, state=state, leaves_at=leaves_at, steps=left)
    return _blank(departure, state)


class _Acting:
    """One time of acting."""

    def __init__(self, bench: Bench, departure: Departure, rules: Rules) -> None:
        self.bench = bench
        self.departure = departure
        self.rules = rules
        self.run = f"{DESK}{bench.new_id()[:10]}"
        self.begun = bench.now()
        self.before = receipt_of(bench, departure)
        self.link = _link_of(bench, departure)

    async def through(self, door: Door) -> Receipt:
        """Block, revoke, read back, then see whom to tell."""
        account = await signing_in.account(door, self.departure.object_id)
        if account is None:
            return self._receipt(State.DONE, note=GONE)
        listed = is_listed(account, listed_accounts(self.rules))
        desk = Desk(self.bench, door)
        blocked = sessions = Told(Outcome.REFUSED, "on the pack's list of protected accounts")
        if not listed:
            blocked = await self._block(desk, door, account)
            sessions = await self._revoke(desk, door, account, blocked)
            await desk.verify()
            blocked = desk.told(self.departure.person, BLOCK) or blocked
            sessions = desk.told(self.departure.person, REVOKE) or sessions
        now = desk.seen(account)
        receipt = self._judged(now, blocked, sessions)
        return await self._told(door, now, receipt)

    async def _block(self, desk: Desk, door: Door, account: Account) -> Told:
        if account.account_enabled is False:
            self._ours_after_all(account)
            return Told(Outcome.DONE, ALREADY)
        if account.mastered_in_ad:
            return Told(Outcome.REFUSED, IN_AD)

        def afterwards(told: Told) -> None:
            if told.outcome in {Outcome.DONE, Outcome.UNKNOWN}:
                self._link(blocked_by_us_at=self.bench.now(), left_on=self._last_day)
            if told.outcome is Outcome.DONE:
                self._lay_over(self._change(DisableUser, account), account)

        act = self._act(BLOCK, account)
        return await desk.write(
            act, lambda: signing_in.block(door, account.id), afterwards=afterwards
        )

    async def _revoke(self, desk: Desk, door: Door, account: Account, blocked: Told) -> Told:
        """After the block, also where that is a person's; once more when it came since."""
        if desk.broken:
            return Told(Outcome.NOT_TRIED, "Graph could not be reached")
        as_before = account.account_enabled == self.before.enabled
        if self.before.sessions == str(Outcome.DONE) and as_before and blocked.note in _UNWRITTEN:
            return Told(Outcome.DONE)

        def afterwards(told: Told) -> None:
            if told.outcome is Outcome.DONE:
                self._link(revoked_at=self.bench.now())
                self._lay_over(self._change(RevokeSessions, account), account)

        act = self._act(REVOKE, account)
        return await desk.write(
            act, lambda: signing_in.revoke_sessions(door, account.id), afterwards=afterwards
        )

    def _judged(self, now: Account, blocked: Told, sessions: Told) -> Receipt:
        """What is done is what was read back, for the rest there are steps."""
        shut = now.account_enabled is False
        ended = sessions.outcome is Outcome.DONE
        wrong = {blocked.outcome, sessions.outcome} - {Outcome.DONE}
        if shut and ended:
            state = State.DONE
        else:
            once = wrong <= {Outcome.UNVERIFIED} and self.before.state is not State.UNVERIFIED
            state = State.UNVERIFIED if once else State.NOT_DONE
        left = steps(now, Missing(block=not shut, sessions=not ended))
        notes = [one.note for one in (blocked, sessions) if one.note]
        return self._receipt(
            state,
            blocked=_word(blocked, done=shut),
            enabled=now.account_enabled,
            sessions=_word(sessions, done=ended),
            sessions_from=now.sign_in_sessions_valid_from_date_time,
            steps=left if state is State.NOT_DONE else (),
            note="; ".join(dict.fromkeys(notes)),
        )

    async def _told(self, door: Door, account: Account, receipt: Receipt) -> Receipt:
        """Alert head and HR while something is left to do, the subject never among them."""
        rotate = ROTATE if await self._operates(door, account) else ()
        receipt = replace(receipt, rotate=rotate)
        alerted = self.departure.last(Did.ALERTED)
        fresh = alerted is None or self.bench.now() - alerted.at >= ALERT_AGAIN
        if receipt.state is State.DONE and (alerted is not None or not rotate):
            return receipt
        if receipt.state is State.UNVERIFIED and not rotate:
            return receipt
        if not fresh:
            return replace(receipt, told=self.before.told)
        return replace(receipt, told=await self._alert(door, account, receipt))

    async def _alert(self, door: Door, account: Account, receipt: Receipt) -> str:
        own = {name.casefold() for name in _addresses(account)}
        known = {role: self.rules.desk.addresses.get(role, "") for role in TOLD_ROLES}
        to = sorted({one for one in known.values() if one and one.casefold() not in own})
        by_hand = "tell the head and HR yourself, now, but not whom this is about"
        if not to or not self.bench.mail_from:
            return f"nobody was told by mail: {by_hand}"
        text = alert_text(self.departure, receipt.steps, receipt.rotate)
        subject = alert_subject(self.departure)
        if why := await send_mail(door, self.bench.mail_from, to, subject, text):
            return f"nobody was told by mail ({why}): {by_hand}"
        move = Move(did=Did.ALERTED, at=self.bench.now(), by=self.bench.requester)
        self.bench.store.departures.move(self.departure.id, move)
        skipped = any(one.casefold() in own for one in known.values() if one)
        roles = [role for role, address in known.items() if address in to]
        told = f"told by mail: {', '.join(roles)}"
        return f"{told}; the person's own address was left out" if skipped else told

    async def _operates(self, door: Door, account: Account) -> bool:
        """Whether this account helped to run graphsync; what cannot be read counts as no."""
        if account.id in self.bench.operators() or self.before.rotate:
            return True
        listed = {
            one.casefold() for one in (*self.rules.notify, *self.rules.desk.addresses.values())
        }
        if listed & {one.casefold() for one in _addresses(account)}:
            return True
        try:
            if account.id in await role_holders(door):
                return True
        except TenantProblem:
            pass
        try:
            return await holds_app_role(door, door.settings.client_id, account.id)
        except TenantProblem:
            return False

    def out_of_reach(self, problem: TenantProblem) -> Receipt:
        """Graph could not be used: everything is a person's, until the next try."""
        how = _OUT_OF_REACH.format(id=self.departure.object_id)
        told = "nobody was told by mail: tell the head and HR yourself, now"
        return self._receipt(State.NOT_DONE, steps=(how,), told=told, note=str(problem))

    def _receipt(self, state: State, **more: Any) -> Receipt:
        now = self.bench.now()
        mailbox = MAILBOX if self.departure.keeps else MAILBOX_LATER
        seconds = round((now - self.begun).total_seconds(), 2)
        blank = _blank(self.departure, state)
        return replace(blank, acted_at=now, seconds=seconds, mailbox=mailbox, **more)

    @property
    def _last_day(self) -> Any:
        return school_day(self.departure.leaves_at)

    def _ours_after_all(self, account: Account) -> None:
        """A block of which a kill hid the end: a desk's intent of ours stands without a link."""
        link = self.link
        if link is None or link.blocked_by_us_at is not None:
            return
        recorded = self.departure.moves[0].at
        if any(
            (row.operation, row.what, row.object_id) == (BLOCK, "intent", account.id)
            and row.run.startswith(DESK)
            and row.at >= recorded
            for row in self.bench.store.journal.of_person(link.person)
        ):
            self._link(blocked_by_us_at=self.bench.now(), left_on=self._last_day)

    def _link(self, **fields: Any) -> None:
        if self.link is not None:
            self.link = replace(self.link, **fields)
            self.bench.store.links.put(self.link)

    def _lay_over(self, change: Change, account: Account) -> None:
        written = Written(
            change=change,
            at=self.bench.now(),
            account=account.id,
            sessions_before=account.sign_in_sessions_valid_from_date_time,
        )
        self.bench.store.mirror.put_pending([pending(written, self.run)])

    def _change(
        self, kind: type[DisableUser] | type[RevokeSessions], account: Account
    ) -> DisableUser | RevokeSessions:
        return kind(
            person=self.departure.person,
            population=Kind.STAFF,
            account=account.id,
            origin=Origin.DEPARTURE,
        )

    def _act(self, operation: str, account: Account) -> Act:
        return Act(
            run=self.run,
            operation=operation,
            school=self.departure.school,
            person=self.departure.person,
            kind=Kind.STAFF,
            account=account,
            why={"departure": self.departure.id, "requester": self.bench.requester},
        )


def _link_of(bench: Bench, departure: Departure) -> Link | None:
    key = bench.store.links.holder_of(departure.object_id)
    if key is None or key.school != departure.school:
        return None
    return bench.store.links.some([key]).get(key)


def _keep(bench: Bench, departure: Departure, receipt: Receipt) -> None:
    told = event(departure.school, "", "departure_acted", str(receipt.state))
    row = replace(
        told,
        item=departure.id,
        person=departure.person,
        object_id=departure.object_id,
        population=str(Kind.STAFF),
        after={
            "blocked": receipt.blocked,
            SESSIONS: str(receipt.sessions_from or ""),
            "by": bench.requester,
        },
    )
    move = Move(did=Did.ACTED, at=bench.now(), by=bench.requester, state=receipt.state)
    with bench.store.transaction():
        bench.store.departures.move(departure.id, move, msgspec.json.encode(receipt))
        bench.store.journal.append([row])


def _blank(departure: Departure, state: State) -> Receipt:
    return Receipt(
        departure=departure.id,
        person=str(departure.person or ""),
        account=departure.object_id,
        state=state,
        recorded_at=departure.moves[0].at,
        leaves_at=departure.leaves_at,
    )


def _word(told: Told, *, done: bool) -> str:
    if done:
        return str(Outcome.DONE)
    return BY_HAND if told.outcome is Outcome.REFUSED else str(told.outcome)


def _addresses(account: Account) -> Iterable[str]:
    yield account.user_principal_name
    if account.mail:
        yield account.mail
    yield from account.other_mails or ()
