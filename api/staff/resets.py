"""How often new passwords are set: counts by person, for the safeguarding lead and IT (law B6)."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.people import People
from api.staff.people_reach import AskedSchool, schools_of, sees
from api.staff.rooms import api, console
from api.staff.shapes_passwords import COUNT
from api.staff.shapes_people import answers
from graphsync.directory import Directory
from graphsync.reset_counts import counts
from policies.people import Kind


@api.get(
    "/api/v1/resets",
    Permission.SEE_RESETS,
    responses=answers({"items": [COUNT]}, 404, 422),
    summary="How many new passwords each person was set lately, the most within a week first",
)
def resets(home: Staff, who: Caller, directory: People, school: AskedSchool = "") -> dict[str, Any]:
    """Of those you may see; `often` is three within seven days. No password."""
    return {"items": _listed(home, who, directory, school)}


@console.get("/resets", Permission.SEE_RESETS)
def first(
    request: Request, home: Staff, who: Caller, directory: People, school: AskedSchool = ""
) -> Response:
    """The same as a page."""
    return page(
        request,
        "resets.html",
        who,
        lines=_listed(home, who, directory, school),
        school=school,
        schools=sorted(who.reach.schools),
    )


def _listed(home: Home, who: Who, directory: Directory, school: str) -> list[dict[str, Any]]:
    found = counts(home.bench, schools_of(who, school))
    may = sees(who)
    known = {
        one.key: one
        for of in {count.person.school for count in found}
        for one in directory.of(home.bench, of)
        if may(one)
    }
    return [
        {
            "person": str(count.person),
            "name": person.name,
            "kind": str(person.kind),
            "form": person.form if person.kind is Kind.PUPIL else None,
            "week": count.week,
            "month": count.month,
            "month_before": count.month_before,
            "last": count.last,
            "by": count.by,
            "often": count.often,
        }
        for count in found
        if (person := known.get(count.person))
    ]
