"""Who looked at what of the queue: the register that the head reads."""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select

from graphsync.store import tables
from graphsync.store.database import Database

_LOOKS = tables.dlp_looks
_LATEST = select(
    _LOOKS.c.at, _LOOKS.c.by, _LOOKS.c.item, _LOOKS.c.filter, _LOOKS.c.shown, _LOOKS.c.reason
).order_by(_LOOKS.c.seq.desc())


class Look(Struct, frozen=True, kw_only=True):
    """One look: at an item, with the reason if one was given, or at a page of so many items."""

    at: datetime
    by: str
    item: str = ""
    filter: str = ""
    shown: int = 1
    reason: str = ""


class DlpLooks:
    """Every look; none is ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, look: Look) -> None:
        """Write it down."""
        with self._database.writing() as connection:
            connection.execute(insert(_LOOKS), msgspec.structs.asdict(look))

    def latest(self, limit: int, since: datetime | None = None) -> list[Look]:
        """The last looks, the newest first; those from a moment on."""
        query = _LATEST.limit(limit)
        if since is not None:
            query = query.where(_LOOKS.c.at >= since)
        with self._database.reading() as connection:
            return [Look(**row._asdict()) for row in connection.execute(query).all()]
