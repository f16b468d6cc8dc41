"""What is wrong with an export, where, and how to mend it; never the value that was read."""

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One finding: file, row (CSV line or XML record number), column as captioned, what, mend.

    `person` is a key printed `SCHOOL:ID`, or None when the finding is not about one person. No
    field ever holds a value of the export: those are personal data.
    """

    file: str
    row: int | None
    column: str | None
    what: str
    mend: str
    person: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        mend = f"; {self.mend}" if self.mend else ""
        return f"{', '.join(place)}: {self.what}{mend}"


class FileFacts(Struct, frozen=True):
    """What one file turned out to be; `columns` are canonical names, see `columns.py`."""

    file: str
    format: str
    report: str
    rows: int
    encoding: str
    columns: tuple[str, ...]


class RosterRefused(Exception):
    """A set of exports that must not be used at all, with every reason found in every file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refusal(
    file: str, what: str, mend: str, *, row: int | None = None, column: str | None = None
) -> RosterRefused:
    """A refusal for one reason."""
    return RosterRefused((Problem(file, row, column, what, mend),))


def percent(share: float) -> str:
    """A share as people read it: 0.19 is `19 %`."""
    return f"{share * 100:.0f} %"
