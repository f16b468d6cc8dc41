"""One run per school at a time, by claiming the school's row (house decision 9)."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError

from graphsync.store import tables
from graphsync.store.database import AnyRow, Database, was_new
from graphsync.store.problems import Busy, ClaimLost, StoreProblem
from graphsync.store.processes import Life, here, life, started, token

_CLAIMS = tables.claims
# Made once: every school of every night is claimed and let go.
_STANDING = select(_CLAIMS).where(_CLAIMS.c.school == bindparam("school")).with_for_update()
_LET_GO = delete(_CLAIMS).where(_CLAIMS.c.token == bindparam("of_token"))
# How long a claim stands without a sign of life of a machine that we cannot ask.
LEASE = timedelta(minutes=10)


class Claim:
    """A school that is ours while the `with` lasts; renewed three times a lease by a thread."""

    def __init__(self, database: Database, school: str, lease: timedelta) -> None:
        self.school = school
        self.token = token()
        self._database = database
        self._lease = lease
        self._lost = False

    def check(self) -> None:
        """Raises ClaimLost when another process has taken the school over: ask before a write."""
        if self._lost:
            raise ClaimLost(
                f"the claim on {self.school} was lost to another process; nothing more is "
                "written: run again when that one has ended"
            )

    def renew(self) -> None:
        """Let the lease begin anew; a claim that is no longer ours is lost."""
        until = self._database.now() + self._lease
        with self._database.writing() as connection:
            renewed = connection.execute(
                update(_CLAIMS).where(_CLAIMS.c.token == self.token).values(expires_at=until)
            )
        self._lost = not renewed.rowcount

    def renew_until(self, done: threading.Event) -> None:
        """Renew in the background; a store that cannot be reached is tried again next time."""
        while not done.wait(self._lease.total_seconds() / 3):
            try:
                self.renew()
            except (StoreProblem, DBAPIError):
                continue


class Claims:
    """Claims on schools, by any process of any machine that shares the store."""

    def __init__(self, database: Database, lease: timedelta = LEASE) -> None:
        self._database = database
        self._lease = lease

    @contextmanager
    def hold(self, school: str, run: str) -> Iterator[Claim]:
        """Claim a school for a run; raises Busy when somebody has it.

        Not inside a transaction: nobody else would see the claim. A claim is over at once when
        its process on this machine is gone, and after its lease when it is of a machine that we
        cannot ask. A process that lives keeps its claim.
        """
        claim = Claim(self._database, school, self._lease)
        self._take(claim, run)
        done = threading.Event()
        renewing = threading.Thread(target=claim.renew_until, args=(done,), daemon=True)
        renewing.start()
        try:
            yield claim
        finally:
            done.set()
            renewing.join()
            with self._database.writing() as connection:
                connection.execute(_LET_GO, {"of_token": claim.token})

    def demand_free(self, school: str) -> None:
        """Raises Busy when a process that may still live has claimed the school."""
        with self._database.reading() as connection:
            standing = _standing(connection, school)
        if standing is not None:
            _refuse_living(standing, self._database.now())

    def _take(self, claim: Claim, run: str) -> None:
        now = self._database.now()
        with self._database.writing() as connection:
            standing = _standing(connection, claim.school)
            if standing is not None:
                _refuse_living(standing, now)
                connection.execute(_LET_GO, {"of_token": standing.token})
            row = _row(claim, run, now, now + self._lease)
            if was_new(connection, _CLAIMS, row):
                return
            # Another process of PostgreSQL's was quicker between the look and the write.
            quicker = _standing(connection, claim.school)
            raise _busy(quicker) if quicker else Busy(claim.school, "another process", now)


def _standing(connection: Connection, school: str) -> AnyRow | None:
    return connection.execute(_STANDING, {"school": school}).one_or_none()


def _refuse_living(standing: AnyRow, now: datetime) -> None:
    known = life(standing.host, standing.pid, standing.started)
    expired = standing.expires_at <= now
    if known is Life.ALIVE or (known is Life.UNKNOWN and not expired):
        raise _busy(standing)


def _busy(standing: AnyRow) -> Busy:
    host = standing.host.partition(" ")[0]
    who = f"run {standing.run} (process {standing.pid} on {host})"
    return Busy(standing.school, who, standing.since)


def _row(claim: Claim, run: str, now: datetime, until: datetime) -> dict[str, Any]:
    pid = os.getpid()
    return {
        "school": claim.school,
        "run": run,
        "token": claim.token,
        "host": here(),
        "pid": pid,
        "started": started(pid),
        "since": now,
        "expires_at": until,
    }
