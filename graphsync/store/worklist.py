"""The worklist: what somebody has to do in Active Directory, because Graph may not (decision 9)."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select

from graphsync.store import tables
from graphsync.store.database import AnySelect, Database, lock_table, upsert
from policies.people import PersonKey

_WORKLIST = tables.worklist
_ROWS = select(_WORKLIST).order_by(
    _WORKLIST.c.due,
    _WORKLIST.c.school,
    _WORKLIST.c.task,
    _WORKLIST.c.mis_id,
    _WORKLIST.c.id,
)
_OPEN = _ROWS.where(_WORKLIST.c.closed_at.is_(None))
_OPEN_OF_SCHOOL = _OPEN.where(  # made once: every school of every night asks
    _WORKLIST.c.school == bindparam("of_school")
)


class Task(StrEnum):
    """What is asked of Active Directory."""

    CREATE = "create"
    RENAME = "rename"
    DISABLE = "disable"
    ENABLE = "enable"
    MOVE = "move"
    PASSWORD = "password"  # noqa: S105 - the name of a task


class Row(Struct, frozen=True, kw_only=True):
    """One task for one person. `due` is the last day on which it is done in time.

    `wanted` holds the values to set, by Graph property or AD attribute, never a password; `sid` is
    the account's security identifier in Active Directory. `doubt` says why nobody should carry it
    out yet. A closed row keeps neither values nor names.
    """

    id: str
    person: PersonKey
    task: Task
    why: str
    created_at: datetime
    due: date
    object_id: str | None = None
    sign_in_name: str = ""
    sid: str = ""
    wanted: dict[str, str] = {}
    doubt: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""

    def __repr__(self) -> str:
        return f"Row({self.id}, {self.person}, {self.task})"

    def overdue(self, day: date) -> bool:
        """Whether an open row should have been done before this day."""
        return self.closed_at is None and day > self.due


class Worklist:
    """Every row, the closed ones too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, rows: Sequence[Row]) -> None:
        """Keep these rows, replacing those of the same ids."""
        with self._database.writing() as connection:
            upsert(connection, _WORKLIST, [_fields(row) for row in rows])

    def close(self, row: Row, by: str, at: datetime) -> None:
        """End a row; its values and names are not kept."""
        closed = msgspec.structs.replace(
            row, sign_in_name="", sid="", wanted={}, doubt="", closed_at=at, closed_by=by
        )
        self.put([closed])

    def open(self, school: str | None = None) -> tuple[Row, ...]:
        """What is still to be done, in one school or in all; the most urgent first."""
        if school is None:
            return self._rows(_OPEN)
        return self._rows(_OPEN_OF_SCHOOL, of_school=school)

    def locked(self, school: str) -> tuple[Row, ...]:
        """The open rows of a school, which nobody else changes until the transaction ends."""
        with self._database.writing() as connection:
            lock_table(connection, _WORKLIST)
            return self.open(school)

    def of(self, person: PersonKey) -> tuple[Row, ...]:
        """Every row of one person."""
        mine = (_WORKLIST.c.school == person.school) & (_WORKLIST.c.mis_id == person.mis_id)
        return self._rows(_ROWS.where(mine))

    def _rows(self, query: AnySelect, **asked: str) -> tuple[Row, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(query, asked).all()
        return tuple(_row(row._asdict()) for row in rows)


def _fields(row: Row) -> dict[str, object]:
    fields = msgspec.structs.asdict(row)
    person = fields.pop("person")
    wanted = msgspec.json.encode(row.wanted).decode()
    place = {"school": person.school, "mis_id": person.mis_id}
    return {**fields, **place, "task": str(row.task), "wanted": wanted}


def _row(fields: dict[str, object]) -> Row:
    person = PersonKey(str(fields.pop("school")), str(fields.pop("mis_id")))
    task = Task(str(fields.pop("task")))
    wanted = msgspec.json.decode(str(fields.pop("wanted")), type=dict[str, str])
    return Row(person=person, task=task, wanted=wanted, **fields)  # type: ignore[arg-type]
