"""The moves with items of the queue, each a function of its own; all of its items or none.

The table in `policies.mail_queue` says what is allowed. Each move is kept with who, when and why,
and stands in the journal without its note and without anybody of the mail.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.dlp_breaches import entered
from graphsync.dlp_queueing import due, journalled
from graphsync.intake import latest_roster
from graphsync.mail_addresses import address_book
from graphsync.store.dlp_allowances import Allowance
from graphsync.store.dlp_items import Item
from graphsync.trouble import Refusal, Usage
from policies.mail_allowances import fault
from policies.mail_notes import names_in, telling_parts
from policies.mail_queue import (
    LONGEST_NOTE,
    Advice,
    Ask,
    Decision,
    Made,
    NotNow,
    Office,
    Outcome,
    Standing,
    Step,
    after,
    contrary,
    judge_move,
    standing,
)
from policies.pack_loading import load_rules
from policies.people import PersonKey
from policies.rules import Rules
from policies.school_days import school_day

LONGEST_ACCOUNT = 120
SIGNED_IN = "entra:"  # before the object id of who signed in at the console


class Actor(Struct, frozen=True, kw_only=True):
    """Who asks: an account of this machine or `entra:` and an object id, and what they hold.

    `schools` are those that they reach, None for every one.
    """

    name: str
    offices: frozenset[Office]
    schools: frozenset[str] | None = None


class Note(Struct, frozen=True):
    """A reason as somebody wrote it; `anyway`: they were warned of what it tells, and keep it."""

    text: str = ""
    anyway: bool = False

    def __repr__(self) -> str:
        return f"Note({len(self.text)})"


class Moved(Struct, frozen=True, kw_only=True):
    """An item after a move. `then` says what somebody has to do next, where there is anything.

    `breach` is the entry of the register of breaches, where it became one.
    """

    item: str
    school: str
    step: Step
    state: str
    assignee: str
    contrary: bool = False
    warned: tuple[str, ...] = ()
    breach: str = ""
    then: str = ""


class Telling(Refusal):
    """A note that seems to tell of somebody; `parts` are the sorts, and never the words."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(
            f"the note seems to hold {' and '.join(parts)}: write it without, or say --anyway, "
            "and that you were warned is kept beside it"
        )
        self.parts = parts


class Move(Struct, frozen=True, kw_only=True):
    """What is asked: the step, its word (an account, an advice or an outcome), and the note.

    `until` is the last day of what a decision allows; None: it stands.
    """

    step: Step
    word: str = ""
    note: Note = Note()
    until: date | None = None


def at_the_machine(bench: Bench) -> Actor:
    """Whoever can run a command here acts as the DPO or the head; who decides did not advise."""
    return Actor(name=bench.requester, offices=frozenset({Office.DPO, Office.HEAD}))


def claim(bench: Bench, actor: Actor, items: Sequence[str]) -> tuple[Moved, ...]:
    """Take items to work on. Raises Refusal, as every move does, with the reason for each item."""
    return make(bench, actor, items, Move(step=Step.CLAIM))


def release(bench: Bench, actor: Actor, items: Sequence[str]) -> tuple[Moved, ...]:
    """Put items back."""
    return make(bench, actor, items, Move(step=Step.RELEASE))


def assign(bench: Bench, actor: Actor, items: Sequence[str], to: str) -> tuple[Moved, ...]:
    """Give items to an account to work on; raises Usage for what cannot be one."""
    account = to.strip()
    if not 0 < len(account) <= LONGEST_ACCOUNT:
        raise Usage(f"name an account of 1 to {LONGEST_ACCOUNT} characters")
    return make(bench, actor, items, Move(step=Step.ASSIGN, word=account))


def ask(bench: Bench, actor: Actor, items: Sequence[str], note: Note) -> tuple[Moved, ...]:
    """Ask something about items that has to be known first."""
    return make(bench, actor, items, Move(step=Step.ASK, note=note))


def answer(bench: Bench, actor: Actor, items: Sequence[str], note: Note) -> tuple[Moved, ...]:
    """Answer what was asked."""
    return make(bench, actor, items, Move(step=Step.ANSWER, note=note))


