"""Who contact and class rows may speak of, and findings that many rows share."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, Self

from graphsync.roster.problems import Problem
from graphsync.roster.tables import Row, Table
from graphsync.roster.values import Unreadable, read_admission_number, read_id
from policies.people import Kind, Person

UNKNOWN = (
    "the row speaks of somebody who is not in the pupils and staff reports",
    "none needed for leavers",
)
LEFT_OUT = "correct it in SIMS; the row is left out"


class Known(NamedTuple):
    """Who can be spoken of: kinds by MIS id (the frozen too); ids by admission number and code."""

    school: str
    kinds: dict[str, Kind]
    by_admission: dict[str, str]
    by_code: dict[str, str]

    @classmethod
    def of(cls, school: str, people: Iterable[Person], kinds: dict[str, Kind]) -> Self:
        """The index of these people; a number or code that two of them bear tells nobody."""
        admissions, codes = defaultdict(list), defaultdict(list)
        for person in people:
            if person.admission_number:
                admissions[person.admission_number].append(person.key.mis_id)
            if person.staff_code:
                codes[person.staff_code.casefold()].append(person.key.mis_id)
        return cls(
            school,
            kinds,
            {number: ids[0] for number, ids in admissions.items() if len(ids) == 1},
            {code: ids[0] for code, ids in codes.items() if len(ids) == 1},
        )

    def person(self, mis_id: str, multiple: str, admission: str) -> str | None:
        """The MIS id these cells mean; in a composite id the first part is the main entity.

        The admission number comes first: the main entity of a class report may be the class.
        """
        if by_number := self.by_admission.get(read_admission_number(admission)):
            return by_number
        told = read_id(mis_id or multiple.partition(",")[0].strip())
        return None if isinstance(told, Unreadable) or told not in self.kinds else told


class Tally:
    """Rows with the same finding, told once a file: thousands of rows may share it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows: dict[tuple[str | None, str, str], list[int]] = defaultdict(list)

    def add(self, row: Row, column: str | None, what: str, mend: str) -> None:
        """Count a row for this finding."""
        self._rows[column, what, mend].append(row.number)

    def problems(self) -> list[Problem]:
        """One problem for each finding, with its first row and how many there are."""
        return [
            Problem(
                self._table.file,
                rows[0],
                self._table.captions.get(column, column) if column else None,
                f"{what} ({len(rows)} rows, the first is row {rows[0]})" if len(rows) > 1 else what,
                mend,
            )
            for (column, what, mend), rows in self._rows.items()
        ]
