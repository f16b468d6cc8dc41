"""A row of the contract: a request, what a document says is answered, and which document.

A request may hold names in braces: objects made for this row (``{user}``, ``{upn}``, ``{group}``,
``{team}``, ``{unit}``, each also with a number behind it), ``{n}``, ``{missing}``, ``{domain}``,
``{tenant}``, ``{base}``, and ``{1.id}``: a property of what the first step of ``before`` answered.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()  # the property must not be there
BAD = "Request_BadRequest"
GONE = "Request_ResourceNotFound"
DENIED = "Authorization_RequestDenied"
EVENTUAL = {"ConsistencyLevel": "eventual"}


@dataclass(frozen=True)
class Row:
    """One documented behaviour.

    source       the page that says so; "recorded" names an answer somebody has kept
    request      method and path below /v1.0
    code, text   of the error; ``text`` is a regular expression, searched in the message
    shape        what the body must match, see ``mismatch``
    headers      sent with the request
    told         response headers, each a regular expression for the whole value
    permissions  of the application that asks; None for one that may do everything
    before       requests (and bodies and headers) that come first and must succeed, or seconds to
                 wait for what a worker of the service does
    """

    name: str
    source: str
    request: str
    status: int
    code: str = ""
    text: str = ""
    body: Any = None
    shape: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    permissions: tuple[str, ...] | None = None
    before: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return self.name


def mismatch(expected: Any, actual: Any, at: str = "body") -> str:
    """Where the value is not what was expected, in words; empty when it is.

    A dict names properties that must match (``ABSENT``: must be missing, ``...``: must be there), a
    list is matched item by item, a type is the value's, a pattern its whole text, a function says
    whether it will do; anything else is equal.
    """
    if expected is ...:
        return ""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _first(
            "" if each is ABSENT and name not in actual else _inside(each, actual, name, at)
            for name, each in expected.items()
        )
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return f"{at}: {len(actual)} items, not {len(expected)}"
        return _first(
            mismatch(each, value, f"{at}[{index}]")
            for index, (each, value) in enumerate(zip(expected, actual, strict=True))
        )
    return "" if _fits(expected, actual) else f"{at}: {actual!r}, expected {expected!r}"


def _fits(expected: Any, actual: Any) -> bool:
    if isinstance(expected, type):
        return isinstance(actual, expected)
    if isinstance(expected, re.Pattern):
        return isinstance(actual, str) and expected.fullmatch(actual) is not None
    if isinstance(expected, Callable):
        return bool(expected(actual))
    return type(expected) is type(actual) and expected == actual


def _inside(expected: Any, actual: dict[str, Any], name: str, at: str) -> str:
    if expected is ABSENT:
        return f"{at}.{name}: is there"
    if name not in actual:
        return f"{at}.{name}: is missing"
    return mismatch(expected, actual[name], f"{at}.{name}")


def _first(found: Any) -> str:
    return next((each for each in found if each), "")


def check(row: Row, answer: httpx.Response) -> None:
    """Asserts that the answer is what the row says, and what Graph's answers have in common."""
    told = f"{row.request} ({row.source}): {answer.status_code} {answer.text[:600]}"
    assert answer.status_code == row.status, told
    assert answer.headers["request-id"], told
    assert answer.headers["cache-control"] == "no-cache", told
    if row.status in {202, 204}:
        assert row.status == 202 or not answer.content, told
    if row.status >= 400:
        _check_error(row, answer, told)
    for name, pattern in row.told.items():
        assert re.fullmatch(pattern, answer.headers.get(name, "")), f"{name}: {told}"
    if row.shape is not None:
        plain = answer.headers["content-type"].startswith("text/plain")
        wrong = mismatch(row.shape, answer.text if plain else _ordered(answer.json()))
        assert not wrong, f"{wrong}\n{told}"


def _check_error(row: Row, answer: httpx.Response, told: str) -> None:
    """The envelope: Graph docs "errors"; the dashed names are those of json-batching."""
    error = answer.json()["error"]
    assert error["code"] == row.code, told
    assert re.search(row.text, error["message"]), told
    inner = error["innerError"]
    assert inner.keys() == {"date", "request-id", "client-request-id"}, told
    assert inner["request-id"] == answer.headers["request-id"], told


def _ordered(body: Any) -> Any:
    """The responses of a batch by their ids: they come in any order."""
    if isinstance(body, dict) and isinstance(body.get("responses"), list):
        return {"responses": {each["id"]: each for each in body["responses"]}}
    return body


def exact(text: str) -> str:
    """A pattern for the whole message."""
    return f"^{re.escape(text)}$"


NO_RIGHT = exact("Insufficient privileges to complete the operation.")


def new_user(*left_out: str, **changes: Any) -> dict[str, Any]:
    """The body of POST /users with a name of its own."""
    whole = {
        "accountEnabled": True,
        "displayName": "New {n}",
        "mailNickname": "{n}",
        "userPrincipalName": "{n}@{domain}",
        "passwordProfile": {"password": "Orange-Kite-42"},
        **changes,
    }
    return {name: value for name, value in whole.items() if name not in left_out}


def new_group(*left_out: str, **changes: Any) -> dict[str, Any]:
    """The body of POST /groups for a security group with a name of its own."""
    whole = {
        "displayName": "Group {n}",
        "mailEnabled": False,
        "mailNickname": "{n}",
        "securityEnabled": True,
        **changes,
    }
    return {name: value for name, value in whole.items() if name not in left_out}


def new_team(**changes: Any) -> dict[str, Any]:
    """The body of POST /groups for a Microsoft 365 group."""
    kind = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
    return new_group(**{**kind, **changes})


def reference(key: str) -> dict[str, str]:
    """The body of a ``$ref``."""
    return {"@odata.id": f"{{base}}/directoryObjects/{key}"}


def item(key: str, method: str, url: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """An item of a ``$batch``."""
    row: dict[str, Any] = {"id": key, "method": method, "url": url, **more}
    if body is not None:
        row["headers"] = {"Content-Type": "application/json", **row.get("headers", {})}
        row["body"] = body
    return row
