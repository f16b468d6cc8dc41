"""Opening a store: its file, its schema, its errors, and what it may not import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from store_builders import Clock

from graphsync.store import migrations, tables
from graphsync.store.database import Database, engine_for
from graphsync.store.db import Store
from graphsync.store.problems import StoreProblem
from graphsync.store.schema import SCHEMA


def test_the_migrations_make_exactly_the_tables(store):
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.database.writing() as connection:
        config.attributes["connection"] = connection
        command.check(config)
        assert set(tables.metadata.tables) < set(inspect(connection).get_table_names())


def test_the_schema_of_the_code_is_the_newest_revision():
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_current_head() == SCHEMA


def test_the_file_is_for_its_owner_only_and_its_folder_is_made(tmp_path: Path, clock: Clock):
    path = tmp_path / "deep" / "folder" / "graphsync.db"
    store = Store.open(f"sqlite:///{path}", clock)
    store.runs.list(1)
    files = sorted(path.parent.iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * len(files)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()


def test_sqlite_writes_ahead_and_waits_for_locks(tmp_path: Path, clock: Clock):
    store = Store.open(f"sqlite:///{tmp_path}/graphsync.db", clock)
    with store.database.reading() as connection:
        asked = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 5000,
        "foreign_keys": 1,
    }
    store.close()


def test_a_store_of_a_newer_schema_is_refused_with_the_mend(store, another):
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreProblem, match=rf"schema 9999.*knows {SCHEMA}.*install"):
        another()


def test_a_failed_upgrade_leaves_nothing_behind(tmp_path: Path, clock: Clock):
    url = f"sqlite:///{tmp_path}/graphsync.db"
    database = Database(engine_for(url), clock)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE pending (odd TEXT)"))
    with pytest.raises(Exception, match="already exists"):
        Store.open(url, clock)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) <= {"pending"}
    database.engine.dispose()


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("sqlite://", "sqlite:///FILE"),
        ("nonsense", "write sqlite:///FILE"),
        ("mysql://somewhere/x", "use SQLite or PostgreSQL"),
        ("postgresql+nodriver://somewhere/x", "install graphsync"),
        ("postgresql+psycopg://me:hidden@127.0.0.1:1/x", "GRAPHSYNC_DATABASE_URL"),
        ("sqlite:////proc/none/graphsync.db", "GRAPHSYNC_DATA_DIR"),
    ],
)
def test_an_address_that_cannot_work_is_refused_with_the_mend(url, mend, clock: Clock):
    with pytest.raises(StoreProblem, match=mend) as caught:
        Store.open(url, clock)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path, clock: Clock):
    path = tmp_path / "graphsync.db"
    path.write_text("Surname,Forename\n" * 200)
    with pytest.raises(StoreProblem, match="not a database"):
        Store.open(f"sqlite:///{path}", clock)


def test_a_store_that_stays_locked_says_so(tmp_path: Path, clock: Clock):
    url = f"sqlite:///{tmp_path}/graphsync.db"
    first, second = Store.open(url, clock), Store.open(url, clock)
    with second.database.reading() as connection:
        connection.execute(text("PRAGMA busy_timeout=50"))
    with (
        first.transaction(),
        pytest.raises(StoreProblem, match="another process is writing"),
        second.transaction(),
    ):
        pass
    first.close()
    second.close()


def test_opening_a_current_store_needs_neither_the_mapper_nor_alembic(store, url):
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from graphsync.store.db import Store\n"
        "Store.open(sys.argv[1], lambda: datetime.now(UTC)).close()\n"
        "heavy = ('sqlalchemy.orm', 'alembic', 'aiohttp', 'cryptography', 'pandas')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, url],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_two_processes_may_open_an_empty_store_at_once(tmp_path: Path):
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from graphsync.store.db import Store\n"
        "Store.open(sys.argv[1], lambda: datetime.now(UTC)).close()\n"
    )
    command_line = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/graphsync.db"]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    both = [subprocess.Popen(command_line, env=path) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
