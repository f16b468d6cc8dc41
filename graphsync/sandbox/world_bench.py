"""The world of `--seed N`: N invented people in schools of about a thousand, for measurements.

One format, no mess, two reports a school, everyone in four groups, so that what is measured is
the work and not the luck of the data. Rows are made on the way to the file; nothing is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graphsync.sandbox.names import FORENAMES, GIRLS, SURNAMES, dice
from graphsync.sandbox.world import Happening, What, academic_year

SCHOOL_SIZE = 1000
STAFF_SHARE = 0.05
YEARS = (7, 8, 9, 10, 11)
FORM_SIZE = 27
# From night 2 on, every fiftieth person has left and as many have come: 2 % out, 2 % in.
ONE_IN = 50
LEAVES_AT = 7
FIRST_STAFF_ID, FIRST_JOINER_ID = 50_001, 80_001

PUPIL_CAPTIONS = (
    "primary_id",
    "Adno",
    "Preferred Forename",
    "Preferred Surname",
    "Year",
    "Reg",
    "Year of entry",
    "DOA",
    "DOL",
)
STAFF_CAPTIONS = (
    "primary_id",
    "Title",
    "Preferred Forename",
    "Preferred Surname",
    "Staff Code",
    "Role Text",
    "Employment Start Date",
    "DOL",
)


@dataclass(frozen=True)
class BenchSchool:
    """A school of a benchmark: its number from 1, how many pupils and staff it has on night 1."""

    number: int
    pupils: int
    staff: int

    @property
    def id(self) -> str:
        """The school id: s01, s02 and so on."""
        return f"s{self.number:02}"

    @property
    def domain(self) -> str:
        """The school's mail domain."""
        return f"{self.id}.example"


def people_in(name: str) -> int:
    """The N of a world named by a number; raises ValueError for any other name."""
    if not name.isdecimal() or int(name) == 0:
        raise ValueError(f"there is no world {name!r}: give demo, or a number of people")
    return int(name)


def bench_schools(people: int) -> tuple[BenchSchool, ...]:
    """As many schools of about a thousand as N people fill; sizes differ by one at most."""
    schools = max(1, round(people / SCHOOL_SIZE))
    sizes = [people // schools + (n < people % schools) for n in range(schools)]
    return tuple(
        BenchSchool(n, size - round(size * STAFF_SHARE), round(size * STAFF_SHARE))
        for n, size in enumerate(sizes, start=1)
    )


def pupil_rows(school: BenchSchool, night: int, today: date) -> Iterator[Sequence[str]]:
    """The rows under PUPIL_CAPTIONS of a night; leavers keep their row, dated yesterday."""
    choose = dice(f"graphsync bench pupils {school.number}")
    year_size = -(-school.pupils // len(YEARS))
    gone = _uk_date(today - timedelta(days=1))
    now = academic_year(today)
    for n in range(school.pupils):
        year = YEARS[n // year_size]
        form = f"{year}{chr(ord('A') + n % year_size // FORM_SIZE)}"
        leaves = gone if night > 1 and n % ONE_IN == LEAVES_AT else ""
        entry = now - (year - YEARS[0])
        yield _pupil(
            n + 1, choose.choice(FORENAMES), choose.choice(SURNAMES), year, form, entry, leaves
        )
    if night > 1:
        for n in range(_changes(school.pupils)):
            names = choose.choice(FORENAMES), choose.choice(SURNAMES)
            yield _pupil(FIRST_JOINER_ID + n, *names, YEARS[0], f"{YEARS[0]}A", now, "")


def staff_rows(school: BenchSchool, night: int, today: date) -> Iterator[Sequence[str]]:
    """The rows under STAFF_CAPTIONS of a night."""
    choose = dice(f"graphsync bench staff {school.number}")
    gone = _uk_date(today - timedelta(days=1))
    joiners = _changes(school.staff) if night > 1 else 0
    for n in range(school.staff + joiners):
        leaves = gone if night > 1 and n < school.staff and n % ONE_IN == LEAVES_AT else ""
        forename, surname = choose.choice(GIRLS), choose.choice(SURNAMES)
        yield (
            str(FIRST_STAFF_ID + n),
            "Ms",
            forename,
            surname,
            f"T{n + 1:03}",
            "Teacher" if n else "Head Teacher",
            f"01/09/{academic_year(today) - n % 9}",
            leaves,
        )


def bench_story(people: int) -> tuple[Happening, ...]:
    """Who leaves and who comes on night 2; later nights bring nothing."""
    return tuple(line for school in bench_schools(people) for line in _happenings(school))


def _happenings(school: BenchSchool) -> Iterator[Happening]:
    for size, first_id, first_joiner in (
        (school.pupils, 1, FIRST_JOINER_ID),
        (school.staff, FIRST_STAFF_ID, FIRST_STAFF_ID + school.staff),
    ):
        for n in range(LEAVES_AT, size, ONE_IN):
            yield Happening(2, school.id, str(first_id + n), What.LEAVER)
        for n in range(_changes(size)):
            yield Happening(2, school.id, str(first_joiner + n), What.JOINER)


def _changes(size: int) -> int:
    """How many leave a population of that size, and how many come in their place."""
    return len(range(LEAVES_AT, size, ONE_IN))


def _pupil(
    number: int, forename: str, surname: str, year: int, form: str, entry: int, leaves: str
) -> Sequence[str]:
    return (
        str(number),
        f"{number:06}",
        forename,
        surname,
        f"Year {year:>2}",
        form,
        str(entry),
        f"01/09/{entry}",
        leaves,
    )


def _uk_date(day: date) -> str:
    return f"{day:%d/%m/%Y}"
