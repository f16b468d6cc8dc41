"""The rooms of the pictures, and Today for programs."""

from room_rows import Row, Years
from rooms_of_consents import LICENCES, READERS, a_pupil_of

from api.permissions import AppRole

EVERYBODY = set(AppRole)
RUNS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD}
TRENDS = {*RUNS, AppRole.VIEWER}
_WHO = {
    "accounts": RUNS,
    "durations": RUNS,
    "consents": READERS,
    "licences": LICENCES,
    "mails": TRENDS,
}
ROWS = {
    ("GET", "/api/v1/today"): Row(EVERYBODY, foreign=200, made=a_pupil_of, years=Years.NO_PUPIL),
    ("GET", "/pictures"): Row(EVERYBODY, foreign=200, made=a_pupil_of, years=Years.NO_PUPIL),
    **{
        ("GET", path.format(name)): Row(roles, foreign=200, made=a_pupil_of, years=Years.WHOLE)
        for path in ("/plots/{}.svg", "/api/v1/series/{}")
        for name, roles in _WHO.items()
    },
}
