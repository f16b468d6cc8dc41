"""What has no way back is asked for by somebody who signed in just now, and by nobody else."""

import dataclasses
from datetime import timedelta

import pytest
from staff_side import StaffSide

from api.permissions import PROVED_TO_READ, PROVED_TO_WRITE, AppRole, Permission
from api.staff.app import ROOMS
from api.staff.rooms import page_of

LONG_AGO = timedelta(minutes=11)


def a_yes(side: StaffSide) -> tuple[str, dict[str, object]]:
    report = side.parked()
    return report.run, {"digest": report.digest, "overrides": ["create_pupil"]}


@pytest.mark.parametrize("proved", [LONG_AGO, None])
async def test_a_page_sends_a_stale_session_to_sign_in_again_and_back(
    side: StaffSide, proved: timedelta | None
) -> None:
    run, yes = a_yes(side)
    cookie = side.session(AppRole.HEAD, proved=proved)
    got = await side.ask("POST", f"/runs/{run}/approve", cookie, data=yes | {"count": "9"})
    assert got.status_code == 401
    assert f'href="/sign-in?page=/runs/{run}&amp;again=true"' in got.text
    assert side.office.store.runs.get(run).state == "parked"
    assert (await side.ask("GET", f"/runs/{run}", cookie)).status_code == 200


async def test_a_program_is_told_by_the_header_of_rfc_9470(side: StaffSide) -> None:
    run, yes = a_yes(side)
    long_ago = int((side.office.now - LONG_AGO).timestamp())
    head = {"Idempotency-Key": "12345678"}
    stale = side.bearer("Head", auth_time=long_ago) | head
    got = await side.ask("POST", f"/api/v1/runs/{run}/approve", headers=stale, json=yes)
    assert got.status_code == 401
    assert got.json()["type"] == "urn:graphsync:problem:insufficient_user_authentication"
    told = got.headers["www-authenticate"]
    assert told.startswith('Bearer error="insufficient_user_authentication"')
    assert 'max_age="600"' in told
    # A token without auth_time is as old as itself.
    stale = side.bearer("Head", auth_time=None, iat=long_ago) | head
    got = await side.ask("POST", f"/api/v1/runs/{run}/approve", headers=stale, json=yes)
    assert got.status_code == 401
    fresh = side.bearer("Head") | head
    got = await side.ask("POST", f"/api/v1/runs/{run}/approve", headers=fresh, json=yes)
    assert got.status_code == 200


async def test_minutes_of_0_ask_nobody(side: StaffSide) -> None:
    run, yes = a_yes(side)
    side.app.state.home = dataclasses.replace(side.app.state.home, step_up=0)
    cookie = side.session(AppRole.HEAD, proved=None)
    got = await side.ask("POST", f"/runs/{run}/approve", cookie, data=yes | {"count": "9"})
    assert got.status_code == 303


async def test_a_departure_asks_only_when_it_acts_at_once(side: StaffSide) -> None:
    cookie = side.session(AppRole.HR, proved=LONG_AGO)
    form = {"named": "oak:1", "reason": "planned", "typed": "wren", "last_day": "2099-12-18"}
    now = await side.ask("POST", "/leavers", cookie, data={**form, "when": "now"})
    assert (now.status_code, "/sign-in?page=/leavers" in now.text) == (401, True)
    dated = await side.ask("POST", "/leavers", cookie, data={**form, "when": "day"})
    assert dated.status_code == 422  # nobody has this key
    wish = {"who": "oak:1", "reason": "planned", "typed": "wren"}
    head = side.bearer("HR", auth_time=1) | {"Idempotency-Key": "12345678"}
    got = await side.ask("POST", "/api/v1/departures", headers=head, json=wish)
    assert got.status_code == 401


def test_what_the_law_names_is_proved() -> None:
    decided = {Permission.APPLY_RUNS, Permission.DECIDE_DLP, Permission.DECIDE_BREACHES}
    assert not {*decided, Permission.ENFORCE_CONSENTS, *PROVED_TO_READ} - PROVED_TO_WRITE
    assert {Permission.EXPORT_JOURNAL, Permission.EXPORT_PEOPLE} == PROVED_TO_READ


def test_each_form_leads_back_to_a_page() -> None:
    pages = {one.path for each in ROOMS for one in each.list if one.method == "GET"}
    assert page_of("/leavers/find") == "/leavers"
    assert page_of("/runs/r-1/look") == "/runs/r-1"
    assert page_of("/nowhere/at/all") == "/"
    assert page_of("/access") == "/access"
    for each in ROOMS:
        for one in each.list:
            if one.method == "POST" and not one.path.startswith("/api/"):
                assert page_of(one.path) in {*pages, "/"}
