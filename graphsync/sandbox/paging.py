"""Opaque tokens: a ``$skiptoken`` or ``$deltatoken`` is a handle for what the server holds."""

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

DELTA_LIFE_SECONDS = 7 * 24 * 3600  # Graph docs "delta-query-overview": directory objects
_FORGET_AFTER_SECONDS = 30 * 24 * 3600
_PAGES_HELD = 20_000


class Handles:
    """Tokens and their meaning; ``unsaved`` and ``dead`` are what storage has yet to write."""

    def __init__(self, held: dict[str, tuple[float, Any]]) -> None:
        self._held: OrderedDict[str, tuple[float, Any]] = OrderedDict(held)
        self.unsaved: list[tuple[str, float, Any]] = []
        self.dead: list[str] = []

    def issue(self, state: dict[str, Any], now: float) -> str:
        """A new token for the state; ``now`` in seconds of the sandbox clock."""
        token = secrets.token_urlsafe(32)
        self._held[token] = (now, state)
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

    def saved(self) -> None:
        """Storage has written ``unsaved`` and ``dead``."""
        self.unsaved.clear()
        self.dead.clear()

    def _forget(self, now: float) -> None:
        """Old tokens go; of the young ones page tokens go first, delta tokens live their life."""
        excess = len(self._held) - _PAGES_HELD // 2
        for token in list(self._old(now, excess)):
            del self._held[token]
            self.dead.append(token)

    def _old(self, now: float, excess: int) -> Iterable[str]:
        for token, (made, state) in list(self._held.items()):
            if now - made > _FORGET_AFTER_SECONDS or (excess > 0 and state["use"] == "page"):
                excess -= 1
                yield token
