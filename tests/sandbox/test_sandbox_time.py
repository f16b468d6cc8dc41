"""What happens over time: replication, throttling, restarts, the clock."""

import signal
import time

from running_sandbox import a_user, ref, refused


def test_a_fresh_user_is_not_found_at_first_and_then_it_is(slow):
    key = slow.post("/users", a_user()).json()["id"]
    text = f"Resource '{key}' does not exist or one of its queried reference-property objects"
    answers = [slow.get(f"/users/{key}") for _ in range(4)]
    answers += [slow.patch(f"/users/{key}", {"department": "7B"}) for _ in range(2)]
    misses = [answer for answer in answers if answer.status_code == 404]
    refused(misses[0], 404, "Request_ResourceNotFound", text)
    slow.settle()
    assert {slow.get(f"/users/{key}").status_code for _ in range(20)} == {200}


def test_a_reference_to_a_fresh_user_is_not_found_at_first(slow):
    own = slow
    group = own.group()
    for _ in range(5):  # now and then the replica that is asked has seen it already
        user = own.post("/users", a_user()).json()["id"]
        answer = own.patch(f"/groups/{group}", {"members@odata.bind": [ref(user)]})
        if answer.status_code != 204:
            break
    refused(answer, 404, "Request_ResourceNotFound", user)


def test_a_list_may_miss_what_was_just_written_but_a_taken_name_is_known_at_once(slow):
    own = slow
    own.settle()
    path = "/users?$select=id&$top=999"
    before = len(own.get(path).json()["value"])
    sent = a_user()
    assert own.post("/users", sent).status_code == 201
    assert min(len(own.get(path).json()["value"]) for _ in range(4)) == before
    refused(own.post("/users", sent), 400, "Request_BadRequest", "already exists")
    own.settle()
    assert len(own.get(path).json()["value"]) == before + 1


def test_a_delta_from_now_on_never_misses_what_a_list_missed(slow):
    own = slow
    keys = {own.post("/users", a_user()).json()["id"] for _ in range(5)}
    _, link = own.drained("/users/delta?$deltatoken=latest&$select=id")
    listed = {row["id"] for row in own.everything("/users?$select=id")}
    own.settle()
    rows, _ = own.drained(link)
    assert keys <= listed | {row["id"] for row in rows}


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


def test_the_printed_settings_fit_the_scale(slow):
    own = slow
    assert own.settings["WRITE_QUOTA"] == "3000/50s"
    assert int(own.settings["VERIFY_WAIT"]) >= 5
    assert own.settings["GRAPH_URL"] == own.settings["AUTHORITY"] + "/v1.0"
    assert own.settings["STAMP"] == "employeeId"
