"""Fills a school of the demo with invented people, from a plan of its years, forms and staff."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from graphsync.sandbox.names import Names, dice
from graphsync.sandbox.world import Contact, Pupil, School, StaffMember, academic_year, folded

# DfE's check letter: the alphabet leaves out I, O and S; A counts 0 and Z 22.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
SUPPORT_ROLES = (
    "Data Manager",
    "Finance Officer",
    "Welfare Assistant",
    "Attendance Officer",
    "Examinations Officer",
    "ICT Technician",
    "SEN Co-Ordinator",
)
LEADERS = ("Head Teacher", "Deputy Head", "Assistant Head")
RELATIONSHIPS = (
    "Mother",
    "Mother",
    "Mother",
    "Father",
    "Father",
    "Step Parent",
    "Grandparent",
    "Foster Carer",
)
STATUSES = ("C",) * 57 + ("M", "S", "G")


@dataclass(frozen=True)
class Cohort:
    """A year of a school: its forms by letter, how many pupils each has, its school age.

    `age` counts academic years since the school's first intake (0 for the intake itself).
    """

    year: str
    letters: str
    size: int
    age: int


@dataclass(frozen=True)
class SchoolPlan:
    """What a demo school looks like before anyone has a name; ids count up from `first_id`.

    SIMS numbers people in one database only, so two schools may use the same ids.
    """

    id: str
    name: str
    domain: str
    cohorts: tuple[Cohort, ...]
    staff: int
    subjects: tuple[str, ...]
    first_id: int
    establishment: int
    encoding: str = "utf-8"


def populate(plan: SchoolPlan, today: date) -> School:
    """The plan's school with everyone in it; the same people for the same plan, on any day."""
    choose = dice(f"graphsync demo {plan.id}")
    names = Names(choose, plan.encoding)
    ids = count(plan.first_id)
    pupils = tuple(_pupils(plan, today, choose, names, ids))
    codes = sorted({code for pupil in pupils for code in pupil.classes})
    staff = tuple(_staff(plan, today, choose, names, ids, codes))
    contacts = tuple(_contacts(pupils, choose, names, ids))
    placeholder = _placeholder(next(ids), today)
    return School(plan.id, plan.name, plan.domain, pupils, (*staff, placeholder), contacts)


def unique_pupil_number(establishment: int, year: int, serial: int) -> str:
    """A unique pupil number with the right check letter, of an establishment that is not there.

    Local authority 801 is one that validators know; establishment numbers below 1000 are not given
    out, so no child has the number.
    """
    digits = f"801{establishment:04}{year % 100:02}{serial:03}"
    total = sum(weight * int(digit) for weight, digit in zip(range(2, 14), digits, strict=True))
    return CHECK_LETTERS[total % 23] + digits


def staff_code(forename: str, surname: str, taken: set[str]) -> str:
    """The staff code of a name, three letters and a number where another has it; notes it down."""
    stem = (folded(forename)[:1] + folded(surname)[:2]).upper()
    code = next(c for c in (stem, *(f"{stem}{n}" for n in range(2, 1000))) if c not in taken)
    taken.add(code)
    return code


def _pupils(
    plan: SchoolPlan, today: date, choose: random.Random, names: Names, ids: Iterator[int]
) -> Iterator[Pupil]:
    number = 0
    for cohort in plan.cohorts:
        entry = academic_year(today) - cohort.age
        for letter in cohort.letters:
            form = f"{cohort.year}{letter}"
            for _ in range(cohort.size):
                number += 1
                forename, surname = names.pupil()
                yield Pupil(
                    mis_id=str(next(ids)),
                    adno=f"{4000 + number:06}",
                    forename=forename,
                    surname=surname,
                    legal_forename=_now_and_then(choose, 20, choose.choice(names.girls), forename),
                    legal_surname=_now_and_then(choose, 40, choose.choice(names.surnames), surname),
                    year=cohort.year,
                    form=form,
                    entry=entry,
                    starts=_first_day(choose, entry, cohort.age),
                    upn=_pupil_number(plan, entry, number, choose),
                    status=choose.choice(STATUSES),
                    classes=tuple(f"{form}/{subject}1" for subject in plan.subjects),
                )


def _now_and_then(choose: random.Random, one_in: int, then: str, now: str) -> str:
    return then if choose.randrange(one_in) == 0 else now


