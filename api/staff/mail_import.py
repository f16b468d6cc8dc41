"""An export of records of data loss, sent by a browser and read as `graphsync dlp import` does."""

import shutil
import tempfile
from pathlib import Path

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from api.permissions import Permission, Who
from api.staff.home import Caller, Home, Staff
from api.staff.mail_reach import actor_of
from api.staff.pages import page
from api.staff.rooms import console
from reports.dlp.importing import Imported, import_files

CHUNK = 1 << 20


@console.get("/mail/import", Permission.ADVISE_DLP)
def begin(request: Request, who: Caller) -> Response:
    """Which file."""
    return _page(request, who)


@console.post("/mail/import", Permission.ADVISE_DLP)
async def imported(request: Request, home: Staff, who: Caller) -> Response:
    """Read, and told record by record; the file itself is not kept."""
    async with request.form(max_files=1) as form:
        return await run_in_threadpool(_imported, request, home, who, form)


def _imported(request: Request, home: Home, who: Who, form: FormData) -> Response:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        return _page(request, who, problem="Choose the file with the records.")
    with tempfile.TemporaryDirectory(prefix="graphsync-") as folder:
        path = Path(folder) / "records"
        with path.open("xb") as kept:
            shutil.copyfileobj(file.file, kept, CHUNK)
        return _page(request, who, told=import_files(home.bench_of(who), [path]))


def _page(
    request: Request, who: Who, *, told: Imported | None = None, problem: str = ""
) -> Response:
    mine = actor_of(who).schools or ()
    (report,) = told.items if told else (None,)
    if report and report.problem:
        problem = f"{report.problem}."
    return page(
        request,
        "mail_import.html",
        who,
        422 if problem else 200,
        report=None if problem else report,
        missing=[one for one in told.without_a_rule if one.school in mine] if told else [],
        problem=problem,
    )
