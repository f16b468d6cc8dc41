"""Runs at the API and the console: paged, shown, and approved by another person, once."""

import html
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from office import an_account
from staff_side import ACCOUNT, StaffSide, a_pupil

from api.permissions import AppRole
from api.sign_in import local
from api.staff.home import COOKIE, form_token
from api.staff.pages import ink_on
from graphsync.store.runs import State
from reports.plan_list import PER_PAGE

OTHER = "bbbbbbbb-0000-4000-8000-000000000002"
YES = {"overrides": ["create_pupil"]}
WHY = "Year 11 is still here"


async def approve(side: StaffSide, run: str, key: str = "key-0001", **body: object):
    headers = {**side.bearer("Head"), "Idempotency-Key": key}
    return await side.ask("POST", f"/api/v1/runs/{run}/approve", headers=headers, json=body)


async def test_the_list_is_turned_page_by_page_without_a_gap(side: StaffSide) -> None:
    made = [side.parked(requester=f"r{number}").run for number in range(3)]
    seen, after = [], None
    for _ in range(10):
        params = {"limit": 2} | ({"after": after} if after else {})
        page = (
            await side.ask("GET", "/api/v1/runs", headers=side.bearer("DPO"), params=params)
        ).json()
        assert len(page["items"]) <= 2
        seen += [line["run"] for line in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 6
    assert set(made) <= set(seen)


async def test_one_run_is_what_the_command_prints(side: StaffSide) -> None:
    report = side.parked()
    told = (
        await side.ask("GET", f"/api/v1/runs/{report.run}", headers=side.bearer("ITManager"))
    ).json()
    assert (told["run"], told["digest"], told["state"]) == (report.run, report.digest, "parked")
    assert len(told["changes"]) == len(report.changes)


async def test_a_yes_is_given_once_however_often_it_is_sent(side: StaffSide) -> None:
    report = side.parked()
    first = await approve(side, report.run, digest=report.digest, left_out=["oak:2"], **YES)
    assert first.status_code == 200, first.text
    assert first.json()["approver"] == f"entra:{ACCOUNT}"
    assert first.json()["left_out"] == ["oak:2"]
    again = await approve(side, report.run, digest=report.digest, left_out=["oak:2"], **YES)
    assert again.json() == first.json()
    assert len(side.office.store.approvals.of(report.run)) == 1
    other = await approve(side, report.run, digest=report.digest, **YES)
    assert (other.status_code, other.json()["type"][-9:]) == (422, "key_taken")
    anew = await approve(side, report.run, "key-0002", digest=report.digest, **YES)
    assert anew.status_code == 409
    assert "only a parked run" in anew.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"digest": "0" * 16, **YES}, 409, "the digest of this plan is"),
        ({"overrides": []}, 409, "still in the way"),
        ({"overrides": ["create_pupil", "x"]}, 409, "not a reason"),
        ({"left_out": ["oak:99"], **YES}, 409, "not in this plan"),
        ({"left_out": ["nobody"], **YES}, 422, "SCHOOL:ID"),
        ({"more": 1, **YES}, 422, ""),
        ({"overrides": "create_pupil"}, 422, ""),
    ],
)
async def test_what_is_not_a_yes_is_refused_and_may_be_mended_under_the_same_key(
    side: StaffSide, body: dict[str, object], status: int, says: str
) -> None:
    report = side.parked()
    got = await approve(side, report.run, **{"digest": report.digest, **body})
    assert got.status_code == status, got.text
    assert says in got.json()["detail"]
    assert side.office.store.runs.get(report.run).state is State.PARKED
    assert (await approve(side, report.run, digest=report.digest, **YES)).status_code == 200


async def test_who_asked_for_a_plan_does_not_approve_it(side: StaffSide) -> None:
    side.office.pack("limits: {create: {floor: 1, share: 0.01, count: 1}}\n")
    pack = side.office.packs / "oak.yaml"
    text = pack.read_text("utf-8")
    pack.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "waiver" not in line), "utf-8"
    )
    report = side.parked(requester=f"entra:{ACCOUNT}")
    got = await approve(side, report.run, digest=report.digest, **YES)
    assert got.status_code == 409
    assert "another person must" in got.json()["detail"]
    page = await side.ask("GET", f"/runs/{report.run}", side.session(AppRole.HEAD))
    assert "another person must approve it" in page.text
    assert "Approve this plan" not in page.text


