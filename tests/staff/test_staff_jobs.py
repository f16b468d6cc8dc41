"""Long work at the API: asked for once, told while it goes on, stopped and picked up again."""

import asyncio
import os
import threading
import time
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, update
from staff_side import StaffSide

from api.chores import WORK, tidy
from api.permissions import AppRole
from api.running import GONE, NOT_BEGUN, Runner
from api.work import Done, Places, check, settle
from graphsync.bench import Bench
from graphsync.job_desk import TITLES, Asked, asked_of, new_job
from graphsync.run import STOPPED
from graphsync.store import tables
from graphsync.store.jobs import Job, JobState
from graphsync.store.runs import State
from graphsync.trouble import Refusal

EXPORT = (
    "Adno,Surname,Forename,Year Group,Reg Group\n1,Smith,Amy,Year  7,7B\n2,Jones,Ben,Year  7,7B\n"
)


async def post(side: StaffSide, path: str, number: int = 1, role: str = "ITManager", **body: Any):
    headers = {**side.bearer(role), "Idempotency-Key": f"key-{number:06}"}
    return await side.ask("POST", f"/api/v1{path}", headers=headers, json=body)


async def told(side: StaffSide, job: str) -> dict[str, Any]:
    got = await side.ask("GET", f"/api/v1/jobs/{job}", headers=side.bearer("DPO"))
    assert got.status_code == 200, got.text
    answer: dict[str, Any] = got.json()
    return answer


def until(true: Any) -> None:
    for _ in range(400):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen in eight seconds")


def job_of(side: StaffSide, job: str) -> Job:
    return side.office.store.jobs.get(job)


def at_work(side: StaffSide, **work: Any) -> Runner:
    return Runner(side.office.bench, work, side.places)


async def test_asking_twice_with_one_key_is_one_job_and_a_second_is_told_what_is_at_work(
    side: StaffSide,
) -> None:
    first = await post(side, "/runs", school="oak", years=["7"], only=["oak:1"])
    assert first.status_code == 202, first.text
    job = first.json()["job"]
    assert first.headers["location"] == f"/api/v1/jobs/{job}"
    assert (await post(side, "/runs", school="oak", years=["7"], only=["oak:1"])).json() == (
        first.json()
    )
    second = await post(side, "/sync", 2, school="oak")
    assert second.status_code == 409
    assert f"job {job} (draft a plan) is waiting" in second.json()["detail"]
    assert asked_of(job_of(side, job)) == Asked(only=("oak:1",), years=("7",))
    assert (await told(side, job))["state"] == "waiting"


async def test_a_school_that_a_command_works_on_is_told_as_busy(side: StaffSide) -> None:
    with side.office.store.claims.hold("oak", "sync"):
        got = await post(side, "/sync", school="oak")
    assert got.status_code == 409
    assert "run sync (process" in got.json()["detail"]
    assert side.office.store.jobs.open() == []


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"school": "ash"}, 404, "no such school"),
        ({"school": "elm"}, 404, "no such school"),
        ({"school": "oak", "only": ["nobody"]}, 422, "SCHOOL:ID"),
        ({"school": "oak", "only": ["elm:1"]}, 422, "another school"),
        ({"school": "oak", "upload": "j-1a2b"}, 409, "no upload"),
    ],
)
async def test_what_cannot_be_drafted_is_refused_before_there_is_a_job(
    side: StaffSide, body: dict[str, Any], status: int, says: str
) -> None:
    got = await post(side, "/runs", **body)
    assert (got.status_code, says in got.json()["detail"]) == (status, True), got.text
    assert side.office.store.jobs.open() == []


async def test_only_what_may_be_carried_out_or_taken_back_becomes_a_job(side: StaffSide) -> None:
    report = side.parked()
    early = await post(side, f"/runs/{report.run}/apply", digest=report.digest)
    assert "approve it first" in early.json()["detail"]
    undone = await post(side, f"/runs/{report.run}/undo", 2)
    assert "only what was applied" in undone.json()["detail"]
    side.office.store.runs.move(report.run, State.APPROVED)
    other = await post(side, f"/runs/{report.run}/apply", 3, digest="0" * 16)
    assert "the digest of this plan" in other.json()["detail"]
    assert {early.status_code, undone.status_code, other.status_code} == {409}
    asked = await post(side, f"/runs/{report.run}/apply", 4, digest=report.digest)
    assert asked.status_code == 202


async def test_work_tells_how_far_it_is_and_ends_with_its_run(side: StaffSide) -> None:
    go_on = threading.Event()

    async def work(bench: Bench, _: Places, job: Job) -> Done:
        bench.progress.stage(f"Counting for {bench.requester}")
        bench.progress.count(3, 7)
        await asyncio.to_thread(go_on.wait, 8)
        return Done(runs=("r-20261125-1a2b",), problem="no mail went out")

    runner = at_work(side, plan=work)
    runner.start()
    job = (await post(side, "/runs", school="oak")).json()["job"]
    runner.wake()
    until(lambda: job_of(side, job).of)
    now = await told(side, job)
    assert (now["state"], now["done"], now["of"]) == ("running", 3, 7)
    assert now["stage"].startswith("Counting for entra:")
    go_on.set()
    until(lambda: not job_of(side, job).is_open)
    runner.stop()
    ended = await told(side, job)
    assert (ended["state"], ended["runs"]) == ("done", ["r-20261125-1a2b"])
    assert ended["problem"] == "no mail went out"


