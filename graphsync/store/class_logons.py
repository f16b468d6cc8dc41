"""Class log-ons as the school asked for them; those that ended stay, so that they stay blocked."""

from datetime import date

import msgspec
from sqlalchemy import bindparam, select

from graphsync.store import tables
from graphsync.store.database import Database, upsert
from policies.class_logons import ClassLogon
from policies.people import PersonKey

_LOGONS = tables.class_logons
_OF_SCHOOL = (  # made once: every school of every night asks
    select(_LOGONS).where(_LOGONS.c.school == bindparam("school")).order_by(_LOGONS.c.mis_id)
)


class ClassLogons:
    """Every class log-on that was ever asked for, by school."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, logon: ClassLogon) -> None:
        """Keep a log-on as it stands now."""
        row = {
            "school": logon.key.school,
            "mis_id": logon.key.mis_id,
            "form": logon.form,
            "year": logon.year,
            "requested_by": logon.requested_by,
            "requested_on": logon.requested_on,
            "ends_on": logon.ends_on,
            "holders": msgspec.json.encode(
                {key.mis_id: day for key, day in logon.holders.items()}, order="deterministic"
            ).decode(),
        }
        with self._database.writing() as connection:
            upsert(connection, _LOGONS, [row])

    def of(self, school: str) -> tuple[ClassLogon, ...]:
        """The log-ons of a school, by key."""
        with self._database.reading() as connection:
            rows = connection.execute(_OF_SCHOOL, {"school": school}).all()
        return tuple(_logon(**row._asdict()) for row in rows)


def _logon(school: str, mis_id: str, holders: str, **fields: object) -> ClassLogon:
    noted = msgspec.json.decode(holders, type=dict[str, date | None])
    return ClassLogon(
        key=PersonKey(school, mis_id),
        holders={PersonKey(school, staff): day for staff, day in noted.items()},
        **fields,  # type: ignore[arg-type]
    )
