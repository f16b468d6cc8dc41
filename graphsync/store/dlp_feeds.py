"""How far the activity feed was read, which content is settled, and what of it was lost."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select, update

from graphsync.store import tables
from graphsync.store.database import Database, chunks, lock_table, upsert

_FEEDS, _BLOBS, _GAPS = tables.dlp_feeds, tables.dlp_feed_blobs, tables.dlp_feed_gaps


class Feed(Struct, frozen=True, kw_only=True):
    """The feed of a tenant, as far as we know it.

    `read_until` is the cursor, by contentCreated: all content made before it was read, or is known
    to be unread, or lies in a gap. `succeeded_at` is when a pull last ended well, `newest_blob`
    when the newest content was made, None while Microsoft listed none.
    """

    tenant: str
    started_at: datetime
    read_until: datetime
    succeeded_at: datetime | None = None
    newest_blob: datetime | None = None


class Blob(Struct, frozen=True, kw_only=True):
    """A piece of content; `unread` says why it is to be asked for again, empty once settled."""

    content_id: str
    made_at: datetime
    unread: str = ""


class Gap(Struct, frozen=True, kw_only=True):
    """Content made in begin <= contentCreated < end was lost, or may have been, and why.

    It is told until somebody acknowledges it, who says what was done about it.
    """

    number: int
    begin: datetime
    end: datetime
    why: str
    found_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    reason: str | None = None


class DlpFeeds:
    """One feed a tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, tenant: str) -> Feed | None:
        """How far the tenant's feed was read; None where it never was."""
        with self._database.reading() as connection:
            row = connection.execute(select(_FEEDS).where(_FEEDS.c.tenant == tenant)).one_or_none()
        return None if row is None else Feed(**row._asdict())

    def put(self, feed: Feed, now: datetime) -> None:
        """Keep how far it was read. The cursor only moves on, whoever else reads the feed.

        One that stands after `now` is not believed: some clock was wrong.
        """
        with self._database.writing() as connection:
            lock_table(connection, _FEEDS)
            standing = self.of(feed.tenant)
            if standing is not None and feed.read_until < standing.read_until <= now:
                feed = msgspec.structs.replace(feed, read_until=standing.read_until)
            upsert(connection, _FEEDS, [msgspec.structs.asdict(feed)])

    def settled(self, tenant: str, ids: Iterable[str]) -> frozenset[str]:
        """Those of the content ids that need not be asked for again."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for some in chunks(ids):
                query = select(_BLOBS.c.content_id).where(
                    _BLOBS.c.tenant == tenant, _BLOBS.c.unread == "", _BLOBS.c.content_id.in_(some)
                )
                found.update(connection.scalars(query))
        return frozenset(found)

    def remember(self, tenant: str, blob: Blob) -> None:
        """Keep what became of a piece of content."""
        with self._database.writing() as connection:
            upsert(connection, _BLOBS, [{"tenant": tenant, **msgspec.structs.asdict(blob)}])

    def unread(self, tenant: str) -> list[Blob]:
        """Content that is to be asked for again, the oldest first."""
        query = select(_BLOBS.c.content_id, _BLOBS.c.made_at, _BLOBS.c.unread).where(
            _BLOBS.c.tenant == tenant, _BLOBS.c.unread != ""
        )
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_BLOBS.c.made_at)).all()
        return [Blob(**row._asdict()) for row in rows]

    def forget(self, tenant: str, before: datetime) -> None:
        """Drop the ids of content that was made before and can never be listed again."""
        old = (_BLOBS.c.tenant == tenant) & (_BLOBS.c.made_at < before)
        with self._database.writing() as connection:
            connection.execute(delete(_BLOBS).where(old))

    def lose(self, tenant: str, begin: datetime, end: datetime, why: str, at: datetime) -> Gap:
        """Record a gap. One that began then, for the same reason, and still waits grows instead."""
        with self._database.writing() as connection:
            lock_table(connection, _GAPS)
            known = self.gaps(tenant)
            waiting = [one for one in known if one.acknowledged_at is None]
            same = [one for one in waiting if (one.begin, one.why) == (begin, why)]
            gap = (
                msgspec.structs.replace(same[0], end=end)
                if same
                else Gap(number=_next(known), begin=begin, end=end, why=why, found_at=at)
            )
            upsert(connection, _GAPS, [{"tenant": tenant, **msgspec.structs.asdict(gap)}])
        return gap

    def gaps(self, tenant: str) -> list[Gap]:
        """Every gap, the acknowledged ones too, in the order they were found."""
        columns = [_GAPS.c[name] for name in Gap.__struct_fields__]
        query = select(*columns).where(_GAPS.c.tenant == tenant).order_by(_GAPS.c.number)
        with self._database.reading() as connection:
            return [Gap(**row._asdict()) for row in connection.execute(query)]

    def acknowledge(self, tenant: str, number: int, by: str, reason: str, at: datetime) -> bool:
        """Somebody says what was done about a gap; False where none of this number waits."""
        here = (_GAPS.c.tenant == tenant) & (_GAPS.c.number == number)
        said = {"acknowledged_at": at, "acknowledged_by": by, "reason": reason}
        change = update(_GAPS).where(here & _GAPS.c.acknowledged_at.is_(None)).values(said)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount == 1


def _next(known: Iterable[Gap]) -> int:
    """A number that no gap has; those that were forgotten may have had it."""
    return max((one.number for one in known), default=0) + 1
