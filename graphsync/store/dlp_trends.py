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
from policies.mail_items import Place
from policies.mail_people import Party

_EVENTS = tables.dlp_events


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """What of one record counts; `item` is what its incident would be called in the queue."""

    record: str
    item: str
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


class DlpTrends:
    """The events of a time, by incident."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(
        self, schools: Collection[str], begin: datetime, end: datetime
    ) -> dict[tuple[str, str, str, str], list[Row]]:
        """What counts of each record that was made from one moment to before another."""
        column = _EVENTS.c
        query = select(
            column.school,
            column.organisation,
            column.id,
            column.incident,
            column.message,
            column.created_at,
            column.seen_at,
            column.body,
        ).where(column.school.in_(schools), column.created_at >= begin, column.created_at < end)
        found: defaultdict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
        with self._database.reading() as connection:
            for (
                school,
                organisation,
                record,
                incident,
                message,
                *moments,
                body,
            ) in connection.execute(query):
                group = (school, organisation, incident, "" if incident else message or record)
                some = found[group]
                place = Place(school, organisation, record, incident, message)
                item = some[0].item if some else place.key.id
                some.append(_row(record, item, moments, _decode(body)))
        return found


def _row(record: str, item: str, moments: list[datetime], body: _Body) -> Row:
    created_at, seen_at = moments
    return Row(
        record=record,
        item=item,
        created_at=created_at,
        seen_at=seen_at,
        classes=body.judgement.classes,
        sender=body.parties.sender,
        fate=body.judgement.fate,
        overridden=body.event.said.overridden,
    )
