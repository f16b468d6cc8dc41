"""Everything that any table holds about one person, found by its columns.

The tables are asked as they are declared, so that a new one is searched without being named here
(law A13.7). What stands inside stored bodies is for `graphsync.subject_search` to look at.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    Text,
    and_,
    false,
    func,
    or_,
    select,
)

from graphsync.store import tables
from graphsync.store.database import Database, chunks

_PAYLOADS = tables.payloads
_LISTS = {"class_logons": "holders", "consent_links": "pupils"}  # MIS ids of several, as JSON


class Terms(Struct, frozen=True, kw_only=True):
    """How a person is named: by school and MIS id, by their account's number, by what they act as.

    `exact` are texts that name nobody else, such as the key, an object id or a sign-in name.
    """

    school: str
    mis_id: str
    exact: frozenset[str]

    @property
    def key(self) -> str:
        """`SCHOOL:ID`."""
        return f"{self.school}:{self.mis_id}"

    def __repr__(self) -> str:
        return f"Terms({self.key})"


class About:
    """A look through every table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_columns(self, name: str, terms: Terms) -> list[dict[str, Any]]:
        """The rows of a table that name the person in a column; bodies stay as they are stored."""
        table = tables.metadata.tables[name]
        with self._database.reading() as connection:
            rows = connection.execute(select(table).where(_named(table, terms))).all()
        found = (row._asdict() for row in rows)
        return [fields for fields in found if _is_about(name, fields, terms)]

    def every(self, name: str, school: str = "") -> Iterator[dict[str, Any]]:
        """Every row of a table, or those of one school, for what stands in their bodies."""
        table = tables.metadata.tables[name]
        query = select(table).where(table.c.school == school) if school else select(table)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                yield row._asdict()

    def payloads(self, rows: list[int]) -> list[dict[str, Any]]:
        """The payloads of these rows of the journal that are not yet purged."""
        found: list[dict[str, Any]] = []
        with self._database.reading() as connection:
            for some in chunks(rows):
                query = select(_PAYLOADS).where(_PAYLOADS.c.seq.in_(some))
                found += (row._asdict() for row in connection.execute(query))
        return found

    def count(self, name: str) -> int:
        """How many rows were looked through."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(tables.metadata.tables[name])
            return connection.scalar(query) or 0


def _named(table: Table, terms: Terms) -> ColumnElement[bool]:
    columns = [column for column in table.c if isinstance(column.type, String | Text)]
    ways: list[ColumnElement[bool]] = [column.in_(sorted(terms.exact)) for column in columns]
    for column in columns:
        ways += [column.contains(one, autoescape=True) for one in sorted(terms.exact)]
    if {"school", "mis_id"} <= set(table.c.keys()):
        ways.append(and_(table.c.school == terms.school, table.c.mis_id == terms.mis_id))
    if (listed := _LISTS.get(table.name)) is not None:
        held = table.c[listed].contains(f'"{terms.mis_id}"', autoescape=True)
        ways.append(and_(table.c.school == terms.school, held))
    return or_(false(), *ways)


def _is_about(name: str, fields: dict[str, Any], terms: Terms) -> bool:
    """Whether it names just this person: `oak:1` stands in `oak:12` as well."""
    if fields.get("school") == terms.school:
        if fields.get("mis_id") == terms.mis_id:
            return True
        if f'"{terms.mis_id}"' in str(fields.get(_LISTS.get(name, ""), "")):
            return True
    return any(names(text, terms) for text in fields.values() if isinstance(text, str))


def names(text: str, terms: Terms) -> bool:
    """Whether a text names the person by a whole term."""
    return any(
        re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text) is not None
        for one in terms.exact
        if one in text
    )
