"""Who is signed in in a browser, and for how long what a sign-in gave stays good.

Graph docs "user-revokesigninsessions": refresh tokens and session cookies that were given before
``signInSessionsValidFromDateTime`` are dead. Entra takes up to some minutes, the sandbox none.
"""

from datetime import datetime
from typing import NamedTuple

from graphsync.sandbox.objects import Entry
from graphsync.sandbox.tenant import Tenant

SESSION_COOKIE = "ESTSAUTH"
# Entra docs "configurable-token-lifetimes": a session token that is not persistent.
_SESSION_SECONDS = 24 * 3600


class Session(NamedTuple):
    """A browser's session: whose it is, when it began (sandbox seconds), whether it still holds."""

    user: Entry
    began: float
    good: bool


def ended_sessions(tenant: Tenant) -> dict[str, object]:
    """What to change in a user whose sessions end now.

    Graph shows whole seconds; the moment itself is kept beside them, so that a sign-in in the
    second of the revocation falls on the right side of it.
    """
    return {
        "signInSessionsValidFromDateTime": tenant.clock.stamp(),
        "_sessionsValidFrom": tenant.clock.seconds(),
    }


def valid_from(user: Entry) -> float:
    """The moment before which what sign-ins gave the user is dead, in seconds."""
    held = user.current.properties
    stamp = held.get("signInSessionsValidFromDateTime")
    shown = datetime.fromisoformat(stamp).timestamp() if stamp else 0.0
    exact: float = held.get("_sessionsValidFrom", 0.0)
    return max(shown, exact)


def begin_session(tenant: Tenant, user: Entry) -> str:
    """The value of a new session's cookie."""
    now = tenant.clock.seconds()
    return tenant.handles.issue({"use": "session", "user": user.id}, now)


def session_of(tenant: Tenant, cookie: str | None) -> Session | None:
    """The session of a cookie; None for no cookie, one that was never given and one signed out."""
    held = tenant.handles.redeem(cookie) if cookie else None
    if held is None or held[1]["use"] != "session":
        return None
    began, state = held
    user = tenant.directory.entries[state["user"]]
    good = (
        user.active
        and user.current.properties.get("accountEnabled") is True
        and valid_from(user) <= began
        and tenant.clock.seconds() - began <= _SESSION_SECONDS
    )
    return Session(user, began, good)


def end_session(tenant: Tenant, cookie: str | None) -> None:
    """Signs the browser out; what apps were given lives on."""
    if session_of(tenant, cookie) is not None and cookie is not None:
        tenant.handles.rewrite(cookie, {"use": "ended"})