async def test_a_plan_goes_back_once_and_its_run_tells_the_reason(side: StaffSide) -> None:
    report, path = side.parked(), "/api/v1/runs/"
    path += f"{report.run}/return"
    headers = {**side.bearer("Head"), "Idempotency-Key": "key-0001"}

    async def send_back(reason: str, **more: str) -> tuple[int, Any]:
        body = {"reason": reason}
        got = await side.ask("POST", path, headers={**headers, **more}, json=body)
        return got.status_code, got.json()

    assert (await send_back(" "))[0] == 409
    assert (await send_back("x" * 501))[0] == 422
    status, first = await send_back(WHY)
    assert (status, first["reason"], first["by"]) == (200, WHY, f"entra:{ACCOUNT}")
    assert await send_back(WHY) == (200, first)
    assert (await send_back(WHY, **{"Idempotency-Key": "key-0002"}))[0] == 409
    told = await side.ask("GET", f"/api/v1/runs/{report.run}", headers=side.bearer("ITManager"))
    assert (told.json()["state"], told.json()["returned"]) == ("returned", first)
    got = await approve(side, report.run, "key-0003", digest=report.digest, **YES)
    assert (got.status_code, "is returned" in got.json()["detail"]) == (409, True)


async def test_the_it_manager_sees_why_a_plan_came_back_and_drafts_anew(side: StaffSide) -> None:
    report, head = side.parked(), side.session(AppRole.HEAD)
    path = f"/runs/{report.run}"
    assert "Send it back" in (await side.ask("GET", path, head)).text
    empty = await side.ask("POST", f"{path}/return", head, data={"reason": " "})
    assert (empty.status_code, "say why" in empty.text) == (409, True)
    done = await side.ask("POST", f"{path}/return", head, data={"reason": WHY})
    assert (done.status_code, done.headers["location"]) == (303, path)
    told = (await side.ask("GET", path, head)).text
    assert WHY in told
    assert "Send it back" not in told
    assert "Approve this plan" not in told
    assert "Draft a fresh plan" not in told
    manager = side.session(AppRole.IT_MANAGER)
    today = (await side.ask("GET", "/", manager)).text
    assert f'href="{path}"' in today
    assert "was sent back: see why and draft anew" in today
    assert WHY not in today
    told = (await side.ask("GET", path, manager)).text
    assert WHY in told
    assert "Draft a fresh plan" in told
    asked = await side.ask("POST", "/runs/draft", manager, data={"school": "oak"})
    assert asked.headers["location"].startswith("/jobs/")
    again = side.office.plan()
    assert again.verdict.reasons[0].code == "sent_back"
    assert "the same plan as" in (await side.ask("GET", f"/runs/{again.run}", head)).text


async def test_today_says_what_waits_for_whom(side: StaffSide) -> None:
    report = side.parked()
    head = (await side.ask("GET", "/", side.session(AppRole.HEAD))).text
    assert "Head (you)" in head
    assert f'href="/runs/{report.run}"' in head
    manager = (await side.ask("GET", "/", side.session(AppRole.IT_MANAGER))).text
    assert "Head (you)" not in manager
    viewer = (await side.ask("GET", "/", side.session(AppRole.VIEWER))).text
    assert report.run not in viewer
    assert "New accounts" not in viewer
    side.office.days(4)
    assert "No run for 4 days" in (await side.ask("GET", "/", side.session(AppRole.HEAD))).text
    side.reach("[]")
    assert ACCOUNT in (await side.ask("GET", "/", side.session(AppRole.HEAD))).text


async def test_the_form_wants_the_number_of_changes_and_its_own_token(side: StaffSide) -> None:
    report, cookie = side.parked(), side.session(AppRole.HEAD)
    form = {"digest": report.digest, "count": "3", "overrides": "create_pupil"}
    path = f"/runs/{report.run}/approve"
    wrong = await side.ask("POST", path, cookie, data=form)
    assert wrong.status_code == 422
    assert "is not the number of changes" in wrong.text
    right = form | {"count": str(len(report.changes))}
    for token in ("", "0" * 64, form_token(side.session(AppRole.HEAD))):
        foreign = await side.ask("POST", path, cookie, data=right | {"form_token": token})
        assert foreign.status_code == 403
    assert side.office.store.runs.get(report.run).state is State.PARKED
    done = await side.ask("POST", path, cookie, data=right)
    assert (done.status_code, done.headers["location"]) == (303, f"/runs/{report.run}")
    assert "Approved by" in (await side.ask("GET", f"/runs/{report.run}", cookie)).text


async def test_a_page_names_who_did_something_where_the_tenant_knows_them(side: StaffSide) -> None:
    report = side.parked(requester=f"entra:{OTHER}")
    cookie = side.session(AppRole.IT_MANAGER)
    assert f"entra:{OTHER}" in (await side.ask("GET", "/runs", cookie)).text
    side.office.sees(msgspec.structs.replace(an_account("7"), id=OTHER, display_name="Una Bell"))
    for path in ("/runs", f"/runs/{report.run}"):
        told = (await side.ask("GET", path, cookie)).text
        assert ("Una Bell" in told, OTHER in told) == (True, False)
    own = side.session(AppRole.IT_MANAGER, account=OTHER)
    side.reach("[oak]", account=OTHER)
    assert "<dd>you</dd>" in (await side.ask("GET", f"/runs/{report.run}", own)).text


