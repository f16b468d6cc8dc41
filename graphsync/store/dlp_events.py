"""Scrubbed events of data loss, each once, by incident and by message.

Of two records of one event the fuller one stands, and of two equally full ones that of the greater
digest: so neither order nor repetition of what comes in decides what is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, func, select

from graphsync.store import tables
from graphsync.store.database import (
    AnyRow,
    AnySelect,
    Database,
    chunks_by_first,
    lock_table,
    upsert,
)
from policies.mail import Judgement
from policies.mail_events import Event
from policies.mail_items import ItemKey, Place, Record
from policies.mail_people import Parties
from policies.people import PersonKey

_EVENTS = tables.dlp_events
_Key: TypeAlias = tuple[str, str]
_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_STANDING = select(
    _EVENTS.c.fullness,
    _EVENTS.c.digest,
    _EVENTS.c.school,
    _EVENTS.c.organisation,
    _EVENTS.c.id,
    _EVENTS.c.incident,
    _EVENTS.c.message,
)


class KeptEvent(Struct, frozen=True, kw_only=True):
    """An event, its people and what it came to on the day it was read."""

    school: str
    event: Event
    parties: Parties
    judgement: Judgement

    def __repr__(self) -> str:
        return f"KeptEvent({self.event.id})"

    @property
    def place(self) -> Place:
        """What tells its item."""
        event = self.event
        return Place(self.school, event.organisation, event.id, event.incident, event.message)


_decode = msgspec.msgpack.Decoder(KeptEvent).decode


class EventCuts(Struct, frozen=True, kw_only=True):
    """What happened before these moments is old, unless it is about somebody in `keep`.

    Nor is what belongs to one of these incidents or messages: an entry of the breach register that
    is kept tells of them. Nor what belongs to an item in `open_items`.
    """

    counted: datetime
    exceptions: datetime
    keep: frozenset[PersonKey] = frozenset()
    incidents: frozenset[str] = frozenset()
    open_items: frozenset[str] = frozenset()


class Change(Struct, frozen=True):
    """What was not there before, and every item of which a record came, went or grew fuller."""

    new: list[KeptEvent]
    items: frozenset[ItemKey]


class DlpEvents:
    """Every event that was ever read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kept: Sequence[KeptEvent], at: datetime) -> Change:
        """Keep these; of one that was there before the fuller stands, and the other is merged."""
        fullest = _once(kept)
        with self._database.writing() as connection:
            lock_table(connection, _EVENTS)
            standing = _standing(connection, fullest)
            rising = {
                key: (rank, one)
                for key, (rank, one) in fullest.items()
                if key not in standing or rank > standing[key][0]
            }
            upsert(connection, _EVENTS, [_row(one, rank, at) for rank, one in rising.values()])
        new = [one for key, (_, one) in fullest.items() if key not in standing]
        left = {standing[key][1].key for key in rising if key in standing}
        return Change(new, frozenset(left | {one.place.key for _, one in rising.values()}))

    def of_items(self, keys: Iterable[ItemKey]) -> dict[ItemKey, list[Record]]:
        """Every record of these items."""
        incidents = {(key.school, key.incident) for key in keys if key.incident}
        messages = {(key.school, key.message) for key in keys if key.message}
        alone = {(key.organisation, key.record) for key in keys if key.record}
        events = _EVENTS.c
        queries = (
            (_RECORDS, events.school, events.incident, incidents),
            (_RECORDS.where(events.incident == ""), events.school, events.message, messages),
            (_RECORDS, events.organisation, events.id, alone),
        )
        found: dict[ItemKey, list[Record]] = {key: [] for key in keys}
        with self._database.reading() as connection:
            for query, first, second, wanted in queries:
                for value, some in chunks_by_first(wanted):
                    here = query.where(first == value, second.in_(some))
                    for digest, body in connection.execute(here).all():
                        one = _decode(body)
                        if (key := one.place.key) in found:
                            found[key].append(_record(one, digest))
        return found

    def of_incident(self, school: str, incident: str) -> tuple[KeptEvent, ...]:
        """Every event of an incident, in the order they happened."""
        return self._read(_OF_INCIDENT, {"school": school, "value": incident})

    def of_message(self, school: str, message: str) -> tuple[KeptEvent, ...]:
        """Every event of a message, in the order they happened."""
        return self._read(_OF_MESSAGE, {"school": school, "value": message})

    def classes_seen(self, school: str) -> frozenset[str]:
        """Every class of data that any event of the school told of."""
        with self._database.reading() as connection:
            found = connection.scalars(_CLASSES, {"school": school}).all()
        return frozenset(name for text in found for name in text.split())

    def old(self, school: str, cuts: EventCuts) -> dict[bool, list[_Key]]:
        """The keys of the events that are old: under True those that somebody had to look at."""
        asked = {"school": school, "before": max(cuts.counted, cuts.exceptions)}
        found: dict[bool, list[_Key]] = {False: [], True: []}
        with self._database.reading() as connection:
            for row in connection.execute(_OLD, asked):
                looked_at = bool(row.severity)
                old = row.created_at < (cuts.exceptions if looked_at else cuts.counted)
                if old and not _is_kept(row, cuts):
                    found[looked_at].append((row.organisation, row.id))
        return found

    def erase(self, keys: Iterable[_Key]) -> int:
        """Take these out; how many."""
        gone = 0
        with self._database.writing() as connection:
            for organisation, some in chunks_by_first(keys):
                here = (_EVENTS.c.organisation == organisation) & _EVENTS.c.id.in_(some)
                gone += connection.execute(delete(_EVENTS).where(here)).rowcount
        return gone

    def newest(self, school: str) -> datetime | None:
        """When the last event of the school was made; None where none was ever kept."""
        with self._database.reading() as connection:
            found: datetime | None = connection.scalar(_NEWEST, {"school": school})
        return found

    def _read(self, query: AnySelect, asked: dict[str, str]) -> tuple[KeptEvent, ...]:
        with self._database.reading() as connection:
            return tuple(_decode(body) for body in connection.execute(query, asked).scalars())