def advise(
    bench: Bench, actor: Actor, items: Sequence[str], advice: Advice, note: Note
) -> tuple[Moved, ...]:
    """Say as the DPO what to think of what was sent."""
    return make(bench, actor, items, Move(step=Step.ADVISE, word=advice, note=note))


def decide(
    bench: Bench,
    actor: Actor,
    items: Sequence[str],
    outcome: Outcome,
    note: Note,
    until: date | None = None,
) -> tuple[Moved, ...]:
    """Say what it comes to; one that becomes a breach is entered in the register of breaches.

    What is allowed may be allowed `until` a day; raises Usage for one that is out of the question.
    """
    return make(bench, actor, items, Move(step=Step.DECIDE, word=outcome, note=note, until=until))


def close(bench: Bench, actor: Actor, items: Sequence[str]) -> tuple[Moved, ...]:
    """Put decided items away."""
    return make(bench, actor, items, Move(step=Step.CLOSE))


def reopen(bench: Bench, actor: Actor, items: Sequence[str], note: Note) -> tuple[Moved, ...]:
    """Begin anew with items that were decided."""
    return make(bench, actor, items, Move(step=Step.REOPEN, note=note))


def make(
    bench: Bench, actor: Actor, items: Sequence[str], move: Move, batch: str = ""
) -> tuple[Moved, ...]:
    """Make one move with all of these items, or raise Refusal with every reason and make none.

    What is decided to be a breach stands in the register of breaches with the same act.
    """
    store = bench.store
    names = list(dict.fromkeys(items))
    demand_end(bench, move)
    with store.transaction():
        found = store.dlp_items.locked(names)
        demand_known(names, found, actor)
        desk = Scrutiny(bench, actor, [found[name] for name in names])
        warned = desk.warned(move.note)
        moves = store.dlp_moves.of(names)
        made, reasons = [], []
        for name in names:
            try:
                made.append(desk.made(found[name], standing(moves[name]), move, warned, batch))
            except NotNow as reason:
                reasons.append(f"{name}: {reason}")
        if reasons:
            raise Refusal("; ".join(reasons))
        for school in sorted({item.school for item in found.values()}):
            here = [one for one, _ in made if found[one.item].school == school]
            store.dlp_moves.add(school, here)
        store.dlp_items.put([_moved(desk, found[one.item], now, one) for one, now in made])
        store.dlp_items.join_threads({(one.school, one.thread) for one in found.values()})
        store.journal.append([journalled(found[one.item].school, one) for one, _ in made])
        _allow(bench, found, [one for one, _ in made], move)
        breaches = {one.item: _breach(bench, found[one.item], one) for one, _ in made}
    return tuple(_told(found[one.item], one, now, breaches[one.item]) for one, now in made)


def allowed(bench: Bench, actor: Actor, item: Item) -> tuple[Step, ...]:
    """The moves that the actor may make with an item as it stands now."""
    desk, now = (
        Scrutiny(bench, actor, [item]),
        standing(bench.store.dlp_moves.of([item.item])[item.item]),
    )
    found = []
    for step in Step:
        with suppress(NotNow):
            desk.office(item, now, Move(step=step, note=Note("a reason")))
            found.append(step)
    return tuple(found)


def demand_end(bench: Bench, move: Move) -> None:
    """Raises Usage for a last day that a decision cannot have."""
    if move.until is None:
        return
    if wrong := fault(move.word, move.until, school_day(bench.now())):
        raise Usage(wrong)


def demand_known(names: Iterable[str], found: Mapping[str, Item], actor: Actor) -> None:
    """Raises Usage for an item that is none, or is of a school that the actor does not reach."""
    reached = actor.schools
    for name in names:
        item = found.get(name)
        if item is None or (reached is not None and item.school not in reached):
            raise Usage(f"there is no item {name}; `graphsync dlp queue --closed` lists them")


