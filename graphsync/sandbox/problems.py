"""The ways Graph says no, as exceptions that carry status, code, text, details and headers.

Texts are Graph's own where a recorded answer or a documentation page gives them; the few that are
only known to exist in this family are marked "text unverified".
"""

from typing import Any


class Refusal(Exception):
    """An answer of 400 or more, in Graph's envelope."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: tuple[dict[str, str], ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers or {}

    def envelope(self, date: str, request_id: str, client_request_id: str) -> dict[str, Any]:
        """The body: Graph docs "error responses", with the dashed names real answers carry."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = list(self.details)
        error["innerError"] = {
            "date": date,
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        return {"error": error}


def bad_request(message: str, code: str = "Request_BadRequest") -> Refusal:
    """400 of the directory."""
    return Refusal(400, code, message)


def invalid_value(name: str, resource: str) -> Refusal:
    """A value of the wrong type, length or alphabet (recorded for mailNickname of User)."""
    return bad_request(f"Invalid value specified for property '{name}' of resource '{resource}'.")


def required_value(name: str, resource: str) -> Refusal:
    """A required property is missing or empty."""
    return bad_request(f"A value is required for property '{name}' of resource '{resource}'.")


def unknown_property(name: str) -> Refusal:
    """A body names a property the schema lacks (documented family, text unverified)."""
    return bad_request(
        f"Property '{name}' does not exist as a declared property or extension property."
    )


def read_only(name: str) -> Refusal:
    """A body sets a computed or immutable property (documented family, text unverified)."""
    return bad_request(f"Property '{name}' is read-only and cannot be set.")


def conflict(name: str) -> Refusal:
    """Graph answers 400 with ObjectConflict in the details, not 409, for a taken value."""
    message = f"Another object with the same value for property {name} already exists."
    detail = {"code": "ObjectConflict", "message": message, "target": name}
    return Refusal(400, "Request_BadRequest", message, details=(detail,))


def not_found(key: str) -> Refusal:
    """The object, or one it refers to, is not on the replica that was asked."""
    return Refusal(
        404,
        "Request_ResourceNotFound",
        f"Resource '{key}' does not exist or one of its queried reference-property objects "
        "are not present.",
    )


def already_referenced(name: str) -> Refusal:
    """A reference to add is there already (recorded for members)."""
    return bad_request(
        "One or more added object references already exist for the following modified "
        f"properties: '{name}'."
    )


def denied() -> Refusal:
    """The token's application permissions do not cover the operation."""
    return Refusal(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )


def no_premium() -> Refusal:
    """The tenant has no licence for this report (recorded for reports and sign-in activity)."""
    return Refusal(
        403,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        "Tenant is not a B2C tenant and doesn't have premium license",
    )


def mastered_on_premises() -> Refusal:
    """The object is synced from Active Directory and the property is mastered there."""
    return bad_request(
        "Unable to update the specified properties for on-premises mastered Directory Sync "
        "objects or objects currently undergoing migration."
    )


def unknown_segment(segment: str) -> Refusal:
    """The path names nothing in the model."""
    return bad_request(f"Resource not found for the segment '{segment}'.", "BadRequest")


def not_implemented() -> Refusal:
    """The model has it, this tenant does not speak it."""
    return Refusal(501, "NotImplemented", "This operation target is not yet supported.")


def method_not_allowed() -> Refusal:
    """The path exists for other methods (Graph docs: json-batching)."""
    return Refusal(
        405,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target.",
    )


def unsupported_query(message: str) -> Refusal:
    """The directory does not support this query, or not without the advanced header."""
    return bad_request(message, "Request_UnsupportedQuery")


def bad_token(message: str) -> Refusal:
    """401 with the challenge that names Entra and Graph's own application id."""
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/'
        'authorize", client_id="00000003-0000-0000-c000-000000000000"'
    )
    return Refusal(
        401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge}
    )
