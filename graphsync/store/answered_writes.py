"""Answers of writes, kept for a day, so that a request that is sent again is not done again."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from graphsync.store import tables
from graphsync.store.database import Database, was_new

_WRITES = tables.answered_writes
KEPT = timedelta(hours=24)


class AnsweredWrites:
    """Keys of requests and their answers; whoever asks stands in the key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key_sha256: str, request_sha256: str, now: datetime) -> bool:
        """Take this key, inside the transaction that also does the work; false when it is taken.

        A second process waits here until the first has committed.
        """
        row = {
            "key_sha256": key_sha256,
            "request_sha256": request_sha256,
            "answer": b"",
            "at": now,
        }
        with self._database.writing() as connection:
            connection.execute(delete(_WRITES).where(_WRITES.c.at <= now - KEPT))
            return was_new(connection, _WRITES, row)

    def put(self, key_sha256: str, answer: bytes) -> None:
        """What the work was answered with."""
        row = _WRITES.c.key_sha256 == key_sha256
        with self._database.writing() as connection:
            connection.execute(update(_WRITES).where(row).values(answer=answer))

    def answer(self, key_sha256: str, request_sha256: str) -> bytes | None:
        """The answer of this key; None when it was given to another request."""
        query = select(_WRITES.c.request_sha256, _WRITES.c.answer)
        with self._database.reading() as connection:
            row = connection.execute(query.where(_WRITES.c.key_sha256 == key_sha256)).one()
        return row.answer if row.request_sha256 == request_sha256 else None
