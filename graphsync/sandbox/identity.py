"""Entra as far as an application signs in: discovery, keys and the client credentials grant.

Entra docs: v2-protocols-oidc, v2-oauth2-client-creds-grant-flow, certificate-credentials.
"""

import base64
import binascii
import hmac
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import jwt
from cryptography import x509

from graphsync.sandbox.apps import App
from graphsync.sandbox.certificates import thumbprints
from graphsync.sandbox.entra_problems import (
    EntraRefusal,
    bad_assertion,
    bad_scope,
    expired_secret,
    missing_parameter,
    no_credential,
    unknown_app,
    unknown_resource,
    unknown_tenant,
    unsupported_grant,
    wrong_secret,
)
from graphsync.sandbox.tenant import Tenant
from graphsync.sandbox.tokens import GRAPH_AUDIENCE, LIFE_SECONDS, Tokens

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_GRAPH_RESOURCES = frozenset({GRAPH_AUDIENCE, "00000003-0000-0000-c000-000000000000"})
_CLOCK_SKEW = 300


class Entra:
    """The identity endpoints of one tenant."""

    def __init__(self, tenant: Tenant, tokens: Tokens) -> None:
        self._tenant = tenant
        self._tokens = tokens

    def configuration(self, name: str, origin: str) -> dict[str, Any]:
        """The discovery document; the issuer is the GUID form even if asked by domain."""
        self._check_tenant(name)
        base = f"{origin}/{name}"
        return {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{origin}/{self._tenant.id}/v2.0",
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }

    def keys(self, name: str) -> dict[str, Any]:
        """The keys that sign access tokens."""
        self._check_tenant(name)
        return self._tokens.jwks()

    def token(
        self, name: str, origin: str, form_text: str, authorization: str | None
    ) -> tuple[dict[str, Any], str]:
        """A token response and the client id; raises EntraRefusal.

        form_text      the urlencoded body
        authorization  the header of client_secret_basic, if any
        """
        self._check_tenant(name)
        form = dict(parse_qsl(form_text, keep_blank_values=True))
        grant = form.get("grant_type")
        if not grant:
            raise missing_parameter("grant_type")
        if grant != "client_credentials":
            raise unsupported_grant(grant)
        basic = _basic(authorization)
        app = self._app(basic[0] if basic else form.get("client_id"))
        self._check_credential(app, form, basic, f"{origin}/{name}")
        self._check_scope(form.get("scope"))
        return {
            "token_type": "Bearer",
            "expires_in": LIFE_SECONDS,
            "ext_expires_in": LIFE_SECONDS,
            "access_token": self._tokens.issue(app, self._tenant.clock.seconds()),
        }, app.client_id

    def _check_tenant(self, name: str) -> None:
        known = {self._tenant.id, *(domain.lower() for domain in self._tenant.domains)}
        if name.lower() not in known:
            raise unknown_tenant(name)

    def _app(self, client_id: str | None) -> App:
        if not client_id:
            raise missing_parameter("client_id")
        app = self._tenant.apps.find(client_id)
        if app is None:
            raise unknown_app(client_id, self._tenant.organization)
        return app

    def _check_credential(
        self, app: App, form: dict[str, str], basic: tuple[str, str] | None, base: str
    ) -> None:
        if "client_assertion" in form:
            if form.get("client_assertion_type") != _ASSERTION_TYPE:
                raise missing_parameter("client_assertion_type")
            self._check_assertion(app, form["client_assertion"], base)
            return
        secret = basic[1] if basic else form.get("client_secret")
        if not secret:
            raise no_credential()
        if not hmac.compare_digest(secret.encode(), app.secret.encode()):
            raise wrong_secret(app.client_id)
        if app.secret_ends and app.secret_ends <= self._tenant.clock.stamp():
            raise expired_secret(app.client_id)

    def _check_scope(self, scope: str | None) -> None:
        if not scope:
            raise missing_parameter("scope")
        resource, default, rest = scope.rpartition("/.default")
        if not default or rest or " " in resource:
            raise bad_scope(scope)
        if resource.rstrip("/") not in _GRAPH_RESOURCES:
            raise unknown_resource(resource, self._tenant.organization)

    def _check_assertion(self, app: App, assertion: str, base: str) -> None:
        """RS256 or PS256, found by x5t or x5t#S256, padded or not; times may be fractional."""
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.PyJWTError as error:
            raise bad_assertion("The assertion is not a JWT.") from error
        named = {str(header.get(each, "")).rstrip("=") for each in ("x5t", "x5t#S256")} - {""}
        for certificate in app.certificates:
            if named & thumbprints(certificate):
                self._check_signed(app, assertion, certificate, base)
                return
        raise bad_assertion("The key was not found.")

    def _check_signed(self, app: App, assertion: str, certificate: str, base: str) -> None:
        key: Any = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        try:
            claims = jwt.decode(
                assertion,
                key,
                algorithms=["RS256", "PS256"],
                audience=[f"{base}/oauth2/v2.0/token", f"{base}/v2.0"],
                issuer=app.client_id,
                subject=app.client_id,
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidSignatureError as error:
            raise bad_assertion("The key was found, but use of the key failed.") from error
        except jwt.PyJWTError as error:
            raise bad_assertion(str(error)) from error
        now = self._tenant.clock.seconds()
        starts, ends = claims.get("nbf", 0), claims.get("exp")
        # The clock may have been moved forward; a client's own clock has not: both may judge.
        real = now - self._tenant.clock.offset_seconds
        if not isinstance(ends, int | float) or not isinstance(starts, int | float):
            raise bad_assertion("The assertion has no valid lifetime.")
        if real > ends + _CLOCK_SKEW or starts > now + _CLOCK_SKEW:
            raise EntraRefusal(
                401,
                "invalid_client",
                700024,
                "Client assertion is not within its valid time range.",
            )


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise no_credential() from error
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)