def _first_day(choose: random.Random, entry: int, age: int) -> date:
    """Most began on 1 September; of the older years, some came in the middle of the first year."""
    late = choose.randrange(12, 200) if choose.randrange(5) == 0 else 0
    return date(entry, 9, 1) + timedelta(days=late if age > 0 else 0)


def _pupil_number(plan: SchoolPlan, entry: int, number: int, choose: random.Random) -> str:
    """Blank for some, and for a few with a wrong check letter, as schools' records are."""
    upn = unique_pupil_number(plan.establishment, entry, number)
    fate = choose.randrange(100)
    if fate < 8:
        return ""
    wrong = CHECK_LETTERS[(CHECK_LETTERS.index(upn[0]) + 1) % 23]
    return wrong + upn[1:] if fate == 99 else upn


def _staff(
    plan: SchoolPlan,
    today: date,
    choose: random.Random,
    names: Names,
    ids: Iterator[int],
    codes: list[str],
) -> Iterator[StaffMember]:
    taken: set[str] = set()
    teachers = [n for n in range(plan.staff) if n < len(LEADERS) or n % 3 != 0]
    for n in range(plan.staff):
        title = choose.choice(("Mr", "Mr", "Mrs", "Miss", "Ms"))
        forename, surname = names.man() if title == "Mr" else names.woman()
        place = teachers.index(n) if n in teachers else None
        yield StaffMember(
            mis_id=str(next(ids)),
            code=staff_code(forename, surname, taken),
            title=title,
            forename=forename,
            surname=surname,
            roles=_roles(n, place is not None, plan.subjects),
            starts=date(academic_year(today) - 1 - choose.randrange(15), 9, 1)
            + timedelta(days=choose.choice((0, 0, 0, 13, 120, 223))),
            teaches=() if place is None else tuple(codes[place :: len(teachers)]),
        )


def _roles(number: int, teaches: bool, subjects: tuple[str, ...]) -> tuple[str, ...]:  # noqa: FBT001
    """A role text may end in brackets; some people have two roles, and so two rows."""
    teacher = f"Teacher ({subjects[number % len(subjects)]})"
    if number < len(LEADERS):
        return (LEADERS[number], teacher)
    if not teaches:
        return (SUPPORT_ROLES[number // 3 % len(SUPPORT_ROLES)],)
    return (teacher, "Form Tutor") if number % 4 == 0 else (teacher,)


def _placeholder(number: int, today: date) -> StaffMember:
    """The row that schools keep for cover lessons: a surname that begins with $, and nobody's."""
    starts = date(academic_year(today) - 5, 9, 1)
    return StaffMember(str(number), "ZZ9", "", "Supply", "$Cover", ("Cover Supervisor",), starts)


def _contacts(
    pupils: tuple[Pupil, ...], choose: random.Random, names: Names, ids: Iterator[int]
) -> Iterator[Contact]:
    for pupil in pupils:
        for priority in range(1, choose.choice((2, 2, 3))):
            yield _contact(pupil, priority, choose, names, next(ids))


def _contact(
    pupil: Pupil, priority: int, choose: random.Random, names: Names, number: int
) -> Contact:
    relationship = choose.choice(RELATIONSHIPS)
    couple = choose.randrange(40) == 0
    man = relationship == "Father"
    forename = "" if couple else choose.choice(names.boys if man else names.girls)
    surname = choose.choice((pupil.surname, pupil.surname, choose.choice(names.surnames)))
    mailbox = f"{folded(forename)}.{folded(surname)}.{number}"
    return Contact(
        pupil=pupil.mis_id,
        mis_id=str(number),
        title="Mr & Mrs" if couple else "Mr" if man else "Mrs",
        forename=forename,
        surname=surname,
        relationship=relationship,
        priority=priority,
        parental=relationship in {"Mother", "Father"},
        court_order=choose.randrange(80) == 0,
        mail="" if couple or choose.randrange(6) == 0 else f"{mailbox}@families.example",
    )


def renamed(pupil: Pupil, forename: str, surname: str) -> Pupil:
    """The pupil under another name, preferred and legal alike."""
    return replace(
        pupil,
        forename=forename,
        surname=surname,
        legal_forename=forename,
        legal_surname=surname,
    )
