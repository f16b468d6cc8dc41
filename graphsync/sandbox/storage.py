"""The tenant on disk: one SQLite file.

Changes are written behind: about five times a second, everything that changed since goes into one
transaction. A SIGTERM flushes; a kill -9 loses at most what the last fifth of a second held.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from graphsync.sandbox.audit import MOST_KEPT
from graphsync.sandbox.directory import Directory
from graphsync.sandbox.objects import Entry, Link, Version

_TABLES = """
create table if not exists objects (
    id text primary key, kind text not null, born integer not null, changed integer not null,
    moved integer not null, state text not null, stamps blob not null, properties blob not null
) without rowid;
create table if not exists links (
    group_id text not null, member_id text not null, present integer not null,
    changed integer not null, primary key (group_id, member_id)
) without rowid;
create table if not exists handles (
    token text primary key, made real not null, state blob not null
) without rowid;
create table if not exists audits (n integer primary key, entry blob not null);
create table if not exists blobs (
    n integer primary key, made integer not null, records integer not null, body blob not null
);
create table if not exists facts (name text primary key, value blob not null) without rowid;
"""
_encode = msgspec.json.encode
_decode = msgspec.json.decode


class Storage:
    """The SQLite file of one tenant."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma journal_mode=wal")
        self._connection.execute("pragma synchronous=normal")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Closes the file; nothing is written here."""
        self._connection.close()

    # -- facts: small named values, such as the tenant's id, its apps, its clock

    def fact(self, name: str) -> Any:
        """The value kept under a name, or None."""
        row = self._connection.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if row is None else _decode(row[0])

    # -- reading back

    def load(self, directory: Directory) -> None:
        """Fills an empty directory with what was kept."""
        rows = self._connection.execute(
            "select id, kind, born, changed, moved, state, stamps, properties"
            " from objects order by born"
        )
        for key, kind, born, changed, moved, state, stamps, properties in rows:
            told: dict[str, int] = _decode(stamps)
            number = max(born, moved, *told.values())
            entry = Entry(key, kind, Version(number, state, _decode(properties)))
            entry.born, entry.changed, entry.moved, entry.stamps = born, changed, moved, told
            directory.install(entry)
        directory.sort_logs()
        links = self._connection.execute(
            "select group_id, member_id, present, changed from links order by changed"
        )
        for group, member, present, changed in links:
            link = Link(changed)
            link.present = bool(present)
            directory.install_link(group, member, link)

    def load_handles(self) -> dict[str, tuple[float, Any]]:
        """Paging and delta tokens: token to (when it was made, what it stands for)."""
        rows = self._connection.execute("select token, made, state from handles order by made")
        return {token: (made, _decode(state)) for token, made, state in rows}

    def last_audit(self) -> int:
        """The number of the newest row of the audit log; 0 when there is none."""
        row = self._connection.execute("select max(n) from audits").fetchone()
        return row[0] or 0

    def audits(self, before: int, most: int) -> list[tuple[int, bytes]]:
        """Rows of the audit log with a smaller number, the newest first."""
        return self._connection.execute(
            "select n, entry from audits where n < ? order by n desc limit ?", (before, most)
        ).fetchall()

    def blobs(self) -> list[tuple[int, int, int]]:
        """The activity feed's content: number, when it was made, how many records, oldest first."""
        return self._connection.execute("select n, made, records from blobs order by n").fetchall()

    def blob(self, number: int) -> bytes:
        """The records of a blob that was saved, as a JSON array."""
        rows = self._connection.execute("select body from blobs where n = ?", (number,))
        return bytes(rows.fetchone()[0])

    # -- writing

    def save(
        self,
        directory: Directory,
        facts: dict[str, Any],
        new_handles: Iterable[tuple[str, float, Any]],
        dead_handles: Iterable[str],
        audits: Iterable[tuple[int, bytes]] = (),
        blobs: Iterable[tuple[int, int, int, bytes]] = (),
    ) -> None:
        """Writes everything unsaved in one transaction."""
        objects = [_object_row(directory.entries[key]) for key in directory.unsaved]
        links = [
            (group, member, int(link.present), link.changed)
            for group, member in directory.unsaved_links
            for link in (directory.members[group][member],)
        ]
        execute = self._connection.executemany
        self._connection.execute("begin")
        execute("insert or replace into objects values (?, ?, ?, ?, ?, ?, ?, ?)", objects)
        execute("insert or replace into links values (?, ?, ?, ?)", links)
        execute(
            "insert or replace into handles values (?, ?, ?)",
            [(token, made, _encode(state)) for token, made, state in new_handles],
        )
        new_audits = list(audits)
        if new_audits:
            execute("insert into audits values (?, ?)", new_audits)
            execute("delete from audits where n <= ?", [(new_audits[-1][0] - MOST_KEPT,)])
        execute("insert into blobs values (?, ?, ?, ?)", list(blobs))
        execute("delete from handles where token = ?", [(token,) for token in dead_handles])
        execute(
            "insert or replace into facts values (?, ?)",
            [(name, _encode(value)) for name, value in facts.items()],
        )
        self._connection.execute("commit")
        directory.unsaved.clear()
        directory.unsaved_links.clear()


def _object_row(entry: Entry) -> tuple[Any, ...]:
    version = entry.current
    return (
        entry.id,
        entry.kind,
        entry.born,
        entry.changed,
        entry.moved,
        version.state,
        _encode(entry.stamps),
        _encode(version.properties),
    )
