"""Faults on demand, and the other controls."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from running_sandbox import a_user, item, refused

from graphsync.sandbox.faults import Faults


@pytest.fixture
def faulty(sandbox):
    """Adds rules to the shared sandbox and takes them away after the test."""

    def add(**rule):
        return sandbox.control("POST", "faults", rule)

    yield add
    sandbox.control("DELETE", "faults")


@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_a_status_comes_before_anything_is_done(sandbox, faulty, status):
    faulty(kind="status", status=status, method="POST", path="/users$", retryAfter="2.128")
    sent = a_user()
    answer = sandbox.post("/users", sent)
    assert answer.status_code == status
    assert answer.headers["retry-after"] == "2.128"
    assert sandbox.post("/users", sent).status_code == 201


def test_retry_after_can_be_left_out(sandbox, faulty):
    faulty(kind="status", status=429, path="/domains")
    assert "retry-after" not in sandbox.get("/domains").headers


def test_commit_then_503_has_committed(sandbox, faulty):
    faulty(kind="commit_then_503", method="POST", path="/users$")
    sent = a_user()
    assert sandbox.post("/users", sent).status_code == 503
    refused(sandbox.post("/users", sent), 400, "Request_BadRequest", "already exists")


def test_a_dropped_connection_gives_no_answer(sandbox, faulty):
    faulty(kind="drop", path="/domains")
    with pytest.raises(httpx.TransportError):
        sandbox.get("/domains")
    assert sandbox.get("/domains").status_code == 200


def test_a_slow_answer_takes_its_time(sandbox, faulty):
    faulty(kind="slow", seconds=0.4, path="/domains")
    started = time.monotonic()
    assert sandbox.get("/domains").status_code == 200
    assert time.monotonic() - started >= 0.4


def test_a_slow_answer_is_let_go_when_the_faults_are_taken_away(sandbox, faulty):
    faulty(kind="slow", seconds=60, path="/domains")
    with ThreadPoolExecutor(1) as aside:
        known = sandbox.control("GET", "requests?since=999999")["total"]
        waiting = aside.submit(sandbox.get, "/domains")
        while sandbox.control("GET", "requests?since=999999")["total"] == known:
            time.sleep(0.01)
        assert not waiting.done()
        sandbox.control("DELETE", "faults")
        assert waiting.result(timeout=30).status_code == 200


def test_a_claims_challenge_names_its_claims(sandbox, faulty):
    faulty(kind="claims", path="/domains", claims="e30=")
    answer = sandbox.get("/domains")
    refused(answer, 401, "InvalidAuthenticationToken")
    assert 'claims="e30="' in answer.headers["www-authenticate"]
    assert 'error="insufficient_claims"' in answer.headers["www-authenticate"]


def test_items_of_a_batch_can_fail_alone_or_the_batch_whole(sandbox, faulty):
    faulty(kind="status", status=429, path="/domains", retryAfter=1)
    rows = sandbox.batch(item("1", "GET", "/domains"), item("2", "GET", "/organization"))
    assert (rows["1"]["status"], rows["2"]["status"]) == (429, 200)
    assert rows["1"]["headers"]["Retry-After"] == "1"
    faulty(kind="commit_then_503", path=r"/\$batch")
    sent = a_user()
    answer = sandbox.post("/$batch", {"requests": [item("1", "POST", "/users", sent)]})
    assert answer.status_code == 503
    assert sandbox.post("/users", sent).status_code == 400


def test_a_rule_can_skip_some_and_hit_some(sandbox, faulty):
    faulty(kind="status", status=500, path="/domains", skip=1, count=2)
    statuses = [sandbox.get("/domains").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]


def test_chance_is_seeded_so_that_a_run_repeats():
    document = {"kind": "status", "path": "/domains", "count": None, "probability": 0.5}
    runs = []
    for _ in range(2):
        faults = Faults(random.Random(7))  # noqa: S311 - chance that repeats
        faults.add([document])
        runs.append([faults.hit("GET", "/v1.0/domains") is None for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {True, False}


def test_the_token_endpoint_can_fail(sandbox, faulty):
    faulty(kind="status", status=503, path="/oauth2/v2.0/token")
    assert sandbox.token_request().status_code == 503
    assert sandbox.token_request().status_code == 200


def test_a_fault_file_is_in_force_from_the_start(start_sandbox, tmp_path):
    rules = tmp_path / "faults.json"
    rules.write_text('[{"kind": "status", "status": 504, "path": "/domains"}]')
    own = start_sandbox(50, "--faults", str(rules))
    assert own.get("/domains").status_code == 504


def test_lag_begins_on_demand_and_ends(start_sandbox):
    own = start_sandbox(1000)
    own.control("POST", "faults", {"kind": "lag", "seconds": 1.2, "path": "/users$"})
    began = time.monotonic()
    key = own.post("/users", a_user()).json()["id"]
    refused(own.get(f"/users/{key}"), 404, "Request_ResourceNotFound")
    while own.get(f"/users/{key}").status_code == 404:
        time.sleep(0.05)
    assert time.monotonic() - began > 1.1


@pytest.mark.parametrize(("bucket", "scale"), [("writes", 20), ("units", 1)])
def test_a_bucket_can_be_emptied_and_refills_as_ever(start_sandbox, bucket, scale):
    own = start_sandbox(scale)
    own.control("POST", "faults", {"kind": "throttle", "bucket": bucket, "path": "/users$"})
    answer = own.post("/users", a_user())
    refused(answer, 429, "TooManyRequests")
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["x-ms-throttle-scope"].startswith("Tenant_Application/")
    time.sleep(1)
    assert own.post("/users", a_user()).status_code == 201


def test_delta_links_can_be_made_to_expire(start_sandbox):
    own = start_sandbox(50)
    _, old = own.drained("/users/delta?$select=displayName")
    own.control("POST", "faults", {"kind": "expire", "path": "/organization"})
    assert own.get(old).status_code == 200
    assert own.get("/organization").status_code == 200
    answer = own.get(old)
    refused(answer, 410, "syncStateNotFound")
    rows, fresh = own.drained(answer.headers["location"])
    assert rows
    assert own.get(fresh).status_code == 200
    own.stop()
    again = start_sandbox(50)
    assert again.get(f"{again.graph}/{old.split('/v1.0/')[1]}").status_code == 410


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "explode"},
        {"kind": "throttle", "bucket": "coffee"},
        {"kind": "status", "path": "("},
        {"kind": "status", "colour": "red"},
        {"path": "/users"},
        "x",
    ],
)
def test_a_malformed_rule_is_refused_with_the_reason(sandbox, rule):
    answer = sandbox.http.post(f"{sandbox.authority}/_sandbox/faults", json=rule)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_page_escapes_what_users_are_called(sandbox):
    first = {
        "mailNickname": "0",
        "userPrincipalName": "0@school.example",
    }  # on the page's first rows
    sandbox.user(displayName="<script>alert(1)</script>", **first)
    page = sandbox.http.get(sandbox.authority).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_hand_at_work_needs_no_permission_but_the_right_types(sandbox):
    sent = a_user()
    key = sandbox.user(**sent)
    upn = sent["userPrincipalName"]
    sandbox.control("POST", f"users/{upn}", {"accountEnabled": False})
    (row,) = [row for row in sandbox.state()["users"] if row["id"] == key]
    assert row["accountEnabled"] is False
    answer = sandbox.http.post(
        f"{sandbox.authority}/_sandbox/users/{key}", json={"accountEnabled": "no"}
    )
    assert answer.status_code == 400


def test_the_digest_follows_content_and_not_ids_or_times(start_sandbox):
    digests = set()
    for _ in range(2):
        own = start_sandbox(50)
        names = {"mailNickname": "same", "userPrincipalName": "same@school.example"}
        own.post("/users", a_user(displayName="Same", **names))
        digests.add(own.state()["digest"])
        own.control("POST", "users/same@school.example", {"accountEnabled": False})
        digests.add(own.state()["digest"])
        own.stop()
        for file in own.data.glob("tenant.sqlite*"):
            file.unlink()
    assert len(digests) == 2
