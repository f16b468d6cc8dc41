"""The tables of what a head decides: plans that were sent back, what becomes of a finding."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# Who sent it back and why stands in the run's report, and is erased with it.
run_returns = Table(
    "run_returns",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("likeness", Text, nullable=False),
    Column("redrafted", Text, nullable=False),
    Column("lifted", Text, nullable=False),
    Index(None, "school", "likeness"),
)

# Only ever added to: the newest row about a key counts.
policy_decisions = Table(
    "policy_decisions",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("school", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("choice", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("review", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "school"),
)
