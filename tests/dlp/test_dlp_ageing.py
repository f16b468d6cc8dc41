"""The queue grows old: closed items go with their records, open ones and breaches stay."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from queue_desk import ANN, DPO, HEAD, WHY, QueueDesk, ann

from graphsync.breach_desk import Report, open_breach
from graphsync.dlp_allowances import lapse
from graphsync.dlp_desk import advise, close, decide
from graphsync.dlp_views import looks, page
from graphsync.erasing import erase, preview
from graphsync.hold_desk import Wish, add
from graphsync.store.dlp_items import Wanted
from policies.breach_records import Facts
from policies.holds import HoldMode
from policies.mail_queue import Advice, Outcome


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[QueueDesk]:
    made = QueueDesk(tmp_path)
    yield made
    made.store.close()


def closed(desk: QueueDesk, record: str) -> str:
    item = desk.item(desk.event(record))
    desk.decided([item])
    close(desk.bench, DPO, [item])
    return item


def due(desk: QueueDesk) -> dict[str, int]:
    return {one.records: one.due for one in preview(desk.bench) if one.school in {"oak", ""}}


def test_a_closed_item_goes_with_its_records_and_moves_and_an_open_one_never(desk):
    item, waiting = closed(desk, "1"), desk.item(desk.event("2"))
    desk.now += timedelta(days=359)  # records are of five days before the decision
    assert (due(desk)["dlp_exceptions"], due(desk)["dlp_items"]) == (0, 0)
    desk.now += timedelta(days=7)
    assert (due(desk)["dlp_exceptions"], due(desk)["dlp_items"]) == (1, 1)
    erase(desk.bench, ["oak"])
    assert list(desk.states()) == [waiting]
    assert desk.store.dlp_moves.of([item]) == {item: ()}
    assert len(desk.store.dlp_events.of_incident("oak", "i2")) == 1, "its records stay with it"
    desk.store.journal.verify()
    assert desk.store.journal.count_events("oak", "erase_dlp_items", "1", desk.now) == 1


def test_an_item_that_was_moved_lately_stays_when_its_records_are_gone(desk):
    item = desk.item(desk.event("1"))
    desk.now += timedelta(days=362)
    desk.decided([item])
    close(desk.bench, DPO, [item])
    desk.now += timedelta(days=10)
    erase(desk.bench, ["oak"])
    assert list(desk.states()) == [item]
    assert desk.store.dlp_events.of_incident("oak", "i1") == ()
    desk.now += timedelta(days=360)
    erase(desk.bench, ["oak"])
    assert desk.states() == {}


def test_an_item_stays_with_its_entry_and_while_somebody_in_it_is_on_hold(desk):
    kept, plain = closed(desk, "1"), closed(desk, "2")
    facts = Facts(title="Misdirected")
    open_breach(desk.bench, Report(school="oak", source=f"dlp:{kept}", facts=facts))
    desk.roster(ann())
    desk.now += timedelta(days=400)
    assert due(desk)["dlp_items"] == 1
    add(desk.bench, Wish(person=ANN, mode=HoldMode.FREEZE, reason="a request", clause="law A11.2"))
    erase(desk.bench, ["oak"])
    assert {kept, plain} == {*desk.states()}


def test_looks_and_settled_gaps_go_and_a_gap_that_waits_does_not(desk):
    page(desk.bench, DPO, Wanted())
    feeds, now = desk.store.dlp_feeds, desk.now
    for number in (1, 2):
        feeds.lose("t", now + timedelta(hours=number), now + timedelta(days=1), "outage", now)
    feeds.acknowledge("t", 1, "dpo", "imported", now)
    desk.now += timedelta(days=366)
    assert (due(desk)["dlp_gaps"], due(desk)["looks"]) == (1, 0)
    erase(desk.bench, ["oak"])
    assert [one.number for one in feeds.gaps("t")] == [2]
    assert feeds.lose("t", now, now, "off", now).number == 3
    desk.now += timedelta(days=366)
    assert len(looks(desk.bench, DPO)) == 1
    erase(desk.bench, ["oak"])
    assert looks(desk.bench, DPO) == ()


def test_an_item_that_is_allowed_until_a_day_stays_until_that_is_over(desk):
    item = desk.item(desk.event("1"))
    advise(desk.bench, DPO, [item], Advice.SUPPORT, WHY)
    until = desk.now.date() + timedelta(days=60)
    decide(desk.bench, HEAD, [item], Outcome.ALLOWED, WHY, until)
    close(desk.bench, DPO, [item])
    desk.now += timedelta(days=400)  # no clock has put it back meanwhile
    erase(desk.bench, ["oak"])
    assert list(desk.states()) == [item]
    lapse(desk.bench)
    assert desk.states() == {item: "reopened"}
