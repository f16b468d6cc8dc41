"""The journal: whether it is whole, and a copy of it to keep elsewhere.

It is one chain over all schools, so whoever takes a copy of it has to reach each of them; the lines
hold keys and hashes, no names.
"""

import tempfile
from pathlib import Path
from shutil import rmtree
from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_people import answers
from graphsync import verifying
from graphsync.run_desk import event
from graphsync.store.pauses import EVERY_SCHOOL
from graphsync.trouble import Usage
from graphsync.verifying import Verdict
from policies.pack_loading import schools
from reports.listing import plain

EXPORTED = "journal_exported"
_WHOLE = {
    "whole": True,
    "rows": 48211,
    "head": "3f2a91bc",
    "first_bad": None,
    "why": "",
    "incident": "",
}
Printed = Annotated[
    int | None, Query(ge=1, le=2**53, description="a row whose hash was printed, with `hash`")
]
PrintedHash = Annotated[str, Query(max_length=100, description="the hash that was printed")]
Text = Annotated[str, Form(max_length=100)]


@api.get(
    "/api/v1/journal/verify",
    Permission.VERIFY_JOURNAL,
    responses=answers(_WHOLE, 422),
    summary="Whether the journal and the registers are whole, and a printed head still stands",
)
def verify(
    home: Staff,
    row: Printed = None,
    printed: Annotated[PrintedHash, Query(alias="hash")] = "",
) -> Any:
    """`first_bad` is the first row that is not as it was written; then `incident` is the DPO's."""
    try:
        return plain(verifying.verify(home.bench, verifying.printed_head(row, printed)))
    except Usage as usage:
        raise Problem(422, "not_a_head", f"{usage}.") from None


@api.get(
    "/api/v1/journal/export",
    Permission.EXPORT_JOURNAL,
    response_class=Response,
    responses=answers(None),
    summary="The whole chain as JSON lines, which can be verified without us; it is journalled",
)
def export(home: Staff, who: Caller) -> Response:
    """As `graphsync audit export` writes it."""
    return exported(home, who)


@console.get("/journal", Permission.VERIFY_JOURNAL)
def first(request: Request, who: Caller) -> Response:
    """What the journal is for, and the buttons."""
    return _page(request, who, None)


@console.post("/journal/verify", Permission.VERIFY_JOURNAL)
def verify_now(
    request: Request, home: Staff, who: Caller, row: Text = "", printed: Text = ""
) -> Response:
    """The answer on the page; what is not whole is an incident for the DPO from then on."""
    try:
        head = verifying.printed_head(_number(row), printed)
        found = verifying.verify(home.bench, head)
    except Usage as usage:
        return _page(request, who, None, f"{usage}.", 422)
    return _page(request, who, found, compared=head is not None)


@console.get("/journal/export", Permission.EXPORT_JOURNAL)
def export_file(home: Staff, who: Caller) -> Response:
    """The copy."""
    return exported(home, who)


def _number(text: str) -> int | None:
    """A row's number as somebody types it, commas allowed; raises Usage."""
    digits = text.strip().replace(",", "")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise Usage(verifying.MISTYPED)
    return int(digits) if digits else None


def exported(home: Home, who: Who) -> Response:
    """The file, gone from here once it is sent; who took it stands in it. Raises Problem."""
    if not who.reach.schools >= set(schools(home.bench.packs_dir)):
        raise Problem(
            403,
            "some_schools",
            "The journal is one chain over every school, and you reach some of them: ask somebody"
            " who reaches all.",
        )
    home.bench.store.journal.append([event(EVERY_SCHOOL, "", EXPORTED, who.identity)])
    folder = Path(tempfile.mkdtemp(prefix="graphsync-"))
    home.bench.store.journal.export(folder / "journal.jsonl")
    return FileResponse(
        folder / "journal.jsonl",
        media_type="application/jsonl",
        filename="journal.jsonl",
        background=BackgroundTask(rmtree, folder, ignore_errors=True),
    )


def _page(
    request: Request,
    who: Who,
    found: Verdict | None,
    problem: str = "",
    status: int = 200,
    *,
    compared: bool = False,
) -> Response:
    may_export = who.may(Permission.EXPORT_JOURNAL)
    may_see = who.may(Permission.SEE_BREACHES)
    return page(
        request,
        "journal.html",
        who,
        status,
        found=found,
        compared=compared,
        problem=problem,
        may_export=may_export,
        may_see=may_see,
    )
