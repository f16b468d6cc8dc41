"""Opaque tokens: a ``$skiptoken`` or ``$deltatoken`` is a handle for what the server holds.

The page tokens of one listing form a chain. Graph docs "paging" lets a client ask again with the
token it used when a connection broke, so a token lives until the one after it is used: then the
client has proved that its page arrived, and the token is spent.
So are authorization codes, refresh tokens and the session cookie of the sign-in page.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

DELTA_LIFE_SECONDS = 7 * 24 * 3600  # Graph docs "delta-query-overview": directory objects
# Page tokens expire "within minutes" (msgraph-sdk-dotnet issue 2254); how many is unverified.
PAGE_LIFE_SECONDS = 15 * 60
_FORGET_AFTER_SECONDS = 30 * 24 * 3600
_FORGET_GRANTS_AFTER_SECONDS = 90 * 24 * 3600  # a refresh token's life
_PAGES_HELD = 20_000


class Handles:
    """Tokens and their meaning; ``unsaved`` and ``dead`` are what storage has yet to write."""

    def __init__(self, held: dict[str, tuple[float, Any]]) -> None:
        self._held: OrderedDict[str, tuple[float, Any]] = OrderedDict(held)
        self._chains: dict[str, list[str]] = {}
        for token, (_, state) in held.items():
            self._link(token, state)
        self.unsaved: list[tuple[str, float, Any]] = []
        self.dead: list[str] = []

    def issue(self, state: dict[str, Any], now: float) -> str:
        """A new token for the state; ``now`` in seconds of the sandbox clock."""
        token = secrets.token_urlsafe(32)
        self._held[token] = (now, state)
        self._link(token, state)
        self.unsaved.append((token, now, state))
        if len(self._held) > _PAGES_HELD:
            self._forget(now)
        return token

    def redeem(self, token: str) -> tuple[float, dict[str, Any]] | None:
        """When the token was made and what it stands for; None for one that was never issued."""
        return self._held.get(token)

    def expire(self, now: float) -> None:
        """Every delta token given so far is older than a delta token lives."""
        past = now - DELTA_LIFE_SECONDS - 1
        for token, (made, state) in self._held.items():
            if state["use"] == "delta" and made > past:
                self._held[token] = (past, state)
                self.unsaved.append((token, past, state))

    def next_page(self, state: dict[str, Any], before: dict[str, Any] | None, now: float) -> str:
        """A token for the next page of a listing; ``before`` is what led to the page before."""
        chain, step = (secrets.token_urlsafe(9), 1) if before is None else _place(before, 1)
        return self.issue({**state, "use": "page", "chain": chain, "step": step}, now)

    def turn_page(self, token: str, now: float) -> dict[str, Any] | None:
        """What a page token stands for; it spends the tokens of the pages before.

        None for one that was never issued, is spent or has expired.
        """
        made, state = self._held.get(token, (now, {}))
        if "chain" not in state or now - made > PAGE_LIFE_SECONDS:
            return None
        chain, step = _place(state, 0)
        for other in list(self._chains[chain]):
            if self._held[other][1]["step"] < step:
                self._drop(other)
        return dict(state)

    def rewrite(self, token: str, state: dict[str, Any]) -> None:
        """Lets a token that was issued stand for something else from now on."""
        made, _ = self._held[token]
        self._held[token] = (made, state)
        self.unsaved.append((token, made, state))

    def saved(self) -> None:
        """Storage has written ``unsaved`` and ``dead``."""
        self.unsaved.clear()
        self.dead.clear()

    def _forget(self, now: float) -> None:
        """Old tokens go; of the young ones page tokens go first, delta tokens live their life."""
        excess = len(self._held) - _PAGES_HELD // 2
        for token in list(self._old(now, excess)):
            self._drop(token)

    def _link(self, token: str, state: dict[str, Any]) -> None:
        if "chain" in state:
            self._chains.setdefault(state["chain"], []).append(token)

    def _drop(self, token: str) -> None:
        _, state = self._held.pop(token)
        self.dead.append(token)
        chain = self._chains.get(state.get("chain", ""))
        if chain is not None:
            chain.remove(token)
            if not chain:
                del self._chains[state["chain"]]

    def _old(self, now: float, excess: int) -> Iterable[str]:
        for token, (made, state) in list(self._held.items()):
            grant = state["use"] == "refresh"
            life = _FORGET_GRANTS_AFTER_SECONDS if grant else _FORGET_AFTER_SECONDS
            if now - made > life or (excess > 0 and state["use"] == "page"):
                excess -= 1
                yield token


def _place(state: dict[str, Any], further: int) -> tuple[str, int]:
    """The chain of a page token's state, and a step in it."""
    return state["chain"], state["step"] + further
