"""Which files of DLP records were read, and how much of them was not understood."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, func, select

from graphsync.store import tables
from graphsync.store.database import Database, upsert

_IMPORTS, _QUARANTINE = tables.dlp_imports, tables.dlp_quarantine


class Import(Struct, frozen=True, kw_only=True):
    """A file by its digest, and what became of its records; its name is not kept.

    `events` were new, `merged` were known already. `quarantined` counts by reason.
    """

    sha256: str
    format: str
    at: datetime
    by: str
    records: int
    events: int
    merged: int
    out_of_scope: int
    quarantined: dict[str, int] = {}


class DlpImports:
    """One row for each file by content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, digest: str) -> Import | None:
        """How a file of this content was read last; None when it never was."""
        here = select(_IMPORTS).where(_IMPORTS.c.sha256 == digest)
        reasons = select(_QUARANTINE.c.reason, _QUARANTINE.c.records)
        with self._database.reading() as connection:
            row = connection.execute(here).one_or_none()
            found = connection.execute(reasons.where(_QUARANTINE.c.sha256 == digest)).all()
        quarantined = {one.reason: one.records for one in found}
        return None if row is None else Import(**row._asdict(), quarantined=quarantined)

    def old(self, before: datetime) -> int:
        """How many files were read before this moment, and not since."""
        query = select(func.count()).select_from(_IMPORTS).where(_IMPORTS.c.at < before)
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def erase(self, before: datetime) -> int:
        """Forget these; how many."""
        old = select(_IMPORTS.c.sha256).where(_IMPORTS.c.at < before)
        with self._database.writing() as connection:
            connection.execute(delete(_QUARANTINE).where(_QUARANTINE.c.sha256.in_(old)))
            return connection.execute(delete(_IMPORTS).where(_IMPORTS.c.at < before)).rowcount

    def put(self, read: Import) -> None:
        """Keep how a file was read, in the place of an earlier reading of the same content."""
        names = [name for name in Import.__struct_fields__ if name != "quarantined"]
        rows = [
            {"sha256": read.sha256, "reason": reason, "records": count}
            for reason, count in read.quarantined.items()
        ]
        with self._database.writing() as connection:
            upsert(connection, _IMPORTS, [{name: getattr(read, name) for name in names}])
            connection.execute(delete(_QUARANTINE).where(_QUARANTINE.c.sha256 == read.sha256))
            upsert(connection, _QUARANTINE, rows)
