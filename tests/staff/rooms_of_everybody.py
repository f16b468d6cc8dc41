"""The rooms that belong to no school: who one is, Today, signing in and out."""

from room_rows import Row, Years

from api.permissions import AppRole

EVERYBODY = set(AppRole)
ROWS = {
    ("GET", "/health"): Row(None),
    ("GET", "/metrics"): Row({AppRole.IT_MANAGER}, foreign=200),
    ("GET", "/api/v1/me"): Row(EVERYBODY, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/console.css"): Row(None),
    ("GET", "/"): Row(EVERYBODY, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/sign-in"): Row(None, good=503),  # no tenant is there to be asked
    ("GET", "/sign-in/callback"): Row(None, good=401),
    ("POST", "/sign-out"): Row(EVERYBODY, good=303, foreign=303),
    ("GET", "/signed-out"): Row(None),
}
