"""The tables of who may what and who looked: deputies, and the register of looks."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# Only ever added to: `did` says whether the deputy was named or ended early.
deputies = Table(
    "deputies",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("deputy", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "account"),
    Index(None, "school"),
)

# One record of one person, or so many lines of a list; `school` is empty for a list of several.
looks = Table(
    "looks",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "at"),
    Index(None, "by", "item", "at"),
)
