"""Every route and page, with every role and at either school, answers as law B0 says."""

import pprint
import re
from typing import Any

import pytest
from room_asking import answer
from room_rows import PROGRAMS, Made, of_a_program, table
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from api.staff.app import ROOMS
from api.staff.home import COOKIE, form_token

TABLE = table()


def test_every_room_has_a_row_and_every_route_is_a_room(side: StaffSide) -> None:
    rooms = {(room.method, room.path) for each in ROOMS for room in each.list}
    assert rooms == set(TABLE)
    served = set()
    for each in ROOMS:
        for route in each.router.routes:
            path, methods = route.path, route.methods  # type: ignore[attr-defined]
            served |= {(method, path) for method in methods}
    assert served == rooms
    own = {getattr(route, "path", "") for route in side.app.routes} - {path for _, path in rooms}
    assert own <= {"/openapi.json", ""}


@pytest.mark.parametrize("school", ["oak", "elm"])
async def test_every_room_with_every_role(side: StaffSide, school: str) -> None:
    """The person reaches Oak School alone."""
    wrong = []
    for number, ((method, path), row) in enumerate(TABLE.items()):
        side.address = f"192.0.2.{number}"
        known: Made = row.made(side, school)
        for role in AppRole:
            allowed = row.roles is None or role in row.roles
            if not allowed and school == "elm":
                continue  # whoever does not get in is told so before any school is looked up
            made = row.made(side, school) if allowed else known
            got = await answer(side, method, path, row, role, made)
            here = row.other.get(role, row.good)
            good = here if school == "oak" or row.roles is None else row.foreign
            expected = good if allowed else 403
            if got.status_code != expected:
                wrong.append((method, path, str(role), got.status_code, expected, got.text[:300]))
            if school == "elm":
                assert "Elm" not in got.text, path
                keys = [str(made[name]) for name in re.findall(r"\{(\w+)\}", path)]
                assert not [one for one in keys if one in got.text], path
    assert not wrong, pprint.pformat(wrong)


async def test_nobody_gets_in_without_a_token_or_session(side: StaffSide) -> None:
    for number, ((method, path), row) in enumerate(TABLE.items()):
        side.address = f"192.0.2.{number}"
        more: dict[str, Any] = {}
        if method == "POST":
            more = {"json": {"digest": "d"}, "headers": {"Idempotency-Key": "12345678"}}
            if not of_a_program(path):
                more = {"data": {"form_token": form_token("")}}
        got = await side.ask(method, re.sub(r"\{\w+\}", "r-20261125-1a2b", path), **more)
        where = f"{method} {path}"
        if row.roles is None:
            assert got.status_code == row.good, where
        elif of_a_program(path):
            assert got.status_code == 401, where
            assert got.headers["www-authenticate"] == "Bearer", where
            assert got.headers["content-type"] == "application/problem+json", where
        elif method == "GET":
            assert got.status_code == 303, where
            assert got.headers["location"].startswith("/sign-in?page=/"), where
        else:
            assert got.status_code in {401, 403}, where


async def test_a_cookie_opens_no_api_and_a_token_no_page(side: StaffSide) -> None:
    cookie = side.session(AppRole.HEAD)
    assert (await side.ask("GET", "/api/v1/me", cookie)).status_code == 401
    assert (await side.ask("GET", "/", headers=side.bearer("Head"))).status_code == 303


async def test_a_forbidden_pair_of_roles_gets_nothing(side: StaffSide) -> None:
    got = await side.ask("GET", "/api/v1/runs", headers=side.bearer("Head", "DPO"))
    assert got.status_code == 403
    assert got.json()["type"] == "urn:graphsync:problem:role_conflict"
    assert "DPO and Head" in got.json()["detail"]
    # The pack of Oak School names a waiver that stands: its IT manager may record consent as well.
    waived = await side.ask("GET", "/api/v1/me", headers=side.bearer("ITManager", "Office"))
    assert waived.json()["roles"] == ["ITManager", "Office"]
    side.reach("[]")
    waived = await side.ask("GET", "/api/v1/me", headers=side.bearer("ITManager", "Office"))
    assert waived.status_code == 403


async def test_a_change_of_the_access_file_counts_at_once(side: StaffSide) -> None:
    report, head = side.parked(), side.bearer("Head")
    assert (await side.ask("GET", f"/api/v1/runs/{report.run}", headers=head)).status_code == 200
    side.reach("[elm]")
    assert (await side.ask("GET", f"/api/v1/runs/{report.run}", headers=head)).status_code == 404
    side.reach("all", account="bbbbbbbb-0000-4000-8000-000000000002")
    told = (await side.ask("GET", "/api/v1/me", headers=head)).json()
    assert (told["account"], told["schools"]) == (ACCOUNT, [])


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eevil", '"><b x="'])
async def test_a_name_is_text_on_every_page(side: StaffSide, name: str) -> None:
    side.parked()
    cookie = side.session(AppRole.HEAD, name=name)
    got = await side.ask("GET", "/", cookie)
    assert got.status_code == 200
    assert name not in got.text
    assert "script" not in re.sub(r"&lt;/?script&gt;", "", got.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/runs/r-1", 422), ("/runs/..%2f..%2fetc%2fpasswd", 404), ("/nowhere", 404)],
)
async def test_what_is_not_there_is_told_with_a_way_on(
    side: StaffSide, path: str, status: int
) -> None:
    got = await side.ask("GET", path, side.session(AppRole.HEAD))
    assert got.status_code == status
    assert 'href="/"' in got.text
    assert "passwd" not in got.text


async def test_every_answer_has_the_headers_and_a_large_body_is_not_read(side: StaffSide) -> None:
    for path in ("/", "/health", "/nowhere", "/signed-out"):
        headers = (await side.ask("GET", path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    large = await side.ask("POST", "/api/v1/runs/r/approve", content=b"x" * 300_000)
    assert large.status_code == 413
    codes = [(await side.ask("GET", "/health")).status_code for _ in range(600)]
    assert (codes[0], codes[-1]) == (200, 429)


async def test_openapi_has_an_example_of_each_shape_and_no_page(side: StaffSide) -> None:
    told = (await side.ask("GET", "/openapi.json")).json()
    assert set(told["paths"]) == {path for _, path in TABLE if path.startswith(PROGRAMS)}
    for name, shape in told["components"]["schemas"].items():
        if name not in {"HTTPValidationError", "ValidationError"} and "enum" not in shape:
            assert shape["examples"], name


async def test_metrics_are_counts_for_this_machine_and_not_for_a_proxy(side: StaffSide) -> None:
    import httpx

    side.parked()
    transport = httpx.ASGITransport(side.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
        told = await web.get("/metrics")
        assert 'graphsync_runs{school="oak",state="parked"} 2' in told.text
        assert "graphsync_sessions 0" in told.text
        passed_on = await web.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
        assert passed_on.status_code == 401
    assert COOKIE.startswith("__Host-")
