"""The rooms of policies, the journal and health."""

from room_rows import Made, Row, Years
from staff_side import StaffSide

from api.permissions import AppRole

READERS = {
    AppRole.IT_MANAGER,
    AppRole.DPO,
    AppRole.HEAD,
    AppRole.SAFEGUARDING_LEAD,
    AppRole.VIEWER,
}


def a_term(_side: StaffSide, school: str) -> Made:
    return {"school": school, "term": "2026-autumn"}


VERIFIERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD, AppRole.VIEWER}
EXPORTERS = {AppRole.DPO, AppRole.HEAD}
KEEPERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD}
KEY = {"key": "password.min_length"}
# Nobody here reaches every school, and the journal is one chain over all of them.
NOT_ALL = 403

ROWS = {
    ("GET", "/api/v1/policies"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/api/v1/policies/why"): Row(READERS, foreign=200, query=KEY, years=Years.NO_PUPIL),
    ("GET", "/api/v1/policies/coverage"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/api/v1/policies/findings"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/policies"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/policies.csv"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/policies/why"): Row(READERS, foreign=200, query=KEY, years=Years.NO_PUPIL),
    ("GET", "/policies/coverage"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/policies/findings"): Row(READERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/api/v1/journal/verify"): Row(VERIFIERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/api/v1/journal/export"): Row(EXPORTERS, good=NOT_ALL, foreign=NOT_ALL),
    ("GET", "/journal"): Row(VERIFIERS, foreign=200, years=Years.NO_PUPIL),
    ("POST", "/journal/verify"): Row(VERIFIERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/journal/export"): Row(EXPORTERS, good=NOT_ALL, foreign=NOT_ALL),
    ("GET", "/api/v1/packs/{school}/{term}"): Row(VERIFIERS, made=a_term),
    ("GET", "/packs"): Row(VERIFIERS, foreign=200),
    ("GET", "/packs/{school}/{term}"): Row(VERIFIERS, made=a_term),
    ("GET", "/service"): Row(KEEPERS, foreign=200),
    ("POST", "/service"): Row(KEEPERS, foreign=200),
}
