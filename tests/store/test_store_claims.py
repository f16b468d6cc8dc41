"""Claims: one run per school at a time, whatever happens to the processes."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from store_builders import Clock

from graphsync.store import processes, tables
from graphsync.store.claims import Claims
from graphsync.store.problems import Busy, ClaimLost
from graphsync.store.processes import Life

CLAIMER = """
import sys, time
from datetime import UTC, datetime
from graphsync.store.db import Store
from graphsync.store.processes import Life
from graphsync.store.problems import Busy
store = Store.open(sys.argv[1], lambda: datetime(2026, 9, 1, 2, tzinfo=UTC))
print("ready", flush=True)
sys.stdin.readline()
try:
    with store.claims.hold("pb", sys.argv[2]):
        print("mine", flush=True)
        sys.stdin.readline()
except Busy:
    print("busy", flush=True)
"""


def claimer(url: str, run: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CLAIMER, url, run],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    return child


def tell(child: subprocess.Popen[str]) -> None:
    child.stdin.write("go\n")
    child.stdin.flush()


def test_of_two_processes_one_gets_the_school(store, url):
    children = [claimer(url, f"r-{n}") for n in range(2)]
    for child in children:
        tell(child)
    answers = sorted(child.stdout.readline() for child in children)
    for child in children:
        child.communicate("go\n", timeout=60)
    assert answers == ["busy\n", "mine\n"]
    with store.claims.hold("pb", "r-3"):
        pass


def test_a_claim_of_a_killed_process_is_taken_over_at_once(store, url):
    child = claimer(url, "r-1")
    tell(child)
    assert child.stdout.readline() == "mine\n"
    with pytest.raises(Busy, match=r"pb is busy: run r-1 \(process \d+ on .*\) .* stop that"):
        store.claims.hold("pb", "r-2").__enter__()
    child.kill()
    child.communicate(timeout=60)
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
