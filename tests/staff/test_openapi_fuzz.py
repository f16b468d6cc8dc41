"""Whatever is sent to an operation with any role: no 5xx of ours, no trace, no other school."""

import itertools
import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from rooms_of_consents import answered
from rooms_of_leavers import left_to_do
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance
from staff_side import StaffSide

from api.permissions import AppRole

NO_TENANT = 503  # none is there to be asked
NEVER = ("Elm School", "elm.example", "Traceback", "sqlalchemy", "site-packages")
FEW = settings(
    max_examples=1,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_operation_breaks_or_leaks_with_any_role(side: StaffSide, mode: GenerationMode) -> None:
    """Somebody reaches Oak School; Elm School has a run and a departure as well."""
    answered(side, "oak")
    for school in ("oak", "elm"):
        side.parked(school)
        left_to_do(side, school)
    wrong: list[tuple[str, ...]] = []
    numbers = itertools.count()

    def told(case: schemathesis.Case) -> None:
        for role in AppRole:
            key = f"fuzzing {next(numbers)}"
            got = case.call(headers=side.bearer(role) | {"Idempotency-Key": key})
            if got.status_code >= 500 and got.status_code != NO_TENANT:
                wrong.append((case.operation.label, role, str(got.status_code), got.text[:200]))
            if found := [one for one in NEVER if one in got.text]:
                wrong.append((case.operation.label, role, *found))
            case.validate_response(got, checks=[response_schema_conformance])

    schema = schemathesis.openapi.from_asgi("/openapi.json", side.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        asked = operation.as_strategy(generation_mode=mode)
        try:
            FEW(given(case=asked)(told))()
        except Unsatisfiable:  # what takes nothing cannot be sent anything wrong
            assert mode is GenerationMode.NEGATIVE, operation.label
    assert not wrong, json.dumps(wrong, indent=1)
    assert next(numbers) > len(operations)
