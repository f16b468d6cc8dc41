"""The ways the Office 365 Management Activity API says no.

Codes and texts are those of its reference ("Errors") unless a recorded answer is named. Statuses
are not in it: 400, 401 and 429 are those of recorded answers, 403 that of its troubleshooting page;
where none is known, 400 is taken. What comes before the service itself is ASP.NET Web API's own.
"""

from collections.abc import Iterable
from typing import Any

NOBODY = "00000000-0000-0000-0000-000000000000"


class FeedRefusal(Exception):
    """An answer of 400 or more; ``body`` is a document, or a text to be sent as it is."""

    def __init__(
        self, status: int, code: str, body: Any, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.body = body
        self.headers = headers or {}


def _refused(code: str, message: str, status: int = 400) -> FeedRefusal:
    return FeedRefusal(status, code, {"error": {"code": code, "message": message}})


def no_resource(url: str) -> FeedRefusal:
    """No such address (Web API's own text)."""
    message = f"No HTTP resource was found that matches the request URI '{url}'."
    return FeedRefusal(404, "NotFound", {"Message": message})


def wrong_method(method: str) -> FeedRefusal:
    """The address takes another method (Web API's own text)."""
    message = f"The requested resource does not support http method '{method}'."
    return FeedRefusal(405, "MethodNotAllowed", {"Message": message})


def bad_body() -> FeedRefusal:
    """The body is no JSON object (Web API's own text)."""
    return FeedRefusal(400, "BadRequest", {"Message": "The request is invalid."})


def unauthorized(challenge: str = "") -> FeedRefusal:
    """No valid token for this audience (Web API's own text); ``challenge`` asks for claims."""
    headers = {"WWW-Authenticate": f"Bearer{challenge}"}
    message = "Authorization has been denied for this request."
    return FeedRefusal(401, "Unauthorized", {"Message": message}, headers)


def missing_role(roles: Iterable[str]) -> FeedRefusal:
    """The token lacks the permission: recorded text (coe-starter-kit issue 6536) and status."""
    return _refused(
        "AF10001",
        f"The permission set ({' '.join(sorted(roles))}) sent in the request does not include the "
        "expected permission.",
        401,
    )


def missing(name: str) -> FeedRefusal:
    """A parameter is not there."""
    return _refused("AF20001", f"Missing parameter: {name}.")


def wrong_type(name: str, expected: str) -> FeedRefusal:
    """A parameter is not of its type: ``int``, ``datetime`` or ``guid``."""
    return _refused("AF20002", f"Invalid parameter type: {name}. Expected type: {expected}")


def other_tenant(in_url: str, in_token: str) -> FeedRefusal:
    """The token is of another tenant than the address."""
    return _refused(
        "AF20010",
        f"The tenant ID passed in the URL ({in_url}) does not match the tenant ID passed in the "
        f"access token ({in_token}).",
    )


def no_tenant_id(in_url: str) -> FeedRefusal:
    """The address names no tenant, but a domain, say."""
    return _refused("AF20013", f"The tenant ID passed in the URL ({in_url}) is not a valid GUID.")


def bad_content_type() -> FeedRefusal:
    """There is no such content type."""
    return _refused("AF20020", "The specified content type is not valid.")


def unreachable_webhook(address: str) -> FeedRefusal:
    """The webhook did not answer: from here none is ever called."""
    reason = (
        "The endpoint did not return HTTP 200."
        if address.startswith("https://")
        else "The address must begin with HTTPS."
    )
    return _refused("AF20021", f"The webhook endpoint ({address}) could not be validated. {reason}")


def no_subscription() -> FeedRefusal:
    """The app never started one."""
    return _refused("AF20022", "No subscription found for the specified content type.")


def disabled(by: str | None) -> FeedRefusal:
    """Stopped; without anybody the recorded text (wazuh issue 29674)."""
    return _refused("AF20023", f"The subscription was disabled{f' by {by}' if by else ''}.")


def already_enabled() -> FeedRefusal:
    """Started again with nothing changed: recorded (coe-starter-kit issue 2807), not documented."""
    return _refused("AF20024", "The subscription is already enabled. No property change.")


def too_many_starts(seconds: float) -> FeedRefusal:
    """Another start within 15 minutes: recorded text (elastic/integrations pull request 15476)."""
    minutes, rest = divmod(int(seconds), 60)
    return _refused(
        "AF429",
        "Too many frequent subscription start requests. Please retry again after "
        f"{minutes}m {rest}s",
        429,
    )


def half_a_window() -> FeedRefusal:
    """One end of the window without the other."""
    return _refused(
        "AF20030",
        "Start time and end time must both be specified (or both omitted) and must be less than or "
        "equal to 24 hours apart, with the start time no more than 7 days in the past.",
    )


def bad_window(start: str, end: str) -> FeedRefusal:
    """The window is wrong: recorded text (SEKOIA-IO/automation-library pull request 1156)."""
    return _refused(
        "AF20055",
        "Start time and end time must both be specified (or both omitted) and must be less than or "
        "equal to 24 hours apart, with the start time prior to end time and start time no more "
        f"than 7 days in the past. StartTime:{start}, EndTime:{end}",
    )


def bad_page(page: str) -> FeedRefusal:
    """No page of this window."""
    return _refused("AF20031", f"Invalid nextPage Input: {page}.")


def no_content(key: str) -> FeedRefusal:
    """There is no such content, or not for this app."""
    return _refused("AF20050", f"The specified content ({key}) does not exist.")


def expired_content(key: str) -> FeedRefusal:
    """Its seven days are over."""
    return _refused(
        "AF20051",
        f"Content requested with the key {key} has already expired. Content older than 7 days "
        "cannot be retrieved.",
    )


def bad_content_id(key: str) -> FeedRefusal:
    """Not even the form of a content id."""
    return _refused("AF20052", f"Content ID {key} in the URL is invalid.")


def many_languages() -> FeedRefusal:
    """More than one language is asked for."""
    return _refused("AF20053", "Only one language may be present in the Accept-Language header.")


def bad_language() -> FeedRefusal:
    """The header names no language."""
    return _refused("AF20054", "Invalid syntax in Accept-Language header.")


def auditing_is_off(tenant_id: str) -> FeedRefusal:
    """Unified auditing was never switched on: recorded (office-365-management-api issue 89)."""
    return _refused(
        f"StartSubscription [TenantId={tenant_id}] failed. Exception",
        f"Microsoft.Office.Compliance.Audit.DataServiceException: Tenant {tenant_id} does not "
        "exist.",
    )


def throttled(method: str, publisher: str | None) -> FeedRefusal:
    """Too many requests: 403, and quotes that are not JSON's (the troubleshooting page)."""
    message = f"Too many requests. Method={method}, PublisherId={publisher or NOBODY}"
    return FeedRefusal(403, "AF429", f"{{'error':{{'code':'AF429','message':'{message}'}}}}")


def down(status: int) -> FeedRefusal:
    """A fault on demand: the service's own 500 (recorded with single quotes), IIS's text else."""
    if status == 500:
        message = "An internal error occurred.  Retry the request."
        text = f"{{'error':{{'code':'AF50000','message':'{message}'}}}}"
        return FeedRefusal(500, "AF50000", text)
    return FeedRefusal(status, "Unavailable", "The service is unavailable.")
