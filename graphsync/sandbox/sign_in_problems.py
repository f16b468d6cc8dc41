"""The ways Entra says no to a person's sign-in.

Numbers are those of "reference-error-codes"; texts are recorded ones unless *unverified* is said.
"""

from datetime import datetime

from graphsync.sandbox.entra_problems import EntraRefusal


def refused_request(number: int, message: str, error: str = "invalid_request") -> EntraRefusal:
    """400 for a request that is wrong in itself."""
    return EntraRefusal(400, error, number, message)


def malformed() -> EntraRefusal:
    """A parameter has a value that the protocol lacks (which number Entra gives is unverified)."""
    return refused_request(9002313, "Invalid request. Request is malformed or invalid.")


def repeated(name: str) -> EntraRefusal:
    """A parameter is given twice."""
    return refused_request(
        9000411,
        f"The request is not properly formatted. The parameter '{name}' is duplicated.",
    )


def single_tenant(name: str) -> EntraRefusal:
    """The endpoint of all tenants, for an app of one."""
    return refused_request(
        50194,
        "The application is not configured as a multi-tenant application. Usage of the "
        f"/{name} endpoint is not supported for such apps created after '10/15/2018'. Use a "
        "tenant-specific endpoint or configure the application to be multi-tenant.",
    )


def unregistered_redirect(uri: str, client_id: str) -> EntraRefusal:
    """The redirect URI is not the app's."""
    return refused_request(
        50011,
        f"The redirect URI '{uri}' specified in the request does not match the redirect URIs "
        f"configured for the application '{client_id}'. Make sure the redirect URI sent in the "
        "request matches one added to your application in the Azure portal. Navigate to "
        "https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this "
        "error.",
    )


def no_redirect(client_id: str, *, registered: bool) -> EntraRefusal:
    """The request names no redirect URI, or the app has none."""
    if registered:
        return refused_request(900971, "No reply address provided.")
    return refused_request(
        500113, f"No reply address is registered for the application '{client_id}'."
    )


def unsupported_response(kind: str) -> EntraRefusal:
    """Only the code flow is switched on: no app here has implicit grants."""
    number, error = (700051 if kind == "token" else 700054), "unsupported_response_type"
    message = f"response_type '{kind}' is not enabled for the application."
    return refused_request(number, message, error)


def unsupported_prompt() -> EntraRefusal:
    """A prompt that Entra does not know."""
    return refused_request(90023, "Unsupported 'prompt' value.")


def bad_challenge() -> EntraRefusal:
    """43 to 128 characters (RFC 7636)."""
    return refused_request(501491, "Invalid size of Code_Challenge parameter.")


def many_resources() -> EntraRefusal:
    """An access token is for one API."""
    return refused_request(
        28000,
        "Provided value for the input parameter scope is not valid because it contains more than "
        "one resource.",
        "invalid_scope",
    )


def unknown_scope(app: str, scope: str, resource: str) -> EntraRefusal:
    """The API has no such scope."""
    return refused_request(
        650053,
        f"The application '{app}' asked for scope '{scope}' that doesn't exist on the resource "
        f"'{resource}'. Contact the app vendor.",
        "invalid_client",
    )


def not_consented(client_id: str, name: str) -> EntraRefusal:
    """Nobody consented; in this tenant people cannot do it for themselves."""
    return refused_request(
        65001,
        "The user or administrator has not consented to use the application with ID "
        f"'{client_id}' named '{name}'. Send an interactive authorization request for this user "
        "and resource.",
        "consent_required",
    )


def nobody_signed_in() -> EntraRefusal:
    """prompt=none without a session."""
    return refused_request(
        50058,
        "A silent sign-in request was sent but no user is signed in. The cookies used to "
        "represent the user's session were not sent in the request to Azure AD.",
        "login_required",
    )


def session_ended() -> EntraRefusal:
    """prompt=none with a session that was revoked or ran out."""
    return refused_request(
        50133,
        "Session is invalid due to expiration or recent password change.",
        "login_required",
    )


