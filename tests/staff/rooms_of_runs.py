"""The rooms of runs."""

from office import key
from room_rows import Made, Row
from staff_side import StaffSide

from api.permissions import AppRole

READERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD}


def parked(side: StaffSide, school: str) -> Made:
    report = side.parked(school)
    return {"run": report.run, "digest": report.digest, "count": str(len(report.changes))}


def a_yes(made: Made) -> dict[str, object]:
    return {"digest": made["digest"], "overrides": ["create_pupil"]}


def a_typed_yes(made: Made) -> dict[str, str]:
    return {"digest": made["digest"], "count": made["count"], "overrides": "create_pupil"}


def a_pilot(side: StaffSide, school: str) -> Made:
    """A plan of its own: once sent back, the same plan is approved with one more reason."""
    if school != "oak":
        return parked(side, school)
    side.parked()
    return {"run": side.office.plan(only=frozenset({key("3")})).run}


def a_no(_made: Made) -> dict[str, object]:
    return {"reason": "Year 11 is still here"}


ROWS = {
    ("GET", "/api/v1/runs"): Row(READERS, foreign=200, made=parked),
    ("GET", "/api/v1/runs/{run}"): Row(READERS, made=parked),
    ("POST", "/api/v1/runs/{run}/approve"): Row({AppRole.HEAD}, made=parked, sent=a_yes),
    ("POST", "/api/v1/runs/{run}/return"): Row({AppRole.HEAD}, made=a_pilot, sent=a_no),
    ("GET", "/runs"): Row(READERS, foreign=200, made=parked),
    ("GET", "/runs/{run}"): Row(READERS, made=parked),
    ("POST", "/runs/{run}/approve"): Row({AppRole.HEAD}, good=303, made=parked, sent=a_typed_yes),
    ("POST", "/runs/{run}/return"): Row({AppRole.HEAD}, good=303, made=a_pilot, sent=a_no),
}
