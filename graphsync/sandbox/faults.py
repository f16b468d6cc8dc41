"""Faults on demand: rules that make some requests fail, seeded so that a run repeats."""

import asyncio
import contextlib
import random
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal, get_args

import msgspec

Kind = Literal[
    "status", "commit_then_503", "drop", "slow", "claims", "lag", "throttle", "expire", "truncate"
]
Bucket = Literal["units", "writes"]
ANSWERS = frozenset({"status", "commit_then_503", "claims"})
TURNS = frozenset({"lag", "throttle", "expire"})  # of the tenant
ON_THE_LINE = frozenset({"drop", "slow"})  # what can come of any HTTP call before it is looked at

_STATUSES = frozenset(status for status in HTTPStatus if status >= 400)
_HEADER = re.compile(r"[ !#-~]*")


class FaultRule(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Which requests a fault hits, and what it does to them.

    method       of the request or batch item; None for any
    path         a regular expression searched in the path with its /v1.0 prefix, or that of the
                 activity feed with its /api/v1.0
    count        how many matching requests it hits; None for no end
    skip         how many matching requests it first lets through
    probability  the share of matching requests it hits
    lasts        seconds of the sandbox's clock from when it was posted until it hits nothing any
                 more; None for no end. With ``count`` None it is an outage
    kind         status (before anything is done), commit_then_503 (after), drop (the connection
                 is closed without an answer), slow (answers after ``seconds``, or when
                 the rules are taken away), claims (401
                 with a claims challenge); and turns that the tenant takes with this request,
                 which then meets them: lag (every replica stands still for ``seconds``), throttle
                 (the app's ``bucket`` is overdrawn and refills as ever; at the activity feed the
                 publisher's), expire (every delta link given so far, or content made so far, is
                 past its seven days); of the activity feed alone: truncate (the answer breaks off
                 in the middle of its JSON)
    status       of kind status: 429, 500, 503, 504 or any other error
    retry_after  the Retry-After header, as it is: "2", "2.128"; None leaves it out
    claims       base64 of the claims the client must ask for
    """

    kind: Kind
    path: str = ""
    method: str | None = None
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    lasts: float | None = None
    status: int = 503
    retry_after: str | int | float | None = None
    seconds: float = 0.0
    bucket: Bucket = "writes"
    claims: str = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="

    def __post_init__(self) -> None:
        """Refuses patterns that do not compile, with the reason."""
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind is one of {', '.join(get_args(Kind))}")
        if self.status not in _STATUSES:
            raise ValueError("status is an HTTP status of 400 or more")
        if not _HEADER.fullmatch(f"{self.retry_after}{self.claims}"):
            raise ValueError("retryAfter and claims go into headers: plain ASCII, no quotes")


class Faults:
    """The rules in force; the first that matches and has hits left decides.

    seconds  tells the sandbox's time, by which rules end
    """

    def __init__(self, choice: random.Random, seconds: Callable[[], float] = time.time) -> None:
        self._choice = choice
        self._seconds = seconds
        self._rules: list[tuple[FaultRule, float | None]] = []  # each with when it ends
        self._cleared = asyncio.Event()

    def add(self, document: Any) -> int:
        """Takes in a rule or a list of rules; ValueError (msgspec's) when one is malformed."""
        rows = document if isinstance(document, list) else [document]
        rules = msgspec.convert(rows, list[FaultRule])
        now = self._seconds()
        self._rules += [(rule, None if rule.lasts is None else now + rule.lasts) for rule in rules]
        return len(self._rules)

    def clear(self) -> None:
        """No rule is left, and no request is held up any longer."""
        self._rules.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def hold_up(self, seconds: float) -> None:
        """Waits so many seconds, or until the rules are taken away."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._cleared.wait(), seconds)

    def hit(self, method: str, path: str, kinds: frozenset[str] = ANSWERS) -> FaultRule | None:
        """The fault of these kinds for this request, used up by one; None to let it pass."""
        for rule, ends in self._rules:
            if rule.kind not in kinds or rule.count == 0:
                continue
            if ends is not None and self._seconds() >= ends:
                continue
            if (rule.method or method).upper() != method:
                continue
            if not re.search(rule.path, path):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            if rule.probability < 1 and self._choice.random() >= rule.probability:
                continue
            if rule.count is not None:
                rule.count -= 1
            return rule
        return None

    def rows(self) -> list[dict[str, Any]]:
        """The rules with what is left of their counts."""
        return [msgspec.to_builtins(rule) for rule, _ in self._rules]