def disabled_account() -> EntraRefusal:
    """The account is blocked."""
    return refused_request(50057, "The user account is disabled.", "invalid_grant")


def unknown_account(name: str, organization: str) -> EntraRefusal:
    """No such account, or a deleted one."""
    return refused_request(
        50034,
        f"The user account {name} does not exist in the {organization} directory. To sign into "
        "this application, the account must be added to the directory.",
        "invalid_grant",
    )


def not_assigned(client_id: str, name: str) -> EntraRefusal:
    """The app is for those who were assigned to it."""
    return refused_request(
        50105,
        f"Your administrator has configured the application {name} ('{client_id}') to block users "
        "unless they are specifically granted ('assigned') access to the application. The "
        "signed-in user is blocked because they are not a direct member of a group with access, "
        "nor had access directly assigned by an administrator.",
        "access_denied",
    )


def bad_grant() -> EntraRefusal:
    """A code or refresh token that was never given to this app."""
    return refused_request(70000, "Provided grant is invalid or malformed.", "invalid_grant")


def redeemed_code() -> EntraRefusal:
    """A code is good once."""
    return refused_request(
        54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use "
        "an existing refresh token.",
        "invalid_grant",
    )


def expired_code() -> EntraRefusal:
    """Ten minutes have passed."""
    return refused_request(
        70008,
        "The provided authorization code or refresh token has expired due to inactivity. Send a "
        "new interactive authorization request for this user and resource.",
        "invalid_grant",
    )


def expired_refresh(client_id: str, *, spa: bool) -> EntraRefusal:
    """90 days without use, or the 24 hours of a single-page application."""
    if spa:
        return refused_request(
            700084,
            "The refresh token was issued to a single page app (SPA), and therefore has a fixed, "
            "limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new "
            "sign in request must be sent by the SPA to the sign in page.",
            "invalid_grant",
        )
    return refused_request(
        700082,
        f"The refresh token has expired due to inactivity. The token was issued to '{client_id}' "
        "and was inactive for 90.00:00:00.",
        "invalid_grant",
    )


def revoked_grant(issued: datetime, valid_from: str) -> EntraRefusal:
    """The sessions were revoked, or the password changed, after the grant was made."""
    return refused_request(
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The "
        "user might have changed or reset their password. The grant was issued on "
        f"'{issued:%Y-%m-%dT%H:%M:%S.0000000Z}' and the TokensValidFrom date (before which tokens "
        f"are not valid) for this user is '{valid_from}'.",
        "invalid_grant",
    )


def other_redirect(given: str, asked: str) -> EntraRefusal:
    """The redirect URI is not the one the code was asked with."""
    return refused_request(
        500112,
        f"The reply address '{given}' does not match the reply address '{asked}' provided when "
        "requesting Authorization code.",
        "invalid_client",
    )


def wrong_verifier() -> EntraRefusal:
    """The PKCE verifier is missing or is not the challenge's."""
    return refused_request(
        501481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization "
        "request.",
        "invalid_grant",
    )


def needs_challenge() -> EntraRefusal:
    """A single-page application has nothing but PKCE to prove itself with."""
    return refused_request(
        9002325,
        "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
    )


def cross_origin(origin: str) -> EntraRefusal:
    """A browser's script at the token endpoint, for an app that is no single-page application."""
    return refused_request(
        9002326,
        "Cross-origin token redemption is permitted only for the 'Single-Page Application' "
        f"client-type. Request origin: '{origin}'.",
    )


def not_cross_origin() -> EntraRefusal:
    """A single-page application's code, redeemed by something that is no browser."""
    return refused_request(
        9002327,
        "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via "
        "cross-origin requests.",
    )


def public_client() -> EntraRefusal:
    """A native or single-page app keeps no secret."""
    return EntraRefusal(
        401,
        "invalid_client",
        700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    )
