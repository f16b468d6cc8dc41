"""The questions about the queue: a page of it, one item, counts, and who looked.

A page and an item are looks at people, and are written down; counts are not. What a personal label
masks is shown only to whoever gives a reason (EIC-PERS-2).
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.dlp_desk import Actor, Note, checked, demand_known
from graphsync.dlp_queueing import source
from graphsync.store.dlp_items import Cursor, Item, Tally, Wanted
from graphsync.store.looks import Look
from graphsync.store.moments import moment_of, moment_text
from graphsync.trouble import Usage
from policies.mail import Kind, Severity
from policies.mail_candidates import Candidate, Decided, candidates
from policies.mail_items import Record
from policies.mail_queue import Made, Outcome, State, standing
from policies.pack_loading import load_rules

MOST = 200  # items a page
MAIL = "mail"  # what a look at the queue is called in the register


class ItemLine(Struct, frozen=True, kw_only=True):
    """An item in the list: classes, counts and what became of it, and nobody by number.

    `mail` is the same for items of one mail. A masked one shows class, count and action alone.
    """

    item: str
    mail: str
    school: str
    state: State
    severity: Severity
    due: datetime
    overdue: bool
    assignee: str
    exceptions: tuple[str, ...]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    fates: tuple[str, ...]
    stopped_elsewhere: bool
    masked: bool
    values: int
    records: int
    sender: str
    recipients: dict[str, int]
    rules: tuple[str, ...]
    happened: datetime


class Page(Struct, frozen=True, kw_only=True):
    """Some items, and where the next ones begin; empty at the end."""

    items: tuple[ItemLine, ...]
    next: str = ""


class RecordShown(Struct, frozen=True, kw_only=True):
    """One record of an item, also one without an exception."""

    record: str
    happened: datetime
    workload: str
    fate: str
    exceptions: tuple[str, ...]
    said: tuple[str, ...]
    rules: tuple[str, ...]


class MoveShown(Struct, frozen=True, kw_only=True):
    """A move as it is listed."""

    at: datetime
    by: str
    office: str
    step: str
    word: str
    note: str
    warned: tuple[str, ...]
    contrary: bool


class Sibling(Struct, frozen=True):
    """Another item of the same mail."""

    item: str
    state: State


class ItemShown(Struct, frozen=True, kw_only=True):
    """One item with everything that is kept of it.

    People stand by SIMS number. `hidden` says why there are none, where that is so. `elsewhere` is
    what records of the same mail that belong to no item or another one tell of it.
    """

    item: str
    source: str
    line: ItemLine
    hidden: str
    senders: tuple[str, ...]
    people: tuple[str, ...]
    sent: datetime | None
    records: tuple[RecordShown, ...]
    siblings: tuple[Sibling, ...]
    elsewhere: tuple[str, ...]
    advice: str
    outcome: str
    moves: tuple[MoveShown, ...]


class ContraryLine(Struct, frozen=True, kw_only=True):
    """A decision against the advice, for the governors: without notes (A18.3)."""

    at: datetime
    school: str
    item: str
    by: str
    outcome: str


NO_REASON = Note()
HIDDEN = "its sender marked it as personal: give a reason to see it"


def page(bench: Bench, actor: Actor, wanted: Wanted, after: str = "", limit: int = 50) -> Page:
    """The first items of the queue that are wanted, or those after a place; the look is kept.

    Raises Usage for a place that no page named and for more than 200 items.
    """
    if not 1 <= limit <= MOST:
        raise Usage(f"ask for 1 to {MOST} items at once")
    reached = within(wanted, actor)
    found = bench.store.dlp_items.page(reached, _cursor(after) if after else None, limit + 1)
    shown, now = found[:limit], bench.now()
    asked = list(reached.schools or ())
    look = Look(
        at=now,
        by=actor.name,
        kind=MAIL,
        school=asked[0] if len(asked) == 1 else "",
        filter=in_words(reached),
        shown=len(shown),
    )
    bench.store.looks.add(look)
    following = _place(shown[-1]) if len(found) > limit else ""
    return Page(items=tuple(_line(one, now) for one in shown), next=following)


def show(bench: Bench, actor: Actor, item: str, why: Note = NO_REASON) -> ItemShown:
    """One item; the look is kept with its reason.

    Raises Usage for an item that is none, Refusal for a reason that a move would refuse.
    """
    store = bench.store
    found = store.dlp_items.of([item])
    demand_known([item], found, actor)
    one = found[item]
    rules = {one.school: load_rules(bench.packs_dir, one.school)}
    checked(bench, rules, why)
    text = " ".join(why.text.split())
    look = Look(at=bench.now(), by=actor.name, kind=MAIL, school=one.school, item=item, reason=text)
    store.looks.add(look)
    open_to_view = bool(text) or not one.summary.masked
    moves = store.dlp_moves.of([item])[item]
    now = standing(moves)
    told = ItemShown(
        item=item,
        source=source(item),
        line=_line(one, bench.now()),
        hidden=HIDDEN,
        senders=(),
        people=(),
        sent=None,
        records=(),
        siblings=(),
        elsewhere=(),
        advice=str(now.advice or ""),
        outcome=str(now.outcome or ""),
        moves=tuple(map(_move, moves)),
    )
    return _unmasked(bench, one, told) if open_to_view else told


def counts(bench: Bench, actor: Actor) -> tuple[Tally, ...]:
    """How many items stand how; no look at anybody."""
    return tuple(bench.store.dlp_items.tallies(actor.schools, bench.now()))


def looks(
    bench: Bench, actor: Actor, limit: int = 200, since: datetime | None = None
) -> tuple[Look, ...]:
    """Who looked at what of the schools that the actor reaches, the newest first."""
    return tuple(bench.store.looks.latest(limit, since, [MAIL], actor.schools))


def against_advice(bench: Bench, actor: Actor) -> tuple[ContraryLine, ...]:
    """Every decision that went against the advice, in the order of time."""
    return tuple(
        ContraryLine(at=one.at, school=school, item=one.item, by=one.by, outcome=one.word)
        for school, one in bench.store.dlp_moves.decisions(actor.schools, contrary=True)
    )


def rule_changes(bench: Bench, actor: Actor) -> tuple[Candidate, ...]:
    """The changes of Purview's rules that decided items speak for; nothing is changed."""
    latest = {one.item: one for _, one in bench.store.dlp_moves.decisions(actor.schools)}
    items = bench.store.dlp_items.of(latest)
    return candidates(
        Decided(
            school=item.school,
            rules=item.summary.rules,
            kinds=frozenset(item.summary.kinds),
            outcome=Outcome(latest[name].word),
        )
        for name, item in sorted(items.items())
        if item.state in {State.DECIDED, State.CLOSED}
    )


