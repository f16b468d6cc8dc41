"""The demo's trust: a primary, a secondary with sixth form, a school with half its accounts made.

About 1,300 people. Oakfield has no accounts, Millbrook none but strangers', Riverside most.
"""

from dataclasses import replace
from datetime import date, timedelta

from graphsync.sandbox.world import Contact, School, academic_year
from graphsync.sandbox.world_accounts import (
    NAMESAKES,
    NUMBERED_PUPIL,
    RETURNER,
    TWINS,
    Existing,
    existing_accounts,
    with_mail,
)
from graphsync.sandbox.world_people import Cohort, SchoolPlan, populate, renamed

OAK = SchoolPlan(
    id="oak",
    name="Oakfield Primary School",
    domain="oak.example",
    cohorts=(
        Cohort("N2", "A", 15, 0),
        Cohort("R", "AB", 22, 0),
        *(Cohort(str(year), "AB", 22 if year < 4 else 23, year) for year in range(1, 7)),
    ),
    staff=40,
    subjects=("Ma", "En"),
    first_id=10_001,
    establishment=101,
)
MILL = SchoolPlan(
    id="mill",
    name="Millbrook High School",
    domain="mill.example",
    cohorts=(
        *(Cohort(str(year), "ABCD", 25, year - 7) for year in range(7, 12)),
        *(Cohort(str(year), "ABC", 20, year - 7) for year in range(12, 14)),
    ),
    staff=75,
    subjects=("Ma", "En", "Sc"),
    first_id=20_001,
    establishment=202,
    encoding="cp1252",
)
RIVER = SchoolPlan(
    id="river",
    name="Riverside Academy",
    domain="river.example",
    cohorts=tuple(Cohort(str(year), "XY", 20, year - 7) for year in range(7, 12)),
    staff=30,
    subjects=("Ma", "En", "Sc"),
    first_id=10_001,
    establishment=303,
)


def demo_schools(today: date) -> tuple[School, ...]:
    """The three schools on the first night, `today`."""
    return (populate(OAK, today), _with_a_parent_on_the_staff(populate(MILL, today)), _river(today))


def river_accounts(today: date) -> tuple[Existing, ...]:
    """The accounts that Riverside's domain holds already."""
    return existing_accounts(_river_people(today))


def _with_a_parent_on_the_staff(school: School) -> School:
    """SIMS keeps one person id across roles: a teacher is the first pupil's parent."""
    first, parent = school.contacts[0], school.staff[4]
    contact = Contact(
        pupil=first.pupil,
        mis_id=parent.mis_id,
        title=parent.title,
        forename=parent.forename,
        surname=parent.surname,
        relationship="Father" if parent.title == "Mr" else "Mother",
        priority=1,
        parental=True,
        court_order=False,
        mail="",
    )
    return replace(school, contacts=(contact, *school.contacts[1:]))


def _river(today: date) -> School:
    people = _river_people(today)
    return with_mail(people, existing_accounts(people))


def _river_people(today: date) -> School:
    """Riverside with its namesakes, its twins and the member of staff who has left, for now."""
    school = populate(RIVER, today)
    pupils, staff = list(school.pupils), list(school.staff)
    one, other = NAMESAKES
    pupils[other] = renamed(pupils[other], pupils[one].forename, pupils[one].surname)
    first, second = TWINS
    pupils[first] = renamed(pupils[first], "Emily", pupils[first].surname)
    pupils[second] = renamed(pupils[second], "Emma", pupils[first].surname)
    numbered = pupils[NUMBERED_PUPIL]
    pupils[NUMBERED_PUPIL] = replace(numbered, forename="Max", legal_forename="Oscar")
    staff[RETURNER] = replace(
        staff[RETURNER],
        leaves=today - timedelta(days=7),
        starts=date(academic_year(today) - 4, 9, 1),
    )
    return replace(school, pupils=tuple(pupils), staff=tuple(staff))
