"""Columns that XML leaves out when nobody has a value, and who had one.

In SIMS XML an empty value is an absent element, so a leaving date that nobody has any more looks
like a column that was taken from the report. The people who had a value tell the two apart.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphsync.roster.columns import REPORTS
from graphsync.roster.tables import Row, Table
from graphsync.roster.values import Unreadable


class RowsRead(NamedTuple):
    """How many rows a file holds; its sparse columns with the MIS ids of those with a value."""

    rows: int
    sparse: Mapping[str, frozenset[str]]


def sparse_columns(
    table: Table, rows: Sequence[Row], ids: Sequence[str | Unreadable | None]
) -> dict[str, frozenset[str]]:
    """The columns that less than half of the rows fill, where the format has no header."""
    if table.header_is_explicit:
        return {}
    sparse: dict[str, frozenset[str]] = {}
    for place, column in _places(table):
        texts = [row.cells[place] for row in rows]
        if 2 * texts.count("") > len(rows):
            holders = {mis_id for mis_id, text in zip(ids, texts, strict=True) if text}
            sparse[column] = frozenset(mis_id for mis_id in holders if isinstance(mis_id, str))
    return sparse


def _places(table: Table) -> list[tuple[int, str]]:
    columns = REPORTS[table.report].columns
    return [(place, column) for place, column in enumerate(columns) if column in table.captions]
