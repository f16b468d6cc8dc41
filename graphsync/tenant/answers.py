"""Requests and answers as values, and the `$batch` envelope that carries twenty of them.

Microsoft Graph, "Combine multiple requests in one HTTP call using JSON batching": at most 20 items,
relative urls, ids unique, answers in any order, each with its own status and headers.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from graphsync.tenant.problems import AnswerMalformed

LARGEST_BATCH = 20
T = TypeVar("T")
# What may be shown of an answer: words such as Request_BadRequest, userPrincipalName or an id.
# Anything longer or stranger may be a person's name, or be made to be read by one.
_WORD = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
# A page of 999 users with ten licences and states each, or twenty pages of members: under 20,000
# objects and 400,000 values. A body this large with more would be a gigabyte of rows in memory.
_LARGE, _MOST_OBJECTS, _MOST_VALUES = 4 * 1024 * 1024, 100_000, 1_000_000
_DECIMAL = re.compile(r"\d{1,18}(\.\d{0,18})?", re.ASCII)


def decoded(body: bytes, kind: type[T]) -> T:
    """The JSON body as this type; raises AnswerMalformed, which names the place and no value."""
    if len(body) > _LARGE and (body.count(b"{") > _MOST_OBJECTS or body.count(b",") > _MOST_VALUES):
        raise AnswerMalformed("more rows or values than any page of Graph's")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        place = str(error) if isinstance(error, msgspec.DecodeError) else type(error).__name__
        raise AnswerMalformed(place) from None


def word(text: str) -> str:
    """The text when it is a code, a property's name or an id; empty when it is anything else."""
    return text if _WORD.fullmatch(text) else ""


class Request(Struct, frozen=True):
    """One call. `path` is relative to the Graph URL and begins with a slash."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"Request({self.method})"  # paths may hold a UPN, bodies a password


class _Detail(Struct, frozen=True):
    code: str = ""
    message: str = ""
    target: str | None = None


class _Error(Struct, frozen=True):
    code: str = ""
    message: str = ""
    details: tuple[_Detail, ...] | None = None


class _Envelope(Struct, frozen=True):
    error: _Error


class _Named(Struct, frozen=True):
    id: str


class Answer(Struct, frozen=True, dict=True):
    """What came back: header names in lower case, the body as raw JSON."""

    status: int
    headers: dict[str, str]
    body: bytes
    request_id: str

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.request_id})"

    @property
    def succeeded(self) -> bool:
        """Whether Graph accepted the request."""
        return 200 <= self.status < 300

    @cached_property
    def _error(self) -> _Error:
        try:
            return decoded(self.body, _Envelope).error
        except AnswerMalformed:
            return _Error()  # some 5xx come without a body, or with a proxy's page

    @property
    def from_graph(self) -> bool:
        """Whether Graph itself can have said this: JSON, or an error with a code.

        Graph never redirects us, and each of its 4xx carries the error envelope (Graph errors).
        """
        if self.status >= 400:
            return bool(self.code)
        is_json = "json" in self.headers.get("content-type", "")
        return self.succeeded and (is_json or not self.body)

    @property
    def media_type(self) -> str:
        """The kind of body, such as text/html, for the text of a problem."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip()
        return kind if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}", kind, re.ASCII) else "no type"

    @cached_property
    def object_id(self) -> str:
        """The id of the object in the body; empty when it names none."""
        try:
            return decoded(self.body, _Named).id
        except AnswerMalformed:
            return ""

    @property
    def code(self) -> str:
        """The error's code; empty when there is none."""
        return word(self._error.code)

    @property
    def message(self) -> str:
        """The error's text: for matching only, it may hold personal data."""
        return self._error.message

    @property
    def details(self) -> tuple[str, ...]:
        """The codes inside the error's details, such as ObjectConflict."""
        return tuple(detail.code for detail in self._error.details or ())

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the properties that the error's details point at."""
        named = (word(detail.target or "") for detail in self._error.details or ())
        return tuple(name for name in named if name)

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, when Graph says so: an integer, a fraction (seen: 2.128) or a date."""
        return _seconds(self.headers.get("retry-after", ""), self.headers.get("date", ""))

    @property
    def claims(self) -> str | None:
        """The claims that a 401 asks for (continuous access evaluation), decoded.

        None where there are none, or nothing that a token could be asked with: it goes to Entra.
        """
        found = re.search(r'claims="([^"]+)"', self.headers.get("www-authenticate", ""))
        if not found:
            return None
        try:
            claims = base64.b64decode(found[1] + "==").decode()
            wanted = json.loads(claims)
        except (ValueError, RecursionError):
            return None
        return claims if isinstance(wanted, dict) else None

    def json(self, kind: type[T]) -> T:
        """The body decoded as this type; raises AnswerMalformed when it is not one."""
        return decoded(self.body, kind)


def _seconds(wanted: str, date: str) -> float | None:
    """`Retry-After` in seconds; a date counts from the answer's own Date, not from our clock.

    None for what is neither, such as a negative number.
    """
    if _DECIMAL.fullmatch(wanted.strip()):
        return float(wanted)
    try:
        until, since = parsedate_to_datetime(wanted), parsedate_to_datetime(date)
        return max(0.0, (until - since).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


class _Item(Struct, frozen=True, omit_defaults=True):
    """One request inside the envelope; `dependsOn` is what Graph reads, not depends_on."""

    id: str
    method: str
    url: str
    headers: dict[str, str] = {}
    body: Raw | None = None
    depends_on: tuple[str, ...] = field(default=(), name="dependsOn")


class _ItemAnswer(Struct, frozen=True):
    id: str
    status: int
    headers: dict[str, Any] | None = None
    body: Raw = Raw(b"")


class _Answers(Struct, frozen=True):
    responses: tuple[_ItemAnswer, ...]


def envelope(requests: Sequence[Request], *, in_order: bool = False) -> bytes:
    """The body of a `$batch` of these requests, numbered from 0.

    In order, each depends on the one before it and is answered 424 when that one fails.
    """
    items = [_item(request, number, in_order) for number, request in enumerate(requests)]
    return msgspec.json.encode({"requests": items})


def _item(request: Request, number: int, in_order: bool) -> _Item:  # noqa: FBT001 - one caller
    headers = dict(request.headers)
    body = request.body
    if body is None and request.method == "POST":
        body = b"{}"  # Graph wants a body and its type from every POST in a batch
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    return _Item(
        id=str(number),
        method=request.method,
        url=request.path,
        headers=headers,
        body=None if body is None else Raw(body),
        depends_on=(str(number - 1),) if in_order and number else (),
    )


def opened(answer: Answer, count: int) -> list[Answer | None]:
    """The answers inside a batch's answer in the order asked; None where an item has none.

    An item that is answered twice counts as unanswered: which answer is its own cannot be told.
    Raises AnswerMalformed when the answer is no batch answer.
    """
    responses = decoded(answer.body, _Answers).responses
    times = Counter(item.id for item in responses)
    found = {item.id: item for item in responses if times[item.id] == 1}
    return [_inner(found.get(str(number)), answer) for number in range(count)]


def _inner(item: _ItemAnswer | None, outer: Answer) -> Answer | None:
    if item is None:
        return None
    headers = {name.lower(): str(value) for name, value in (item.headers or {}).items()}
    headers.setdefault("date", outer.headers.get("date", ""))
    request_id = word(headers.get("request-id", "")) or outer.request_id
    return Answer(item.status, headers, bytes(item.body), request_id)
