"""A school's first load through `graphsync serve`: drafted, approved, carried out, taken back."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from night import School, a_pupil, ordinary
from started_ahead import Process, until

sys.path.append(str(Path(__file__).parents[1] / "sandbox"))
from browsing import Browser

from graphsync.sealing import new_key
from graphsync.tenant.permissions import ASKED_FOR

ROLES = ("ITManager", "Head")


def a_person(school: School, name: str) -> tuple[str, str]:
    """The object id and sign-in name of a new account of another domain."""
    name = f"{name}.of.{school.id}"
    upn = f"{name}@s99.example"
    made = school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": name,
            "mailNickname": name,
            "userPrincipalName": upn,
            "passwordProfile": {"password": "Long-Enough-2026"},
        },
    )
    return str(made["id"]), upn


@contextmanager
def served(school: School) -> Iterator[tuple[str, Process]]:
    """The service in a process of its own, and its address."""
    process = school.start("serve", "--port", "0")
    try:
        yield answering(process), process
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err


def answering(process: Process) -> str:
    """The address of a service, once it answers there."""
    address = process.first_line()

    def is_up() -> bool:
        try:
            return httpx.get(f"{address}/health", trust_env=False).status_code == 200
        except httpx.ConnectError:
            return False

    until(is_up)
    return address


class Person:
    """Somebody at the API."""

    def __init__(self, address: str, token: str) -> None:
        self.web = httpx.Client(
            base_url=f"{address}/api/v1",
            trust_env=False,
            timeout=30,
            headers={"Authorization": f"Bearer {token}"},
        )
        self.asked = 0

    def post(self, path: str, status: int, **body: Any) -> dict[str, Any]:
        self.asked += 1
        key = {"Idempotency-Key": f"request-{self.asked}-{time.monotonic_ns()}"}
        got = self.web.post(path, json=body, headers=key)
        assert got.status_code == status, got.text
        answer: dict[str, Any] = got.json()
        return answer

    def get(self, path: str) -> dict[str, Any]:
        got = self.web.get(path)
        assert got.status_code == 200, got.text
        answer: dict[str, Any] = got.json()
        return answer

    def job(self, begun: dict[str, Any]) -> dict[str, Any]:
        """The job when it has ended."""
        ended: list[dict[str, Any]] = []

        def is_over() -> bool:
            ended[:] = [self.get(f"/jobs/{begun['job']}")]
            return ended[0]["state"] not in {"waiting", "running"}

        until(is_over)
        assert ended[0]["state"] == "done", ended[0]["problem"]
        return ended[0]


@pytest.fixture
def tokens(school: School) -> dict[str, str]:
    """A token for each role; the service signs in as an app of its own."""
    people = {role: a_person(school, role.lower()) for role in ROLES}
    school.tenant.settle()
    app = school.tenant.control(
        "POST",
        "apps",
        {
            "name": "graphsync of one school",
            "permissions": sorted(one.name for one in ASKED_FOR),
            "redirectUris": ["http://localhost:8000/sign-in/callback"],
            "appRoles": [{"value": one, "displayName": one} for one in ROLES],
            "assignments": {upn: [role] for role, (_, upn) in people.items()},
        },
    )
    school.save_settings(
        CLIENT_ID=app["clientId"],
        CLIENT_SECRET=app["secret"],
        SEAL_KEY=new_key(),
        PUBLIC_URL="http://localhost:8000",
        SYNC_AT="off",
    )
    entries = [f"{{account: {account}, schools: all}}" for account, _ in people.values()]
    (school.folder / "access.yaml").write_text(f"people: [{', '.join(entries)}]\n", "utf-8")
    school.save_settings(ACCESS_FILE=str(school.folder / "access.yaml"))
    told = SimpleNamespace(
        settings=school.settings,
        authority=school.settings["AUTHORITY"],
        tenant=school.settings["TENANT_ID"],
    )
    scope = f"openid profile api://{app['clientId']}/access_as_user"
    with Browser(told, app["clientId"]) as browser:  # type: ignore[arg-type]
        return {
            role: browser.tokens(upn, scope=scope)["access_token"]
            for role, (_, upn) in people.items()
        }


def test_a_first_load_is_drafted_approved_carried_out_and_taken_back(
    school: School, tokens: dict[str, str]
) -> None:
    school.pack(limits={"create": {"floor": 1, "share": 0.01, "count": 1}})
    mark = school.tenant.mark()
    with served(school) as (address, _):
        manager, head = (Person(address, tokens[role]) for role in ROLES)
        begun = manager.post("/runs", 202, school=school.id)
        busy = manager.post("/sync", 409, school=school.id)
        assert begun["job"] in busy["detail"]
        (run,) = manager.job(begun)["runs"]
        parked = head.get(f"/runs/{run}")
        assert parked["state"] == "parked"
        assert school.tenant.writes(mark) == []
        manager.post(f"/runs/{run}/apply", 409, digest=parked["digest"])
        overrides = [one["code"] for one in parked["verdict"]["reasons"]]
        yes = {"digest": parked["digest"], "overrides": overrides}
        head.post(f"/runs/{run}/approve", 200, **yes)
        done = manager.job(manager.post(f"/runs/{run}/apply", 202, digest=parked["digest"]))
        assert done["runs"] == [run]
        assert head.get(f"/runs/{run}")["state"] == "applied"
        assert len(school.users()) == 8
        back = manager.job(manager.post(f"/runs/{run}/undo", 202))
        undone = head.get(f"/runs/{back['runs'][0]}")
        assert {one["reason"] for one in undone["held"]} == {"not_undone"}
        assert {change["origin"] for change in undone["changes"]} <= {"undo"}
        requesters = {one["requester"] for one in head.get("/runs")["items"]}
        assert all(one.startswith("entra:") for one in requesters)
        for person in (manager, head):
            person.web.close()


def test_a_service_that_is_stopped_ends_its_run_as_told_and_killed_it_is_settled_at_the_next_start(
    school: School, tokens: dict[str, str]
) -> None:
    slow = {"kind": "slow", "path": r"/\$batch$", "seconds": 60}
    ordinary(school)
    for number in (signal.SIGTERM, signal.SIGKILL):
        school.pupils.append(a_pupil(10 + number))
        school.export()
        school.tenant.settle()
        assert school.json("plan").code == 0  # it reads what is new: the next batch is writes
        process = school.start("serve", "--port", "0")
        manager = Person(answering(process), tokens["ITManager"])
        school.tenant.faults(slow)
        mark = school.tenant.mark()
        job = manager.post("/sync", 202, school=school.id)["job"]
        until(lambda mark=mark: school.tenant.batches(mark) == 1)
        process.send_signal(number)
        if number is signal.SIGTERM:
            time.sleep(2)  # by then it has left its listener and told the run to end
        else:
            process.communicate()
        school.tenant.faults()
        process.communicate(timeout=60)
        manager.web.close()
        kept = {row["id"]: row for row in school.rows("jobs")}
        assert kept[job]["state"] == ("interrupted" if number is signal.SIGTERM else "running")
    with served(school):
        until(lambda: not school.rows("open_intents"))
        until(lambda: {row["state"] for row in school.rows("jobs")} <= {"done", "interrupted"})
    assert "applying" not in {row["state"] for row in school.rows("runs")}
    assert school.json("audit", "verify").code == 0