_RECORDS = select(_EVENTS.c.digest, _EVENTS.c.body)
# Made once, what follows: every school of every night asks.
_HERE = _EVENTS.c.school == bindparam("school")
_CLASSES = select(_EVENTS.c.classes).where(_HERE).distinct()
_NEWEST = select(func.max(_EVENTS.c.created_at)).where(_HERE)
_OLD = select(
    _EVENTS.c.organisation,
    _EVENTS.c.id,
    _EVENTS.c.school,
    _EVENTS.c.incident,
    _EVENTS.c.message,
    _EVENTS.c.created_at,
    _EVENTS.c.severity,
    _EVENTS.c.body,
).where(_HERE, _EVENTS.c.created_at < bindparam("before"))
_Rank: TypeAlias = tuple[int, str]
_IN_ORDER = select(_EVENTS.c.body).where(_HERE).order_by(_EVENTS.c.created_at, _EVENTS.c.id)
_OF_INCIDENT = _IN_ORDER.where(_EVENTS.c.incident == bindparam("value"))
_OF_MESSAGE = _IN_ORDER.where(_EVENTS.c.message == bindparam("value"))


def _is_kept(row: AnyRow, cuts: EventCuts) -> bool:
    if {row.incident, row.message, row.id} & cuts.incidents:
        return True
    if cuts.open_items:
        place = Place(row.school, row.organisation, row.id, row.incident, row.message)
        if place.key.id in cuts.open_items:
            return True
    if not cuts.keep:
        return False
    parties = _decode(row.body).parties
    return parties.sender.person in cuts.keep or not cuts.keep.isdisjoint(parties.people)


def _record(kept: KeptEvent, digest: str) -> Record:
    return Record(digest=digest, event=kept.event, parties=kept.parties, judgement=kept.judgement)


def _once(kept: Iterable[KeptEvent]) -> dict[_Key, tuple[_Rank, KeptEvent]]:
    """The fullest record of each event, with its rank."""
    found: dict[_Key, tuple[_Rank, KeptEvent]] = {}
    for one in kept:
        key, rank = (one.event.organisation, one.event.id), _rank(one.event)
        if key not in found or rank > found[key][0]:
            found[key] = (rank, one)
    return found


def _rank(event: Event) -> _Rank:
    return int(event.fullness), sha256(_encode(event)).hexdigest()


def _standing(connection: Connection, keys: Iterable[_Key]) -> dict[_Key, tuple[_Rank, Place]]:
    """How full what is kept of these is, and where it stands."""
    found: dict[_Key, tuple[_Rank, Place]] = {}
    for organisation, some in chunks_by_first(keys):
        here = (_EVENTS.c.organisation == organisation) & _EVENTS.c.id.in_(some)
        for fullness, digest, *place in connection.execute(_STANDING.where(here)).all():
            at = Place(*place)
            found[at.organisation, at.record] = ((fullness, digest), at)
    return found


def _row(kept: KeptEvent, rank: _Rank, at: datetime) -> dict[str, object]:
    event, severity = kept.event, kept.judgement.severity
    return {
        "organisation": event.organisation,
        "id": event.id,
        "school": kept.school,
        "incident": event.incident,
        "message": event.message,
        "created_at": event.created,
        "seen_at": at,
        "sender": str(kept.parties.sender.person or ""),
        "severity": str(severity or ""),
        "classes": " ".join(kept.judgement.classes),
        "fullness": rank[0],
        "digest": rank[1],
        "body": _encode(kept),
    }
