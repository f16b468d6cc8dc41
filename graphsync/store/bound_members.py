"""The memberships of bound groups that we made ourselves: only those may we take back unasked."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select

from graphsync.store import tables
from graphsync.store.database import Database, chunks, chunks_by_first, insert_new

_MEMBERS = tables.bound_members

Pair = tuple[str, str]  # the object ids of a group and of an account


class BoundMembers:
    """Which accounts we put into which groups that others made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, pairs: Collection[Pair]) -> None:
        """Remember memberships that Graph made because we asked."""
        rows = [{"group_id": group, "object_id": account} for group, account in pairs]
        with self._database.writing() as connection:
            insert_new(connection, _MEMBERS, rows)

    def of(self, groups: Collection[str]) -> frozenset[Pair]:
        """The memberships of these groups that we made."""
        found: set[Pair] = set()
        with self._database.reading() as connection:
            for part in chunks(groups):
                query = select(_MEMBERS).where(_MEMBERS.c.group_id.in_(part))
                found.update((row.group_id, row.object_id) for row in connection.execute(query))
        return frozenset(found)

    def drop(self, pairs: Iterable[Pair]) -> None:
        """Forget memberships that have ended: whoever makes them anew, it was not we."""
        with self._database.writing() as connection:
            for group, accounts in chunks_by_first(pairs):
                here = (_MEMBERS.c.group_id == group, _MEMBERS.c.object_id.in_(accounts))
                connection.execute(delete(_MEMBERS).where(*here))