class Scrutiny:
    """What a move is held against: packs, whose mail it is, and whom a note names."""

    def __init__(self, bench: Bench, actor: Actor, items: Sequence[Item]) -> None:
        self.bench = bench
        self.actor = actor
        schools = sorted({one.school for one in items})
        self.rules = {school: load_rules(bench.packs_dir, school) for school in schools}
        senders = {who for one in items for who in one.summary.senders}
        self._own = people_of(bench, self.rules, actor.name) if senders else frozenset()

    def warned(self, note: Note) -> tuple[str, ...]:
        """Of what the note tells that its writer was warned of.

        Raises Refusal for a note that is too long, or that names somebody and was not confirmed.
        """
        return checked(self.bench, self.rules, note)

    def office(self, item: Item, before: Standing, move: Move) -> Office:
        """As what the actor may make the move; raises NotNow where they may not."""
        wish = Ask(
            step=move.step,
            by=self.actor.name,
            offices=self.actor.offices,
            note=move.note.text,
            own_mail=not self._own.isdisjoint(item.summary.senders),
        )
        return judge_move(before, wish, Decision(self.rules[item.school].mail.decision))

    def made(
        self, item: Item, before: Standing, move: Move, warned: tuple[str, ...], batch: str
    ) -> tuple[Made, Standing]:
        """The move and what comes of it; raises NotNow where it is not allowed."""
        name = self.actor.name
        office = self.office(item, before, move)
        now = after(before, move.step, name, move.word)
        against = move.step is Step.DECIDE and contrary(before, Outcome(move.word))
        made = Made(
            item=item.item,
            step=move.step,
            state=now.state,
            at=self.bench.now(),
            by=name,
            office=office,
            word=move.word,
            note=" ".join(move.note.text.split()),
            warned=warned,
            contrary=against,
            batch=batch,
        )
        return made, now


def checked(bench: Bench, rules: Mapping[str, Rules], note: Note) -> tuple[str, ...]:
    """Of what a note tells that its writer was warned of; raises Refusal as a move does."""
    if len(note.text) > LONGEST_NOTE:
        raise Refusal(f"a note has at most {LONGEST_NOTE} characters: shorten it")
    rosters = [latest_roster(bench, school) for school in rules]
    names = [names_in(one.people) for one in rosters if one is not None]
    found = telling_parts(note.text, frozenset[str]().union(*names))
    if found and not note.anyway:
        raise Telling(found)
    return found


def people_of(bench: Bench, rules: Mapping[str, Rules], name: str) -> frozenset[PersonKey]:
    """Who an account is: by its link, or by the address or sign-in name that it is called as."""
    if name.startswith(SIGNED_IN):
        person = bench.store.links.holder_of(name.removeprefix(SIGNED_IN))
        return frozenset() if person is None else frozenset({person})
    called = name.casefold()
    return frozenset(
        party.person
        for address, party in address_book(bench, rules).known.items()
        if party.person is not None and called in {address, address.partition("@")[0]}
    )


def _moved(desk: Scrutiny, item: Item, now: Standing, made: Made) -> Item:
    since = made.at if made.step is Step.REOPEN else item.due_from
    until = due(desk.rules[item.school].mail, item.summary, since)
    return replace(
        item, state=now.state, assignee=now.assignee, due_from=since, due=until, thread_due=until
    )


def _allow(bench: Bench, found: Mapping[str, Item], made: Sequence[Made], move: Move) -> None:
    """Keep until when a decision allows these; whatever is begun anew is allowed no longer."""
    if move.step is Step.REOPEN:
        bench.store.dlp_allowances.end((one.item for one in made), bench.now())
    elif move.step is Step.DECIDE and move.until is not None:
        bench.store.dlp_allowances.add(
            [
                Allowance(
                    item=one.item,
                    at=one.at,
                    school=found[one.item].school,
                    until=move.until,
                    by=one.by,
                )
                for one in made
            ]
        )


def _breach(bench: Bench, item: Item, made: Made) -> str:
    """The entry of what was decided to be a breach; else nothing."""
    is_one = made.step is Step.DECIDE and made.word == Outcome.BREACH
    return entered(bench, item) if is_one else ""


def _told(item: Item, made: Made, now: Standing, breach: str) -> Moved:
    then = ""
    if breach:
        then = f"say in {breach} of the register of breaches since when the school is aware"
    elif made.contrary:
        then = "it goes against the advice: it stands in the list for the governors"
    return Moved(
        item=made.item,
        school=item.school,
        step=made.step,
        state=now.state,
        assignee=now.assignee,
        contrary=made.contrary,
        warned=made.warned,
        breach=breach,
        then=then,
    )
