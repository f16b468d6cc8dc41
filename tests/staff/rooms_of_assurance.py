"""The rooms of policies, the journal and health."""

from datetime import timedelta

from room_rows import Made, Row, Years
from staff_side import StaffSide

from api.permissions import AppRole
from policies.school_days import school_day

READERS = {
    AppRole.IT_MANAGER,
    AppRole.DPO,
    AppRole.HEAD,
    AppRole.SAFEGUARDING_LEAD,
    AppRole.VIEWER,
}
VERIFIERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD, AppRole.VIEWER}
EXPORTERS = {AppRole.DPO, AppRole.HEAD}
KEEPERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD}
KEY = {"key": "password.min_length"}
# Nobody here reaches every school, and the journal is one chain over all of them.
NOT_ALL = 403


def a_gap(side: StaffSide, school: str) -> Made:
    day = school_day(side.office.now) + timedelta(days=30)
    return {"school": school, "key": "roles.dpo", "day": day.isoformat()}


def a_decision(made: Made) -> dict[str, object]:
    kept = {"choice": "keep", "until": made["day"], "review": made["day"], "reason": "until then"}
    return {"school": made["school"], "key": made["key"], "about": made["key"], **kept}


def asked(made: Made) -> dict[str, object]:
    return {name: value for name, value in a_decision(made).items() if name != "about"}


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
    ("POST", "/api/v1/policies/decide"): Row({AppRole.HEAD}, made=a_gap, sent=asked),
    ("POST", "/policies/findings/decide"): Row(
        {AppRole.HEAD}, good=303, made=a_gap, sent=a_decision
    ),
    ("GET", "/api/v1/journal/verify"): Row(VERIFIERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/api/v1/journal/export"): Row(EXPORTERS, good=NOT_ALL, foreign=NOT_ALL),
    ("GET", "/journal"): Row(VERIFIERS, foreign=200, years=Years.NO_PUPIL),
    ("POST", "/journal/verify"): Row(VERIFIERS, foreign=200, years=Years.NO_PUPIL),
    ("GET", "/journal/export"): Row(EXPORTERS, good=NOT_ALL, foreign=NOT_ALL),
    ("GET", "/service"): Row(KEEPERS, foreign=200),
    ("POST", "/service"): Row(KEEPERS, foreign=200),
}
