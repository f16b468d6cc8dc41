"""Authorization codes and refresh tokens: what a sign-in leaves with an app.

Entra docs "v2-oauth2-auth-code-flow": a code is good once and for about ten minutes; each use of a
refresh token gives a new one and does not end the old one; those of single-page applications end
24 hours after the sign-in. "configurable-token-lifetimes": others end after 90 days without use.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any, NamedTuple

from graphsync.sandbox.apps import App
from graphsync.sandbox.authorizing import AuthorizeRequest
from graphsync.sandbox.client_authentication import TokenRequest, authenticate
from graphsync.sandbox.entra_problems import missing_parameter
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.registrations import SPA
from graphsync.sandbox.scopes import Scopes, read_scopes
from graphsync.sandbox.sessions import valid_from
from graphsync.sandbox.sign_in_problems import (
    bad_grant,
    disabled_account,
    expired_code,
    expired_refresh,
    needs_challenge,
    other_redirect,
    redeemed_code,
    revoked_grant,
    unknown_account,
    wrong_verifier,
)
from graphsync.sandbox.tenant import Tenant

_CODE_SECONDS = 600
_SPA_SECONDS = 24 * 3600
_IDLE_SECONDS = 90 * 24 * 3600


class Granted(NamedTuple):
    """What a code or refresh token was redeemed for.

    proof        how the app proved itself, as ``azpacr``
    nonce        of the authorization request; not repeated by refreshing
    refresh      the new refresh token, if one was to be had
    client_info  whether the app asked who the person is, as MSAL does
    """

    app: App
    user: Entry
    scopes: Scopes
    proof: str
    nonce: str | None
    refresh: str | None
    client_info: bool

    def __repr__(self) -> str:
        return f"Granted({self.app!r}, {self.user.id!r})"


def new_code(tenant: Tenant, request: AuthorizeRequest, user: Entry) -> str:
    """A code for the app that asked."""
    state = {
        "use": "code",
        "app": request.app.client_id,
        "user": user.id,
        "platform": request.reply.redirect.platform,
        "redirect": request.reply.uri,
        "scopes": _plain(request.scopes),
        "nonce": request.nonce,
        "challenge": request.challenge,
        "method": request.method,
    }
    return tenant.handles.issue(state, tenant.clock.seconds())


def redeem_code(tenant: Tenant, app: App, request: TokenRequest, origin: str) -> Granted:
    """What the form's code gives, once; raises EntraRefusal, and then the code stands."""
    code = request.form.get("code")
    if not code:
        raise missing_parameter("code")
    made, state = _held(tenant, code, "code", app)
    proof = authenticate(request, app, state["platform"], tenant.clock)
    now = tenant.clock.seconds()
    if state.get("spent"):
        raise redeemed_code()
    if now - made > _CODE_SECONDS:
        raise expired_code()
    given = request.form.get("redirect_uri")
    if given != state["redirect"]:
        raise (
            missing_parameter("redirect_uri")
            if not given
            else other_redirect(given, state["redirect"])
        )
    _check_verifier(state, request.form.get("code_verifier"))
    user = _user(tenant, state["user"], made)
    scopes = _scopes(tenant, app, request, state, origin)
    tenant.handles.rewrite(code, {**state, "spent": True})
    refresh = None
    if "offline_access" in state["scopes"]["openid"]:
        refresh = _new_refresh(tenant, {**state, "began": now})
    return Granted(app, user, scopes, proof, state["nonce"], refresh, _asks_who(request))


def redeem_refresh_token(tenant: Tenant, app: App, request: TokenRequest, origin: str) -> Granted:
    """What the form's refresh token gives; raises EntraRefusal."""
    token = request.form.get("refresh_token")
    if not token:
        raise missing_parameter("refresh_token")
    made, state = _held(tenant, token, "refresh", app)
    proof = authenticate(request, app, state["platform"], tenant.clock)
    now = tenant.clock.seconds()
    spa = state["platform"] == SPA
    if now - (state["began"] if spa else made) > (_SPA_SECONDS if spa else _IDLE_SECONDS):
        raise expired_refresh(app.client_id, spa=spa)
    user = _user(tenant, state["user"], made)
    scopes = _scopes(tenant, app, request, state, origin)
    refresh = _new_refresh(tenant, state)
    return Granted(app, user, scopes, proof, None, refresh, _asks_who(request))


def _new_refresh(tenant: Tenant, state: dict[str, Any]) -> str:
    kept = {name: state[name] for name in ("app", "user", "platform", "scopes", "began")}
    return tenant.handles.issue({"use": "refresh", **kept}, tenant.clock.seconds())


def _held(tenant: Tenant, token: str, use: str, app: App) -> tuple[float, dict[str, Any]]:
    held = tenant.handles.redeem(token)
    if held is None or held[1]["use"] != use or held[1]["app"] != app.client_id:
        raise bad_grant()
    return held


def _user(tenant: Tenant, key: str, made: float) -> Entry:
    """The person of a grant, still there, enabled and not signed out since it was made."""
    user = tenant.directory.entries[key]
    if not user.active:
        raise unknown_account(key, tenant.organization)
    if user.current.properties.get("accountEnabled") is not True:
        raise disabled_account()
    if made < valid_from(user):
        stamp = user.current.properties["signInSessionsValidFromDateTime"]
        raise revoked_grant(datetime.fromtimestamp(made, UTC), stamp)
    return user


def _scopes(
    tenant: Tenant, app: App, request: TokenRequest, state: dict[str, Any], origin: str
) -> Scopes:
    """Those of the form, of any API whose scopes are consented to, or those of the sign-in."""
    text = request.form.get("scope")
    if text:
        return read_scopes(text, app, tenant.apps, origin, tenant.organization)
    held = state["scopes"]
    return Scopes(frozenset(held["openid"]), held["resource"], tuple(held["names"]))


def _plain(scopes: Scopes) -> dict[str, Any]:
    return {
        "openid": sorted(scopes.openid),
        "resource": scopes.resource,
        "names": list(scopes.names),
    }


def _check_verifier(state: dict[str, Any], verifier: str | None) -> None:
    """RFC 7636; a verifier without a challenge proves nothing and is refused as well."""
    challenge = state["challenge"]
    if challenge is None:
        if state["platform"] == SPA:
            raise needs_challenge()
        if verifier is not None:
            raise wrong_verifier()
        return
    if state["method"] == "S256":
        digest = hashlib.sha256((verifier or "").encode()).digest()
        shown = base64.urlsafe_b64encode(digest).rstrip(b"=")
    else:
        shown = (verifier or "").encode()
    if verifier is None or not hmac.compare_digest(shown, challenge.encode()):
        raise wrong_verifier()


def _asks_who(request: TokenRequest) -> bool:
    return request.form.get("client_info") == "1"
