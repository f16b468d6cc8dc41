"""Reserved aliases: the part before the @, given at birth and not re-used too soon (decision 8).

Aliases are compared as they are written; the naming makes them lower case.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from graphsync.store import tables
from graphsync.store.database import AnyRow, Database, chunks, lock_table, upsert
from graphsync.store.problems import Conflict
from policies.people import PersonKey

_NAMES = tables.names


class Names:
    """Who holds which alias of a domain."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def taken(self, domain: str, today: date, reuse_after_days: int) -> dict[str, PersonKey]:
        """The aliases nobody else may get: held ones, and freed ones until so many days later."""
        free_again = today - timedelta(days=reuse_after_days)
        query = select(_NAMES.c.alias, _NAMES.c.school, _NAMES.c.mis_id).where(
            _NAMES.c.domain == domain,
            _NAMES.c.freed_on.is_(None) | (_NAMES.c.freed_on > free_again),
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {alias: PersonKey(school, mis_id) for alias, school, mis_id in rows}

    def of_people(self, domain: str) -> dict[PersonKey, str]:
        """The alias each person holds, the latest reserved where there are several."""
        query = (
            select(_NAMES.c.school, _NAMES.c.mis_id, _NAMES.c.alias)
            .where(_NAMES.c.domain == domain, _NAMES.c.freed_on.is_(None))
            .order_by(_NAMES.c.reserved_at, _NAMES.c.alias)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {PersonKey(school, mis_id): alias for school, mis_id, alias in rows}

    def of_person(self, domain: str, person: PersonKey) -> str | None:
        """The alias this person holds; the same is drafted again next time."""
        query = (
            select(_NAMES.c.alias)
            .where(
                _NAMES.c.domain == domain,
                _NAMES.c.school == person.school,
                _NAMES.c.mis_id == person.mis_id,
                _NAMES.c.freed_on.is_(None),
            )
            .order_by(_NAMES.c.reserved_at.desc(), _NAMES.c.alias.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.scalar(query)

    def reserve(self, domain: str, aliases: Mapping[str, PersonKey], now: datetime) -> None:
        """Give these aliases to these people, all or none.

        Raises Conflict for one that somebody else holds. A freed alias may be given: whether its
        time is over is for `taken` to tell.
        """
        if not aliases:
            return
        with self._database.writing() as connection:
            lock_table(connection, _NAMES)
            for part in chunks(aliases):
                query = select(_NAMES).where(_NAMES.c.domain == domain, _NAMES.c.alias.in_(part))
                for row in connection.execute(query):
                    _refuse_held(row, aliases)
            upsert(
                connection,
                _NAMES,
                [
                    {
                        "domain": domain,
                        "alias": alias,
                        "school": person.school,
                        "mis_id": person.mis_id,
                        "reserved_at": now,
                        "freed_on": None,
                    }
                    for alias, person in aliases.items()
                ],
            )

    def free(self, domain: str, person: PersonKey, on: date) -> None:
        """The person's aliases are no longer held from this day; the re-use period begins."""
        with self._database.writing() as connection:
            connection.execute(
                update(_NAMES)
                .where(
                    _NAMES.c.domain == domain,
                    _NAMES.c.school == person.school,
                    _NAMES.c.mis_id == person.mis_id,
                    _NAMES.c.freed_on.is_(None),
                )
                .values(freed_on=on)
            )


def _refuse_held(row: AnyRow, aliases: Mapping[str, PersonKey]) -> None:
    holder = PersonKey(row.school, row.mis_id)
    wanted_by = aliases[row.alias]
    if row.freed_on is None and holder != wanted_by:
        raise Conflict(f"the name that {wanted_by} would get is held by {holder}")
