"""Microsoft Graph v1.0 as this tenant speaks it: one request in, one answer out.

The order of refusals is Graph's as far as it is known: the token, the path, throttling, the
permission, then whatever the operation itself refuses.
"""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from graphsync.sandbox.audit_reading import note
from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.costs import cost_of
from graphsync.sandbox.delegated import own_path, roles_for
from graphsync.sandbox.expanding import check_expand
from graphsync.sandbox.faults import ANSWERS, TURNS, FaultRule
from graphsync.sandbox.handlers import HANDLERS
from graphsync.sandbox.licence_worker import run_due
from graphsync.sandbox.metadata_levels import with_level
from graphsync.sandbox.paths import route
from graphsync.sandbox.problems import Refusal, bad_token
from graphsync.sandbox.query import Extended, parse_query
from graphsync.sandbox.request_log import Record
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import Caller

_AGS = (
    '{"ServerInfo":{"DataCenter":"UK South","Slice":"E","Ring":"4","ScaleUnit":"001",'
    '"RoleInstance":"SANDBOX"}}'
)


@dataclass(frozen=True, slots=True)
class Request:
    """A Graph request: ``path`` is percent-encoded, below /v1.0; header names are lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


def answer(tenant: Tenant, caller: Caller, request: Request, origin: str, record: Record) -> Answer:
    """Performs the request, fills in its log record, and answers in Graph's form, never raising.

    ``origin`` is scheme, host and port as the client wrote them, for links.
    """
    started = time.perf_counter()
    record.app = caller.client_id
    record.write = request.method != "GET"
    request_id = str(uuid4())
    try:
        result = _faulty(tenant, caller, request, origin)
        with_level(result, request.headers.get("accept", ""), tenant.id)
    except Refusal as refusal:
        result = _refused(tenant, refusal, request, request_id)
        record.code = refusal.code
    result.headers.update(_common_headers(request, request_id))
    record.status = result.status
    record.ms = round((time.perf_counter() - started) * 1000, 3)
    return result


def refuse(tenant: Tenant, refusal: Refusal, request: Request, record: Record) -> Answer:
    """The answer for a refusal that came before the request could be performed."""
    request_id = str(uuid4())
    result = _refused(tenant, refusal, request, request_id)
    result.headers.update(_common_headers(request, request_id))
    record.status, record.code = refusal.status, refusal.code
    return result


def identify(result: Answer, request: Request) -> None:
    """Puts on a ``$batch`` answer what every answer carries: its items have ids of their own."""
    result.headers.update(_common_headers(request, str(uuid4())))


def fault_refusal(rule: FaultRule) -> Refusal:
    """The refusal a fault rule stands for."""
    if rule.kind == "claims":
        refusal = bad_token(
            "Continuous access evaluation resulted in challenge with result: InteractionRequired "
            "and code: TokenIssuedBeforeRevocationTimestamp"
        )
        refusal.headers["WWW-Authenticate"] += (
            f', error="insufficient_claims", claims="{rule.claims}"'
        )
        return refusal
    status = 503 if rule.kind == "commit_then_503" else rule.status
    code, message = _FAULTS.get(status, ("UnknownError", "An error has occurred."))
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return Refusal(status, code, message, headers=headers)


_FAULTS = {
    429: ("TooManyRequests", "Too many requests."),
    500: ("Service_InternalServerError", "Encountered an internal server error."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("GatewayTimeout", "The request timed out."),
}


def _faulty(tenant: Tenant, caller: Caller, request: Request, origin: str) -> Answer:
    rule = tenant.faults.hit(request.method, f"/v1.0{request.path}", ANSWERS | TURNS)
    if rule is not None and rule.kind in TURNS:
        _turn(tenant, caller, rule)
    if rule is None or rule.kind in TURNS:
        return _perform(tenant, caller, request, origin)
    if rule.kind == "commit_then_503":
        _perform(tenant, caller, request, origin)
    raise fault_refusal(rule)


def _turn(tenant: Tenant, caller: Caller, rule: FaultRule) -> None:
    """What the rule makes of the tenant, from this request on."""
    match rule.kind:
        case "lag":
            tenant.replicas.hold(rule.seconds)
        case "throttle":
            tenant.throttle.empty(caller.client_id, rule.bucket)
        case "expire":
            tenant.handles.expire(tenant.clock.seconds())
        case _:
            pass


def _perform(tenant: Tenant, caller: Caller, request: Request, origin: str) -> Answer:
    operation, keys = route(request.method, own_path(request.path, caller))
    query = parse_query(request.query, request.headers, _extended(tenant))
    run_due(tenant)
    check_expand(operation, query)
    told = tenant.throttle.charge(
        caller.client_id, cost_of(operation, query), keys[0] if keys else ""
    )
    call = Call(
        tenant=tenant,
        keys=keys,
        query=query,
        headers=request.headers,
        body=request.body,
        roles=caller.roles,
        horizon=tenant.replicas.horizon(),
        here=f"{origin}/v1.0{request.path}",
    )
    try:
        call.roles = roles_for(operation, keys, caller)
        before = tenant.timeline.latest
        result = HANDLERS[operation](call)
        if operation.method != "GET":
            note(call, caller.client_id, operation, result, before)
    except Refusal as refusal:
        refusal.headers.update(told)
        raise
    result.headers.update(told)
    return result


def _extended(tenant: Tenant) -> Extended:
    return {kind: tenant.extensions.of(kind) for kind in ("user", "group")}


def _refused(tenant: Tenant, refusal: Refusal, request: Request, request_id: str) -> Answer:
    client_id = request.headers.get("client-request-id", request_id)
    date = tenant.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    body = refusal.envelope(date, request_id, client_id)
    return Answer(refusal.status, body, dict(refusal.headers))


def _common_headers(request: Request, request_id: str) -> dict[str, str]:
    return {
        "Cache-Control": "no-cache",
        "request-id": request_id,
        "client-request-id": request.headers.get("client-request-id", request_id),
        "x-ms-ags-diagnostic": _AGS,
    }
