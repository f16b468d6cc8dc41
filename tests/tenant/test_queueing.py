"""Whatever stands in the queue: no two writes to one object travel in parallel, none is lost."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphsync.changes import DisableUser
from graphsync.tenant.answers import Request
from graphsync.tenant.queueing import Entry, Queue
from graphsync.tenant.requests import WriteItem

keys = st.sampled_from(["a", "b", "c", "d"])
objects = st.frozensets(keys, min_size=1, max_size=2) | keys.map(lambda key: frozenset({key}))
A = frozenset("a")


def an_item(number, written):
    return WriteItem(str(number), "disable_user", (DisableUser(),), Request("PATCH", "/x"), written)


def travelled(written, size, fates):
    """Every batch that leaves, while up to three are under way; fates: land, rest or requeue."""
    queue, now, under_way, batches = Queue(size), 0.0, [], []
    for number, keys in enumerate(written):
        queue.admit(Entry(an_item(number, keys)))
    while True:
        batch = queue.take(now, whole=False) if len(under_way) < 3 else None
        if batch is not None:
            busy = [entry for other in under_way for entry in other.entries]
            batches.append((batch, busy))
            under_way.append(batch)
        elif under_way:
            land(queue, under_way.pop(0), now, fates)
        elif (due := queue.next_due()) is not None:
            now = max(now, due)
        else:
            return batches


def land(queue, batch, now, fates):
    for place, entry in enumerate(batch.entries):
        fate = next(fates, "land")
        if fate == "rest":
            queue.rest(entry, now + 1)
        elif fate == "requeue" and batch.in_order and place:
            queue.requeue(entry)
        else:
            queue.finish(entry)
    queue.wake({key for entry in batch.entries for key in entry.item.objects})


@settings(max_examples=60, deadline=None)
@example([A, A, A, frozenset("b"), frozenset("c")], 2, ["land", "land", "rest", "rest", "rest"])
@given(
    st.lists(objects, max_size=30),
    st.integers(1, 6),
    st.lists(st.sampled_from(["land", "rest", "requeue"]), max_size=40),
)
def test_two_writes_to_one_object_never_travel_in_parallel(written, size, fates):
    for batch, busy in travelled(written, size, iter(fates)):
        own = [key for entry in batch.entries for key in entry.item.objects]
        assert not set(own) & {key for entry in busy for key in entry.item.objects}
        assert batch.in_order or len(own) == len(set(own))
        assert len(batch.entries) <= size


@settings(max_examples=60, deadline=None)
@example([A, A, A, frozenset("b"), frozenset("c")], 2, ["land", "land", "rest", "rest", "rest"])
@given(
    st.lists(objects, max_size=30),
    st.integers(1, 6),
    st.lists(st.sampled_from(["land", "rest", "requeue"]), max_size=40),
)
def test_every_item_travels_and_those_of_one_object_in_their_order(written, size, fates):
    order = {}
    for batch, _ in travelled(written, size, iter(fates)):
        for entry in batch.entries:
            order.setdefault(int(entry.item.id), len(order))
    assert sorted(order) == list(range(len(written)))
    for later in range(len(written)):
        for sooner in range(later):
            if written[sooner] & written[later]:
                assert order[sooner] < order[later]


def test_a_long_line_travels_in_order_rather_than_one_by_one():
    queue = Queue(20)
    for number in range(50):
        queue.admit(Entry(an_item(number, frozenset({"group"}))))
    batch = queue.take(0, whole=True)
    assert batch.in_order
    assert [entry.item.id for entry in batch.entries] == [str(number) for number in range(20)]


def test_short_lines_travel_side_by_side():
    queue = Queue(20)
    for number in range(10):
        queue.admit(Entry(an_item(number, frozenset({str(number % 5)}))))
    batch = queue.take(0, whole=False)
    assert not batch.in_order
    assert len(batch.entries) == 5


def test_a_part_filled_batch_waits_when_a_whole_one_is_asked_for():
    queue = Queue(20)
    queue.admit(Entry(an_item(0, frozenset({"a"}))))
    assert queue.take(0, whole=True) is None
    assert queue.take(0, whole=False) is not None
