"""The worklist in the store: by urgency, renewed in place, closed without its values."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from store_builders import Clock, taken_back

from graphsync.store.worklist import Row, Task
from policies.people import PersonKey

ANN, BEN = PersonKey("pb", "1"), PersonKey("pb", "2")
FAR = PersonKey("eic", "1")
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = date(2026, 9, 1)


def a_row(name: str, person: PersonKey = ANN, **fields: object) -> Row:
    given = {
        "task": Task.RENAME,
        "why": "the roster says otherwise",
        "created_at": NOON,
        "due": DAY,
        "object_id": "o1",
        "sign_in_name": "ann@pb.example",
        "sid": "S-1-5-21-1",
        "wanted": {"surname": "Zoë", "displayName": "=1+1"},
        "doubt": "nobody can tell",
        **fields,
    }
    return Row(id=name, person=person, **given)  # type: ignore[arg-type]


def test_open_rows_come_back_whole_and_the_most_urgent_first(store):
    later = a_row("w-1", due=DAY + timedelta(days=4))
    first = a_row("w-2", BEN, task=Task.DISABLE, object_id=None, wanted={}, doubt="")
    far = a_row("w-3", FAR)
    store.worklist.put([later, first, far])
    assert store.worklist.open("pb") == (first, later)
    assert store.worklist.open() == (far, first, later)


def test_a_row_is_renewed_in_place(store):
    store.worklist.put([a_row("w-1")])
    renewed = a_row("w-1", wanted={"surname": "Jones"}, doubt="")
    store.worklist.put([renewed])
    assert store.worklist.open("pb") == (renewed,)


def test_a_closed_row_keeps_neither_values_nor_names(store, clock: Clock):
    row = a_row("w-1")
    store.worklist.put([row])
    store.worklist.close(row, "seen in the tenant", clock())
    assert store.worklist.open() == ()
    (closed,) = store.worklist.of(ANN)
    assert (closed.closed_by, closed.closed_at) == ("seen in the tenant", clock())
    assert (closed.wanted, closed.sign_in_name, closed.sid, closed.doubt) == ({}, "", "", "")
    assert (closed.object_id, closed.created_at, closed.due) == ("o1", NOON, DAY)
    assert b"Zo" not in msgspec.json.encode(closed)


def test_rows_are_part_of_the_open_transaction(store):
    with taken_back(store):
        store.worklist.put([a_row("w-1")])
        assert len(store.worklist.open("pb")) == 1
    assert store.worklist.open("pb") == ()


def test_readings_of_one_moment_see_nothing_that_is_written_meanwhile(store, another):
    store.worklist.put([a_row("w-1")])
    other = another()
    with store.one_moment():
        assert len(store.worklist.open("pb")) == 1
        other.worklist.put([a_row("w-2", BEN)])
        store.worklist.put([a_row("w-3", BEN)])
        assert len(store.worklist.open("pb")) == 1
    assert len(store.worklist.open("pb")) == 3


def test_locked_rows_are_the_open_ones(store):
    store.worklist.put([a_row("w-1"), a_row("w-2", BEN, closed_at=NOON)])
    with store.transaction():
        assert [row.id for row in store.worklist.locked("pb")] == ["w-1"]


def test_a_row_is_late_on_the_day_after_it_is_due_and_never_once_closed():
    row = a_row("w-1")
    assert not row.overdue(DAY)
    assert row.overdue(DAY + timedelta(days=1))
    closed = msgspec.structs.replace(row, closed_at=NOON)
    assert not closed.overdue(DAY + timedelta(days=1))


def test_what_is_printed_of_a_row_by_accident_names_nobody():
    assert repr(a_row("w-1")) == "Row(w-1, pb:1, rename)"
