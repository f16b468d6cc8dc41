"""Events of data loss into store and queue: the one way in, whichever source they come from.

Every event is kept. Those with exceptions make or change the item of their incident; the others
are counted, and told beside the item where there is one. Neither order nor repetition of what comes
in changes the queue. What somebody has worked on never disappears from it.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.run_desk import event
from graphsync.store.dlp_events import KeptEvent
from graphsync.store.dlp_items import Item
from graphsync.store.journal import Entry
from policies.mail_items import ItemKey, Summary, summed
from policies.mail_queue import Made, Office, State, Step, reopens
from policies.mail_rules import MailRules

NEW_RECORD = "a new record of the incident"


class Taken(Struct, frozen=True, kw_only=True):
    """What became of some events: `new` = those queued and those counted only."""

    new: tuple[KeptEvent, ...]
    queued: int
    counted_only: int


def take_in(bench: Bench, rules: Mapping[str, MailRules], kept: Sequence[KeptEvent]) -> Taken:
    """Keep these events and bring the queue up to date; all or nothing.

    `rules` are those of every school that the events name.
    """
    store = bench.store
    with store.transaction():
        change = store.dlp_events.put(kept, bench.now())
        telling = {one.place.key for one in kept if one.judgement.exceptions}
        if change.items:
            _refresh(bench, rules, change.items, telling)
    new = change.new
    queued = sum(bool(one.judgement.exceptions) for one in new)
    return Taken(new=tuple(new), queued=queued, counted_only=len(new) - queued)


def due(rules: MailRules, summary: Summary, since: datetime) -> datetime:
    """Until when an item is to be decided: elapsed days, holidays and all, by its severity."""
    return since + timedelta(days=rules.due_days[summary.severity])


def _refresh(
    bench: Bench,
    rules: Mapping[str, MailRules],
    changed: Collection[ItemKey],
    telling: Container[ItemKey],
) -> None:
    """Make each item anew from its records, and reopen what was thought of fewer of them.

    `telling` are those of which a record with exceptions came; of the others only those that are
    items already can have become different ones.
    """
    store = bench.store
    standing = store.dlp_items.locked(key.id for key in changed)
    keys = [key for key in sorted(changed) if key in telling or key.id in standing]
    records = store.dlp_events.of_items(keys)
    moves = store.dlp_moves.of(standing)
    put: list[Item] = []
    gone: list[Item] = []
    for key in keys:
        summary, item = summed(records[key]), standing.get(key.id)
        if summary is not None:
            put.append(_made_anew(bench, rules[key.school], key, summary, item))
        elif item is not None and not moves[key.id]:
            gone.append(item)
    store.dlp_items.put(put)
    store.dlp_items.remove(one.item for one in gone)
    before = (standing[one.item] for one in put if one.item in standing)
    store.dlp_items.join_threads({(one.school, one.thread) for one in (*put, *gone, *before)})


def _made_anew(
    bench: Bench, rules: MailRules, key: ItemKey, summary: Summary, item: Item | None
) -> Item:
    state, since = (item.state, item.due_from) if item else (State.OPEN, bench.now())
    assignee = item.assignee if item else ""
    if item and summary.evidence != item.summary.evidence and reopens(item.state):
        _reopen(bench, item)
        state, since, assignee = State.REOPENED, bench.now(), ""
    until = due(rules, summary, since)
    return Item(
        item=key.id,
        key=key,
        school=key.school,
        state=state,
        assignee=assignee,
        due_from=since,
        due=until,
        thread=sha256(summary.message.encode()).hexdigest()[:16] if summary.message else key.id,
        thread_due=until,
        summary=summary,
    )


def _reopen(bench: Bench, item: Item) -> None:
    move = Made(
        item=item.item,
        step=Step.REOPEN,
        state=State.REOPENED,
        at=bench.now(),
        by=str(Office.PROGRAM),
        office=Office.PROGRAM,
        note=NEW_RECORD,
    )
    bench.store.dlp_moves.add(item.school, [move])
    bench.store.dlp_allowances.end([item.item], bench.now())
    bench.store.journal.append([journalled(item.school, move)])


def journalled(school: str, move: Made) -> Entry:
    """The row of the journal about a move: which, with what, by whom; no note and no person."""
    row = event(school, "", f"dlp_{move.step}", move.by)
    return replace(row, item=source(move.item))


def source(item: str) -> str:
    """How other records name an item."""
    return f"dlp:{item}"
