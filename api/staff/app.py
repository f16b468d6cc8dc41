"""The staff API and console as one ASGI application.

Programs get problem+json below `/api`, people get a page. Neither quotes what was sent.
"""

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.problems import NotSignedIn, Problem, as_json
from api.staff import (
    arrangements,
    breach_pages,
    breaches,
    compromises,
    condition,
    consent_asking_pages,
    consent_batches,
    consent_enforcement,
    consent_entering,
    consent_importing,
    consent_lists,
    consent_pupil,
    console,
    data_requests,
    deputies,
    exports,
    filtering,
    holds,
    holds_pages,
    job_pages,
    jobs,
    journal,
    kept_names,
    leavers,
    leavers_pages,
    licences,
    looks,
    mail_about,
    mail_alike,
    mail_import,
    mail_queue,
    matching,
    matching_pages,
    me,
    passwords,
    passwords_pages,
    people,
    people_pages,
    plots,
    policies,
    policy_deciding,
    request_pages,
    resets,
    rooms,
    run_pages,
    runs,
    samples,
    schedule,
    schedule_pages,
    termly,
    upload,
    worklist,
)
from api.staff.counted import Counted
from api.staff.home import Home
from api.staff.pages import problem_page
from api.staff.rooms import Rooms
from api.threshold import Limits, Threshold
from graphsync.consent_memory import ConsentMemory
from graphsync.directory import Directory
from graphsync.roster.answer_files import MAX_BYTES
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.pack_loading import PackRefused

LARGEST_BODY = 262_144  # a yes that leaves out a thousand people
LARGEST_UPLOAD = 52_428_800  # the exports of a school with every report that SIMS has
UPLOADS = ("/api/v1/roster", "/roster", "/mail/import")
ANSWERS = ("/consents/import", "/api/v1/consents/import/")
# By the beginning of the path; a file of answers has a small form around it.
LARGER = dict.fromkeys(UPLOADS, LARGEST_UPLOAD) | dict.fromkeys(ANSWERS, MAX_BYTES + 65_536)
A_MINUTE = 600  # an office behind one address
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, noarchive",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}
# A module that holds rooms is imported here: that registers them.
MODULES = (
    *(me, runs, jobs, upload, schedule, leavers),
    *(console, run_pages, job_pages, schedule_pages, leavers_pages),
    *(consent_lists, consent_batches, consent_entering, consent_asking_pages, consent_importing),
    *(consent_enforcement, consent_pupil, licences, plots),
    *(people, people_pages, holds, holds_pages, kept_names, passwords, passwords_pages),
    *(compromises, matching, matching_pages, worklist, policies, policy_deciding, journal),
    *(condition,),
    *(mail_about, mail_alike, mail_import, mail_queue, breaches, breach_pages, exports),
    *(data_requests, request_pages),
    *(deputies, looks),
    *(arrangements, resets, filtering),
    *(deputies, looks, termly, samples),
)
ROOMS: tuple[Rooms, ...] = (rooms.api, rooms.console)
_PROGRAMS = ("/api/", "/health", "/metrics", "/openapi.json")
_LOG = logging.getLogger(__name__)


def application(home: Home) -> FastAPI:
    """The staff side of this installation."""
    app = FastAPI(
        title="graphsync",
        version="1",
        description="Runs of graphsync: read them, approve them. Tokens are those of Entra.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.home = home
    app.state.counted = Counted(home.bench.now)
    app.state.directory = Directory()
    app.state.standings = ConsentMemory()
    for each in ROOMS:
        # Not include_router: that looks through all rooms twice a request, at four times the cost.
        app.router.routes.extend(each.router.routes)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(PackRefused, _refused)
    app.add_exception_handler(Broken, _broken)
    app.add_exception_handler(TenantProblem, _broken)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Threshold, limits=LIMITS)
    return app


def _told(request: Request, problem: Problem) -> Response:
    if _of_a_program(request.url.path):
        return as_json(problem)
    if isinstance(problem, looks.WhyNeeded):
        return looks.ask_why(request, problem)
    return problem_page(request, problem)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - the handler of this class alone
    to_sign_in = isinstance(error, NotSignedIn) and request.method == "GET"
    if to_sign_in and not _of_a_program(request.url.path):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?page={quote(asked)}", 303)
    return _told(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    """Which fields are wrong; what stood in them is not repeated."""
    problem = Problem(
        422, "invalid", "Something in the request is not as it must be; openapi.json says how."
    )
    if not _of_a_program(request.url.path):
        return problem_page(request, problem)
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    errors = [
        {"where": ".".join(map(str, one["loc"]))[:100], "what": str(one["type"])} for one in found
    ]
    return as_json(problem, errors)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:
        return _told(request, Problem(405, "wrong_method", "This is not done this way."))
    if status == 400:
        told = "The form cannot be read, or has more than 1,000 fields: send fewer at once."
        return _told(request, Problem(400, "malformed", told))
    return _told(
        request, Problem(404, "no_such_page", "There is nothing here. Begin on the first page.")
    )


async def _refused(request: Request, error: Exception) -> Response:
    return _told(request, Problem(409, "refused", f"{error}"))


async def _broken(request: Request, error: Exception) -> Response:
    """Settings or store are not as they must be; whoever runs the service mends it."""
    return _told(request, Problem(503, "broken", f"{error}"))


async def _failed(request: Request, error: Exception) -> Response:
    # Only the kind: the text of an error may hold what somebody wrote.
    _LOG.error("a staff page failed: %s", type(error).__name__)
    response = _told(
        request,
        Problem(500, "failed", "Nothing was changed that is not shown as changed. Try once more."),
    )
    response.headers.update(HEADERS)
    return response


def _of_a_program(path: str) -> bool:
    return path.startswith(_PROGRAMS)


def _too_large(path: str) -> Response:
    return _plain(path, Problem(413, "too_large", "Send less, and say how much (Content-Length)."))


def _too_often(path: str) -> Response:
    return _plain(path, Problem(429, "too_often", "Wait a minute, then go on."))


def _plain(path: str, problem: Problem) -> Response:
    if _of_a_program(path):
        return as_json(problem)
    return Response(f"{problem.title}. {problem.detail}", problem.status, media_type="text/plain")


LIMITS = Limits(HEADERS, LARGEST_BODY, A_MINUTE, _too_large, _too_often, LARGER)
