"""The ways Entra's token endpoint says no: an OAuth error with an AADSTS number and text."""

from datetime import datetime
from typing import Any
from uuid import uuid4


class EntraRefusal(Exception):
    """An OAuth error; ``number`` is the AADSTS code, ``error`` the OAuth one."""

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.number = number
        self.message = message

    def body(self, now: datetime) -> dict[str, Any]:
        """The body as Entra sends it (Entra docs: v2-oauth2-client-creds-grant-flow)."""
        trace, correlation = str(uuid4()), str(uuid4())
        stamp = now.strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.number}: {self.message}\r\nTrace ID: {trace}\r\n"
                f"Correlation ID: {correlation}\r\nTimestamp: {stamp}"
            ),
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
        }


def unknown_tenant(name: str) -> EntraRefusal:
    """No such tenant, neither by GUID nor by domain."""
    return EntraRefusal(
        400,
        "invalid_tenant",
        90002,
        f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are "
        "signing into the correct cloud. Check with your subscription administrator, this may "
        "happen if there are no active subscriptions for the tenant.",
    )


def missing_parameter(name: str) -> EntraRefusal:
    """The form lacks a required field."""
    return EntraRefusal(
        400,
        "invalid_request",
        900144,
        f"The request body must contain the following parameter: '{name}'.",
    )


def unsupported_grant(grant: str) -> EntraRefusal:
    """Only client credentials are spoken."""
    return EntraRefusal(
        400,
        "unsupported_grant_type",
        70003,
        f"The app requested an unsupported grant type '{grant}'.",
    )


def unknown_app(client_id: str, organization: str) -> EntraRefusal:
    """No app with this client id in the tenant."""
    return EntraRefusal(
        400,
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory "
        f"'{organization}'. This can happen if the application has not been installed by the "
        "administrator of the tenant or consented to by any user in the tenant. You may have "
        "sent your authentication request to the wrong tenant.",
    )


def wrong_secret(client_id: str) -> EntraRefusal:
    """The secret is not the app's."""
    return EntraRefusal(
        401,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the "
        "client secret value, not the client secret ID, for a secret added to app "
        f"'{client_id}'.",
    )


def expired_secret(client_id: str) -> EntraRefusal:
    """The secret is past its end (Entra error codes: 7000222; the text is unverified)."""
    return EntraRefusal(
        401,
        "invalid_client",
        7000222,
        f"The provided client secret keys for app '{client_id}' are expired. Create new keys for "
        "your app in the portal, or consider using certificate credentials.",
    )


def no_credential() -> EntraRefusal:
    """Neither secret nor assertion."""
    return EntraRefusal(
        401,
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'.",
    )


def bad_assertion(reason: str) -> EntraRefusal:
    """The client assertion is not signed by a registered certificate, or says the wrong thing."""
    return EntraRefusal(
        401,
        "invalid_client",
        700027,
        "Client assertion failed signature validation or its claims are wrong. "
        f"[Reason - {reason}]",
    )


def bad_scope(scope: str) -> EntraRefusal:
    """Client credentials need one resource with /.default."""
    return EntraRefusal(
        400,
        "invalid_scope",
        1002012,
        f"The provided value for scope {scope} is not valid. Client credential flows must have a "
        "scope value with /.default suffixed to the resource identifier (application ID URI).",
    )


def unknown_resource(resource: str, organization: str) -> EntraRefusal:
    """The scope names a resource this tenant has not got."""
    return EntraRefusal(
        400,
        "invalid_resource",
        500011,
        f"The resource principal named {resource} was not found in the tenant named "
        f"{organization}. This can happen if the application has not been installed by the "
        "administrator of the tenant or consented to by any user in the tenant. You might have "
        "sent your authentication request to the wrong tenant.",
    )


def only_posts(method: str) -> EntraRefusal:
    """Another method at the token endpoint (Entra docs: reference-error-codes)."""
    return EntraRefusal(
        400,
        "invalid_request",
        900561,
        f"The endpoint only accepts POST requests. Received a {method} request.",
    )


def transient(status: int) -> EntraRefusal:
    """A fault on demand."""
    return EntraRefusal(status, "temporarily_unavailable", 90033, "A transient error has occurred.")
