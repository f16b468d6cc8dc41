"""The Office 365 Management Activity API as this tenant speaks it, below ``/api/v1.0``.

The order of refusals, as far as it is not known: the address, the token, the tenant, the publisher,
throttling, then whatever the operation itself refuses. DLP.All needs ActivityFeed.ReadDlp, the
other content types ActivityFeed.Read: the reference asks for the latter throughout, Microsoft's own
DLP solution (O365-ActivityFeed-AzureFunction) for the former alone.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from graphsync.sandbox.app_roles import MANAGEMENT
from graphsync.sandbox.calls import Answer
from graphsync.sandbox.faults import ANSWERS, ON_THE_LINE, FaultRule
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.purview_operations import OPERATIONS, FeedCall, Operation
from graphsync.sandbox.purview_problems import (
    FeedRefusal,
    down,
    no_resource,
    no_tenant_id,
    other_tenant,
    throttled,
    unauthorized,
    wrong_method,
    wrong_type,
)
from graphsync.sandbox.replies import give_no_answer, send_answer
from graphsync.sandbox.request_log import Record
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import Caller, Tokens

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_FAULTS = ANSWERS | {"throttle", "expire", "truncate"}
_PATH = re.compile(r"/api/v1\.0/([^/]*)/activity/feed/(.+)", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "Expires": "-1",
    "Content-Type": "application/json; charset=utf-8",
}


class ActivityFeed:
    """The feed's endpoints of one tenant."""

    def __init__(self, tenant: Tenant, tokens: Tokens) -> None:
        self._tenant = tenant
        self._tokens = tokens

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as an ASGI application."""
        tenant, method = self._tenant, scope["method"]
        path = unquote(scope["raw_path"].decode("latin-1"))
        record = tenant.log.open(tenant.clock.stamp(), method, path)
        body = (await receive())["body"]
        started = time.perf_counter()
        rule = tenant.faults.hit(method, path, ON_THE_LINE)
        if rule is not None and rule.kind == "drop":
            await give_no_answer(scope, receive)
            return
        if rule is not None:
            await asyncio.sleep(rule.seconds)
        try:
            result = self._answer(scope, path, body, record)
        except FeedRefusal as refusal:
            record.code = refusal.code
            result = Answer(refusal.status, refusal.body, refusal.headers)
        result.headers = {**_HEADERS, **result.headers}
        record.status = result.status
        record.ms = round((time.perf_counter() - started) * 1000, 3)
        await send_answer(send, result)

    def _answer(self, scope: Scope, path: str, body: bytes, record: Record) -> Answer:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        origin = f"https://{headers.get('host', '')}"
        operation, in_url, key = _route(scope["method"], path, origin)
        caller = self._caller(headers.get("authorization"), record)
        self._check_tenant(in_url)
        text = scope["query_string"].decode("latin-1")
        query = {name.lower(): value for name, value in parse_qsl(text, keep_blank_values=True)}
        publisher = _publisher(query.get("publisheridentifier"))
        rule = self._tenant.faults.hit(scope["method"], path, _FAULTS)
        now = round(self._tenant.clock.seconds() * 1000)
        if rule is not None:
            self._turn(rule, publisher, now)
        if not self._tenant.throttle.charge_feed(publisher):
            raise throttled(operation.name, publisher)
        call = FeedCall(
            purview=self._tenant.purview,
            tenant_id=self._tenant.id,
            root=f"{origin}/api/v1.0/{self._tenant.id}/activity/feed",
            app=caller.client_id,
            roles=caller.roles,
            query=query,
            headers=headers,
            body=body,
            key=key,
            now=now,
        )
        return _performed(call, operation, rule, publisher)

    def _caller(self, authorization: str | None, record: Record) -> Caller:
        now = self._tenant.clock.seconds()
        try:
            caller = self._tokens.check(authorization, now, MANAGEMENT.audience)
        except Refusal as refusal:
            raise unauthorized() from refusal
        record.app = caller.client_id
        return caller

    def _check_tenant(self, in_url: str) -> None:
        """The check of the token made sure that it is of this tenant."""
        if not _GUID.fullmatch(in_url):
            raise no_tenant_id(in_url)
        if in_url.lower() != self._tenant.id:
            raise other_tenant(in_url, self._tenant.id)

    def _turn(self, rule: FaultRule, publisher: str | None, now: int) -> None:
        """What the rule makes of the feed, from this request on."""
        if rule.kind == "throttle":
            self._tenant.throttle.empty_feed(publisher)
        elif rule.kind == "expire":
            self._tenant.purview.expired_until = now


def _route(method: str, path: str, origin: str) -> tuple[Operation, str, str]:
    """The operation, the tenant in the address, and the content it names."""
    match = _PATH.fullmatch(path)
    name, _, key = match[2].partition("/") if match is not None else ("", "", "")
    if name.lower() != "audit":
        name, key = (match[2] if match is not None else ""), ""
    operation = OPERATIONS.get(name.lower())
    if match is None or operation is None:
        raise no_resource(f"{origin}{path}")
    if method != operation.method:
        raise wrong_method(method)
    return operation, match[1], key


def _publisher(given: str | None) -> str | None:
    """The publisher's tenant id; None where the call names none."""
    if not given:
        return None
    if not _GUID.fullmatch(given):
        raise wrong_type("PublisherIdentifier", "guid")
    return given.lower()


def _performed(
    call: FeedCall, operation: Operation, rule: FaultRule | None, publisher: str | None
) -> Answer:
    """The operation's answer under a fault, if any."""
    kind = None if rule is None else rule.kind
    if rule is not None and kind in {"status", "claims"}:
        raise _refusal(rule, operation.name, publisher)
    result = operation.perform(call)
    if kind == "commit_then_503":
        raise down(503)
    if kind == "truncate" and isinstance(result.body, str):
        result.body = result.body[: len(result.body) // 2]
    return result


def _refusal(rule: FaultRule, name: str, publisher: str | None) -> FeedRefusal:
    if rule.kind == "claims":
        return unauthorized(f' error="insufficient_claims", claims="{rule.claims}"')
    if rule.status in {403, 429}:
        refusal = throttled(name, publisher)
        refusal.status = rule.status
    else:
        refusal = down(rule.status)
    if rule.retry_after is not None:
        refusal.headers["Retry-After"] = str(rule.retry_after)
    return refusal
