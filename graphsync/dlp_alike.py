"""One advice or one decision for many items that are alike: shown first, then all of them or none.

Alike are items of one school with the same rules, kinds of exception, classes of data, fates and
class of sender. A masked item and one's own mail are never among them: somebody looks at each.
"""

from collections.abc import Collection
from hashlib import sha256

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.dlp_desk import Actor, Move, Moved, Scrutiny, demand_end, demand_known, make
from graphsync.store.dlp_items import Item
from graphsync.trouble import Refusal
from policies.mail_queue import NotNow, Standing, standing

MASKED = "masked as personal: look at it by itself"
EXCEPTED = "left out by you"


class LeftOut(Struct, frozen=True):
    """An item that is alike and not among them, and why."""

    item: str
    why: str


class Preview(Struct, frozen=True, kw_only=True):
    """What a move with all that is alike would do. The digest names exactly that."""

    like: str
    step: str
    word: str
    items: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    digest: str


def preview(
    bench: Bench, actor: Actor, like: str, move: Move, excepted: Collection[str] = ()
) -> Preview:
    """What would happen; nothing is written.

    Raises Usage for an item that is none, Refusal for a note that a move would refuse.
    """
    store = bench.store
    demand_end(bench, move)
    found = store.dlp_items.of([like, *excepted])
    demand_known([like, *excepted], found, actor)
    one = found[like]
    every = store.dlp_items.alike(one.school, one.summary.likeness)
    moves = store.dlp_moves.of(item.item for item in every)
    desk = Scrutiny(bench, actor, every)
    desk.warned(move.note)
    items, left_out = [], []
    for item in every:
        why = _why_not(desk, item, standing(moves[item.item]), move, excepted)
        if why:
            left_out.append(LeftOut(item.item, why))
        else:
            items.append((item.item, len(moves[item.item]), item.summary.evidence))
    asked = f"{move.step}\0{move.word}\0{move.note.text}\0{move.until or ''}"
    named = f"{asked}\0{sorted(items)}"
    return Preview(
        like=like,
        step=move.step,
        word=move.word,
        items=tuple(name for name, *_ in items),
        left_out=tuple(left_out),
        digest=sha256(named.encode()).hexdigest()[:16],
    )


def carry_out(
    bench: Bench,
    actor: Actor,
    like: str,
    move: Move,
    digest: str,
    excepted: Collection[str] = (),
) -> tuple[Moved, ...]:
    """Do what a preview showed, all of it or nothing.

    Raises Refusal where anything has changed since, or where nothing is left to do.
    """
    with bench.store.transaction():
        bench.store.dlp_items.locked([like])
        now = preview(bench, actor, like, move, excepted)
        if now.digest != digest:
            raise Refusal(
                "this is not what was shown: an item, the note or the word has changed since; "
                "look at what would be done once more"
            )
        if not now.items:
            raise Refusal("there is nothing to do: every item that is alike is left out")
        return make(bench, actor, now.items, move, batch=digest)


def _why_not(
    desk: Scrutiny, item: Item, before: Standing, move: Move, excepted: Collection[str]
) -> str:
    if item.item in excepted:
        return EXCEPTED
    if item.summary.masked:
        return MASKED
    try:
        desk.office(item, before, move)
    except NotNow as reason:
        return str(reason)
    return ""
