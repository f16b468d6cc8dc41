"""The rooms of policies, the journal and health."""

from datetime import timedelta

from office import a_pupil
from room_rows import Made, Row, Years
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.accounts import AssignedLicence, Sku
from graphsync.sample_desk import draw, gate
from policies.school_days import school_day


def a_gate(side: StaffSide, school: str) -> Made:
    """Six pupils of Oak School with a licence, and whom the word `dice` draws of them."""
    office = side.office
    numbers = [f"s{number}" for number in range(6)]
    office.accept(*(a_pupil(one) for one in numbers))
    held = (AssignedLicence("s1"),)
    accounts = [office.link(one, assigned_licenses=held) for one in numbers]
    sku = Sku(sku_id="s1", sku_part_number="A3", consumed_units=6, enabled_units=9)
    office.sees(*accounts, skus=[sku])
    told = draw(gate(office.bench, "oak"), "dice")
    return {"school": school, "seed": told.seed, "digest": told.digest}


def verdicts(made: Made) -> dict[str, object]:
    return {"seed": made["seed"], "digest": made["digest"], "passes": [True] * 6}


def a_ticked_form(made: Made) -> dict[str, str]:
    ticks = {f"proof{number}": "pass" for number in range(1, 7)}
    return {"seed": made["seed"], "digest": made["digest"], **ticks}


DPO = {AppRole.DPO}
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
    ("GET", "/api/v1/packs/{school}/{term}"): Row(VERIFIERS, made=a_term),
    ("GET", "/packs"): Row(VERIFIERS, foreign=200),
    ("GET", "/packs/{school}/{term}"): Row(VERIFIERS, made=a_term),
    ("GET", "/api/v1/samples/{school}"): Row(VERIFIERS, made=a_term),
    ("GET", "/api/v1/samples/{school}/draw"): Row(DPO, made=a_gate, query={"seed": "dice"}),
    ("POST", "/api/v1/samples/{school}"): Row(DPO, made=a_gate, sent=verdicts),
    ("GET", "/samples"): Row(VERIFIERS, foreign=200, made=a_gate, query={"seed": "dice"}),
    ("POST", "/samples/{school}"): Row(DPO, good=303, made=a_gate, sent=a_ticked_form),
    ("GET", "/service"): Row(KEEPERS, foreign=200),
    ("POST", "/service"): Row(KEEPERS, foreign=200),
}
