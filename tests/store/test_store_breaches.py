"""The breach register on both databases: added, found, erased, and never edited."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from store_builders import Clock

from graphsync.store import tables
from policies.breach_records import Act, Facts, Row, Source


def a_row(clock: Clock, number: int, breach: str, **fields: object) -> Row:
    usual: dict[str, object] = {"act": Act.NOTED, "facts": Facts(people=number)}
    return Row(id=f"f-{number}", breach=breach, at=clock(), by="dpo", **(usual | fields))


def test_rows_come_back_in_their_order_and_go_whole(store, clock: Clock):
    opened = a_row(clock, 1, "b-1", act=Act.OPENED, source=Source.DLP, reference="dlp:i-1")
    noted, other = a_row(clock, 2, "b-1"), a_row(clock, 3, "b-2", act=Act.OPENED)
    with store.transaction():
        store.breaches.lock()
        store.breaches.add("pb", [opened, other])
        store.breaches.add("pb", [noted])
    assert store.breaches.of("b-1") == ("pb", (opened, noted))
    assert list(store.breaches.all("pb")) == [("pb", "b-1"), ("pb", "b-2")]
    assert store.breaches.opened_for("pb", "dlp:i-1") == "b-1"
    assert store.breaches.opened_for("eic", "dlp:i-1") is None
    assert store.breaches.verify() == 3
    assert store.breaches.erase("pb", ["b-1"]) == 2
    assert store.breaches.of("b-1") is None
    assert store.breaches.verify() == 1
    assert store.journal.verify().rows == 4


def test_no_row_is_edited(store, clock: Clock):
    store.breaches.add("pb", [a_row(clock, 1, "b-1", act=Act.OPENED)])
    change = update(tables.breaches).values(act="closed")
    with pytest.raises(DBAPIError, match="never edited"), store.database.writing() as connection:
        connection.execute(change)
