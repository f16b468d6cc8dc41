"""Slips and new passwords at the API and the console: once, for whom one may, and nowhere else."""

import dataclasses
import logging
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from office import a_pupil, key
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.password_desk import ASKED
from graphsync.run_desk import event
from graphsync.sealing import Sealer, new_key
from graphsync.store.journal import Entry
from graphsync.store.secrets import Sealed
from policies.people import Kind

SECRET = "Fern-Otter-47-Lamp"


@pytest.fixture
def sealed(side: StaffSide) -> StaffSide:
    """Two pupils and a colleague with sealed passwords, and the key to them."""
    office, sealer = side.office, Sealer(new_key())
    office.accept(
        a_pupil("1"),
        a_pupil("2", year="8", form="8A"),
        a_pupil("5", kind=Kind.STAFF, year=None, form=None),
    )
    office.sees(*(office.link(one) for one in "125"))
    until = office.now + timedelta(days=7)
    office.store.secrets.put(
        [
            Sealed(key(one), "initial password", sealer.seal(SECRET), office.now, until)
            for one in "125"
        ]
    )
    home = side.app.state.home
    bench = dataclasses.replace(home.bench, sealer=sealer)
    side.app.state.home = dataclasses.replace(home, bench=bench)
    return side


async def slip(side: StaffSide, ref: str, role: str = "ITManager", **claims: object):
    headers = side.bearer(role, **claims)
    return await side.ask("POST", f"/api/v1/people/oak/{ref}/slip", headers=headers)


async def test_a_slip_is_shown_once_and_again_to_the_same_person_for_some_minutes(
    sealed: StaffSide,
) -> None:
    first = await slip(sealed, "1")
    assert (first.status_code, first.json()["password"]) == (200, SECRET)
    assert first.headers["cache-control"] == "no-store"
    assert (await slip(sealed, "1")).json()["password"] == SECRET
    sealed.office.now += timedelta(hours=2)
    late = await slip(sealed, "1")
    assert late.status_code == 409
    assert SECRET not in late.text
    rows = [row.operation for row in sealed.office.store.journal.of_person(key("1"))]
    assert rows == ["slip_printed", "slip_reprinted", "slip_refused"]


async def test_a_head_of_year_has_slips_of_their_own_years_pupils_alone(
    sealed: StaffSide,
) -> None:
    sealed.reach("[oak]", '["7"]')
    assert [(await slip(sealed, one, "HeadOfYear")).status_code for one in "125"] == [200, 404, 404]
    cookie = sealed.session(AppRole.HEAD_OF_YEAR)
    assert "Set a new password" in (await sealed.ask("GET", "/people/oak/1", cookie)).text
    sealed.reach("[oak]")
    both = sealed.bearer("HeadOfYear", "HR")  # sees the colleague, and may not set their password
    got = await sealed.ask("POST", "/api/v1/people/oak/5/slip", headers=both)
    assert (got.status_code, got.json()["type"][-18:]) == (403, "not_yours_to_reset")
    both_page = sealed.session(AppRole.HEAD_OF_YEAR, AppRole.HR)
    page = await sealed.ask("GET", "/people/oak/5", both_page)
    assert "Set a new password" not in page.text


async def test_a_page_of_slips_needs_no_style_of_its_own_and_names_who_printed_it(
    sealed: StaffSide,
) -> None:
    cookie = sealed.session(AppRole.IT_MANAGER)
    form = {"school": "oak", "named": "7B", "collector": "Ms Okafor"}
    page = await sealed.ask("POST", "/slips", cookie, data=form)
    assert page.status_code == 200
    assert SECRET in page.text
    assert "Ms Okafor" in page.text
    assert "Nina Wren" in page.text
    assert "<style" not in page.text
    assert 'href="/slips.css"' in page.text
    assert (await sealed.ask("GET", "/slips.css")).text.startswith("@page")
    one = await sealed.ask("POST", "/people/oak/2/slip", cookie)
    assert SECRET in one.text
    empty = await sealed.ask("POST", "/slips", cookie, data=form | {"named": "9Z"})
    assert empty.status_code == 422
    assert 'value="Ms Okafor"' in empty.text


