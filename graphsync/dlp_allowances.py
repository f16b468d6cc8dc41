"""What is allowed until a day: the list, and its end, which comes without anyone acting (A18.6).

To renew is to begin anew with a reason, then advice and decision once more. To let lapse is to do
nothing: the item comes back into the queue on the day after.
"""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.dlp_desk import Actor
from graphsync.dlp_queueing import due, journalled
from graphsync.store.dlp_allowances import Allowance
from graphsync.store.dlp_items import Item
from policies.mail_allowances import OVER, ends_soon
from policies.mail_queue import Made, Office, State, Step, reopens
from policies.pack_loading import load_each
from policies.school_days import school_day


class AllowedLine(Struct, frozen=True, kw_only=True):
    """An item that is allowed until a day, its last: how long, by what it is, and nobody's name.

    A masked one shows its classes alone.
    """

    item: str
    school: str
    until: date
    days_left: int
    ends_soon: bool
    by: str
    classes: tuple[str, ...]
    rules: tuple[str, ...]


def allowed_lines(bench: Bench, actor: Actor) -> tuple[AllowedLine, ...]:
    """What is allowed in the schools that the actor reaches, the first to end first."""
    today = school_day(bench.now())
    standing = bench.store.dlp_allowances.standing(actor.schools)
    items = bench.store.dlp_items.of(one.item for one in standing)
    return tuple(_line(one, items[one.item], today) for one in standing if one.item in items)


def _line(one: Allowance, item: Item, today: date) -> AllowedLine:
    rules = () if item.summary.masked else item.summary.rules
    return AllowedLine(
        item=one.item,
        school=one.school,
        until=one.until,
        days_left=(one.until - today).days,
        ends_soon=ends_soon(one.until, today),
        by=one.by,
        classes=item.summary.classes,
        rules=tuple(rule.name or rule.id for rule in rules),
    )


def time_is_over(bench: Bench) -> bool:
    """Whether something was allowed until yesterday and still stands so."""
    return bool(bench.store.dlp_allowances.over(school_day(bench.now())))


def lapse(bench: Bench) -> int:
    """Put back into the queue whatever was allowed until a day that is over; how many items."""
    store, now = bench.store, bench.now()
    with store.transaction():
        over = store.dlp_allowances.over(school_day(now))
        rules, _ = load_each(bench.packs_dir)
        found = [one for one in store.dlp_items.locked(over).values() if reopens(one.state)]
        back = []
        for one in found:
            move = Made(
                item=one.item,
                step=Step.REOPEN,
                state=State.REOPENED,
                at=now,
                by=str(Office.PROGRAM),
                office=Office.PROGRAM,
                note=OVER,
            )
            store.dlp_moves.add(one.school, [move])
            store.journal.append([journalled(one.school, move)])
            until = due(rules[one.school].mail, one.summary, now) if one.school in rules else now
            back.append(
                replace(
                    one,
                    state=State.REOPENED,
                    assignee="",
                    due_from=now,
                    due=until,
                    thread_due=until,
                )
            )
        store.dlp_items.put(back)
        store.dlp_items.join_threads({(one.school, one.thread) for one in back})
        store.dlp_allowances.end(over, now)
    return len(back)
