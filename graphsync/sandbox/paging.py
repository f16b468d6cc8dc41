"""Opaque tokens: a ``$skiptoken`` or ``$deltatoken`` is a handle for what the server holds.

So are authorization codes, refresh tokens and the session cookie of the sign-in page.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

DELTA_LIFE_SECONDS = 7 * 24 * 3600  # Graph docs "delta-query-overview": directory objects
_FORGET_AFTER_SECONDS = 30 * 24 * 3600
_FORGET_GRANTS_AFTER_SECONDS = 90 * 24 * 3600  # a refresh token's life
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
            del self._held[token]
            self.dead.append(token)

    def _old(self, now: float, excess: int) -> Iterable[str]:
        for token, (made, state) in list(self._held.items()):
            grant = state["use"] == "refresh"
            life = _FORGET_GRANTS_AFTER_SECONDS if grant else _FORGET_AFTER_SECONDS
            if now - made > life or (excess > 0 and state["use"] == "page"):
                excess -= 1
                yield token