async def test_a_class_over_the_api_says_why_somebody_has_no_slip(sealed: StaffSide) -> None:
    sealed.office.now += timedelta(minutes=1)
    sealed.office.accept(a_pupil("1"), a_pupil("3"))
    got = await sealed.ask(
        "POST",
        "/api/v1/schools/oak/slips",
        headers=sealed.bearer("ITManager"),
        json={"form": "7B", "collector": "Ms Okafor"},
    )
    told = got.json()
    assert [one["person"] for one in told["slips"]] == ["oak:1"]
    assert [one["state"] for one in told["lines"]] == ["printed", "no account yet"]


async def test_a_password_is_kept_nowhere_but_sealed(
    sealed: StaffSide, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {**sealed.bearer("ITManager"), "Idempotency-Key": "a slip, please"}
    got = await sealed.ask("POST", "/api/v1/people/oak/1/slip", headers=headers)
    assert got.json()["password"] == SECRET
    assert SECRET not in caplog.text
    sealed.office.store.close()
    assert SECRET.encode() not in kept_in(tmp_path)


def kept_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("graphsync.db*"))


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"reason": "forgot it", "typed": "oak:2"}, "is not this person"),
        ({"reason": " ", "typed": "oak:1"}, "say why"),
    ],
)
async def test_a_new_password_wants_the_typed_key_and_a_reason(
    sealed: StaffSide, form: dict[str, str], says: str
) -> None:
    got = await sealed.ask(
        "POST", "/people/oak/1/password", sealed.session(AppRole.IT_MANAGER), data=form
    )
    assert got.status_code == 422
    assert says in got.text


def asked(side: StaffSide, who: str, times: int) -> None:
    one: Entry = event("oak", "", ASKED, who)
    side.office.store.journal.append([msgspec.structs.replace(one, person=key("1"))] * times)


async def test_a_head_of_year_is_bound_by_a_number_a_day(sealed: StaffSide) -> None:
    sealed.office.pack("password: {resets_a_day: 2}\n")
    asked(sealed, f"entra:{ACCOUNT}", 2)
    headers = {**sealed.bearer("HeadOfYear"), "Idempotency-Key": "once more"}
    path = "/api/v1/people/oak/1/password"
    got = await sealed.ask("POST", path, headers=headers, json={"reason": "x"})
    assert got.status_code == 409
    assert "the pack allows 2" in got.json()["detail"]
    again = await sealed.ask("POST", path, headers=headers, json={"reason": "x"})
    assert (again.status_code, again.json()["type"][-9:]) == (409, "key_taken")


async def test_three_new_passwords_within_a_week_are_told(sealed: StaffSide) -> None:
    cookie = sealed.session(AppRole.HEAD_OF_YEAR)
    asked(sealed, "entra:x", 2)
    assert "within a week" not in (await sealed.ask("GET", "/people/oak/1", cookie)).text
    asked(sealed, "entra:x", 1)
    page = await sealed.ask("GET", "/people/oak/1", cookie)
    assert "3 new passwords within a week: tell the safeguarding lead" in page.text
    sealed.office.days(8)
    fresh = sealed.session(AppRole.HEAD_OF_YEAR)
    assert "within a week" not in (await sealed.ask("GET", "/people/oak/1", fresh)).text


async def test_whoever_looks_after_pupils_sees_how_often_passwords_are_set(
    sealed: StaffSide,
) -> None:
    asked(sealed, "entra:x", 2)
    sealed.office.days(8)  # December has begun
    asked(sealed, "oak:5", 3)
    got = await sealed.ask("GET", "/api/v1/resets", headers=sealed.bearer("SafeguardingLead"))
    (line,) = got.json()["items"]
    told = [line[name] for name in ("person", "week", "month", "month_before", "by", "often")]
    assert told == ["oak:1", 3, 3, 2, "oak:5", True]
    for role in (AppRole.SAFEGUARDING_LEAD, AppRole.IT_MANAGER):
        today = (await sealed.ask("GET", "/", sealed.session(role))).text
        assert "1 person was set three new passwords within a week" in today
        page = (await sealed.ask("GET", "/resets", sealed.session(role))).text
        assert "ask why" in page
        assert SECRET not in page
    sealed.office.days(8)
    later = (await sealed.ask("GET", "/", sealed.session(AppRole.IT_MANAGER))).text
    assert "within a week" not in later
    sealed.office.days(60)
    empty = await sealed.ask("GET", "/resets", sealed.session(AppRole.IT_MANAGER))
    assert "No new passwords lately" in empty.text
