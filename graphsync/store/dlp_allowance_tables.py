"""The table of decisions of data loss that stand for a time alone."""

from sqlalchemy import Column, Date, Index, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

dlp_allowances = Table(
    "dlp_allowances",
    TABLES,
    Column("item", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("school", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("item", "at"),
    Index(None, "school", "until"),
)