async def test_a_school_has_one_job_at_a_time_and_schools_do_not_wait_for_each_other(
    side: StaffSide,
) -> None:
    seen: list[str] = []
    both = threading.Barrier(2, timeout=8)

    async def work(_: Bench, __: Places, job: Job) -> Done:
        seen.append(f"{job.schools[0]} begins")
        if job.what == "plan":
            await asyncio.to_thread(both.wait)
        seen.append(f"{job.schools[0]} ends")
        return Done()

    store, bench = side.office.store, side.office.bench
    for what, school in (("plan", "oak"), ("plan", "elm")):
        store.jobs.add(new_job(bench, what, [school]))
    side.office.now += timedelta(seconds=1)
    night = new_job(bench, "sync", ["elm", "oak"], slot="sync 2026-11-25")
    assert store.jobs.add_slot(night)
    runner = at_work(side, plan=work, sync=work)
    runner.start()
    until(lambda: not store.jobs.open())
    runner.stop()
    assert seen[-2:] == ["elm begins", "elm ends"]  # the night, after both


@pytest.mark.parametrize(
    ("problem", "says"),
    [(Refusal("the export is stale"), "the export is stale"), (KeyError("Amy"), "the log of")],
)
async def test_work_that_fails_says_why_and_nothing_that_was_not_meant_for_people(
    side: StaffSide, problem: Exception, says: str
) -> None:
    async def work(_: Bench, __: Places, ___: Job) -> Done:
        raise problem

    runner = at_work(side, plan=work)
    job = new_job(side.office.bench, "plan", ["oak"])
    side.office.store.jobs.add(job)
    runner.start()
    until(lambda: not job_of(side, job.id).is_open)
    runner.stop()
    ended = job_of(side, job.id)
    assert ended.state is JobState.FAILED
    assert says in ended.problem
    assert "Amy" not in ended.problem


async def test_work_that_is_stopped_ends_as_a_command_does_and_what_waits_is_not_begun(
    side: StaffSide,
) -> None:
    recorded = threading.Event()

    async def work(_: Bench, __: Places, ___: Job) -> Done:
        try:
            await asyncio.sleep(60)
        finally:
            recorded.set()  # what had left is written down
        return Done()

    store, bench = side.office.store, side.office.bench
    night = new_job(bench, "sync", ["oak"], slot="sync 2026-11-25")
    behind = replace_slot(night, "j-2", "sync 2026-11-26")
    behind = msgspec.structs.replace(behind, asked_at=side.office.now + timedelta(seconds=1))
    assert store.jobs.add_slot(night)
    assert store.jobs.add_slot(behind)
    runner = at_work(side, sync=work)
    runner.start()
    until(lambda: job_of(side, night.id).state is JobState.RUNNING)
    runner.stop()
    assert recorded.is_set()
    assert (job_of(side, night.id).state, job_of(side, night.id).problem) == (
        JobState.INTERRUPTED,
        STOPPED,
    )
    assert job_of(side, behind.id).problem == NOT_BEGUN
    # The night may be begun once more, and no more than that.
    again = replace_slot(night, "j-3", "sync 2026-11-25")
    assert store.jobs.add_slot(again)
    store.jobs.end(again.id, JobState.INTERRUPTED)
    assert not store.jobs.add_slot(replace_slot(night, "j-4", "sync 2026-11-25"))


def replace_slot(job: Job, name: str, slot: str) -> Job:
    return msgspec.structs.replace(job, id=name, slot=slot)


async def test_a_job_whose_process_is_gone_is_interrupted_and_its_killed_run_broken(
    side: StaffSide,
) -> None:
    store = side.office.store
    report = side.parked()
    for state in (State.APPROVED, State.APPLYING):
        store.runs.move(report.run, state)
    job = new_job(side.office.bench, "apply", ["oak"], Asked(run=report.run))
    store.jobs.add(job)
    store.jobs.begin(job.id)
    with store.database.writing() as connection:  # of a process that nobody has any more
        connection.execute(update(tables.jobs).values(pid=2**22 + 1, started="long ago"))
    assert (await post(side, "/sync", school="oak")).status_code == 202  # it is in nobody's way
    side.office.store.jobs.end(store.jobs.own_waiting()[0].id, JobState.DONE)
    runner = at_work(side, settle=settle)
    runner.start()
    until(lambda: store.runs.get(report.run).state is State.BROKEN)
    until(lambda: not store.jobs.open())
    runner.stop()
    assert (job_of(side, job.id).state, job_of(side, job.id).problem) == (
        JobState.INTERRUPTED,
        GONE,
    )


