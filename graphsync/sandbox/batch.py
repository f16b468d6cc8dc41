"""``POST /$batch`` (Graph docs: json-batching): up to 20 requests, each judged by itself."""

import re
from typing import Any

from graphsync.sandbox.calls import Answer
from graphsync.sandbox.graph import Request, answer
from graphsync.sandbox.problems import Refusal, bad_request
from graphsync.sandbox.request_log import Record
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import Caller

MOST_ITEMS = 20
_LONGEST_URL = 16_384  # as for a request of its own
_LONGEST_ID_IN_LOG = 100
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_FAILED_DEPENDENCY = (
    "FailedDependency",
    "The request failed because a request it depends on failed.",
)


def batch_answer(tenant: Tenant, caller: Caller, body: Any, origin: str, record: Record) -> Answer:
    """200 and one response an item, in any order; raises the 400 of a malformed batch.

    The texts for malformed batches are unverified; the rules are the page's.
    """
    items = _checked(body)
    statuses: dict[str, int] = {}
    responses = []
    for item in _in_order(items):
        row = _respond(tenant, caller, item, statuses, origin, record)
        statuses[item["id"].lower()] = row["status"]
        responses.append(row)
    tenant.choice.shuffle(responses)
    return Answer(200, {"responses": responses})


def _respond(
    tenant: Tenant,
    caller: Caller,
    item: dict[str, Any],
    statuses: dict[str, int],
    origin: str,
    outer: Record,
) -> dict[str, Any]:
    path, _, query = item["url"].partition("?")
    path = "/" + path.lstrip("/")
    method = item["method"].upper()
    record = tenant.log.open(outer.time, method, f"/v1.0{path}")
    record.batch, record.item = outer.n, item["id"][:_LONGEST_ID_IN_LOG]
    if any(statuses[key.lower()] >= 400 for key in item.get("dependsOn") or ()):
        record.status, record.app = 424, caller.client_id
        code, message = _FAILED_DEPENDENCY
        return {
            "id": item["id"],
            "status": 424,
            "headers": {"Content-Type": "application/json"},
            "body": {"error": {"code": code, "message": message}},
        }
    headers = {name.lower(): value for name, value in (item.get("headers") or {}).items()}
    request = Request(method, path, query, headers, item.get("body"))
    result = answer(tenant, caller, request, origin, record)
    row: dict[str, Any] = {"id": item["id"], "status": result.status, "headers": result.headers}
    if result.body is not None:
        row["headers"]["Content-Type"] = "application/json"
        row["body"] = result.body
    return row


def _checked(body: Any) -> list[dict[str, Any]]:
    items = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        raise _malformed("Invalid batch payload format.")
    if len(items) > MOST_ITEMS:
        raise _malformed(
            f"Number of batch request steps exceeds the maximum value of {MOST_ITEMS}."
        )
    seen: set[str] = set()
    for item in items:
        _check_item(item)
        if item["id"].lower() in seen:
            raise _malformed(f"Request Id '{item['id']}' is not unique in the batch.")
        seen.add(item["id"].lower())
    for item in items:
        for key in item.get("dependsOn") or ():
            if not isinstance(key, str) or key.lower() not in seen or key == item["id"]:
                raise _malformed(f"Request '{item['id']}' depends on a request not in the batch.")
    return items


def _check_item(item: Any) -> None:
    if not isinstance(item, dict):
        raise _malformed("Invalid batch payload format.")
    for name in ("id", "method", "url"):
        if not isinstance(item.get(name), str) or not item[name]:
            raise _malformed(f"A batch request needs '{name}'.")
    if item["method"].upper() not in _METHODS:
        raise _malformed(f"Method '{item['method']}' is not allowed in a batch.")
    if _ABSOLUTE.match(item["url"]):
        raise _malformed("Urls in a batch are relative.")
    if item["url"].lstrip("/").lower().startswith("$batch"):
        raise _malformed("A batch cannot hold another batch.")
    if len(item["url"]) > _LONGEST_URL:
        raise _malformed("A url in the batch is too long.")
    _check_headers(item)
    if not isinstance(item.get("dependsOn") or [], list):
        raise _malformed("Invalid batch payload format.")


def _check_headers(item: dict[str, Any]) -> None:
    headers = item.get("headers") or {}
    if not isinstance(headers, dict):
        raise _malformed("Invalid batch payload format.")
    if not all(isinstance(value, str) for value in headers.values()):
        raise _malformed("Invalid batch payload format.")
    if item.get("body") is not None and "content-type" not in {name.lower() for name in headers}:
        raise _malformed(f"The body of request '{item['id']}' needs a Content-Type header.")


def _in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Dependants after what they depend on; a circle makes the batch malformed."""
    waiting = list(items)
    done: set[str] = set()
    ordered = []
    while waiting:
        ready = [
            item
            for item in waiting
            if all(key.lower() in done for key in item.get("dependsOn") or ())
        ]
        if not ready:
            raise _malformed("The dependsOn properties form a circle.")
        for item in ready:
            done.add(item["id"].lower())
            waiting.remove(item)
        ordered += ready
    return ordered


def _malformed(message: str) -> Refusal:
    return bad_request(message, "BadRequest")
