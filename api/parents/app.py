"""The parents' page as an ASGI application: look, be asked about the child, answer, keep a copy.

No cookie, no script. Whatever is wrong with a link gets one and the same page (410), so that nobody
learns whether a pupil or a link exists (law B8).
"""

import asyncio
import logging
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.parents.guard import HEADERS, LIMITS
from api.parents.pages import page, style
from api.threshold import Threshold
from graphsync.bench import Bench
from graphsync.consent_links import address_of
from graphsync.parents_desk import (
    DeadLink,
    Misfilled,
    NotTheChild,
    Opened,
    Receipt,
    Schools,
    answer,
    knock,
    look,
    reopened,
)
from graphsync.parents_mail import send_receipt
from policies.consent_records import Answer

ROUTES = APIRouter()
Text = Annotated[str, Form(max_length=100)]
_LOG = logging.getLogger(__name__)


def application(bench: Bench) -> FastAPI:
    """The page of this installation's parents."""
    app = FastAPI(title="graphsync for parents", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.schools = Schools(bench)
    app.state.mails = set()
    app.include_router(ROUTES)
    app.add_exception_handler(DeadLink, _dead)
    app.add_exception_handler(HTTPException, _dead)
    app.add_exception_handler(RequestValidationError, _dead)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(Threshold, limits=LIMITS)
    return app


@ROUTES.get("/parents.css")
def styled() -> Response:
    """The style sheet."""
    return Response(style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@ROUTES.get("/health")
def health() -> dict[str, str]:
    """Whether the page is up; it says nothing else."""
    return {"status": "up"}


@ROUTES.get("/c/{token}")
def first(request: Request, token: str) -> Response:
    """The question about the child."""
    look(_schools(request), token)
    return page("question.html", missed=False)


@ROUTES.post("/c/{token}")
def question(
    request: Request,
    token: str,
    forename: Text = "",
    day: Text = "",
    month: Text = "",
    year: Text = "",
    form: Text = "",
) -> Response:
    """The form, for whoever knows the child."""
    schools = _schools(request)
    try:
        opened = knock(schools, token, forename, _day(day, month, year), form)
    except NotTheChild:
        look(schools, token)
        return page("question.html", 422, missed=True)
    return _form(token, opened)


@ROUTES.post("/c/{token}/answer")
async def answers(request: Request, token: str) -> Response:
    """The answer, and a copy of it to keep."""
    schools = _schools(request)
    filled = await request.form()
    proof = str(filled.get("proof", ""))
    signed_by = str(filled.get("signed_by", ""))[:200]
    opened = await run_in_threadpool(reopened, schools, token, proof)
    said = [_answer(filled.getlist(f"answer_{one.number}")) for one in opened.children]
    try:
        receipt = await run_in_threadpool(
            answer,
            schools,
            token,
            proof,
            said,
            signed_by=signed_by,
            responsible=filled.get("responsible") == "yes",
        )
    except Misfilled as problem:
        return _form(token, opened, str(problem), said, signed_by)
    _mail(request, receipt)
    return page("receipt.html", receipt=receipt, link=address_of(schools.bench, receipt.token))


async def _dead(_: Request, error: Exception) -> Response:
    wrong_way = isinstance(error, HTTPException) and error.status_code == 405
    return page("dead.html", 405 if wrong_way else 410)


async def _broken(_: Request, error: Exception) -> Response:
    # Only the kind: the text of an error may hold what somebody wrote.
    _LOG.error("the parents' page failed: %s", type(error).__name__)
    response = page("broken.html", 500)
    response.headers.update(HEADERS)
    return response


def _schools(request: Request) -> Schools:
    schools: Schools = request.app.state.schools
    return schools


def _form(
    token: str,
    opened: Opened,
    problem: str = "",
    said: list[Answer | None] | None = None,
    signed_by: str = "",
) -> Response:
    return page(
        "form.html",
        422 if problem else 200,
        token=token,
        opened=opened,
        problem=problem,
        said=said or [None] * len(opened.children),
        signed_by=signed_by,
    )


def _mail(request: Request, receipt: Receipt) -> None:
    """Send a copy beside the page; if it fails, a line in the log: the page has it all."""
    bench, mails = _schools(request).bench, request.app.state.mails

    async def sent() -> None:
        if problem := await send_receipt(bench, receipt):
            _LOG.warning("a parent's copy was not sent: %s", problem)

    if receipt.mail and bench.mail_from:
        task = asyncio.create_task(sent())
        mails.add(task)
        task.add_done_callback(mails.discard)


def _answer(given: list[Any]) -> Answer | None:
    """One box, or it is no answer: a request with both is as good as none."""
    if len(given) != 1 or given[0] not in {Answer.YES, Answer.NO}:
        return None
    return Answer(given[0])


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
