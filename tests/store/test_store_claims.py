"""Claims: one run per school at a time, whatever happens to the processes."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest
import store_children
from sqlalchemy import select, text, update
from started_ahead import AHEAD
from store_builders import Clock

from graphsync.store import processes, tables
from graphsync.store.claims import Claims
from graphsync.store.problems import Busy, ClaimLost
from graphsync.store.processes import Life


def claimer(url: str, run: str) -> tuple[BaseProcess, Connection]:
    ours, theirs = AHEAD.Pipe()
    child = AHEAD.Process(target=store_children.claim, args=(url, run, theirs), daemon=True)
    child.start()
    assert ours.recv() == "ready"
    return child, ours


def test_of_two_processes_one_gets_the_school(store, url):
    children = [claimer(url, f"r-{n}") for n in range(2)]
    for _, line in children:
        line.send("go")
    answers = sorted(line.recv() for _, line in children)
    for child, line in children:
        line.send("go")
        child.join(60)
    assert answers == ["busy", "mine"]
    with store.claims.hold("pb", "r-3"):
        pass


def test_a_claim_of_a_killed_process_is_taken_over_at_once(store, url):
    child, line = claimer(url, "r-1")
    line.send("go")
    assert line.recv() == "mine"
    with pytest.raises(Busy, match=r"pb is busy: run r-1 \(process \d+ on .*\) .* stop that"):
        store.claims.hold("pb", "r-2").__enter__()
    child.kill()
    child.join(60)
    with store.claims.hold("pb", "r-2") as claim:
        claim.check()


def test_other_schools_are_free_and_a_claim_ends_with_its_block(store, another):
    with (
        store.claims.hold("pb", "r-1"),
        another().claims.hold("eic", "r-2"),
        pytest.raises(Busy),
    ):
        store.claims.hold("pb", "r-3").__enter__()
    with pytest.raises(ZeroDivisionError), store.claims.hold("pb", "r-3"):
        raise ZeroDivisionError
    with store.claims.hold("pb", "r-4"):
        pass


def as_if_elsewhere(store) -> None:
    with store.database.writing() as connection:
        connection.execute(update(tables.claims).values(host="another-machine"))


def test_a_claim_of_another_machine_is_taken_over_after_its_lease(store, clock: Clock):
    with store.claims.hold("pb", "r-1") as claim:
        as_if_elsewhere(store)
        clock.advance(minutes=9)
        with pytest.raises(Busy):
            store.claims.hold("pb", "r-2").__enter__()
        clock.advance(minutes=2)
        with store.claims.hold("pb", "r-2") as later:
            claim.renew()
            with pytest.raises(ClaimLost, match="lost to another process"):
                claim.check()
            later.check()


def test_a_live_process_keeps_its_claim_however_long_it_takes(store, clock: Clock):
    with store.claims.hold("pb", "r-1"):
        clock.advance(days=2)
        with pytest.raises(Busy):
            store.claims.hold("pb", "r-2").__enter__()


def test_the_slower_of_two_claims_made_at_once_is_busy(store, another):
    other = another()
    answers: list[str] = []

    def slower() -> None:
        try:
            with other.claims.hold("pb", "r-2"):
                answers.append("mine")
        except Busy as busy:
            answers.append(busy.who.split(" (")[0])

    waiting = threading.Thread(target=slower)
    claims = Claims(store.database)
    with store.transaction():
        held = claims.hold("pb", "r-1")
        held.__enter__()
        waiting.start()
        threading.Event().wait(0.3)
    waiting.join(20)
    held.__exit__(None, None, None)
    assert answers == ["run r-1"]


def test_a_claim_outlives_a_store_that_cannot_be_reached_for_a_while(store, clock: Clock):
    claims = Claims(store.database, lease=timedelta(milliseconds=30))
    query = select(tables.claims.c.expires_at)
    with claims.hold("pb", "r-1") as claim:
        with store.database.writing() as connection:
            connection.execute(text("ALTER TABLE claims RENAME TO claims_away"))
        threading.Event().wait(0.1)
        with store.database.writing() as connection:
            connection.execute(text("ALTER TABLE claims_away RENAME TO claims"))
        before = clock.advance(hours=1)
        for _ in range(200):
            threading.Event().wait(0.02)
            with store.database.reading() as connection:
                if connection.scalar(query) > before:
                    break
        else:
            pytest.fail("nobody renewed the claim")
        claim.check()


def test_what_can_be_said_of_a_process():
    mine = os.getpid()
    assert processes.life(processes.here(), mine, processes.started(mine)) is Life.ALIVE
    assert processes.life(processes.here(), mine, "another boot 1") is Life.GONE
    assert processes.life("elsewhere", mine, processes.started(mine)) is Life.UNKNOWN
    assert processes.life(processes.here(), mine, "") is Life.ALIVE
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert processes.life(processes.here(), child.pid, "") is Life.GONE
    assert processes.started(child.pid) == ""
    assert processes.token() != processes.token()


def test_a_claim_is_renewed_while_it_is_held(store, clock: Clock):
    claims = Claims(store.database, lease=timedelta(milliseconds=60))
    query = select(tables.claims.c.expires_at)
    with claims.hold("pb", "r-1") as claim:
        before = clock.advance(hours=1)
        for _ in range(200):
            threading.Event().wait(0.02)
            with store.database.reading() as connection:
                if connection.scalar(query) > before:
                    break
        else:
            pytest.fail("nobody renewed the claim")
        claim.check()
