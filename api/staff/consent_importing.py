"""A file of answers, sent by a program or a browser: checked row by row, then recorded."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.consent_entering import day_of
from api.staff.consent_reach import AskedSchool, School, whole_school
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import IMPORTED, answers
from graphsync.consent_import import ImportReport, Wanted, import_bytes
from graphsync.consent_school import ConsentSchool
from graphsync.roster.problems import RosterRefused
from graphsync.trouble import Refusal
from reports.listing import plain

NAME = Path("the file")  # a refusal names it so, whatever it is called


async def sent_bytes(request: Request) -> bytes:
    """The body as it was sent; the threshold has let in its length."""
    return await request.body()


@api.post(
    "/api/v1/consents/import/{school}",
    Permission.RECORD_CONSENTS,
    responses=answers(IMPORTED, 404, 409, 413, 422),
    summary="Answers of a CSV or XLSX file, sent as the body; each row is told",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
)
def import_file(
    home: Staff,
    who: Caller,
    school: School,
    data: Annotated[bytes, Depends(sent_bytes)],
    edition: Annotated[str, Query(max_length=100)] = "",
    signed_on: Annotated[date | None, Query(description="of rows that say none")] = None,
    write: Annotated[bool, Query(description="without it nothing is recorded")] = False,  # noqa: FBT002 - a flag of the address
) -> dict[str, Any]:
    """The same answer twice is one row: to send a file again changes nothing."""
    wanted = Wanted(
        path=NAME, school=whole_school(who, school), edition=edition, signed_on=signed_on
    )
    try:
        return dict(plain(import_bytes(home.bench_of(who), wanted, data, write=write)))
    except RosterRefused as refused:
        raise Problem(422, "file_refused", f"{refused}") from None


@console.get("/consents/import", Permission.RECORD_CONSENTS)
def begin(request: Request, home: Staff, who: Caller, school: AskedSchool = None) -> Response:
    """Which file."""
    return _page(request, home, who, whole_school(who, school))


async def sent_form(request: Request) -> dict[str, str | bytes]:
    """The fields of the form, the file as its bytes.

    Asked for here and not as parameters, so that nothing is read before the room's guards.
    """
    form = await request.form()
    read: dict[str, str | bytes] = {}
    for name, value in form.items():
        read[name] = await value.read() if isinstance(value, UploadFile) else value[:200]
    await form.close()
    return read


@console.post("/consents/import", Permission.RECORD_CONSENTS)
def imported(
    request: Request,
    home: Staff,
    who: Caller,
    sent: Annotated[dict[str, str | bytes], Depends(sent_form)],
) -> Response:
    """Checked, or recorded where that is ticked; every row that was held is told."""
    here, data = whole_school(who, _text(sent, "school")), sent.get("file")
    if not isinstance(data, bytes) or not data:
        return _page(request, home, who, here, problem="Choose the file with the answers.")
    try:
        wanted = Wanted(
            path=NAME,
            school=here,
            edition=_text(sent, "edition"),
            signed_on=day_of(_text(sent, "signed_on")),
        )
        write = _text(sent, "write") == "yes"
        report = import_bytes(home.bench_of(who), wanted, data, write=write)
    except (Refusal, RosterRefused) as problem:
        return _page(request, home, who, here, problem=f"{problem}.")
    return _page(request, home, who, here, report=report)


def _text(sent: dict[str, str | bytes], name: str) -> str:
    value = sent.get(name, "")
    return value if isinstance(value, str) else ""


def _page(
    request: Request,
    home: Home,
    who: Who,
    school: str,
    *,
    report: ImportReport | None = None,
    problem: str = "",
) -> Response:
    return page(
        request,
        "consent_import.html",
        who,
        422 if problem else 200,
        school=school,
        schools=sorted(who.reach.schools),
        editions=list(ConsentSchool(home.bench, school).editions),
        report=report,
        problem=problem,
    )
