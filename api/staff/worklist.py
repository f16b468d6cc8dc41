"""The worklist: what somebody has to do in Active Directory; as page, JSON, CSV and PowerShell."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.looks import Kind, taken
from api.staff.pages import page
from api.staff.people_reach import AskedSchool, schools_of
from api.staff.rooms import api, console
from api.staff.shapes_matching import ROW
from api.staff.shapes_people import answers
from graphsync.worklist_desk import WorkLine, listing
from reports import worklist_csv
from reports.listing import plain
from reports.powershell import script

IN_A_LIST = 100
Overdue = Annotated[str, Query(max_length=5, description="`yes`: only what is late")]
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str, Query(max_length=40, description="`after` of the last page")]


@api.get(
    "/api/v1/worklist",
    Permission.SEE_WORKLIST,
    responses=answers({"items": [ROW], "after": None}, 404, 422),
    summary="What is to be done in Active Directory, the most urgent of each school first",
)
def worklist(
    home: Staff,
    who: Caller,
    school: AskedSchool = "",
    overdue: Overdue = "",
    limit: Limit = IN_A_LIST,
    after: After = "",
) -> dict[str, Any]:
    """A row closes by itself when the tenant shows that it was done."""
    part, then = _part(listed(home, who, school, overdue), limit, after)
    return {"items": plain(part), "after": then}


@api.get(
    "/api/v1/worklist.csv",
    Permission.SEE_WORKLIST,
    response_class=Response,
    responses=answers(None, 404, 422),
    summary="The same as a file for a spreadsheet",
)
def worklist_as_csv(
    home: Staff, who: Caller, school: AskedSchool = "", overdue: Overdue = ""
) -> Response:
    """All of it; no cell is a formula."""
    return _csv(home, who, school, overdue)


@api.get(
    "/api/v1/worklist.ps1",
    Permission.SEE_WORKLIST,
    response_class=Response,
    responses=answers(None, 404, 422),
    summary="The same as a PowerShell script to read and try; it changes nothing without -Apply",
)
def worklist_as_script(
    home: Staff, who: Caller, school: AskedSchool = "", overdue: Overdue = ""
) -> Response:
    """Rows in doubt are comments."""
    return _script(home, who, school, overdue)


@console.get("/worklist", Permission.SEE_WORKLIST)
def first(
    request: Request,
    home: Staff,
    who: Caller,
    school: AskedSchool = "",
    overdue: Overdue = "",
    after: After = "",
) -> Response:
    """The rows, the most urgent of each school first."""
    lines = listed(home, who, school, overdue)
    part, then = _part(lines, IN_A_LIST, after)
    return page(
        request,
        "worklist.html",
        who,
        lines=part,
        total=len(lines),
        late=sum(line.overdue for line in lines),
        after=after,
        then=then,
        school=school,
        overdue=overdue,
        schools=sorted(who.reach.schools),
    )


@console.get("/worklist.csv", Permission.SEE_WORKLIST)
def worklist_file(
    home: Staff, who: Caller, school: AskedSchool = "", overdue: Overdue = ""
) -> Response:
    """The list of the page for a spreadsheet."""
    return _csv(home, who, school, overdue)


@console.get("/worklist.ps1", Permission.SEE_WORKLIST)
def worklist_script(
    home: Staff, who: Caller, school: AskedSchool = "", overdue: Overdue = ""
) -> Response:
    """The list of the page as a script."""
    return _script(home, who, school, overdue)


def listed(home: Home, who: Who, school: str, overdue: str) -> list[WorkLine]:
    """The open rows of the schools that this caller reaches; raises Problem."""
    return [
        line
        for one in sorted(schools_of(who, school))
        for line in listing(home.bench, one, overdue_only=bool(overdue))
    ]


def _part(lines: list[WorkLine], limit: int, after: str) -> tuple[list[WorkLine], str | None]:
    rows = [line.row for line in lines]
    start = rows.index(after) + 1 if after in rows else 0
    part = lines[start : start + limit]
    return part, part[-1].row if start + limit < len(lines) else None


def _taken(home: Home, who: Who, school: str, overdue: str) -> list[WorkLine]:
    """As `listed`, for a file: the look is written down."""
    lines = listed(home, who, school, overdue)
    taken(home, who, Kind.ACCOUNT, (line.person for line in lines))
    return lines


def _csv(home: Home, who: Who, school: str, overdue: str) -> Response:
    text = worklist_csv.as_csv(_taken(home, who, school, overdue))
    return _file(text, "worklist.csv", "text/csv; charset=utf-8")


def _script(home: Home, who: Who, school: str, overdue: str) -> Response:
    text = script(_taken(home, who, school, overdue), home.bench.now())
    return _file(text, "worklist.ps1", "text/plain; charset=utf-8")


def _file(text: str, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, 200, headers, media_type=kind)
