"""A roster by upload: its files are kept for a day, checked as a job, and may be drafted from."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.jobs import begun, demand_school
from api.staff.rooms import api
from api.staff.shapes import problems
from api.staff.shapes_jobs import JobShape
from api.staff.writing import Key
from graphsync.job_desk import ask, folder_of
from graphsync.store.jobs import Job

MOST_FILES = 20
CHUNK = 1_048_576
ENDINGS = frozenset({".xml", ".csv", ".xls", ".xlsx", ".txt"})
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["school", "files"],
                    "properties": {
                        "school": {"type": "string", "examples": ["pb"]},
                        "files": {
                            "type": "array",
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "format": "binary"},
                        },
                    },
                }
            }
        },
    }
}


@api.post(
    "/api/v1/roster",
    Permission.DRAFT_RUNS,
    response_model=JobShape,
    status_code=202,
    responses=problems(404, 409, 413, 422),
    summary="Upload a school's exports and have them checked; 50 MB at most",
    openapi_extra=_BODY,
)
async def upload(request: Request, home: Staff, who: Caller, key: Key) -> Response:
    """The job that checks them; POST /api/v1/runs with `upload` drafts from them."""
    # The body is read only here, behind the guard: nobody else makes us keep 50 MB.
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        return await run_in_threadpool(_uploaded, home, who, key, form)


def _uploaded(home: Home, who: Who, key: str, form: FormData) -> Response:
    school, files = asked_in(form)
    content = hashlib.sha256(school.encode())
    for one in files:
        content.update(f"\n{one.filename}\n".encode())
        for chunk in iter(lambda one=one: one.file.read(CHUNK), b""):  # type: ignore[misc]
            content.update(chunk)
    asked = f"roster\n{content.hexdigest()}"
    return begun(home, who, key, asked, lambda: kept(home, who, school, files))


def asked_in(form: FormData) -> tuple[str, Sequence[UploadFile]]:
    """The school and the files of a form; raises Problem where they cannot be an export."""
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.size]
    if not files or len(files) > MOST_FILES:
        raise Problem(
            422, "no_files", f"Choose the files that SIMS wrote, none empty, {MOST_FILES} at most."
        )
    if {PurePath(one.filename or "").suffix.lower() for one in files} - ENDINGS:
        wanted = ", ".join(sorted(ENDINGS))
        raise Problem(422, "no_export", f"An export of SIMS ends with one of {wanted}.")
    return str(form.get("school", "")), files


def kept(home: Home, who: Who, school: str, files: Sequence[UploadFile]) -> Job:
    """Ask for the check and keep the files under its name; raises Problem, Refusal."""
    demand_school(home, who, school)
    job = ask(home.bench_of(who), "roster", school)
    folder = folder_of(home.runner.places.uploads, job.id)
    folder.mkdir(parents=True, mode=0o700)
    for number, one in enumerate(files):
        one.file.seek(0)
        with (folder / _name(number, one)).open("xb") as file:
            shutil.copyfileobj(one.file, file, CHUNK)
    return job


def _name(number: int, file: UploadFile) -> str:
    """A name of ours that still says which file it was: what came may name any path."""
    path = PurePath((file.filename or "").replace("\\", "/"))
    stem = "".join(one if one.isalnum() or one in "-_ " else "_" for one in path.stem)[:60]
    return f"{number + 1}-{stem}{path.suffix.lower()}"
