"""The tables of what a head decides: plans that were sent back."""

from sqlalchemy import Column, Index, Integer, Table, Text

from graphsync.store.metadata import TABLES

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
