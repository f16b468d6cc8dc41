"""One database: the engine, its pragmas, and transactions that nest into one commit."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    BindParameter,
    Connection,
    Engine,
    RootTransaction,
    Row,
    Select,
    Table,
    bindparam,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from graphsync.store.problems import StoreProblem

_T = TypeVar("_T")
_First = TypeVar("_First")
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

WRITES = "graphsync_writes"
CHUNK = 1000
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "secure_delete=ON",  # what retention purges is overwritten, not only unlinked
)


class Database:
    """Connections to one store; `reading` and `writing` join the transaction that is open."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self.engine = engine
        self.now = now
        self._current: ContextVar[Connection | None] = ContextVar("connection", default=None)
        self._moment: ContextVar[Connection | None] = ContextVar("moment", default=None)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; inside another one, that one.

        Raises StoreProblem when the store cannot be reached or stays locked.
        """
        if (current := self._current.get()) is not None:
            yield current
            return
        with self._connected({WRITES: True}) as (connection, transaction), transaction:
            token = self._current.set(connection)
            try:
                yield connection
            finally:
                self._current.reset(token)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the store, for several statements; sees the open transaction's writes."""
        current = self._current.get()
        if current is None:
            current = self._moment.get()
        if current is not None:
            yield current
            return
        with self._connected(self._snapshot_options()) as (connection, transaction), transaction:
            yield connection

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """For a page of many readings: all see one moment, and none what is written meanwhile."""
        with self.reading() as connection:
            token = self._moment.set(connection)
            try:
                yield
            finally:
                self._moment.reset(token)

    def _snapshot_options(self) -> dict[str, Any]:
        if self.engine.dialect.name == "postgresql":
            return {"isolation_level": "REPEATABLE READ"}
        return {}

    @contextmanager
    def _connected(self, options: dict[str, Any]) -> Iterator[tuple[Connection, RootTransaction]]:
        with connect(self.engine) as connection:
            connection.execution_options(**options)
            try:
                transaction = connection.begin()
            except DBAPIError as error:
                raise StoreProblem(
                    f"the store stays locked ({error.orig}); "
                    "another process is writing: wait for it or stop it"
                ) from None
            yield connection, transaction


@contextmanager
def connect(engine: Engine) -> Iterator[Connection]:
    """A connection of the engine; raises StoreProblem, without the password, when there is none."""
    try:
        connection = engine.connect()
    except DBAPIError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise StoreProblem(
            f"cannot open the store {shown}: {str(error.orig).strip()}; "
            "check GRAPHSYNC_DATABASE_URL and that the database is up and lets us in"
        ) from None
    with connection:
        yield connection


def engine_for(url: str) -> Engine:
    """The engine of `sqlite:///FILE` or `postgresql+psycopg://…`.

    Makes the file (0600) when it is missing. Raises StoreProblem with the mend.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _make_file(parsed)
    try:
        engine = create_engine(parsed, hide_parameters=True)
    except (ImportError, NoSuchModuleError):
        raise StoreProblem(
            f"no driver for {parsed.drivername}; install graphsync[postgresql] and write the "
            "address as postgresql+psycopg://…"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreProblem(
            "GRAPHSYNC_DATABASE_URL is no database address; write sqlite:///FILE or "
            "postgresql+psycopg://USER@HOST/NAME"
        ) from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreProblem(f"{parsed.drivername} is not supported; use SQLite or PostgreSQL")
    return parsed


def _make_file(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise StoreProblem("the store needs a file; write sqlite:///FILE")
    path = Path(url.database)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreProblem(
            f"cannot write the store {path}: {error.strerror}; let this user write there, or "
            "name another place with GRAPHSYNC_DATA_DIR or GRAPHSYNC_DATABASE_URL"
        ) from None


def _set_pragmas(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin ourselves; the driver would begin too late
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a writer that only later asks for the lock can meet "database is locked" at once,
    # without the busy timeout (SQLite docs: "Transactions").
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _insert_into(dialect: str, table: Table) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert(table)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one whose primary key stands is replaced."""
    if not rows:
        return
    statement = _upsert_into(connection.dialect.name, table, tuple(rows[0]))
    connection.execute(statement, list(rows))


@lru_cache(maxsize=64)
def _upsert_into(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    """Made once: SQLAlchemy takes longer to make this statement than to carry it out."""
    statement = _insert_into(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one that shares a unique value with a row that stands is left out."""
    if rows:
        connection.execute(_insert_new_into(connection.dialect.name, table), list(rows))


def was_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """As `insert_new` for one row; whether it was inserted."""
    # SQLAlchemy keeps the count of inserted rows only when asked, and not beside a RETURNING.
    inserted: int = connection.execute(
        _insert_new_into(connection.dialect.name, table),
        dict(row),
        execution_options={"preserve_rowcount": True},
    ).rowcount
    return inserted == 1


@lru_cache(maxsize=64)
def _insert_new_into(dialect: str, table: Table) -> Any:
    """Made once, as `_upsert_into` is. Inline: nobody asks for the keys of what was inserted."""
    return _insert_into(dialect, table).on_conflict_do_nothing().inline()


def lock_table(connection: Connection, table: Table) -> None:
    """Other writers of this table wait until the transaction ends.

    So looking and then writing is one step; on SQLite every writing transaction is alone already.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")


def among(name: str) -> BindParameter[Any]:
    """The parameter of a statement that is made once: a list of any length, for `in_`."""
    return bindparam(name, expanding=True)


def chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    """Values in lists short enough for one statement's parameters."""
    listed = list(values)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def chunks_by_first(
    pairs: Iterable[tuple[_First, _T]],
) -> Iterator[tuple[_First, list[_T]]]:
    """Pairs by their first value, the second ones in lists as those of `chunks`.

    For `a = ? AND b IN (...)` SQLite takes an index; for `(a, b) IN (VALUES ...)` it reads the
    whole table (seen in the query plans of 3.40.1).
    """
    found: dict[_First, list[_T]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
    for first, seconds in found.items():
        for some in chunks(seconds):
            yield first, some
