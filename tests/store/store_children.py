"""What other processes do with a store; `line` is their end of a pipe."""

import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from graphsync.store.db import Store
from graphsync.store.journal import Entry
from graphsync.store.problems import Busy


def write(url: str, run: str) -> None:
    """Two hundred rows in twenty commits."""
    store = Store.open(url, lambda: datetime.now(UTC))
    for n in range(20):
        store.journal.append(
            [
                Entry(school="pb", run=run, item=f"{n} {k}", what="event", operation="test")
                for k in range(10)
            ]
        )


def write_and_not_commit(url: str, line: Connection) -> None:
    """Five hundred rows; "written" is said before they are committed, which never happens."""
    store = Store.open(url, lambda: datetime.now(UTC))
    with store.transaction():
        store.journal.append(
            [
                Entry(school="pb", run="r-9", item=str(n), what="intent", operation="test")
                for n in range(500)
            ]
        )
        line.send("written")
        time.sleep(60)


def claim(url: str, run: str, line: Connection) -> None:
    """Says "ready"; claims a school when told to, and says "mine" or "busy"; ends when told to."""
    store = Store.open(url, lambda: datetime(2026, 9, 1, 2, tzinfo=UTC))
    line.send("ready")
    line.recv()
    try:
        with store.claims.hold("pb", run):
            line.send("mine")
            line.recv()
    except Busy:
        line.send("busy")
        line.recv()
