"""What can be told of a store's health without changing it: file, schema, chain, claims, nights."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from graphsync.store import chain, tables
from graphsync.store.chain import Head
from graphsync.store.database import Database, engine_for
from graphsync.store.db import Store, random_salt
from graphsync.store.problems import StoreProblem
from graphsync.store.processes import Life, life
from graphsync.store.runs import State
from graphsync.store.schema import SCHEMA, version

TAIL = 1_000  # rows of the journal's end that are looked at
_STEPS = 10_000  # SQLite's virtual machine steps between two looks at the clock


def existing_store(url: str, now: Callable[[], datetime]) -> Store | None:
    """The store as it stands, its schema as found; None for a SQLite file that is not there.

    Raises StoreProblem with the mend when it cannot be opened or is of a newer graphsync.
    """
    path = sqlite_file(url)
    if path is not None and not path.exists():
        return None
    database = Database(engine_for(url), now)
    try:
        with database.reading() as connection:
            found = version(connection)
    except BaseException:
        database.engine.dispose()
        raise
    if found == SCHEMA:
        return Store(database, random_salt)
    database.engine.dispose()
    if found is None:
        return None
    raise StoreProblem(
        f"the store has schema {found}, this graphsync knows {SCHEMA}; install the version that "
        "wrote it, or restore the backup made before the upgrade"
    )


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite store; None for another database, or an address that is none."""
    try:
        parsed = make_url(url)
    except Exception:  # noqa: BLE001 - SQLAlchemy raises ValueError and its own kinds; engine_for tells
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def integrity_fault(store: Store, seconds: float) -> str | None:
    """What SQLite's quick check finds first; None when it finds nothing, or not in this time.

    PostgreSQL checks its pages itself as it reads them: nothing is asked there.
    """
    with store.database.reading() as connection:
        if connection.dialect.name != "sqlite":
            return None
        driver: Any = connection.connection.driver_connection
        ends = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
        try:
            found = str(connection.scalar(text("PRAGMA quick_check(1)")))
        except DBAPIError as error:
            interrupted = "interrupted" in str(error.orig)
            return None if interrupted else str(error.orig)
        finally:
            driver.set_progress_handler(None, 0)
    return None if found == "ok" else found


def journal_tail_fault(store: Store) -> tuple[Head, str | None]:
    """The stated head of the journal, and why its last rows do not lead to it; None when they do.

    Raises StoreProblem when the head itself is missing.
    """
    head, journal = tables.journal_head, tables.journal
    fields = tuple(journal.c[name] for name in (*chain.FIELDS, "hash"))
    with store.database.reading() as connection:
        stated = connection.execute(select(head.c.seq, head.c.hash)).one_or_none()
        if stated is None:
            raise StoreProblem("the head of the journal is missing; restore the store")
        last = connection.scalar(select(func.max(journal.c.seq))) or 0
        query = select(*fields).where(journal.c.seq > last - TAIL).order_by(journal.c.seq)
        rows = connection.execute(query).all()
    before = Head(rows=rows[0].seq - 1, hash=rows[0].previous) if rows else Head()
    found = before if not rows or rows[0].seq > 1 else Head()
    for row in rows:
        if why := chain.fault(tuple(row), found):
            return Head(rows=stated.seq, hash=stated.hash), f"row {found.rows + 1}: {why}"
        found = Head(rows=row.seq, hash=row.hash)
    whole = (stated.seq, stated.hash) == (found.rows, found.hash)
    why = None if whole else "the head does not name the last row"
    return Head(rows=stated.seq, hash=stated.hash), why


class Standing(Struct, frozen=True):
    """A claim as it stands; `life` is GONE where its process is, or its lease ran out elsewhere."""

    school: str
    run: str
    since: datetime
    life: Life


def standing_claims(store: Store, now: datetime) -> list[Standing]:
    """Every claim on a school."""
    with store.database.reading() as connection:
        rows = connection.execute(select(tables.claims).order_by(tables.claims.c.school)).all()
    found = []
    for row in rows:
        known = life(row.host, row.pid, row.started)
        if known is Life.UNKNOWN and row.expires_at <= now:
            known = Life.GONE
        found.append(Standing(row.school, row.run, row.since, known))
    return found


def last_good_nights(store: Store) -> dict[str, datetime]:
    """When the newest run that was wholly applied was drafted, by school."""
    runs = tables.runs
    query = (
        select(runs.c.school, func.max(runs.c.created_at).label("at"))
        .where(runs.c.state == str(State.APPLIED))
        .group_by(runs.c.school)
    )
    with store.database.reading() as connection:
        rows = connection.execute(query).all()
    return {row.school: row.at for row in rows}


def newest_runs(store: Store) -> dict[str, tuple[str, State]]:
    """The run drafted last and its state, by school."""
    runs = tables.runs
    newest = select(func.max(runs.c.seq)).group_by(runs.c.school)
    query = select(runs.c.school, runs.c.id, runs.c.state).where(runs.c.seq.in_(newest))
    with store.database.reading() as connection:
        rows = connection.execute(query).all()
    return {school: (run_id, State(state)) for school, run_id, state in rows}


def sealed_passwords(store: Store, now: datetime) -> list[bytes]:
    """The ciphertexts of initial passwords that may still be shown."""
    secrets = tables.secrets
    query = select(secrets.c.ciphertext).where(
        secrets.c.ciphertext.is_not(None), secrets.c.expires_at > now
    )
    with store.database.reading() as connection:
        return list(connection.scalars(query))


def known_object_ids(store: Store) -> frozenset[str]:
    """Every account that is somebody's, or is proposed to be."""
    proposals = select(tables.proposals.c.object_id)
    with store.database.reading() as connection:
        proposed = connection.scalars(proposals.where(tables.proposals.c.state == "open")).all()
    return frozenset(store.links.all_object_ids()) | frozenset(proposed)
