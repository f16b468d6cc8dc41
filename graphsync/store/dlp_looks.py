"""Who looked at what of the queue: the register that the head reads."""

from collections.abc import Collection
from datetime import datetime
from itertools import islice

import msgspec
from msgspec import Struct
from sqlalchemy import insert, or_, select

from graphsync.store import tables
from graphsync.store.database import Database

_LOOKS, _ITEMS = tables.dlp_looks, tables.dlp_items
OF_SCHOOLS = "school="  # begins the filter of a page of some schools
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

    def latest(
        self,
        limit: int,
        since: datetime | None = None,
        schools: Collection[str] | None = None,
    ) -> list[Look]:
        """The last looks, the newest first; those from a moment on, and at these schools.

        A look at a page is at the schools that its filter begins with, or at every one.
        """
        query = _LATEST
        if since is not None:
            query = query.where(_LOOKS.c.at >= since)
        if schools is not None:
            mine = select(_ITEMS.c.item).where(_ITEMS.c.school.in_(schools))
            query = query.where(or_(_LOOKS.c.item == "", _LOOKS.c.item.in_(mine)))
        with self._database.reading() as connection:
            found = (Look(**row._asdict()) for row in connection.execute(query))
            return list(islice((one for one in found if _is_of(one, schools)), limit))


def _is_of(look: Look, schools: Collection[str] | None) -> bool:
    first = look.filter.partition(" ")[0]
    if schools is None or look.item or not first.startswith(OF_SCHOOLS):
        return True
    return not set(schools).isdisjoint(first.removeprefix(OF_SCHOOLS).split(","))
