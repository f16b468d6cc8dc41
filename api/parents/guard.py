"""What the parents' page lets in, and the headers of every answer of it."""

from starlette.responses import Response

from api.parents.pages import page
from api.threshold import Limits

LARGEST_BODY = 16_384
A_MINUTE = 120  # a whole school may sit behind one address
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, noarchive",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}


def _too_large(_: str) -> Response:
    return page("dead.html", 413)


def _too_often(_: str) -> Response:
    return page("slower.html", 429)


LIMITS = Limits(HEADERS, LARGEST_BODY, A_MINUTE, _too_large, _too_often)
