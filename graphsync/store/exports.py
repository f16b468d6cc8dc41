"""Accepted exports: what the next one is compared with, and what a run is planned from again."""

import zlib
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Integer, bindparam, func, select, update

from graphsync.store import tables
from graphsync.store.database import AnyRow, Database, was_new
from graphsync.store.problems import Unknown
from policies.people import Kind

_EXPORTS = tables.exports
_HEAD = (
    _EXPORTS.c.school,
    _EXPORTS.c.sha256,
    _EXPORTS.c.accepted_at,
    _EXPORTS.c.complete,
    _EXPORTS.c.fingerprint,
)
# Made once: every school of every night asks.
_AGAIN = (
    update(_EXPORTS)
    .where(
        _EXPORTS.c.school == bindparam("of_school"), _EXPORTS.c.sha256 == bindparam("of_content")
    )
    .values(accepted_at=bindparam("at"))
)
_NEWEST = (
    select(*_HEAD)
    .where(_EXPORTS.c.school == bindparam("school"), _EXPORTS.c.accepted_at <= bindparam("by"))
    .order_by(_EXPORTS.c.accepted_at.desc(), _EXPORTS.c.seq.desc())
    .limit(bindparam("n", type_=Integer))
)
# Rosters are kept at zlib's fastest level: they shrink to a fifth, at 20 ms for 1,000 people.
_LEVEL = 1


class Export(Struct, frozen=True, kw_only=True):
    """One accepted export; `complete` names the kinds it speaks for as a whole."""

    school: str
    sha256: str
    accepted_at: datetime
    complete: frozenset[Kind]
    fingerprint: bytes

    def __repr__(self) -> str:
        return f"Export({self.school}, {self.sha256[:12]})"


class Exports:
    """Accepted exports, one row per school and content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept_again(self, school: str, sha256: str, at: datetime) -> bool:
        """The same content counts as accepted at the new moment: it is the newest export then.

        False when this school has no such content yet: then it is to be kept with `accept`.
        """
        again = {"of_school": school, "of_content": sha256, "at": at}
        with self._database.writing() as connection:
            newest = connection.execute(_AGAIN, again)
        return bool(newest.rowcount)

    def accept(self, export: Export, roster: bytes) -> bool:
        """Keep an export and its roster; False when this school's same content stands already."""
        with self._database.writing() as connection:
            if self.accept_again(export.school, export.sha256, export.accepted_at):
                return False
            # Another process of PostgreSQL's may be quicker between the look and the write.
            if was_new(connection, _EXPORTS, _row(export, roster)):
                return True
            self.accept_again(export.school, export.sha256, export.accepted_at)
            return False

    def latest(self, school: str, not_after: datetime) -> Export | None:
        """The newest export accepted by this moment."""
        return next(iter(self.since(school, not_after, 1)), None)

    def since(self, school: str, not_after: datetime, n: int) -> list[Export]:
        """The n newest exports accepted by this moment, newest first, no content twice."""
        with self._database.reading() as connection:
            asked = {"school": school, "by": not_after, "n": n}
            rows = connection.execute(_NEWEST, asked).all()
        return [_export(row) for row in rows]

    def latest_of_each(self, not_after: datetime) -> dict[str, Export]:
        """Every school's newest export: another school's file is told by comparing with them."""
        newest_first = (_EXPORTS.c.accepted_at.desc(), _EXPORTS.c.seq.desc())
        place = func.row_number().over(partition_by=_EXPORTS.c.school, order_by=newest_first)
        placed = (
            select(_EXPORTS.c.seq, place.label("place"))
            .where(_EXPORTS.c.accepted_at <= not_after)
            .subquery()
        )
        newest = select(placed.c.seq).where(placed.c.place == 1)
        with self._database.reading() as connection:
            rows = connection.execute(select(*_HEAD).where(_EXPORTS.c.seq.in_(newest))).all()
        return {row.school: _export(row) for row in rows}

    def roster(self, school: str, sha256: str) -> bytes:
        """The roster that was read from this export; raises Unknown."""
        query = select(_EXPORTS.c.roster).where(
            _EXPORTS.c.school == school, _EXPORTS.c.sha256 == sha256
        )
        with self._database.reading() as connection:
            blob = connection.scalar(query)
        if blob is None:
            raise Unknown(f"no accepted export {sha256[:12]} of {school}")
        return unpacked(blob)


def unpacked(roster: bytes) -> bytes:
    """A roster as it was accepted, from how its column keeps it."""
    return zlib.decompress(roster)


def _row(export: Export, roster: bytes) -> dict[str, object]:
    return {
        "school": export.school,
        "sha256": export.sha256,
        "accepted_at": export.accepted_at,
        "complete": msgspec.json.encode(sorted(export.complete)).decode(),
        "fingerprint": export.fingerprint,
        "roster": zlib.compress(roster, _LEVEL),
    }


def _export(row: AnyRow) -> Export:
    return Export(
        school=row.school,
        sha256=row.sha256,
        accepted_at=row.accepted_at,
        complete=msgspec.json.decode(row.complete, type=frozenset[Kind]),
        fingerprint=row.fingerprint,
    )
