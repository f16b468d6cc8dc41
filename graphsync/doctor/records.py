"""What the store tells: the database, the journal, the seal, the nights, what was left behind."""

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from graphsync.doctor.findings import Case, Finding, apart, broken, counted, ok, warning
from graphsync.sealing import Sealer, SealProblem
from graphsync.settings import PREFIX
from graphsync.store import health
from graphsync.store.processes import Life
from graphsync.store.runs import State

CHECK_SECONDS = 4.0
# A night of a trust writes some megabytes of journal and mirror; SQLite needs room to fold them in.
LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000  # bytes
LATE, TOO_LATE = timedelta(days=2), timedelta(days=7)
NO_STORE = "there is none yet"


def database(case: Case) -> Iterator[Finding]:
    """Whether the store opens and is whole, who may read it, and the room it has."""
    if case.store_problem:
        what, mend = apart(case.store_problem)
        yield broken("database", what, mend or f"look at {PREFIX}DATABASE_URL and restore a backup")
    elif case.store is None:
        yield warning("database", NO_STORE, "the first graphsync plan makes it")
    elif fault := health.integrity_fault(case.store, CHECK_SECONDS):
        yield broken("database", f"it is damaged: {fault}", "restore the newest backup of it")
    else:
        yield ok("database", "opens, its schema is of this version, no damage found")
    path = health.sqlite_file(case.loaded.database_url)
    if path is not None and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield warning(
            "database", f"others on this machine may read {path}", f"run: chmod 600 {path}"
        )
    yield _space(path.parent if path else case.loaded.values.data_dir)


def _space(folder: Path) -> Finding:
    while not folder.exists() and folder != folder.parent:
        folder = folder.resolve().parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free for {folder.name or folder}"
    mend = "free some, or move the data with GRAPHSYNC_DATA_DIR"
    if free < NO_SPACE:
        return broken("disk", found, mend)
    return warning("disk", found, mend) if free < LITTLE_SPACE else ok("disk", found)


def journal(case: Case) -> Iterator[Finding]:
    """Whether the journal's last rows lead to its head."""
    if case.store is None:
        return
    head, fault = health.journal_tail_fault(case.store)
    if fault:
        mend = "run graphsync audit verify, keep a copy of the database, restore the newest backup"
        yield broken("journal", f"it is not whole: {fault}", mend)
        return
    seen = min(head.rows, health.TAIL)
    yield ok("journal", f"{counted(head.rows, 'row')}; the last {seen:,} lead to its head")


def seal(case: Case) -> Iterator[Finding]:
    """Whether the seal key opens every initial password that may still be shown."""
    key = case.loaded.seal_key
    if key is None:
        return  # `settings` tells it
    sealer = Sealer(key)
    sealed = health.sealed_passwords(case.store, case.now()) if case.store else []
    closed = sum(not _opens(sealer, one) for one in sealed)
    if closed:
        yield broken(
            "seal key",
            f"{closed:,} of {counted(len(sealed), 'sealed password')} do not open with it",
            f"add the key they were sealed with to {PREFIX}SEAL_KEY behind a comma",
        )
    else:
        yield ok("seal key", f"opens {counted(len(sealed), 'sealed password')}")


def _opens(sealer: Sealer, ciphertext: bytes) -> bool:
    try:
        sealer.open(ciphertext)
    except SealProblem:
        return False
    return True


def nights(case: Case) -> Iterator[Finding]:
    """How long ago each school had a night in which everything was done."""
    good = health.last_good_nights(case.store) if case.store else {}
    newest = health.newest_runs(case.store) if case.store else {}
    for school in sorted(case.rules):
        yield _night(f"nights {school}", good.get(school), newest.get(school), case.now())


def _night(
    check: str, good: datetime | None, newest: tuple[str, State] | None, now: datetime
) -> Finding:
    mend = _next_step(*newest) if newest else "run graphsync plan, look at it, then graphsync sync"
    if good is None:
        return warning(check, "no night was wholly good yet", mend)
    ago = now - good
    found = f"the last wholly good night was {_ago(ago)} ago, on {good:%Y-%m-%d}"
    if ago > TOO_LATE:
        return broken(check, found, mend)
    return warning(check, found, mend) if ago > LATE else ok(check, found)


def _ago(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return counted(hours // 24, "day") if hours >= 48 else counted(hours, "hour")


def _next_step(run: str, state: State) -> str:
    match state:
        case State.PARKED:
            return f"{run} is parked: read it with graphsync run {run}, then graphsync approve"
        case State.APPROVED | State.PARTLY | State.BROKEN:
            return f"{run} is {state}: run graphsync apply {run}, or graphsync sync"
        case State.RETURNED:
            return f"{run} was sent back: graphsync run {run} says why, then graphsync plan"
        case State.REFUSED:
            return f"{run} was refused: graphsync run {run} says why"
        case _:
            return "see that the scheduled graphsync sync runs every night"


def claims(case: Case) -> Iterator[Finding]:
    """Schools that a run holds, and claims left by processes that have ended."""
    standing = health.standing_claims(case.store, case.now()) if case.store else []
    for claim in standing:
        check = f"claims {claim.school}"
        since = f"since {claim.since:%Y-%m-%d %H:%M} UTC"
        if claim.life is Life.GONE:
            mend = "nothing: the next run takes it over and settles what was begun"
            yield warning(check, f"left by a process that has ended, {since}", mend)
        else:
            yield ok(check, f"a run is at work {since}")
    if not standing:
        yield ok("claims", "no run is at work and none was left behind")
