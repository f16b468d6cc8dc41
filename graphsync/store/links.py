"""The link table: whose account is whose. It is the authority (decision 6)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    delete,
    func,
    select,
    type_coerce,
)

from graphsync.store import tables
from graphsync.store.database import AnyRow, Database, chunks, chunks_by_first, lock_table, upsert
from graphsync.store.moments import Moment
from graphsync.store.problems import Conflict
from policies.people import Kind, PersonKey

_LINKS = tables.links
# Moments as they are stored: a whole trust's links are read every night, most without a block.
_AS_TEXT = [
    type_coerce(column, Text) if isinstance(column.type, Moment) else column for column in _LINKS.c
]
_BETWEEN = "\n"  # stands in no MIS person id
# One row a kind: to fetch a row for each person costs more than all the rest of it.
_KINDS_OF_SCHOOL = (
    select(_LINKS.c.kind, func.aggregate_strings(_LINKS.c.mis_id, _BETWEEN))
    .where(_LINKS.c.school == bindparam("school"))
    .group_by(_LINKS.c.kind)
)
_KINDS = {str(kind): kind for kind in Kind}


class Link(Struct, frozen=True, kw_only=True, gc=False):
    """One person's account; `blocked_by_us_at` tells our block from one set by hand.

    *Adopted* accounts keep what they have, *agreed* ones are adopted and take the roster's values.
    """

    person: PersonKey
    kind: Kind
    object_id: str
    how: Literal["created", "adopted", "agreed"]
    linked_at: datetime
    blocked_by_us_at: datetime | None = None
    revoked_at: datetime | None = None
    left_on: date | None = None


class Links:
    """Links by person and by object, each unique."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, school: str) -> dict[PersonKey, Link]:
        """Every link of a school."""
        query = select(*_AS_TEXT).where(_LINKS.c.school == school)
        with self._database.reading() as connection:
            found = [_link(row) for row in connection.execute(query).all()]
        return {link.person: link for link in found}

    def some(self, people: Iterable[PersonKey]) -> dict[PersonKey, Link]:
        """The links of these people who have one."""
        found: dict[PersonKey, Link] = {}
        with self._database.reading() as connection:
            for school, ids in chunks_by_first((one.school, one.mis_id) for one in people):
                here = (_LINKS.c.school == school, _LINKS.c.mis_id.in_(ids))
                for link in map(_link, connection.execute(select(*_AS_TEXT).where(*here)).all()):
                    found[link.person] = link
        return found

    def of_objects(self, object_ids: Iterable[str]) -> dict[str, PersonKey]:
        """Whose these accounts are."""
        query = select(_LINKS.c.object_id, _LINKS.c.school, _LINKS.c.mis_id)
        found: dict[str, PersonKey] = {}
        with self._database.reading() as connection:
            for part in chunks(object_ids):
                rows = connection.execute(query.where(_LINKS.c.object_id.in_(part))).all()
                found |= {
                    object_id: PersonKey(school, mis_id) for object_id, school, mis_id in rows
                }
        return found

    def by_school(self) -> dict[str, dict[PersonKey, Link]]:
        """Every link of every school, read at once."""
        found: defaultdict[str, dict[PersonKey, Link]] = defaultdict(dict)
        with self._database.reading() as connection:
            for link in map(_link, connection.execute(select(*_AS_TEXT)).all()):
                found[link.person.school][link.person] = link
        return found

    def kinds(self, school: str) -> dict[str, Kind]:
        """Who of a school has a link, by MIS person id, and as what."""
        with self._database.reading() as connection:
            rows = connection.execute(_KINDS_OF_SCHOOL, {"school": school}).all()
        return {mis_id: _KINDS[kind] for kind, ids in rows for mis_id in ids.split(_BETWEEN)}

    def all_object_ids(self) -> dict[str, PersonKey]:
        """Who holds which object, over all schools."""
        query = select(_LINKS.c.object_id, _LINKS.c.school, _LINKS.c.mis_id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {object_id: PersonKey(school, mis_id) for object_id, school, mis_id in rows}

    def schools_of(self, object_ids: Iterable[str]) -> dict[str, str]:
        """The school that keeps each of these accounts as one of its staff; others are missing."""
        query = select(_LINKS.c.object_id, _LINKS.c.school).where(
            _LINKS.c.object_id.in_(list(object_ids)), _LINKS.c.kind == str(Kind.STAFF)
        )
        with self._database.reading() as connection:
            return {row.object_id: row.school for row in connection.execute(query).all()}

    def holder_of(self, object_id: str) -> PersonKey | None:
        """Whose account this is; None for nobody's."""
        query = select(_LINKS.c.school, _LINKS.c.mis_id).where(_LINKS.c.object_id == object_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else PersonKey(row.school, row.mis_id)

    def put(self, link: Link) -> None:
        """Keep this link; see `put_many`."""
        self.put_many([link])

    def put_many(self, links: Sequence[Link]) -> None:
        """Keep these links, replacing what stood for the same person and object.

        Raises Conflict, and keeps none, when an object is another person's or a person has
        another object; remove that link first.
        """
        with self._database.writing() as connection:
            lock_table(connection, _LINKS)
            _refuse_taken(connection, links)
            upsert(connection, _LINKS, [_row(link) for link in links])

    def remove(self, person: PersonKey) -> None:
        """Forget a person's link; nothing in the tenant changes."""
        with self._database.writing() as connection:
            connection.execute(delete(_LINKS).where(_is(person)))


def _is(person: PersonKey) -> ColumnElement[bool]:
    return (_LINKS.c.school == person.school) & (_LINKS.c.mis_id == person.mis_id)


def _refuse_taken(connection: Connection, links: Sequence[Link]) -> None:
    by_object: dict[str, PersonKey] = {}
    by_person: dict[PersonKey, str] = {}
    for part in chunks(links):
        for object_id, person in _standing(connection, part):
            by_object[object_id] = person
            by_person[person] = object_id
    for link in links:
        holder = by_object.setdefault(link.object_id, link.person)
        held = by_person.setdefault(link.person, link.object_id)
        if holder != link.person:
            raise Conflict(f"{link.object_id} is linked to {holder}, not to {link.person}")
        if held != link.object_id:
            raise Conflict(f"{link.person} is linked to {held}, not to {link.object_id}")


def _standing(connection: Connection, links: Sequence[Link]) -> list[tuple[str, PersonKey]]:
    query = select(_LINKS.c.object_id, _LINKS.c.school, _LINKS.c.mis_id)
    people = chunks_by_first((one.person.school, one.person.mis_id) for one in links)
    wanted = [
        (_LINKS.c.object_id.in_([one.object_id for one in links]),),
        *((_LINKS.c.school == school, _LINKS.c.mis_id.in_(ids)) for school, ids in people),
    ]
    rows = [row for conditions in wanted for row in connection.execute(query.where(*conditions))]
    return [(object_id, PersonKey(school, mis_id)) for object_id, school, mis_id in rows]


def _row(link: Link) -> dict[str, object]:
    fields = msgspec.structs.asdict(link)
    person = fields.pop("person")
    return {"school": person.school, "mis_id": person.mis_id, **fields, "kind": str(link.kind)}


def _link(row: AnyRow) -> Link:
    school, mis_id, kind, object_id, how, linked_at, blocked_at, revoked_at, left_on = row
    return Link(
        person=PersonKey(school, mis_id),
        kind=_KINDS[kind],
        object_id=object_id,
        how=how,
        linked_at=datetime.fromisoformat(linked_at),
        blocked_by_us_at=blocked_at and datetime.fromisoformat(blocked_at),
        revoked_at=revoked_at and datetime.fromisoformat(revoked_at),
        left_on=left_on,
    )
