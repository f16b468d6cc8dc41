"""What is allowed until a day: nobody has to act for its end, and renewing is deciding anew."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from queue_desk import DPO, HEAD, WHY, QueueDesk

from graphsync.dlp_alike import carry_out, preview
from graphsync.dlp_allowances import allowed_lines, lapse, time_is_over
from graphsync.dlp_desk import Move, advise, close, decide, reopen
from graphsync.trouble import Refusal, Usage
from policies.mail_queue import Advice, Outcome, Step

TODAY = date(2026, 11, 25)
UNTIL = TODAY + timedelta(days=60)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[QueueDesk]:
    made = QueueDesk(tmp_path)
    yield made
    made.store.close()


def an_allowance(
    desk: QueueDesk, record: str = "a", until: date | None = UNTIL, **fields: Any
) -> str:
    """An item that is allowed until a day, and put away."""
    item = desk.item(desk.event(record, **fields))
    advise(desk.bench, DPO, [item], Advice.SUPPORT, WHY)
    decide(desk.bench, HEAD, [item], Outcome.ALLOWED, WHY, until)
    close(desk.bench, HEAD, [item])
    return item


def told(desk: QueueDesk) -> list[tuple[str, int, bool]]:
    return [(o.item, o.days_left, o.ends_soon) for o in allowed_lines(desk.bench, HEAD)]


@pytest.mark.parametrize(
    ("outcome", "until", "wrong"),
    [
        (Outcome.TRAINING, UNTIL, "only what is allowed by policy"),
        (Outcome.ALLOWED, TODAY, "between tomorrow and 2027-02-23"),
        (Outcome.ALLOWED, TODAY + timedelta(days=91), "between tomorrow and 2027-02-23"),
    ],
)
def test_a_last_day_that_is_out_of_the_question_decides_nothing(
    desk: QueueDesk, outcome: Outcome, until: date, wrong: str
) -> None:
    item = desk.item(desk.event("a"))
    advise(desk.bench, DPO, [item], Advice.SUPPORT, WHY)
    with pytest.raises(Usage, match=wrong):
        decide(desk.bench, HEAD, [item], outcome, WHY, until)
    assert desk.states() == {item: "advised"}


def test_an_allowance_is_listed_tells_of_its_end_and_comes_back_the_day_after(
    desk: QueueDesk,
) -> None:
    item, stands = an_allowance(desk), an_allowance(desk, "b", until=None)
    assert told(desk) == [(item, 60, False)]
    desk.now += timedelta(days=45)
    assert told(desk) == [(item, 15, False)]
    desk.now += timedelta(days=1)
    assert told(desk) == [(item, 14, True)]
    desk.now += timedelta(days=14)  # its last day
    assert (time_is_over(desk.bench), lapse(desk.bench)) == (False, 0)
    desk.now += timedelta(days=1)
    assert time_is_over(desk.bench)
    assert lapse(desk.bench) == 1
    assert desk.states() == {item: "reopened", stands: "closed"}
    assert told(desk) == []
    assert desk.items() == [item]  # open again, and due anew
    assert desk.store.dlp_items.of([item])[item].due > desk.now
    last = desk.store.dlp_moves.of([item])[item][-1]
    assert (last.by, last.note) == ("graphsync", "the time for which it was allowed is over")
    assert lapse(desk.bench) == 0


def test_of_what_its_sender_marked_as_personal_the_list_names_no_rule(desk: QueueDesk) -> None:
    plain, masked = an_allowance(desk), an_allowance(desk, "m", labels=("personal",))
    rules = {one.item: one.rules for one in allowed_lines(desk.bench, HEAD)}
    assert rules[plain]
    assert rules[masked] == ()


def test_renewing_is_advice_and_decision_anew_each_with_a_reason(desk: QueueDesk) -> None:
    item = an_allowance(desk)
    desk.now += timedelta(days=50)
    reopen(desk.bench, DPO, [item], WHY)
    assert told(desk) == []  # nothing is allowed while it is thought about
    advise(desk.bench, DPO, [item], Advice.SUPPORT, WHY)
    later = desk.now.date() + timedelta(days=90)
    decide(desk.bench, HEAD, [item], Outcome.ALLOWED, WHY, later)
    assert told(desk) == [(item, 90, False)]
    desk.now += timedelta(days=20)  # past the first last day
    assert lapse(desk.bench) == 0
    assert desk.states() == {item: "decided"}


def test_a_new_record_ends_what_was_allowed_of_the_old_ones(desk: QueueDesk) -> None:
    item = an_allowance(desk)
    desk.take(desk.event("another", incident="ia"))
    assert desk.states() == {item: "reopened"}
    assert told(desk) == []


def test_many_alike_are_allowed_until_one_day_and_another_day_is_another_act(
    desk: QueueDesk,
) -> None:
    items = [desk.item(desk.event(record)) for record in "ab"]
    advise(desk.bench, DPO, items, Advice.SUPPORT, WHY)
    move = Move(step=Step.DECIDE, word=Outcome.ALLOWED, note=WHY, until=UNTIL)
    shown = preview(desk.bench, HEAD, items[0], move)
    later = Move(step=Step.DECIDE, word=Outcome.ALLOWED, note=WHY, until=UNTIL + timedelta(days=1))
    with pytest.raises(Refusal, match="not what was shown"):
        carry_out(desk.bench, HEAD, items[0], later, shown.digest)
    carry_out(desk.bench, HEAD, items[0], move, shown.digest)
    assert {item for item, *_ in told(desk)} == {*items}
