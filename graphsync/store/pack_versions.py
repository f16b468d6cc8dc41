"""Versions of policies: which one is in force, and which were before it."""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from graphsync.store import tables
from graphsync.store.database import Database
from graphsync.store.problems import Conflict

_VERSIONS = tables.pack_versions
_OF_OWNER = (  # made once: every pack of every night asks
    select(_VERSIONS)
    .where(_VERSIONS.c.school == bindparam("school"))
    .order_by(_VERSIONS.c.active_from, _VERSIONS.c.version)
)


class PackVersion(Struct, frozen=True, kw_only=True):
    """A version that came into force; `school` is a school's id, or `trust`.

    `approvals` and `asked` are JSON: who approved, and what the pack said at each policy key.
    """

    school: str
    version: str
    policy_sha256: str
    author: str
    changes: str
    approvals: str
    asked: str
    active_from: datetime
    by: str
    superseded_at: datetime | None = None


class PackVersions:
    """Every version that was ever in force; of each owner at most one is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def activate(self, version: PackVersion) -> None:
        """Put a version in force and end the one before; raises Conflict for one known already."""
        with self._database.writing() as connection:
            connection.execute(
                update(_VERSIONS)
                .where(_VERSIONS.c.school == version.school, _VERSIONS.c.superseded_at.is_(None))
                .values(superseded_at=version.active_from)
            )
            try:
                connection.execute(insert(_VERSIONS), msgspec.structs.asdict(version))
            except IntegrityError:
                raise Conflict(
                    f"version {version.version} of {version.school} was in force before"
                ) from None

    def of(self, school: str) -> list[PackVersion]:
        """Every version of a school or the trust, the oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(_OF_OWNER, {"school": school}).all()
        return [PackVersion(**row._asdict()) for row in found]
