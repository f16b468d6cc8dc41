"""How an app proves itself at the token endpoint: by secret, by signed assertion, or not at all.

Entra docs: v2-oauth2-client-creds-grant-flow, certificate-credentials; v2-oauth2-auth-code-flow for
what native and single-page apps may not send.
"""

import base64
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

import jwt
from cryptography import x509

from graphsync.sandbox.apps import App
from graphsync.sandbox.certificates import thumbprints
from graphsync.sandbox.clock import SandboxClock
from graphsync.sandbox.entra_problems import (
    EntraRefusal,
    bad_assertion,
    expired_secret,
    missing_parameter,
    no_credential,
    wrong_secret,
)
from graphsync.sandbox.registrations import SPA, WEB
from graphsync.sandbox.sign_in_problems import cross_origin, not_cross_origin, public_client

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CLOCK_SKEW = 300


class TokenRequest(NamedTuple):
    """A call of the token endpoint.

    base    origin and tenant as the client wrote them, of which assertions speak
    form    its fields
    basic   client id and secret of the Authorization header, if any
    script  the Origin header: a browser's script is asking
    """

    base: str
    form: Mapping[str, str]
    basic: tuple[str, str] | None
    script: str | None

    def __repr__(self) -> str:
        return f"TokenRequest({self.client_id!r})"

    @property
    def client_id(self) -> str | None:
        """As the header or the form says."""
        return self.basic[0] if self.basic else self.form.get("client_id")


def authenticate(request: TokenRequest, app: App, platform: str, clock: SandboxClock) -> str:
    """How the app proved itself, as ``azpacr`` says it: 0 not at all, 1 secret, 2 assertion.

    ``platform`` is that of the redirect URI the person came back to; WEB for an app of its own.
    Raises EntraRefusal.
    """
    shown = bool(request.basic) or {"client_secret", "client_assertion"} & request.form.keys()
    if platform == SPA and request.script is None:
        raise not_cross_origin()
    if platform != SPA and request.script is not None:
        raise cross_origin(request.script)
    if platform != WEB:
        if shown:
            raise public_client()
        return "0"
    if "client_assertion" in request.form:
        if request.form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise missing_parameter("client_assertion_type")
        _check_assertion(app, request.form["client_assertion"], request.base, clock)
        return "2"
    secret = request.basic[1] if request.basic else request.form.get("client_secret")
    if not secret:
        raise no_credential()
    if not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise wrong_secret(app.client_id)
    if app.secret_ends and app.secret_ends <= clock.stamp():
        raise expired_secret(app.client_id)
    return "1"


def basic_credentials(authorization: str | None) -> tuple[str, str] | None:
    """Client id and secret of an Authorization header, None where it is not Basic."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except ValueError as error:  # not base64, not ASCII, not UTF-8
        raise no_credential() from error
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _check_assertion(app: App, assertion: str, base: str, clock: SandboxClock) -> None:
    """RS256 or PS256, found by x5t or x5t#S256, padded or not; times may be fractional."""
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.PyJWTError as error:
        raise bad_assertion("The assertion is not a JWT.") from error
    named = {str(header.get(each, "")).rstrip("=") for each in ("x5t", "x5t#S256")} - {""}
    for certificate in app.certificates:
        if named & thumbprints(certificate):
            _check_signed(app, assertion, certificate, base, clock)
            return
    raise bad_assertion("The key was not found.")


def _check_signed(
    app: App, assertion: str, certificate: str, base: str, clock: SandboxClock
) -> None:
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
    now = clock.seconds()
    starts, ends = claims.get("nbf", 0), claims.get("exp")
    # The clock may have been moved forward; a client's own clock has not: both may judge.
    real = now - clock.offset_seconds
    if not isinstance(ends, int | float) or not isinstance(starts, int | float):
        raise bad_assertion("The assertion has no valid lifetime.")
    if real > ends + _CLOCK_SKEW or starts > now + _CLOCK_SKEW:
        raise EntraRefusal(
            401,
            "invalid_client",
            700024,
            "Client assertion is not within its valid time range.",
        )