async def test_an_upload_is_checked_and_drafted_from_and_erased_after_a_day(
    side: StaffSide,
) -> None:
    headers = {**side.bearer("ITManager"), "Idempotency-Key": "upload-01"}
    files = [("files", ("../pupils.csv", EXPORT.encode(), "text/csv"))]
    sent = {"headers": headers, "data": {"school": "oak"}, "files": files}
    got = await side.ask("POST", "/api/v1/roster", **sent)
    assert got.status_code == 202, got.text
    job = got.json()["job"]
    assert (await side.ask("POST", "/api/v1/roster", **sent)).json() == got.json()
    (kept,) = (side.places.uploads / job).iterdir()
    assert (kept.name, kept.read_text("utf-8")) == ("1-pupils.csv", EXPORT)
    early = await post(side, "/runs", school="oak", upload=job)
    assert "is waiting" in early.json()["detail"]
    runner = at_work(side, roster=check, tidy=tidy)
    runner.start()
    until(lambda: not job_of(side, job).is_open)
    result = (await told(side, job))["result"]
    assert result["school"] == "oak"
    assert result["problems"] or result["accepted"]
    page = await side.ask("GET", f"/jobs/{job}", side.session(AppRole.IT_MANAGER))
    assert ("would be accepted" in page.text) is result["accepted"]
    runner.stop()
    assert (await post(side, "/runs", 2, school="oak", upload=job)).status_code == 202
    other = await post(side, "/runs", 3, school="elm", upload=job)
    assert other.status_code == 404
    os.utime(kept.parent, (side.office.now.timestamp(),) * 2)
    side.office.now += timedelta(hours=23)
    await tidy(side.office.bench, side.places, job_of(side, job))
    assert kept.exists()
    side.office.now += timedelta(hours=2)
    await tidy(side.office.bench, side.places, job_of(side, job))
    assert not kept.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("pupils.csv", b"", "empty"), ("pupils.exe", b"MZ", "ends with one of")],
)
async def test_what_is_no_export_is_refused_and_not_kept(
    side: StaffSide, name: str, content: bytes, says: str
) -> None:
    cookie = side.session(AppRole.IT_MANAGER)
    files = [("files", (name, content, "text/csv"))]
    got = await side.ask("POST", "/roster", cookie, data={"school": "oak"}, files=files)
    assert (got.status_code, says in got.text) == (422, True)
    assert not side.places.uploads.exists()


async def test_only_an_upload_may_be_large(side: StaffSide) -> None:
    headers = {**side.bearer("Head"), "Content-Length": "300000"}
    for path, status in (("/api/v1/sync", 413), ("/api/v1/roster", 403)):
        got = await side.ask("POST", path, headers=headers, content=b"x" * 300_000)
        assert got.status_code == status
    much = {**headers, "Content-Length": "52428801"}
    assert (await side.ask("POST", "/api/v1/roster", headers=much)).status_code == 413


async def test_a_job_of_all_schools_names_none_that_somebody_does_not_reach(
    side: StaffSide,
) -> None:
    store = side.office.store
    night = new_job(side.office.bench, "sync", ["elm", "oak"], slot="sync 2026-11-25")
    store.jobs.add_slot(night)
    store.jobs.begin(night.id)
    store.jobs.tell(night.id, "Planning elm (1 of 2)", 0, 0)
    seen = await told(side, night.id)
    assert (seen["schools"], seen["stage"]) == (["oak"], "")
    for path in (f"/jobs/{night.id}", "/", "/runs", "/schedule"):
        got = await side.ask("GET", path, side.session(AppRole.DPO))
        assert "elm" not in got.text, path
    side.reach("all")
    assert (await told(side, night.id))["stage"] == "Planning elm (1 of 2)"


async def test_the_page_of_a_job_looks_again_until_it_has_ended_or_is_kept_still(
    side: StaffSide,
) -> None:
    job = new_job(side.office.bench, "plan", ["oak"])
    side.office.store.jobs.add(job)
    cookie = side.session(AppRole.HEAD)
    assert (await side.ask("GET", f"/jobs/{job.id}", cookie)).headers["refresh"] == "3"
    still = await side.ask("GET", f"/jobs/{job.id}?still=true", cookie)
    assert "refresh" not in still.headers
    side.office.store.jobs.end(job.id, JobState.FAILED, problem="<b>stale</b>")
    ended = await side.ask("GET", f"/jobs/{job.id}", cookie)
    assert "refresh" not in ended.headers
    assert "&lt;b&gt;stale" in ended.text


async def test_the_lists_of_jobs_ask_the_store_as_often_for_thirty_as_for_three(
    side: StaffSide,
) -> None:
    asked: list[str] = []
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    cookie, counts = side.session(AppRole.HEAD), []
    for number in (3, 27):
        for one in range(number):
            slot = f"sync {number} {one}"
            side.office.store.jobs.add_slot(new_job(side.office.bench, "sync", ["oak"], slot=slot))
        await side.ask("GET", "/", cookie)  # what is counted for some minutes is counted here
        side.app.state.counted.settle()
        asked.clear()
        for path in ("/", "/runs", "/schedule"):
            assert (await side.ask("GET", path, cookie)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_kind_of_work_has_a_title() -> None:
    assert set(WORK) == set(TITLES)
