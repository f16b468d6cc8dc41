"""The tables of the activity feed: how far it was read, what of it was lost, tests of its rules."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# Content made before `read_until` was read, but for the pieces in `dlp_feed_blobs` that were not.
dlp_feeds = Table(
    "dlp_feeds",
    TABLES,
    Column("tenant", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("read_until", Moment, nullable=False),
    Column("succeeded_at", Moment),
    Column("newest_blob", Moment),
    PrimaryKeyConstraint("tenant"),
)

# Content by its id; `unread` says why it is to be asked for again, empty for what is settled.
dlp_feed_blobs = Table(
    "dlp_feed_blobs",
    TABLES,
    Column("tenant", Text, nullable=False),
    Column("content_id", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("unread", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "content_id"),
    Index(None, "tenant", "made_at"),
)

dlp_feed_gaps = Table(
    "dlp_feed_gaps",
    TABLES,
    Column("tenant", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("begin", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Text),
    Column("reason", Text),
    PrimaryKeyConstraint("tenant", "number"),
)

# Test messages that somebody says were sent, and events of the accounts that send them.
dlp_proofs = Table(
    "dlp_proofs",
    TABLES,
    Column("school", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("school", "name", "sent_at"),
)

dlp_bites = Table(
    "dlp_bites",
    TABLES,
    Column("school", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("fate", Text, nullable=False),
    PrimaryKeyConstraint("school", "name", "at", "fate"),
)
