"""The queue at rest, on both databases."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from graphsync.store.db import Store
from graphsync.store.dlp_items import Cursor, Item, Wanted
from graphsync.store.looks import Look
from policies.mail import Kind, MailException, Severity
from policies.mail_effects import Fate
from policies.mail_items import ItemKey, RuleNamed, Summary
from policies.mail_people import Role
from policies.mail_queue import Made, Office, Outcome, State, Step

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def an_item(number: int, **fields: object) -> Item:
    key = ItemKey("oak", "o", f"i{number}")
    rules = tuple(RuleNamed(f"{one:036}", "A rule") for one in range(number, number + 300))
    summary = Summary(
        exceptions=(MailException(kind=Kind.BULK, severity=Severity.HIGH, classes=("medical",)),),
        severity=Severity.HIGH,
        records=1,
        exceptional=1,
        workloads=("Exchange",),
        fates=(Fate.LET_THROUGH,),
        stopped_elsewhere=False,
        overridden=False,
        called_wrong=False,
        masked=False,
        classes=("medical",),
        rules=rules,
        sender_role=Role.STAFF,
        senders=(),
        recipients={},
        people=(),
        values=1,
        first=NOW,
        last=NOW,
        sent=None,
        message="",
        evidence="",
    )
    item = Item(
        item=key.id,
        key=key,
        school="oak",
        state=State.OPEN,
        assignee="",
        due_from=NOW,
        due=NOW + timedelta(days=number),
        thread=key.id,
        thread_due=NOW + timedelta(days=number),
        summary=summary,
    )
    return replace(item, **fields)


def test_items_come_back_in_order_page_by_page_and_by_filter(store: Store):
    items = [an_item(number) for number in range(6)]
    store.dlp_items.put(items[::-1])
    first = store.dlp_items.page(Wanted(), None, 4)
    assert first == items[:4]
    last = first[-1]
    place = Cursor(last.thread_due, last.thread, last.item)
    assert store.dlp_items.page(Wanted(), place, 4) == items[4:]
    assert store.dlp_items.page(Wanted(rules=(f"{3:036}",)), None, 9) == items[:4]
    assert store.dlp_items.page(Wanted(kinds=(Kind.BULK,), classes=("medical",)), None, 1) == [
        items[0]
    ]
    assert store.dlp_items.page(Wanted(classes=("med",)), None, 9) == []
    store.dlp_items.put([replace(items[0], state=State.CLOSED)])
    assert store.dlp_items.page(Wanted(), None, 9) == items[1:]
    (open_, closed) = sorted(store.dlp_items.tallies(None, NOW + timedelta(days=3)), key=str)[::-1]
    assert {(one.state, one.items, one.overdue) for one in (open_, closed)} == {
        (State.OPEN, 5, 2),
        (State.CLOSED, 1, 0),
    }
    store.dlp_items.remove([items[1].item])
    assert store.dlp_items.page(Wanted(closed=True), None, 9) != items


def test_items_of_one_mail_stand_where_the_first_due_of_them_does(store: Store):
    one, two, other = an_item(1, thread="m"), an_item(5, thread="m"), an_item(3)
    store.dlp_items.put([two, other, one])
    store.dlp_items.join_threads([("oak", "m"), ("oak", other.thread)])
    assert [one.item for one in store.dlp_items.page(Wanted(), None, 9)][2] == other.item
    store.dlp_items.remove([one.item])
    store.dlp_items.join_threads([("oak", "m")])
    assert [one.item for one in store.dlp_items.page(Wanted(), None, 9)] == [other.item, two.item]


def test_moves_are_numbered_by_item_and_come_back_as_they_were_made(store: Store):
    moves = [
        Made(
            item=item,
            step=Step.DECIDE,
            state=State.DECIDED,
            at=NOW,
            by="head",
            office=Office.HEAD,
            word=Outcome.OTHER,
            note="why",
            warned=("a mail address", "a long number"),
            contrary=item == "b",
        )
        for item in ("a", "b", "a")
    ]
    store.dlp_moves.add("oak", moves[:2])
    store.dlp_moves.add("oak", moves[2:])
    assert store.dlp_moves.of(["a", "b", "c"]) == {
        "a": (moves[0], moves[2]),
        "b": (moves[1],),
        "c": (),
    }
    assert store.dlp_moves.decisions(["oak"], contrary=True) == [("oak", moves[1])]
    assert store.dlp_moves.decisions(["elm"]) == []


def test_looks_come_back_the_newest_first(store: Store):
    one = Look(at=NOW, by="dpo", kind="mail", school="oak", item="a", reason="why")
    two = Look(at=NOW + timedelta(days=1), by="dpo", kind="account", filter="all", shown=3)
    store.looks.add(one)
    store.looks.add(two)
    assert store.looks.latest(9) == [two, one]
    assert store.looks.latest(9, two.at) == [two]
    assert store.looks.latest(1) == [two]
    assert store.looks.latest(9, kinds=["mail"]) == store.looks.latest(9, schools=["oak"]) == [one]
    assert store.looks.gave_reason("dpo", "mail", "a", NOW)
    for who, kind, item, since in (
        ("head", "mail", "a", NOW),
        ("dpo", "account", "a", NOW),
        ("dpo", "mail", "b", NOW),
        ("dpo", "mail", "a", NOW + timedelta(seconds=1)),
    ):
        assert not store.looks.gave_reason(who, kind, item, since)
