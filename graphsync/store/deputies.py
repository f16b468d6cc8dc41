"""Deputies: who stands in for a role in a school, from when until when, on whose word."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, insert, select

from graphsync.store import tables
from graphsync.store.database import AnySelect, Database, among

_ROWS = tables.deputies
# Made once: every page asks whom the account that looks at it stands in for.
_ORDERED = select(_ROWS).order_by(_ROWS.c.seq)
_OF_ACCOUNT = _ORDERED.where(_ROWS.c.account == bindparam("account"))
_OF_SCHOOLS = _ORDERED.where(_ROWS.c.school.in_(among("schools")))


class Deputy(Struct, frozen=True, kw_only=True):
    """One deputy: an account that holds a role in a school from `since` to `until`, both included.

    `ended_at` and `ended_by` say that it was ended before its time.
    """

    id: str
    school: str
    role: str
    account: str
    since: date
    until: date
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""

    def __repr__(self) -> str:
        return f"Deputy({self.id})"

    def stands(self, day: date) -> bool:
        """Whether the role is theirs on a day."""
        return self.ended_at is None and self.since <= day <= self.until

    def over(self, day: date) -> bool:
        """Whether it never stands again from a day on."""
        return self.ended_at is not None or self.until < day


class Deputies:
    """Every deputy that was ever named; rows are only added."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def name(self, deputy: Deputy) -> None:
        """Let somebody stand in."""
        self._add(deputy, "named", deputy.by, deputy.at)

    def end(self, deputy: Deputy, by: str, at: datetime) -> None:
        """End it now."""
        self._add(deputy, "ended", by, at)

    def of_account(self, account: str) -> list[Deputy]:
        """What an account stands or stood in for, in the order of naming."""
        return self._read(_OF_ACCOUNT, account=account)

    def of_schools(self, schools: Iterable[str]) -> list[Deputy]:
        """Every deputy of these schools, in the order of naming."""
        return self._read(_OF_SCHOOLS, schools=sorted(schools))

    def _add(self, deputy: Deputy, did: str, by: str, at: datetime) -> None:
        row = {
            **msgspec.structs.asdict(deputy),
            "deputy": deputy.id,
            "did": did,
            "by": by,
            "at": at,
        }
        row = {name: row[name] for name in _ROWS.c.keys() if name != "seq"}  # noqa: SIM118 - columns
        with self._database.writing() as connection:
            connection.execute(insert(_ROWS), row)

    def _read(self, query: AnySelect, **asked: object) -> list[Deputy]:
        with self._database.reading() as connection:
            rows = connection.execute(query, asked).all()
        found: dict[str, Deputy] = {}
        for row in rows:
            fields = row._asdict()
            seq, made, did = (fields.pop(one) for one in ("seq", "deputy", "did"))
            del seq
            if did == "named":
                found[made] = Deputy(id=made, **fields)
            else:
                found[made] = msgspec.structs.replace(found[made], ended_at=row.at, ended_by=row.by)
        return list(found.values())
