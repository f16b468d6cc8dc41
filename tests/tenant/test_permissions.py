"""The one list of permissions: it names what exists, asks for the least, and is whole."""

from pathlib import Path

import pytest

from graphsync.changes import ORDER
from graphsync.sandbox.apps import PRODUCT_PERMISSIONS
from graphsync.sandbox.operations import OPERATIONS
from graphsync.sandbox.permissions import _TABLE as ALLOWED
from graphsync.tenant.permissions import ASKED_FOR, BY_NAME, BY_OPERATION, Api, Permission, Use


def row(call: str) -> str:
    """The map's own row of a call; it has none for $ref."""
    return next(one.row for one in OPERATIONS if f"{one.method} {one.template}" == call)


each = pytest.mark.parametrize("permission", ASKED_FOR, ids=lambda one: one.name)
of_graph = pytest.mark.parametrize(  # of the Management API Microsoft publishes no map
    "permission",
    [one for one in ASKED_FOR if one.api is Api.GRAPH],
    ids=lambda one: one.name,
)


@of_graph
def test_microsofts_map_allows_its_calls_with_it_and_with_what_may_stand_instead(
    permission: Permission,
) -> None:
    assert permission.calls
    for call in permission.calls:
        if call == "PATCH /users/{id}" and "Password" in permission.name:
            continue  # covers one property of the call alone (Graph docs: user-update)
        for name in (permission.name, *permission.instead):
            assert name in ALLOWED[row(call)], f"{name} does not allow {call}"


@of_graph
def test_whoever_looks_on_may_read_what_a_plan_reads(permission: Permission) -> None:
    read = [call for call in permission.calls if call.startswith("GET ")]
    assert bool(permission.looking) == bool(read and permission.writes)
    for call in read:
        assert all(name in ALLOWED[row(call)] for name in permission.looking)


@each
def test_it_has_a_reason_that_people_can_read(permission: Permission) -> None:
    assert permission.why.startswith(("to ", "for "))


def test_no_name_stands_twice_and_every_kind_of_change_has_one() -> None:
    assert len(BY_NAME) == len(ASKED_FOR)
    assert BY_OPERATION.keys() == {kind.__struct_config__.tag for kind in ORDER}
    assert all(BY_NAME[name].use is Use.NIGHT for name in BY_OPERATION.values())


def test_the_sandbox_gives_the_products_app_exactly_these() -> None:
    assert set(PRODUCT_PERMISSIONS) == BY_NAME.keys()


def test_the_page_has_a_row_for_each_with_its_reason() -> None:
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text("utf-8")
    needed = {
        Use.NIGHT: "every night",
        Use.SOME: "for some things",
        Use.FIRST: "on the first day",
        Use.WISH: "where a school uses it",
        Use.LATER: "not yet",
    }
    rows = [f"| `{one.name}` | {needed[one.use]} | {one.why} |" for one in ASKED_FOR]
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows
