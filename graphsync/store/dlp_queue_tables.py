"""The tables of the queue of data-loss exceptions: items and moves."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

_ORDER = ("thread_due", "thread", "item")
_FILTERS = ("school", "state", "severity", "kinds", "classes", "rules", "assignee", "due")

# `state`, `assignee` and `open` follow from the moves, `due` and `severity` from body and pack:
# they stand here so that a page of the queue is one statement. `thread` names the mail, and
# `thread_due` is the first due moment of its items, so that those stay together in the order.
dlp_items = Table(
    "dlp_items",
    TABLES,
    Column("item", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("due_from", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("thread", Text, nullable=False),
    Column("thread_due", Moment, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("classes", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("likeness", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("item"),
    # All that a filter asks for stands in the index: what does not fit is passed over there.
    Index("ix_dlp_items_open", "open", *_ORDER, *_FILTERS),
    Index("ix_dlp_items_every", *_ORDER, *_FILTERS),
    # Today counts what is open, overdue and advised.
    Index(None, "open", "school", "due"),
    Index(None, "open", "school", "state"),
    Index(None, "school", "thread"),
    Index(None, "school", "likeness"),
)

dlp_moves = Table(
    "dlp_moves",
    TABLES,
    Column("item", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("school", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("warned", Text, nullable=False),
    Column("contrary", Boolean, nullable=False),
    Column("batch", Text, nullable=False),
    PrimaryKeyConstraint("item", "number"),
    Index(None, "step", "contrary", "at"),
)
