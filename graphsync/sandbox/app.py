"""The HTTP side: one ASGI application for Entra, Graph, the activity feed and the controls."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from graphsync.sandbox.batch import batch_answer
from graphsync.sandbox.calls import Answer
from graphsync.sandbox.control import Control
from graphsync.sandbox.entra_problems import EntraRefusal, only_posts, transient
from graphsync.sandbox.faults import ON_THE_LINE, FaultRule
from graphsync.sandbox.graph import Request, answer, fault_refusal, identify, refuse
from graphsync.sandbox.identity import Entra
from graphsync.sandbox.payloads import decoded
from graphsync.sandbox.problems import Refusal, bad_request, method_not_allowed, not_implemented
from graphsync.sandbox.purview_control import PurviewControl
from graphsync.sandbox.purview_feed import ActivityFeed
from graphsync.sandbox.replies import encoded, give_no_answer, send_answer
from graphsync.sandbox.request_log import Record
from graphsync.sandbox.resource_manager import ResourceManager
from graphsync.sandbox.sign_in import SignIn
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import Caller, Tokens

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class SandboxApp:
    """All endpoints of one tenant; calling it is the ASGI application."""

    def __init__(self, tenant: Tenant, tokens: Tokens) -> None:
        self._tenant = tenant
        self._tokens = tokens
        self._entra = Entra(tenant, tokens)
        azure = ResourceManager(tenant, tokens)
        self._starlette = Starlette(
            routes=[
                *Control(tenant, tokens.ring).routes(),
                *PurviewControl(tenant).routes(),
                *SignIn(tenant, self._entra).routes(),
                Mount("/v1.0", self._graph),
                Mount("/api/v1.0", ActivityFeed(tenant, tokens).serve),
                Mount("/beta", self._no_beta),
                Route("/{name}/v2.0/.well-known/openid-configuration", self._configuration),
                Route("/{name}/discovery/v2.0/keys", self._keys),
                Route("/{name}/oauth2/v2.0/token", self._token, methods=["POST"]),
                Route("/subscriptions", azure.subscriptions),
                Route("/metadata/endpoints", azure.metadata),
            ],
            exception_handlers={404: self._nowhere, 405: self._wrong_method},
        )
        self._starlette.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; the server's own ``send`` is kept for faults that cut the line."""
        scope["sandbox.send"] = send
        await self._starlette(scope, receive, send)

    # -- Graph

    async def _graph(self, scope: Scope, receive: Receive, send: Send) -> None:
        tenant = self._tenant
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        path = _raw_path(scope)
        record = tenant.log.open(tenant.clock.stamp(), scope["method"], f"/v1.0{path}")
        body = (await receive())["body"]
        request = Request(
            scope["method"], path, scope["query_string"].decode("latin-1"), headers, None
        )
        started = time.perf_counter()
        rule = self._transport_fault(request)
        if rule is not None and rule.kind == "drop":
            await give_no_answer(scope, receive)
            return
        if rule is not None:
            await tenant.faults.hold_up(rule.seconds)
        result = self._graph_answer(request, body, f"https://{headers.get('host', '')}", record)
        record.ms = round((time.perf_counter() - started) * 1000, 3)
        await send_answer(send, result)

    def _transport_fault(self, request: Request) -> FaultRule | None:
        """A rule of kind drop or slow for an HTTP call; the other kinds wait their turn."""
        return self._tenant.faults.hit(request.method, f"/v1.0{request.path}", ON_THE_LINE)

    def _graph_answer(self, request: Request, body: bytes, origin: str, record: Record) -> Answer:
        tenant = self._tenant
        try:
            caller = self._tokens.check(
                request.headers.get("authorization"), tenant.clock.seconds()
            )
            record.app = caller.client_id
            document = _document(body, request.headers)
            if request.path.strip("/").lower() in {"$batch", "%24batch"}:
                return self._batch(request, caller, document, origin, record)
        except Refusal as refusal:
            return refuse(tenant, refusal, request, record)
        whole = Request(request.method, request.path, request.query, request.headers, document)
        return answer(tenant, caller, whole, origin, record)

    def _batch(
        self, request: Request, caller: Caller, body: Any, origin: str, record: Record
    ) -> Answer:
        tenant = self._tenant
        if request.method != "POST":
            raise method_not_allowed()
        rule = tenant.faults.hit("POST", "/v1.0/$batch")
        if rule is not None and rule.kind != "commit_then_503":
            raise fault_refusal(rule)
        result = batch_answer(tenant, caller, body, origin, record)
        if rule is not None:
            raise fault_refusal(rule)
        identify(result, request)
        record.status = result.status
        return result

    async def _no_beta(self, scope: Scope, _receive: Receive, send: Send) -> None:
        record = self._tenant.log.open(self._tenant.clock.stamp(), scope["method"], scope["path"])
        request = Request(scope["method"], scope["path"], "", {}, None)
        refusal = bad_request("Invalid version: beta", "BadRequest")
        await send_answer(send, refuse(self._tenant, refusal, request, record))

    async def _nowhere(self, request: HttpRequest, _error: Exception) -> Response:
        """What is no address here, as Graph says it: the first segment is the version."""
        version = request.url.path.strip("/").partition("/")[0]
        if version == "v1.0":  # Graph has its service document there, which is not spoken here
            return self._enveloped(request, not_implemented())
        return self._enveloped(request, bad_request(f"Invalid version: {version}", "BadRequest"))

    async def _wrong_method(self, request: HttpRequest, _error: Exception) -> Response:
        """Entra's number for a wrong method (its status is unverified); Graph's 405 elsewhere."""
        if request.url.path.endswith("/oauth2/v2.0/token"):
            return self._refused(self._record(request), only_posts(request.method))
        return self._enveloped(request, method_not_allowed())

    def _enveloped(self, request: HttpRequest, refusal: Refusal) -> Response:
        plain = Request(request.method, request.url.path, "", {}, None)
        payload, headers = encoded(refuse(self._tenant, refusal, plain, self._record(request)))
        return Response(payload, refusal.status, headers)

    # -- Entra

    async def _configuration(self, request: HttpRequest) -> Response:
        name = request.path_params["name"]
        return self._identity(request, lambda: self._entra.configuration(name, _origin(request)))

    async def _keys(self, request: HttpRequest) -> Response:
        name = request.path_params["name"]
        return self._identity(request, lambda: self._entra.keys(name))

    async def _token(self, request: HttpRequest) -> Response:
        record = self._record(request)
        rule = self._tenant.faults.hit("POST", request.url.path)
        if rule is not None:
            return self._refused(record, transient(rule.status))
        try:
            document, record.app = self._entra.token(
                request.path_params["name"],
                _origin(request),
                (await request.body()).decode("utf-8", "replace"),
                request.headers,
            )
        except EntraRefusal as refusal:
            return self._refused(record, refusal)
        record.status = 200
        headers = {"Cache-Control": "no-store, no-cache", "Access-Control-Allow-Origin": "*"}
        return JSONResponse(document, headers=headers)

    def _identity(self, request: HttpRequest, make: Callable[[], dict[str, Any]]) -> Response:
        record = self._record(request)
        try:
            document = make()
        except EntraRefusal as refusal:
            return self._refused(record, refusal)
        record.status = 200
        return JSONResponse(document)

    def _refused(self, record: Record, refusal: EntraRefusal) -> Response:
        record.status, record.code = refusal.status, f"AADSTS{refusal.number}"
        # Scripts of single-page applications read what is refused as well as what is given.
        headers = {"Access-Control-Allow-Origin": "*"}
        return JSONResponse(refusal.body(self._tenant.clock.now()), refusal.status, headers)

    def _record(self, request: HttpRequest) -> Record:
        return self._tenant.log.open(self._tenant.clock.stamp(), request.method, request.url.path)


def _origin(request: HttpRequest) -> str:
    return f"https://{request.headers.get('host', '')}"


def _raw_path(scope: Scope) -> str:
    """The path below /v1.0, still percent-encoded; the version may be encoded as well."""
    raw: bytes = scope["raw_path"]
    _, slash, below = raw[1:].partition(b"/")
    return (slash + below).decode("latin-1")


def _document(body: bytes, headers: dict[str, str]) -> Any:
    if not body:
        return None
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(
            415,
            "Request_UnsupportedMediaType",
            "The content type of the request is not supported: application/json is expected.",
        )
    return decoded(body)
