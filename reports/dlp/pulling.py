"""The activity feed into the store: windows, content, the cursor, and what was lost.

Content is listed by when it was made, in windows of a day that follow each other from the cursor to
now; the cursor moves behind a window when all of it is kept. Killed anywhere, the next pull lists
the same window again and passes over what is kept already.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.store.dlp_feeds import Blob, Feed, Gap
from graphsync.store.journal import Entry
from graphsync.tenant.activity_feed import ActivityFeed, Content, Standing, open_feed
from graphsync.tenant.feed_problems import FOR_GOOD, FeedDisabled, Unread
from reports.dlp.files import is_json, read_blob
from reports.dlp.taking import MissingRule, TakingDesk, Tally, ordered
from reports.dlp.verdicts import Quarantined, Read, Reason

LONGEST = timedelta(hours=24)  # the API's reference: of more it may answer a part, and says nothing
REACH = timedelta(days=7)  # so long content stays
SPARE = timedelta(minutes=10)  # so far two clocks may be apart before a window is refused
OVERLAP = timedelta(hours=24)  # content that was listed late; what is known already costs a row
FORGOTTEN = 2 * REACH  # ids are kept longer than content can be listed

OUTAGE = "nobody read the feed in time: Microsoft keeps content for seven days"
OFF = "the subscription was off for some of this time: what was made meanwhile never comes"
UNREADABLE = "content of this moment could not be read in the seven days that it stood"
_REASONS = {
    Unread.EXPIRED: Reason.EXPIRED,
    Unread.MISSING: Reason.MISSING,
    Unread.CUT: Reason.CUT,
    Unread.TOO_LARGE: Reason.TOO_LARGE,
}


class Pulled(Struct, frozen=True, kw_only=True):
    """What a pull did: records = events + merged + quarantined + out of scope.

    `started`: the subscription was started just now. `since` and `until` are the times of making
    that were listed, in `windows`; `listed` counts content, `known` that of an earlier pull,
    `blobs` what was asked for. `waiting` is content that could not be read whole: the next pull
    asks again.
    `newest_blob` is None while Microsoft never listed any. `gaps` are those nobody acknowledged.
    """

    started: bool
    subscribed_at: datetime
    since: datetime
    until: datetime
    windows: int
    listed: int
    known: int
    blobs: int
    records: int
    events: int
    queued: int
    counted_only: int
    merged: int
    quarantined: dict[str, int]
    out_of_scope: dict[str, int]
    exceptions: dict[str, int]
    waiting: int
    newest_blob: datetime | None
    gaps: tuple[Gap, ...]
    without_a_rule: tuple[MissingRule, ...]


def windows(begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Half-open windows of at most a day that tile begin to end, the oldest first."""
    while begin < end:
        until = min(begin + LONGEST, end)
        yield begin, until
        begin = until


async def pull_feed(bench: Bench, *, restart: bool = False) -> Pulled:
    """Read what the feed holds and is not known yet; `restart` a subscription that is disabled.

    Raises TenantProblem when the feed cannot be used; what was read before that stays. PackRefused
    when a school's pack cannot be used.
    """
    desk = TakingDesk(bench)
    async with open_feed(bench.tenant, bench.now, bench.sleep) as feed:
        pull = _Pull(bench, desk, feed)
        return await pull.read(await pull.subscribe(restart=restart))


