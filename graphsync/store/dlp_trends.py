"""Events of data loss as counts are made of them: one statement, and little of each body."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import select

from graphsync.store import tables
from graphsync.store.database import Database
from policies.mail_effects import Fate
from policies.mail_items import ItemKey
from policies.mail_people import Party

_EVENTS = tables.dlp_events


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """What of one record counts."""

    record: str
    created_at: datetime
    seen_at: datetime
    classes: tuple[str, ...]
    sender: Party
    fate: Fate
    overridden: bool


class _Said(Struct, frozen=True):
    overridden: bool = False


class _Event(Struct, frozen=True):
    said: _Said = _Said()


class _Parties(Struct, frozen=True):
    sender: Party


class _Judgement(Struct, frozen=True):
    fate: Fate
    classes: tuple[str, ...]


class _Body(Struct, frozen=True):
    event: _Event
    parties: _Parties
    judgement: _Judgement


_decode = msgspec.msgpack.Decoder(_Body).decode
_COLUMNS = select(
    _EVENTS.c.school,
    _EVENTS.c.organisation,
    _EVENTS.c.id,
    _EVENTS.c.incident,
    _EVENTS.c.message,
    _EVENTS.c.created_at,
    _EVENTS.c.seen_at,
    _EVENTS.c.body,
)


class DlpTrends:
    """The events of a time, by incident."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(
        self, schools: Collection[str], begin: datetime, end: datetime
    ) -> dict[ItemKey, list[Row]]:
        """What counts of each record that was made from one moment to before another."""
        when = _EVENTS.c.created_at
        query = _COLUMNS.where(_EVENTS.c.school.in_(schools), when >= begin, when < end)
        found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
        with self._database.reading() as connection:
            for (
                school,
                organisation,
                record,
                incident,
                message,
                created,
                seen,
                raw,
            ) in connection.execute(query):
                body = _decode(raw)
                row = Row(
                    record=record,
                    created_at=created,
                    seen_at=seen,
                    classes=body.judgement.classes,
                    sender=body.parties.sender,
                    fate=body.judgement.fate,
                    overridden=body.event.said.overridden,
                )
                alone = () if incident else (message,) if message else ("", record)
                found[school, organisation, incident, *alone].append(row)
        return {ItemKey(*key): some for key, some in found.items()}