async def test_a_session_ends_idle_after_half_an_hour_and_at_the_latest_after_eight(
    side: StaffSide,
) -> None:
    async def alive(cookie: str) -> bool:
        return (await side.ask("GET", "/", cookie)).status_code == 200

    idle = side.session(AppRole.HEAD)
    side.office.now += timedelta(minutes=29)
    assert await alive(idle)
    side.office.now += timedelta(minutes=30)
    assert not await alive(idle)
    busy, ages = side.session(AppRole.HEAD), []
    for number in range(25):
        side.office.now += timedelta(minutes=20)
        if not await alive(busy):
            ages.append(number)
    assert ages[0] == 23  # the 24th look, eight hours after the first


async def test_signing_out_ends_the_session_and_not_only_the_cookie(side: StaffSide) -> None:
    cookie = side.session(AppRole.HEAD)
    out = await side.ask("POST", "/sign-out", cookie)
    assert f'{COOKIE}=""' in out.headers["set-cookie"]
    assert (await side.ask("GET", "/", cookie)).status_code == 303
    forged = await side.ask("GET", "/", cookie[:-1] + "x")
    assert forged.status_code == 303


@pytest.mark.parametrize(
    "page", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "/a\nb", ""]
)
def test_nobody_is_led_elsewhere_after_signing_in(page: str) -> None:
    assert local(page) == "/"
    assert local("/runs?after=r-1") == "/runs?after=r-1"


@pytest.mark.parametrize(
    ("colour", "ink"), [("#ffffff", "#000000"), ("#143d66", "#ffffff"), ("#ffd700", "#000000")]
)
def test_the_ink_on_the_organisations_colour_can_be_read(colour: str, ink: str) -> None:
    assert ink_on(colour) == ink


async def test_who_is_left_out_is_carried_from_page_to_page_into_the_yes(side: StaffSide) -> None:
    side.office.accept(*(a_pupil(str(number)) for number in range(1, 241)))
    report = side.office.plan()
    cookie, path = side.session(AppRole.HEAD), f"/runs/{report.run}"
    first = (await side.ask("GET", path, cookie)).text
    pages = -(-len(report.changes) // PER_PAGE)
    assert f"page 1 of {pages}" in first
    form: dict[str, object] = {"left_out": ["oak:1", "oak:2"], "page": "2"}
    second = (await side.ask("POST", f"{path}/look", cookie, data=form)).text
    assert f"page 2 of {pages}" in second
    others = html.unescape(re.findall(r"<textarea[^>]*>([^<]*)<", second)[0])
    here = re.findall(r'name="left_out" value="([^"]+)" checked', second)
    assert {*others.split(), *here} == {"oak:1", "oak:2"}
    form = {"others": others, "left_out": here, "search": "oak:24", "leave_all": "yes"}
    found = (await side.ask("POST", f"{path}/look", cookie, data=form)).text
    others = html.unescape(re.findall(r"<textarea[^>]*>([^<]*)<", found)[0])
    here = sorted(set(re.findall(r'name="left_out" value="([^"]+)" checked', found)))
    assert here == ["oak:24", "oak:240"]
    yes = {
        "digest": report.digest,
        "count": str(len(report.changes)),
        "overrides": [one.code for one in report.verdict.reasons],
        "others": others,
        "left_out": here,
    }
    done = await side.ask("POST", f"{path}/approve", cookie, data=yes)
    assert done.status_code == 303, done.text
    (given,) = side.office.store.approvals.of(report.run)
    assert set(given.left_out) == {"oak:1", "oak:2", "oak:24", "oak:240"}


async def test_a_run_is_carried_out_by_a_page_only_with_its_number_of_changes(
    side: StaffSide,
) -> None:
    report, cookie = side.parked(), side.session(AppRole.IT_MANAGER)
    side.office.store.runs.move(report.run, State.APPROVED)
    path, form = f"/runs/{report.run}", {"digest": report.digest, "count": "3"}
    assert "Carry out this plan" in (await side.ask("GET", path, cookie)).text
    wrong = await side.ask("POST", f"{path}/apply", cookie, data=form)
    assert (wrong.status_code, side.office.store.jobs.open()) == (422, [])
    form["count"] = str(len(report.changes))
    done = await side.ask("POST", f"{path}/apply", cookie, data=form)
    (job,) = side.office.store.jobs.open()
    assert (done.status_code, done.headers["location"]) == (303, f"/jobs/{job.id}")
    assert (job.what, job.requester) == ("apply", f"entra:{ACCOUNT}")
    again = await side.ask("POST", f"{path}/apply", cookie, data=form)
    assert (again.status_code, "is busy" in again.text) == (409, True)
