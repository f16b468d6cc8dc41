"""Bringing a store's schema up to date; Alembic is imported only when there is something to do."""

from pathlib import Path

from sqlalchemy import Connection, text

from graphsync.store.database import Database
from graphsync.store.problems import StoreProblem

SCHEMA = "0016"
_HAS_VERSION = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT count(*) FROM pg_tables WHERE tablename = 'alembic_version' "
    "AND schemaname = current_schema()",
}
# A number of our own for pg_advisory_xact_lock: one process upgrades, the others wait and look.
_UPGRADE_LOCK = 7_261_001


def bring_up_to_date(database: Database) -> None:
    """Upgrade the store to this version's schema; raises StoreProblem for a newer one."""
    with database.reading() as connection:
        if version(connection) == SCHEMA:
            return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _UPGRADE_LOCK})
        if version(connection) != SCHEMA:
            _upgrade(connection)


def version(connection: Connection) -> str | None:
    """The store's schema revision, None for an empty database."""
    if not connection.scalar(text(_HAS_VERSION[connection.dialect.name])):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, SCHEMA)
    except CommandError:
        raise StoreProblem(
            f"the store has schema {version(connection)}, this graphsync knows {SCHEMA}: "
            "install the version that wrote it, or restore the backup made before the upgrade"
        ) from None