class _Pull:
    """One pull, with its counts."""

    def __init__(self, bench: Bench, desk: TakingDesk, feed: ActivityFeed) -> None:
        self._bench = bench
        self._desk = desk
        self._feed = feed
        self._tenant = bench.tenant.tenant_id
        self._tally = Tally()
        self._started = False
        self._listed = self._known = self._blobs = 0

    async def subscribe(self, *, restart: bool) -> Feed:
        """Start what does not run; what was made while it was off is recorded as a gap first."""
        standing = await self._feed.standing()
        if standing is Standing.DISABLED and not restart:
            raise FeedDisabled
        feeds, now = self._bench.store.dlp_feeds, self._bench.now()
        known = feeds.of(self._tenant)
        if standing is not Standing.ENABLED:
            if known is not None:
                self._lose(known.read_until, now, OFF)
            await self._feed.start()
            self._started = True
        if known is None:
            # One that runs already, somebody else started: it may hold a week.
            begin = now if self._started else _horizon(now)
            known = Feed(tenant=self._tenant, started_at=now, read_until=begin)
            feeds.put(known, now)
        return known

    async def read(self, feed: Feed) -> Pulled:
        """Window by window."""
        now = self._bench.now().replace(microsecond=0)
        feed = self._on_the_horizon(feed, now)
        since = self._since(feed, now)
        spans = list(windows(since, now))
        for number, (begin, end) in enumerate(spans, start=1):
            self._bench.progress.stage(f"Content of day {number} of {len(spans)}")
            feed = await self._window(feed, begin, end, now)
        store = self._bench.store
        with store.transaction():
            store.dlp_feeds.put(replace(feed, succeeded_at=self._bench.now()), now)
            store.dlp_feeds.forget(self._tenant, now - FORGOTTEN)
            self._note()
        return self._report(feed, since, now, len(spans))

    def _on_the_horizon(self, feed: Feed, now: datetime) -> Feed:
        """The feed with its cursor within reach; what lies behind the horizon is lost."""
        feeds, horizon = self._bench.store.dlp_feeds, _horizon(now)
        with self._bench.store.transaction():
            for blob in feeds.unread(self._tenant):
                if blob.made_at < horizon:
                    self._lose(blob.made_at, blob.made_at, UNREADABLE)
                    feeds.remember(self._tenant, replace(blob, unread=""))
            if feed.read_until < horizon:
                self._lose(feed.read_until, horizon, OUTAGE)
                feed = replace(feed, read_until=horizon)
                feeds.put(feed, now)
        if feed.read_until > now + SPARE:  # a clock is wrong, or was: list the whole week again
            feed = replace(feed, read_until=horizon)
        return feed

    def _since(self, feed: Feed, now: datetime) -> datetime:
        unread = [blob.made_at for blob in self._bench.store.dlp_feeds.unread(self._tenant)]
        oldest = min([feed.read_until - OVERLAP, *unread])
        return max(oldest, _horizon(now)).replace(microsecond=0)

    async def _window(self, feed: Feed, begin: datetime, end: datetime, now: datetime) -> Feed:
        found = {one.content_id: one async for one in self._feed.listed(begin, end)}
        feeds = self._bench.store.dlp_feeds
        settled = feeds.settled(self._tenant, found)
        new = [one for one in found.values() if one.content_id not in settled]
        self._listed += len(found)
        self._known += len(settled)
        for number, content in enumerate(new, start=1):
            await self._take(content)
            self._bench.progress.count(number, len(new))
        newest = (feed.newest_blob, *(one.created for one in found.values()))
        feed = replace(
            feed,
            read_until=max(feed.read_until, end),
            newest_blob=max((one for one in newest if one is not None), default=None),
        )
        feeds.put(feed, now)
        return feed

    async def _take(self, content: Content) -> None:
        """Keep a piece of content and that it is kept, both or neither."""
        body = await self._feed.blob(content)
        self._blobs += 1
        tally, feeds = self._tally, self._bench.store.dlp_feeds
        cut = tally.quarantined[Reason.CUT]
        with self._bench.store.transaction():
            self._desk.take(tally, self._records(body))
            unread = _unread(body, cut=tally.quarantined[Reason.CUT] > cut)
            made = content.created
            blob = Blob(content_id=content.content_id, made_at=made, unread=unread)
            feeds.remember(self._tenant, blob)

    def _records(self, body: bytes | Unread) -> Iterator[Read]:
        if isinstance(body, Unread):
            return iter([Quarantined(_REASONS[body])])
        return read_blob(body, self._desk.labels, self._desk.tenant)

    def _lose(self, begin: datetime, end: datetime, why: str) -> None:
        store = self._bench.store
        with store.transaction():
            gap = store.dlp_feeds.lose(self._tenant, begin, end, why, self._bench.now())
            span = {"begin": f"{gap.begin:%Y-%m-%dT%H:%MZ}", "end": f"{gap.end:%Y-%m-%dT%H:%MZ}"}
            entry = Entry(
                school="",
                run="",
                item=str(gap.number),
                what="event",
                operation="lose_dlp_content",
                result=why,
                after=span,
            )
            store.journal.append([entry])

    def _note(self) -> None:
        """A pull that brought nothing leaves no row."""
        tally = self._tally
        if not (tally.events or tally.quarantined):
            return
        counts = {
            "records": tally.records,
            "merged": tally.merged,
            "quarantined": ordered(tally.quarantined),
            "out_of_scope": ordered(tally.out_of_scope),
        }
        entry = Entry(
            school="",
            run="",
            item=self._tenant,
            what="event",
            operation="pull_dlp",
            result=str(tally.events),
            after=counts,
        )
        self._bench.store.journal.append([entry])

    def _report(self, feed: Feed, since: datetime, until: datetime, spans: int) -> Pulled:
        feeds, tally = self._bench.store.dlp_feeds, self._tally
        return Pulled(
            started=self._started,
            subscribed_at=feed.started_at,
            since=since,
            until=until,
            windows=spans,
            listed=self._listed,
            known=self._known,
            blobs=self._blobs,
            records=tally.records,
            events=tally.events,
            queued=tally.queued,
            counted_only=tally.counted_only,
            merged=tally.merged,
            quarantined=ordered(tally.quarantined),
            out_of_scope=ordered(tally.out_of_scope),
            exceptions=ordered(tally.exceptions),
            waiting=len(feeds.unread(self._tenant)),
            newest_blob=feed.newest_blob,
            gaps=tuple(gap for gap in feeds.gaps(self._tenant) if gap.acknowledged_at is None),
            without_a_rule=tuple(self._desk.missing()),
        )


def _unread(body: bytes | Unread, *, cut: bool) -> str:
    """Why content is worth another try: it was cut, or something else came in its place."""
    if isinstance(body, Unread):
        return "" if body in FOR_GOOD else str(_REASONS[body])
    if not is_json(body):
        return str(Reason.NOT_JSON)
    return str(Reason.CUT) if cut else ""


def _horizon(now: datetime) -> datetime:
    return now.replace(microsecond=0) - REACH + SPARE
