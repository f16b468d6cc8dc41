"""The parents' page as an ASGI application: look, be asked about the child, answer, keep a copy.

No cookie, no script, nothing fetched from elsewhere. Whatever is wrong with a link gets one and the
same page (410), so that nobody learns whether a pupil or a link exists (law B8).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.parents.limits import Limiter
from graphsync.bench import Bench
from graphsync.consent_asking import address_of
from graphsync.parents_desk import (
    DeadLink,
    Misfilled,
    NotTheChild,
    Opened,
    Receipt,
    answer,
    knock,
    look,
    reopened,
)
from graphsync.parents_mail import send_receipt
from policies.consent_records import Answer
from reports import words

HERE = Path(__file__).parent
LARGEST_BODY = 16_384
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, noarchive",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}
_LOG = logging.getLogger(__name__)


def application(bench: Bench) -> FastAPI:
    """The page of this installation's parents."""
    app = FastAPI(title="graphsync for parents", docs_url=None, redoc_url=None, openapi_url=None)
    limiter = Limiter()
    mails: set[asyncio.Task[None]] = set()

    @app.middleware("http")
    async def guarded(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        told = request.headers.get("content-length", "0")
        if request.method == "POST" and not (told.isdecimal() and int(told) <= LARGEST_BODY):
            response: Response = _page("dead.html", 413)
        elif limiter.refuses(request.client.host if request.client else ""):
            response = _page("slower.html", 429)
            response.headers["Retry-After"] = "60"
        else:
            response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(DeadLink)
    async def dead(_: Request, __: Exception) -> Response:
        return _page("dead.html", 410)

    @app.exception_handler(HTTPException)
    async def unknown(_: Request, error: Exception) -> Response:
        found = getattr(error, "status_code", 404)
        return _page("dead.html", 410 if found == 404 else found)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> Response:
        _LOG.error("the parents' page failed: %s", type(error).__name__)
        response = _page("broken.html", 500)
        response.headers.update(HEADERS)
        return response

    @app.get("/parents.css")
    async def style() -> Response:
        return Response(_style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "up"}

    @app.get("/c/{token}")
    def ask(token: str) -> Response:
        look(bench, token)
        return _page("question.html", missed=False)

    @app.post("/c/{token}")
    def question(
        token: str,
        forename: Annotated[str, Form(max_length=100)] = "",
        day: Annotated[str, Form(max_length=4)] = "",
        month: Annotated[str, Form(max_length=4)] = "",
        year: Annotated[str, Form(max_length=6)] = "",
        form: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        try:
            opened = knock(bench, token, forename, _day(day, month, year), form)
        except NotTheChild:
            look(bench, token)
            return _page("question.html", 422, missed=True)
        return _form(opened)

    @app.post("/c/{token}/answer")
    async def answers(token: str, request: Request) -> Response:
        filled = await request.form()
        proof = str(filled.get("proof", ""))
        signed_by = str(filled.get("signed_by", ""))[:200]
        opened = await run_in_threadpool(reopened, bench, token, proof)
        said = [_answer(filled.getlist(f"answer_{one.number}")) for one in opened.children]
        try:
            receipt = await run_in_threadpool(
                answer,
                bench,
                token,
                proof,
                said,
                signed_by=signed_by,
                responsible=filled.get("responsible") == "yes",
            )
        except Misfilled as problem:
            return _form(opened, str(problem), said, signed_by, 422)
        _mail(bench, receipt, mails)
        return _page("receipt.html", receipt=receipt, link=address_of(bench, receipt.token))

    return app


def _form(
    opened: Opened,
    problem: str = "",
    said: list[Answer | None] | None = None,
    signed_by: str = "",
    status: int = 200,
) -> HTMLResponse:
    said = said or [None] * len(opened.children)
    return _page(
        "form.html", status, opened=opened, problem=problem, said=said, signed_by=signed_by
    )


def _mail(bench: Bench, receipt: Receipt, mails: set[asyncio.Task[None]]) -> None:
    """Send a copy beside the page; what goes wrong is a line in the log, for the page has it all."""

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


@cache
def _style() -> bytes:
    return (HERE / "static" / "parents.css").read_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = words.clean
    environment.filters["minute"] = words.long_moment
    return environment


def _page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_environment().get_template(name).render(**values), status)
