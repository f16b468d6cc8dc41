"""The journal: whether it is whole, and a copy of it to keep elsewhere.

It is one chain over all schools, so whoever takes a copy of it has to reach each of them; the lines
hold keys and hashes, no names.
"""

import tempfile
from pathlib import Path
from shutil import rmtree
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_people import answers
from graphsync.run_desk import event
from graphsync.store.pauses import EVERY_SCHOOL
from graphsync.store.problems import Broken, BrokenRegister
from policies.pack_loading import schools

EXPORTED = "journal_exported"
_WHOLE = {"whole": True, "rows": 48211, "head": "3f2a91bc", "first_bad": None, "why": ""}


@api.get(
    "/api/v1/journal/verify",
    Permission.VERIFY_JOURNAL,
    responses=answers(_WHOLE),
    summary="Whether the journal and the register of consent are whole",
)
def verify(home: Staff) -> dict[str, Any]:
    """`first_bad` is the first row that is not as it was written."""
    return verified(home)


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
def verify_now(request: Request, home: Staff, who: Caller) -> Response:
    """The answer on the page; nothing is changed by it."""
    return _page(request, who, verified(home))


@console.get("/journal/export", Permission.EXPORT_JOURNAL)
def export_file(home: Staff, who: Caller) -> Response:
    """The copy."""
    return exported(home, who)


def verified(home: Home) -> dict[str, Any]:
    """Whole with its head, or the first bad row and why."""
    store = home.bench.store
    try:
        head = store.journal.verify()
        store.consents.verify()
    except Broken as broken:
        return {**_WHOLE, **_broken(broken.seq, broken.why)}
    except BrokenRegister as broken:
        return {**_WHOLE, **_broken(broken.entry, broken.why)}
    return {**_WHOLE, "rows": head.rows, "head": head.hash}


def _broken(first_bad: int | str, why: str) -> dict[str, Any]:
    return {"whole": False, "rows": None, "head": None, "first_bad": first_bad, "why": why}


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


def _page(request: Request, who: Who, found: dict[str, Any] | None) -> Response:
    may_export = who.may(Permission.EXPORT_JOURNAL)
    return page(request, "journal.html", who, found=found, may_export=may_export)
