"""``/_sandbox/*``: what tests, benchmarks and people use beside Graph; no token is asked for."""

from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graphsync.sandbox.app_wishes import AppWish, register
from graphsync.sandbox.key_ring import KeyRing
from graphsync.sandbox.licence_worker import run_due
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.page import page
from graphsync.sandbox.payloads import decoded
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.schema import check_properties
from graphsync.sandbox.state import canonical_state
from graphsync.sandbox.tenant import Tenant

# What the tenant itself relies on, in users and in the rows of their licences.
_NEEDED = ("userPrincipalName", "displayName", "mailNickname")
_IN_ROWS = {"assignedLicenses": {"skuId"}, "licenseAssignmentStates": {"skuId", "error", "state"}}


class Control:
    """The control endpoints of one tenant."""

    def __init__(self, tenant: Tenant, ring: KeyRing) -> None:
        self._tenant = tenant
        self._ring = ring

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/_sandbox/requests", self.requests, methods=["GET", "DELETE"]),
            Route("/_sandbox/state", self.state, methods=["GET"]),
            Route("/_sandbox/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/_sandbox/clock", self.clock, methods=["GET", "POST"]),
            Route("/_sandbox/outbox", self.outbox, methods=["GET", "DELETE"]),
            Route("/_sandbox/apps", self.apps, methods=["POST"]),
            Route("/_sandbox/keys/rotate", self.rotate_keys, methods=["POST"]),
            Route("/_sandbox/users/{key}", self.user, methods=["POST"]),
        ]

    async def home(self, _request: Request) -> Response:
        """A plain page for people."""
        return Response(page(self._tenant), media_type="text/html")

    async def requests(self, request: Request) -> Response:
        """The request log after ``?since=n``; DELETE clears it."""
        log = self._tenant.log
        if request.method == "DELETE":
            log.clear()
            return Response(status_code=204)
        text = request.query_params.get("since", "0")
        if not text.isdecimal():
            return _mistake("since is a whole number")
        return _json({"items": log.since(int(text)), "total": log.total})

    async def state(self, _request: Request) -> Response:
        """The canonical state."""
        return _json(canonical_state(self._tenant))

    async def faults(self, request: Request) -> Response:
        """POST adds a rule or a list of rules, GET shows them, DELETE clears them."""
        faults = self._tenant.faults
        if request.method == "DELETE":
            faults.clear()
            return Response(status_code=204)
        if request.method == "POST":
            try:
                faults.add(decoded(await request.body()))
            except (Refusal, ValueError) as error:  # msgspec's errors are ValueErrors as well
                return _mistake(str(error))
        return _json({"items": faults.rows()})

    async def clock(self, request: Request) -> Response:
        """POST {"advance_seconds": n} or {"now": iso} moves the clock forward; GET tells it."""
        clock = self._tenant.clock
        if request.method == "POST":
            try:
                body = msgspec.convert(decoded(await request.body()), dict[str, Any])
                if "now" in body:
                    clock.move_to(datetime.fromisoformat(body["now"]))
                else:
                    clock.advance(float(body["advance_seconds"]))
            except (Refusal, ValueError, TypeError, KeyError, OverflowError) as error:
                return _mistake(f"advance_seconds or now is needed: {error}")
            self._tenant.empty_recycle_bin()
            run_due(self._tenant)
        return _json({"now": clock.now().isoformat()})

    async def outbox(self, request: Request) -> Response:
        """The mails that were sent, oldest first; DELETE clears them."""
        if request.method == "DELETE":
            self._tenant.outbox.clear()
            return Response(status_code=204)
        return _json({"items": self._tenant.outbox})

    async def apps(self, request: Request) -> Response:
        """POST adds or changes an app (see ``AppWish``); answers its ids and its secret."""
        try:
            wish = msgspec.convert(decoded(await request.body()), AppWish)
            app = register(self._tenant, wish)
        except (Refusal, msgspec.MsgspecError, ValueError) as error:
            return _mistake(str(error))
        return _json({"clientId": app.client_id, "id": app.object_id, "secret": app.secret})

    async def rotate_keys(self, _request: Request) -> Response:
        """A new key signs from now on; answers its ``kid``."""
        return _json({"kid": self._ring.rotate(self._tenant.clock.seconds())})

    async def user(self, request: Request) -> Response:
        """An administrator at work by hand: sets properties, whatever apps may do.

        Types are checked; permissions and the rules of PATCH are not, so that read-only
        properties such as onPremisesSyncEnabled can be set as well.
        """
        entry = self._find(request.path_params["key"])
        if entry is None:
            return _mistake("no such user", 404)
        try:
            changes = msgspec.convert(decoded(await request.body()), dict[str, Any])
            check_properties(changes, "user", "User", self._tenant.extensions.of("user"))
        except (Refusal, msgspec.MsgspecError) as error:
            return _mistake(str(error))
        if (reason := _unfit(changes)) is not None:
            return _mistake(reason)
        self._tenant.directory.change(entry, changes)
        return _json({"id": entry.id})

    def _find(self, key: str) -> Entry | None:
        entry = self._tenant.directory.entries.get(key.lower())
        return entry or self._tenant.directory.named("userPrincipalName", key)


def _unfit(changes: dict[str, Any]) -> str | None:
    """Why no user can have these properties, whoever sets them; None when one can."""
    if "id" in changes:
        return "an id stays as it is"
    if any(name in changes and not changes[name] for name in _NEEDED):
        return f"a user needs {', '.join(_NEEDED)}"
    for name, needed in _IN_ROWS.items():
        if not all(row.keys() >= needed and row["skuId"] for row in changes.get(name) or ()):
            return f"rows of {name} need {', '.join(sorted(needed))}"
    return None


def _json(document: Any) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")


def _mistake(message: str, status: int = 400) -> Response:
    return JSONResponse({"error": message}, status)
