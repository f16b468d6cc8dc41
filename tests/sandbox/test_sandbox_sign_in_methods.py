"""Temporary Access Passes and the list of methods."""

from datetime import UTC, datetime, timedelta

import pytest
from running_sandbox import refused

PASSES = "/users/{}/authentication/temporaryAccessPassMethods"


def passes_token(own):
    return own.app_with("UserAuthMethod-TAP.ReadWrite.All", "UserAuthenticationMethod.Read.All")


def test_a_pass_is_shown_once_and_a_second_one_takes_its_place(sandbox):
    user, token = sandbox.user(), passes_token(sandbox)
    path = PASSES.format(user)
    first = sandbox.post(path, {"isUsableOnce": True}, token=token)
    assert first.status_code == 201
    body = first.json()
    assert len(body["temporaryAccessPass"]) == 8
    assert (body["lifetimeInMinutes"], body["isUsableOnce"], body["isUsable"]) == (60, True, True)
    sandbox.settle()
    (row,) = sandbox.everything(path, token=token)
    assert (row["id"], row["temporaryAccessPass"]) == (body["id"], None)
    second = sandbox.post(path, {"lifetimeInMinutes": 480}, token=token).json()
    sandbox.settle()
    assert [row["id"] for row in sandbox.everything(path, token=token)] == [second["id"]]
    refused(sandbox.get(f"{path}/{body['id']}", token=token), 404, "Request_ResourceNotFound")
    assert sandbox.get(f"{path}/{second['id']}", token=token).json()["lifetimeInMinutes"] == 480


def test_the_pass_itself_is_kept_nowhere(start_sandbox):
    own = start_sandbox()
    user = own.user()
    token = passes_token(own)
    shown = own.post(PASSES.format(user), {}, token=token).json()["temporaryAccessPass"]
    assert own.stop() == 0
    held = b"".join(path.read_bytes() for path in own.data.glob("tenant.sqlite*"))
    assert user.encode() in held
    assert shown.encode() not in held


def test_a_pass_becomes_valid_and_expires(moved_on):
    own = moved_on
    user = own.user()
    path = PASSES.format(user)
    now = datetime.fromisoformat(own.control("GET", "clock")["now"]).astimezone(UTC)
    start = (now + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    body = own.post(path, {"startDateTime": start}, token=passes_token(own)).json()
    assert (body["isUsable"], body["methodUsabilityReason"]) == (False, "NotYetValid")
    for minutes, usable, reason in ((11, True, "EnabledByPolicy"), (60, False, "Expired")):
        own.later(minutes * 60)
        (row,) = own.everything(path, token=passes_token(own))
        assert (row["isUsable"], row["methodUsabilityReason"]) == (usable, reason)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"lifetimeInMinutes": 9}, "'lifetimeInMinutes'"),
        ({"lifetimeInMinutes": 43201}, "'lifetimeInMinutes'"),
        ({"lifetimeInMinutes": 59}, "policy"),
        ({"lifetimeInMinutes": 481}, "policy"),
        ({"lifetimeInMinutes": "60"}, "'lifetimeInMinutes'"),
        ({"startDateTime": "2001-01-01T00:00:00Z"}, "'startDateTime'"),
        ({"temporaryAccessPass": "Own-Pass-1"}, "read-only"),
        ({"colour": "red"}, "Property 'colour'"),
    ],
)
def test_a_pass_outside_the_bounds_is_refused(sandbox, body, text):
    answer = sandbox.post(PASSES.format(sandbox.user()), body, token=passes_token(sandbox))
    refused(answer, 400, "Request_BadRequest", text)


def test_a_pass_is_deleted_once(sandbox):
    user, token = sandbox.user(), passes_token(sandbox)
    path = PASSES.format(user)
    key = sandbox.post(path, {}, token=token).json()["id"]
    assert sandbox.delete(f"{path}/{key}", token=token).status_code == 204
    refused(sandbox.delete(f"{path}/{key}", token=token), 404, "Request_ResourceNotFound")


def test_methods_are_listed_with_their_types_and_without_secrets(sandbox):
    user, token = sandbox.user(), passes_token(sandbox)
    path = f"/users/{user}/authentication"
    (row,) = sandbox.everything(f"{path}/methods", token=token)
    assert row["@odata.type"] == "#microsoft.graph.passwordAuthenticationMethod"
    assert row["password"] is None
    assert sandbox.everything(f"{path}/passwordMethods", token=token)[0]["id"] == row["id"]
    sandbox.post(f"{path}/temporaryAccessPassMethods", {}, token=token)
    sandbox.settle()
    rows = sandbox.everything(f"{path}/methods", token=token)
    kind = "#microsoft.graph.temporaryAccessPassAuthenticationMethod"
    assert [each["@odata.type"] for each in rows[1:]] == [kind]
    assert sandbox.get(f"{path}/methods/{row['id']}", token=token).json()["id"] == row["id"]
    refused(sandbox.get(f"{path}/methods"), 403, "Authorization_RequestDenied")
