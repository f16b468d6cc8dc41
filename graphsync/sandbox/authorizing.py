"""An authorization request: what an app may ask of the authorize endpoint, and where to answer.

Entra docs: v2-oauth2-auth-code-flow, v2-protocols-oidc. A request whose app or redirect URI cannot
be trusted is answered with a page; any other error goes to the app.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit

from graphsync.sandbox.apps import App
from graphsync.sandbox.entra_problems import EntraRefusal, missing_parameter, unknown_app
from graphsync.sandbox.registrations import Redirect
from graphsync.sandbox.scopes import Scopes, read_scopes
from graphsync.sandbox.sign_in_problems import (
    bad_challenge,
    malformed,
    no_redirect,
    unregistered_redirect,
    unsupported_prompt,
    unsupported_response,
)
from graphsync.sandbox.tenant import Tenant

_MODES = ("query", "fragment", "form_post")
_PROMPTS = ("", "login", "none", "select_account", "consent")
_METHODS = ("plain", "S256")


@dataclass(frozen=True)
class Reply:
    """Where and how the app is answered: ``mode`` is query, fragment or form_post."""

    redirect: Redirect
    uri: str
    mode: str
    state: str | None

    def location(self, fields: Mapping[str, str]) -> str:
        """The redirect URI with the answer in its query or fragment."""
        if self.mode == "fragment":
            return f"{self.uri}#{urlencode(fields)}"
        parts = urlsplit(self.uri)
        query = "&".join(filter(None, (parts.query, urlencode(fields))))
        return urlunsplit(parts._replace(query=query))


@dataclass(frozen=True)
class AuthorizeRequest:
    """A checked request of an app; ``prompt`` is empty when the app leaves it open."""

    app: App
    reply: Reply
    scopes: Scopes
    nonce: str | None
    challenge: str | None
    method: str
    prompt: str
    login_hint: str | None = field(repr=False)
    client_info: bool


def reply_to(tenant: Tenant, fields: Mapping[str, str]) -> tuple[App, Reply]:
    """The app and how to answer it; an EntraRefusal is for a page, since nobody else may see it."""
    client_id = fields.get("client_id")
    if not client_id:
        raise missing_parameter("client_id")
    app = tenant.apps.find(client_id)
    if app is None:
        raise unknown_app(client_id, tenant.organization)
    uri = fields.get("redirect_uri")
    if not uri:
        raise no_redirect(app.client_id, registered=bool(app.sign_in.redirects))
    if not app.sign_in.redirects:
        raise no_redirect(app.client_id, registered=False)
    redirect = app.sign_in.redirect(uri)
    if redirect is None:
        raise unregistered_redirect(uri, app.client_id)
    return app, Reply(redirect, uri, _mode(fields), fields.get("state"))


def _mode(fields: Mapping[str, str]) -> str:
    """The mode asked for; errors about it go in the default one, which depends on what is asked."""
    asked = fields.get("response_mode")
    kinds = fields.get("response_type", "code").split()
    default = "query" if kinds == ["code"] else "fragment"
    return asked if asked in _MODES else default


def read_request(
    tenant: Tenant, app: App, reply: Reply, fields: Mapping[str, str], origin: str
) -> AuthorizeRequest:
    """The request; raises the EntraRefusal that the app is to be told."""
    _check_response(fields)
    prompt = fields.get("prompt", "")
    if prompt not in _PROMPTS:
        raise unsupported_prompt()
    challenge = fields.get("code_challenge")
    method = fields.get("code_challenge_method", "plain")
    _check_challenge(challenge, method)
    scopes = read_scopes(fields.get("scope"), app, tenant.apps, origin, tenant.organization)
    return AuthorizeRequest(
        app=app,
        reply=reply,
        scopes=scopes,
        nonce=fields.get("nonce"),
        challenge=challenge,
        method=method,
        prompt=prompt,
        login_hint=fields.get("login_hint"),
        client_info=fields.get("client_info") == "1",
    )


def _check_response(fields: Mapping[str, str]) -> None:
    kind = fields.get("response_type")
    if not kind:
        raise missing_parameter("response_type")
    if kind != "code":
        raise unsupported_response(kind)
    if fields.get("response_mode", "query") not in _MODES:
        raise malformed()


def _check_challenge(challenge: str | None, method: str) -> None:
    if method not in _METHODS:
        raise malformed()
    if challenge is not None and not 43 <= len(challenge) <= 128:
        raise bad_challenge()


def error_fields(refusal: EntraRefusal, description: str, state: str | None) -> dict[str, str]:
    """The answer that tells an app of an error."""
    told = {"error": refusal.error, "error_description": description}
    return told if state is None else {**told, "state": state}
