"""Piles of paper forms: who opened and closed them, and which rows a second person has to check."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, select, update

from graphsync.store import tables
from graphsync.store.database import Database, upsert
from policies.consent_records import Batch

_BATCHES, _ROWS = tables.consent_batches, tables.consents
# Made once: every school of every night asks.
_OF_SCHOOL = select(_BATCHES).where(_BATCHES.c.school == bindparam("school"))


class ConsentBatches:
    """Every batch of a school."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, batch: Batch) -> None:
        """Begin a batch."""
        row = {
            "id": batch.id,
            "school": batch.school,
            "opened_by": batch.opened_by,
            "opened_at": batch.opened_at,
            "closed_at": None,
            "sample": None,
        }
        with self._database.writing() as connection:
            upsert(connection, _BATCHES, [row])

    def close(self, batch_id: str, sample: frozenset[str], now: datetime) -> None:
        """End a batch and keep what was drawn to be checked."""
        ended = update(_BATCHES).where(_BATCHES.c.id == batch_id, _BATCHES.c.closed_at.is_(None))
        drawn = msgspec.json.encode(sorted(sample)).decode()
        with self._database.writing() as connection:
            connection.execute(ended.values(closed_at=now, sample=drawn))

    def of_school(self, school: str) -> dict[str, Batch]:
        """The batches of a school by id."""
        with self._database.reading() as connection:
            rows = [row._asdict() for row in connection.execute(_OF_SCHOOL, {"school": school})]
        return {row["id"]: _batch(**row) for row in rows}

    def forget(self, batch_ids: Iterable[str], checked: frozenset[str]) -> None:
        """Erase closed batches of which no row is left; of others, what was drawn and `checked`.

        A row that was drawn and never checked stays drawn: its batch proves no more than it did.
        """
        with self._database.writing() as connection:
            for name in batch_ids:
                here = (_BATCHES.c.id == name, _BATCHES.c.closed_at.is_not(None))
                row = connection.execute(select(_BATCHES).where(*here)).one_or_none()
                if row is None:
                    continue
                others = select(_ROWS.c.id).where(_ROWS.c.batch == name).limit(1)
                if connection.scalar(others) is None:
                    connection.execute(delete(_BATCHES).where(*here))
                elif kept := (_batch(**row._asdict()).sample or frozenset()) - checked:
                    drawn = msgspec.json.encode(sorted(kept)).decode()
                    connection.execute(update(_BATCHES).where(*here).values(sample=drawn))


def _batch(sample: str | None, **fields: object) -> Batch:
    drawn = None if sample is None else msgspec.json.decode(sample, type=frozenset[str])
    return Batch(sample=drawn, **fields)  # type: ignore[arg-type]
