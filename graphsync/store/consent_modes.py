"""When enforcement of consent begins or ends at a school, by whose word (decision 24)."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import bindparam, insert, select

from graphsync.store import tables
from graphsync.store.database import Database

ENFORCE, OBSERVE = "enforce", "observe"
_MODES = tables.consent_modes


class ConsentMode(Struct, frozen=True, kw_only=True):
    """From `begins` on this mode (`observe` or `enforce`) holds.

    `digest` and `people` are those of the list that was shown, `alternative` what the school does
    for those who lose a licence.
    """

    school: str
    mode: str
    begins: date
    digest: str
    people: int
    alternative: str
    by: str
    at: datetime


_OF_SCHOOL = (  # made once: every school of every night asks
    select(*(_MODES.c[name] for name in ConsentMode.__struct_fields__))
    .where(_MODES.c.school == bindparam("school"))
    .order_by(_MODES.c.seq)
)


def holding(modes: Sequence[ConsentMode], day: date) -> ConsentMode | None:
    """The last of these words that has begun by `day`."""
    return next((one for one in reversed(modes) if one.begins <= day), None)


class ConsentModes:
    """Every such word, in the order in which they were given; the last that has begun holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mode: ConsentMode) -> None:
        """Keep a word of the head's."""
        row = {name: getattr(mode, name) for name in ConsentMode.__struct_fields__}
        with self._database.writing() as connection:
            connection.execute(insert(_MODES), [row])

    def of_school(self, school: str) -> tuple[ConsentMode, ...]:
        """All of a school's, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_OF_SCHOOL, {"school": school}).all()
        return tuple(ConsentMode(**row._asdict()) for row in rows)

    def on(self, school: str, day: date) -> ConsentMode | None:
        """What holds on `day`; None where nobody ever said anything: then the school observes."""
        return holding(self.of_school(school), day)
