"""Which school's, and which pupil's, consents somebody works on; anything else is not there."""

from typing import Annotated

import msgspec
from fastapi import Path, Query

from api.permissions import Who
from api.problems import Problem
from api.staff.home import Home, demand_all_years, demand_reach
from graphsync.consent_school import ConsentSchool
from graphsync.desk_subjects import roster_of
from policies.people import PersonKey

School = Annotated[str, Path(max_length=40, examples=["pb"])]
Ref = Annotated[str, Path(max_length=64, examples=["5523"], description="the MIS person id")]
AskedSchool = Annotated[
    str | None,
    Query(alias="school", max_length=40, description="the only one you reach needs no name"),
]
NO_PUPIL = Problem(
    404, "no_such_pupil", "There is no such pupil in your schools and years; /consents lists them."
)
NO_SCHOOL = Problem(404, "no_such_school", "There is no such school among yours.")


def school_of(who: Who, asked: str | None) -> str:
    """The school that is asked for, else the first of this person's; raises Problem."""
    if asked:
        demand_reach(who, asked, NO_SCHOOL)
        return asked
    if not who.reach.schools:
        raise Problem(
            404,
            "no_school",
            "Your account is not given a school here: whoever runs graphsync adds you to the"
            f" access file. They need this account number: {who.account}",
        )
    return min(who.reach.schools)


def whole_school(who: Who, asked: str | None) -> str:
    """As `school_of`, for what goes across years; raises Problem for somebody of some years."""
    school = school_of(who, asked)
    demand_all_years(who, [school])
    return school


def named_pupil(home: Home, who: Who, school: str, named: str) -> PersonKey:
    """A pupil by key or admission number, among those of the years that this person reaches.

    Whoever is of another year is refused with the words for a number that nobody has.
    """
    roster, years = roster_of(home.bench, school), who.reach.years_of(school)
    if years:
        seen = tuple(one for one in roster.people if one.year in years)
        roster = msgspec.structs.replace(roster, people=seen)
    return ConsentSchool(home.bench, school, roster).pupil(named).key


def pupil_of(home: Home, who: Who, school: str, ref: str) -> PersonKey:
    """A pupil whose school and year this person reaches; raises Problem, the same for any other."""
    demand_reach(who, school, NO_PUPIL)
    key = PersonKey(school, ref)
    if years := who.reach.years_of(school):
        pupil = roster_of(home.bench, school).find(key)
        if pupil is None or (pupil.year or "") not in years:
            raise NO_PUPIL
    return key
