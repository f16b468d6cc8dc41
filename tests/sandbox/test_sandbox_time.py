"""What happens over time: replication, throttling, restarts, the clock."""

import signal
import time

from running_sandbox import SCOPE, Sandbox, a_group, a_user, item, ref, refused


def until_seen(sandbox: Sandbox, path: str, times: int = 40) -> None:
    """Waits until the object has been found many times in a row."""
    in_a_row = 0
    while in_a_row < times:
        in_a_row = in_a_row + 1 if sandbox.get(path).status_code == 200 else 0


def test_a_fresh_user_is_not_found_at_first_and_then_it_is(start_sandbox):
    own = start_sandbox(4)
    key = own.post("/users", a_user()).json()["id"]
    text = f"Resource '{key}' does not exist or one of its queried reference-property objects"
    started = time.monotonic()
    refused(own.get(f"/users/{key}"), 404, "Request_ResourceNotFound", text)
    for method, path in (
        ("PATCH", f"/users/{key}"),
        ("DELETE", f"/users/{key}"),
        ("POST", f"/users/{key}/revokeSignInSessions"),
    ):
        answer = own.call(method, path, {"department": "7B"})
        if answer.status_code != 404:  # one of the replicas may have caught up by now
            break
    group = own.post("/groups", a_group()).json()["id"]
    until_seen(own, f"/groups/{group}")
    assert time.monotonic() - started < 6


def test_a_reference_to_a_fresh_user_is_not_found_at_first(start_sandbox):
    own = start_sandbox(2)
    group = own.group()
    user = own.post("/users", a_user()).json()["id"]
    answer = own.patch(f"/groups/{group}", {"members@odata.bind": [ref(user)]})
    refused(answer, 404, "Request_ResourceNotFound", user)


def test_a_list_may_miss_what_was_just_written_but_a_taken_name_is_known_at_once(start_sandbox):
    own = start_sandbox(2)
    sent = a_user()
    assert own.post("/users", sent).status_code == 201
    assert len(own.get("/users").json()["value"]) == 1
    refused(own.post("/users", sent), 400, "Request_BadRequest", "already exists")
    own.settle()
    assert len(own.get("/users").json()["value"]) == 2


def test_a_delta_from_now_on_never_misses_what_a_list_missed(start_sandbox):
    own = start_sandbox(2)
    keys = {own.post("/users", a_user()).json()["id"] for _ in range(5)}
    _, link = own.drained("/users/delta?$deltatoken=latest&$select=id")
    listed = {row["id"] for row in own.everything("/users?$select=id")}
    own.settle()
    rows, _ = own.drained(link)
    assert keys <= listed | {row["id"] for row in rows}


def test_writes_beyond_the_bucket_are_refused_until_it_refills(start_sandbox):
    own = start_sandbox(5)
    key = own.user()
    patches = [item(str(n), "PATCH", f"/users/{key}", {"city": "x"}) for n in range(20)]
    statuses: list[int] = []
    while 429 not in statuses:
        rows = own.batch(*patches)
        statuses += [row["status"] for row in rows.values()]
        assert len(statuses) < 4000
    accepted = statuses.count(204)
    assert 2980 <= accepted < 3900
    slow = next(row for row in rows.values() if row["status"] == 429)
    headers = slow["headers"]
    assert slow["body"]["error"]["code"] == "TooManyRequests"
    scope = f"Tenant_Application/Write/{own.settings['CLIENT_ID']}/{own.tenant}"
    assert headers["x-ms-throttle-scope"] == scope
    assert headers["x-ms-throttle-information"] == "WriteLimitExceeded"
    assert int(headers["Retry-After"]) >= 1
    assert own.get("/domains").status_code == 200
    time.sleep(int(headers["Retry-After"]) + 0.1)
    assert own.patch(f"/users/{key}", {"city": "y"}).status_code == 204


def test_a_bucket_nearly_used_up_is_told(start_sandbox):
    own = start_sandbox(1)
    key = own.user()
    patches = [item(str(n), "PATCH", f"/users/{key}", {"city": "x"}) for n in range(20)]
    for _ in range(125):
        rows = own.batch(*patches)
    assert float(rows["0"]["headers"]["x-ms-throttle-limit-percentage"]) >= 0.8


def test_everything_survives_a_restart_with_the_same_ca_keys_and_tokens(start_sandbox):
    own = start_sandbox(50)
    user, group = own.user(department="7B"), own.group()
    own.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    gone = own.user()
    own.delete(f"/users/{gone}")
    own.settle()
    _, users = own.drained("/users/delta?$select=id,department")
    _, groups = own.drained("/groups/delta?$select=members")
    own.patch(f"/users/{user}", {"department": "8B"})
    own.delete(f"/groups/{group}/members/{user}/$ref")
    token, state, settings = own.token, own.state(), own.settings
    assert own.stop() == 0
    again = start_sandbox(50, "--seed", "empty")
    assert again.state() == state
    for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "SEAL_KEY", "CA_FILE"):
        assert again.settings[name] == settings[name]
    assert again.get("/users", token=token).status_code == 200
    port = str(again.authority.rpartition(":")[2])
    old = str(own.authority.rpartition(":")[2])
    rows, _ = again.drained(users.replace(old, port))
    assert rows == [{"id": user, "department": "8B"}]
    rows, _ = again.drained(groups.replace(old, port))
    assert rows[0]["members@delta"][0]["@removed"] == {"reason": "deleted"}
    assert again.post(f"/directory/deletedItems/{gone}/restore").status_code == 200


def test_a_killed_server_keeps_what_it_wrote_a_moment_ago(start_sandbox):
    own = start_sandbox(50)
    own.user()
    time.sleep(0.5)
    state = own.state()
    assert own.stop(kill=True) == -signal.SIGKILL
    again = start_sandbox(50)
    assert again.state() == state


def test_the_clock_moves_forward_only_and_dates_what_is_made(start_sandbox):
    own = start_sandbox(50)
    own.control("POST", "clock", {"now": "2099-01-01T00:00:00+00:00"})
    own.sign_in()
    key = own.user()
    created = own.get(f"/users/{key}?$select=createdDateTime").json()["createdDateTime"]
    assert created.startswith("2099-01-01T00:0")
    for body in ({"advance_seconds": -1}, {"now": "2098-01-01T00:00:00+00:00"}, {}):
        answer = own.http.post(f"{own.authority}/_sandbox/clock", json=body)
        assert answer.status_code == 400
    assert own.stop() == 0
    again = start_sandbox(50)
    assert again.control("GET", "clock")["now"].startswith("2099-01-01")


def test_the_printed_settings_fit_the_scale(start_sandbox):
    own = start_sandbox(10)
    assert own.settings["WRITE_QUOTA"] == "3000/15s"
    assert int(own.settings["VERIFY_WAIT"]) >= 5
    assert own.settings["GRAPH_URL"] == own.settings["AUTHORITY"] + "/v1.0"
    assert own.settings["STAMP"] == "employeeId"


def test_the_clock_does_not_lengthen_or_shorten_a_token(start_sandbox):
    own = start_sandbox(50)
    assert own.token_request(scope=SCOPE).json()["expires_in"] == 3599
