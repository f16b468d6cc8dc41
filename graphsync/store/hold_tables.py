"""The table of what became of holds after they were put."""

from sqlalchemy import Column, Index, Integer, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

hold_moves = Table(
    "hold_moves",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("hold", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "hold"),
    Index(None, "school", "mis_id"),
)
