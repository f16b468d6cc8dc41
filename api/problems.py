"""What a request may be refused with: a status, what is wrong and how to mend it (RFC 9457).

No problem quotes what was sent: it may be a person's name.
"""

from collections.abc import Sequence
from typing import Any

from fastapi.responses import JSONResponse

MEDIA = "application/problem+json"
TITLES = {
    400: "The request is not complete",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    409: "Not as things stand",
    413: "Too large",
    422: "Something in the request is not as it must be",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not available just now",
}


class Problem(Exception):
    """A refusal; `detail` says what and how to mend it, `code` is for programs."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail

    @property
    def title(self) -> str:
        """The kind of refusal, in a few words."""
        return TITLES.get(self.status, "Refused")


class NotSignedIn(Problem):
    """Nobody is signed in, or no longer."""

    def __init__(self, detail: str) -> None:
        super().__init__(401, "not_signed_in", detail)


class NotProved(Problem):
    """Somebody is signed in, and is to prove once more that it is they (RFC 9470)."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            401,
            "insufficient_user_authentication",
            "This has no way back, or takes personal data away, so it asks for somebody who signed"
            f" in within the last {seconds // 60} minutes. Sign in again and send it once more;"
            " nothing was done yet.",
        )
        self.seconds = seconds

    @property
    def challenge(self) -> str:
        """What the header of the answer asks a program for."""
        return (
            f'Bearer error="{self.code}", error_description="sign in again",'
            f' max_age="{self.seconds}"'
        )


def as_json(problem: Problem, errors: Sequence[dict[str, str]] = ()) -> JSONResponse:
    """The problem as problem+json; `errors` name wrong fields, without their values."""
    body: dict[str, Any] = {
        "type": f"urn:graphsync:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if errors:
        body["errors"] = list(errors)
    headers = None
    if problem.status == 401:
        told = problem.challenge if isinstance(problem, NotProved) else "Bearer"
        headers = {"WWW-Authenticate": told}
    return JSONResponse(body, problem.status, headers, media_type=MEDIA)