def within(wanted: Wanted, actor: Actor) -> Wanted:
    """What is wanted, of the schools that the actor reaches."""
    if actor.schools is None:
        return wanted
    asked = actor.schools if wanted.schools is None else actor.schools & {*wanted.schools}
    return replace(wanted, schools=tuple(sorted(asked)))


def in_words(wanted: Wanted) -> str:
    """A filter as the register of looks keeps it."""
    parts: Mapping[str, object] = {
        "school": ",".join(wanted.schools or ()),
        "state": ",".join(wanted.states),
        "severity": ",".join(wanted.severities),
        "kind": ",".join(one.name.lower() for one in wanted.kinds),
        "class": ",".join(wanted.classes),
        "rule": ",".join(wanted.rules),
        "assignee": wanted.assignee or "",
        "overdue": "yes" if wanted.due_before else "",
        "closed": "yes" if wanted.closed else "",
    }
    return " ".join(f"{name}={value}" for name, value in parts.items() if value) or "all"


def _unmasked(bench: Bench, one: Item, told: ItemShown) -> ItemShown:
    store, summary = bench.store, one.summary
    records = store.dlp_events.of_items([one.key])[one.key]
    mine = {record.event.id for record in records}
    same_mail = store.dlp_events.of_message(one.school, summary.message) if summary.message else ()
    others = {kept.judgement.fate for kept in same_mail if kept.event.id not in mine}
    threads = store.dlp_items.of_thread(one.school, one.thread)
    return replace(
        told,
        line=_plain(one, bench.now()),
        hidden="",
        senders=tuple(map(str, summary.senders)),
        people=tuple(map(str, summary.people)),
        sent=summary.sent,
        records=tuple(map(_record, sorted(records, key=lambda r: (r.event.created, r.event.id)))),
        siblings=tuple(Sibling(i.item, i.state) for i in threads if i.item != one.item),
        elsewhere=tuple(sorted(map(str, others))),
    )


def _line(one: Item, now: datetime) -> ItemLine:
    plain = _plain(one, now)
    return replace(plain, sender="", recipients={}, rules=()) if plain.masked else plain


def _plain(one: Item, now: datetime) -> ItemLine:
    summary = one.summary
    return ItemLine(
        item=one.item,
        mail=one.thread,
        school=one.school,
        state=one.state,
        severity=summary.severity,
        due=one.due,
        overdue=one.state is not State.CLOSED and one.due < now,
        assignee=one.assignee,
        exceptions=tuple(reason.sentence for reason in summary.exceptions),
        kinds=tuple(map(kind_word, summary.kinds)),
        classes=summary.classes,
        fates=tuple(map(str, summary.fates)),
        stopped_elsewhere=summary.stopped_elsewhere,
        masked=summary.masked,
        values=summary.values,
        records=summary.records,
        sender=str(summary.sender_role),
        recipients={str(role): count for role, count in summary.recipients.items()},
        rules=tuple(rule.name or rule.id for rule in summary.rules),
        happened=summary.first,
    )


def kind_word(kind: Kind) -> str:
    """A kind of exception as one word, to filter by."""
    return kind.name.lower().replace("_", "-")


def _record(one: Record) -> RecordShown:
    said = one.event.said
    words = {
        f"overridden, {said.reasoning}": said.overridden,
        "called wrong": said.false_positive,
    }
    return RecordShown(
        record=one.event.id,
        happened=one.event.created,
        workload=str(one.event.workload),
        fate=str(one.judgement.fate),
        exceptions=tuple(reason.sentence for reason in one.judgement.exceptions),
        said=tuple(word for word, there in words.items() if there),
        rules=tuple(hit.rule or hit.rule_id for hit in one.event.hits),
    )


def _move(one: Made) -> MoveShown:
    return MoveShown(
        at=one.at,
        by=one.by,
        office=str(one.office),
        step=str(one.step),
        word=one.word,
        note=one.note,
        warned=one.warned,
        contrary=one.contrary,
    )


def _place(one: Item) -> str:
    return f"{moment_text(one.thread_due)}~{one.thread}~{one.item}"


def _cursor(text: str) -> Cursor:
    try:
        moment, thread, item = text.split("~")
        return Cursor(moment_of(moment), thread, item)
    except ValueError:
        raise Usage("this is not the place of a page: use the `next` of the page before") from None
