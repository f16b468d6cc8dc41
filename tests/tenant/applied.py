"""Applies changes as a run does: door, waves, journal, settling, verification; to a real store."""

import asyncio
import itertools
import random
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from fresh_store import fresh_store

import policies
from graphsync.applying import apply_plans
from graphsync.bench import Bench
from graphsync.changes import CreateUser, Plan
from graphsync.guard import Verdict, clear
from graphsync.passwords import PasswordDesk
from graphsync.sealing import Sealer
from graphsync.store.db import Store
from graphsync.tenant.door import open_door
from graphsync.watching import Watch
from policies.pack_loading import load_rules
from policies.people import Kind, Person, Roster

PACKS = Path(policies.__file__).parent / "packs"
RUNS = itertools.count(1)


def now():
    return datetime.now(UTC)


async def sleep_as_the_tenant(seconds):
    """The tenants of these tests live fifty times as fast; ten are enough for their replicas."""
    await asyncio.sleep(seconds / 10)


class Silent:
    """Progress that nobody looks at."""

    def stage(self, _text):
        """Nobody looks."""

    def count(self, _done, _of):
        """Nobody looks."""


class Applier:
    """A school's engine, with a store of its own, in front of one tenant."""

    def __init__(self, folder):
        self.store = Store.open(fresh_store(folder / "applied.db"), now)
        self.spare = []
        self.sealer = Sealer(Fernet.generate_key().decode())

    def bench(self, settings):
        chance = random.Random(1)  # noqa: S311 - test passwords
        return Bench(
            store=self.store,
            packs_dir=PACKS,
            tenant=settings,
            sealer=self.sealer,
            now=now,
            sleep=sleep_as_the_tenant,
            requester="tester",
            new_id=lambda: "",
            choose=chance.choice,
            digit=chance.randrange,
            progress=Silent(),
        )

    async def apply(
        self, settings, *changes, desk=PasswordDesk, before=lambda: None, sleep=sleep_as_the_tenant
    ):
        """How each of these changes ended; `before` is called when the tenant has been read."""
        run = f"run-{next(RUNS)}"
        bench = self.bench(settings)
        async with open_door(settings, now, sleep) as door:
            watch = Watch(bench, door, frozenset())
            await watch.look()
            before()
            applied = await apply_plans(
                bench=bench,
                door=door,
                cleared=[_cleared(changes)],
                runs={"pb": run},
                passwords=desk(bench, {"pb": load_rules(PACKS, "pb")}, {"pb": _roster(changes)}),
                still_ours=lambda: None,
                watch=watch,
            )
        self._journal_is_whole(run, applied)
        return Ended(applied, changes)

    def _journal_is_whole(self, run, applied):
        rows = self.store.journal.of_run(run)
        intents = Counter(row.item for row in rows if row.what == "intent")
        outcomes = Counter(row.item for row in rows if row.what == "outcome")
        assert max(intents.values(), default=0) <= 1
        assert applied.problem is not None or intents == outcomes
        self.store.journal.verify()


def _cleared(changes):
    plan = Plan(
        school="pb",
        as_of=date(2026, 9, 1),
        roster_sha256="",
        pack_sha256="",
        changes=tuple(changes),
        held=(),
        unchanged=(),
        linked={},
    )
    return clear(plan, Verdict(), None, now())


def _roster(changes):
    """The people whose accounts are made."""
    return Roster.of(
        "pb",
        [
            Person(
                key=one.person,
                kind=Kind.PUPIL,
                given_name=one.given_name,
                surname=one.surname,
                year="7",
            )
            for one in changes
            if isinstance(one, CreateUser)
        ],
    )


class Ended:
    """What became of the changes, in the order given."""

    def __init__(self, applied, changes):
        self.problem = applied.problem
        self.results = [applied.results[("pb", change.key)] for change in changes]
        self.outcomes = [str(result.outcome) for result in self.results]
        self.notes = " | ".join(result.note for result in self.results)


@contextmanager
def applier_in(folder):
    """An applier whose store is closed afterwards."""
    made = Applier(folder)
    try:
        yield made
    finally:
        made.store.close()
